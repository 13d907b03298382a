"""Models of Stanza's default sizes, for the speed that they have."""

import shutil
from pathlib import Path

import torch
from stanza.models import parser, tagger

from mudawwana.annotate.models import VECTORS, get_embedded_dir
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.training.edits import normalise_sentence
from mudawwana.training.faster import faster_training
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.train import halve_weights, split_by_document

_STEPS = {"pos": ("60", "--batch_size", "30"), "depparse": ("60", "--batch_size", "1000", "--no_checkpoint")}
_TRAINERS = {"pos": tagger, "depparse": parser}


def train_default_sizes(treebank: Path, output: Path) -> None:
    """Fills the folder, unless it is full: tagger and parser learn from the treebank, the rest is the embedded."""
    if (output / "depparse.pt").exists():
        return
    work = output / "work"
    train, dev = split_by_document(prepare_treebank(read_conllu(treebank)))
    for name, sentences in (("train", train), ("dev", dev)):
        write_conllu(work / f"{name}.conllu", map(normalise_sentence, sentences))
    for path in get_embedded_dir().iterdir():
        if path.suffix in (".pt", ".json") and path.stem not in _TRAINERS:
            shutil.copyfile(path, output / path.name)
    vectors = torch.load(get_embedded_dir() / VECTORS, weights_only=True)
    # Stanza's trainers want float32.
    torch.save(vectors | {"emb": vectors["emb"].float()}, work / VECTORS)
    for processor, (steps, *options) in _STEPS.items():
        with faster_training():
            _TRAINERS[processor].main(
                [
                    *("--mode", "train", "--lang", "ar", "--shorthand", "ar_sizes", "--seed", "1", "--cpu"),
                    *("--train_file", str(work / "train.conllu"), "--eval_file", str(work / "dev.conllu")),
                    *("--wordvec_pretrain_file", str(work / VECTORS)),
                    *("--max_steps", steps, "--eval_interval", steps, *options),
                    *("--save_dir", str(work), "--save_name", f"{processor}.pt"),
                ]
            )
        halve_weights(work / f"{processor}.pt", output / f"{processor}.pt")
