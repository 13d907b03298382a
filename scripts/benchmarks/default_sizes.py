r"""Models of Stanza's default sizes, for `speed.py --models`.

    python scripts/benchmarks/default_sizes.py TREEBANK build/default-sizes
    python scripts/benchmarks/speed.py arwiki.txt.xz --models build/default-sizes --work build/default-speed \
        --paragraphs 500 --sample 60

Tagger and parser as Stanza's trainers make them where nothing is said of sizes, trained for a moment on a prepared
treebank, with the embedded word vectors; the other models are the embedded ones. What they say is poor; the time
that they take is that of good ones.
"""

import argparse
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


def main() -> None:
    arguments = _parse_arguments()
    work = arguments.output / "work"
    train, dev = split_by_document(prepare_treebank(read_conllu(arguments.treebank)))
    for name, sentences in (("train", train), ("dev", dev)):
        write_conllu(work / f"{name}.conllu", map(normalise_sentence, sentences))
    for path in get_embedded_dir().iterdir():
        if path.suffix in (".pt", ".json"):
            shutil.copyfile(path, arguments.output / path.name)
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
        halve_weights(work / f"{processor}.pt", arguments.output / f"{processor}.pt")


def _parse_arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("treebank", type=Path, help="such as ar_pud.conllu")
    options.add_argument("output", type=Path, help="a folder for the models")
    return options.parse_args()


if __name__ == "__main__":
    main()
