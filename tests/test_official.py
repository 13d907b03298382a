"""Stanza's official packages, from a mirror on loopback to a data set, by Stanza's own downloader."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import ElectraConfig, ElectraModel, PreTrainedTokenizerFast

from conftest import ARTICLE
from mudawwana.annotate.models import VECTORS, get_embedded_dir
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence
from mudawwana.seeds.init import init_corpus
from mudawwana.seeds.settings import OFFICIAL_PACKAGES
from mudawwana.training.faster import faster_training
from official_models import WAYS, iter_sentences, train_lemmatizer, train_model, train_reader, write_data
from stanza_mirror import COMMIT, PACKAGES, TRANSFORMER, Mirror, build_files, get_needs, run_mirror

pytestmark = pytest.mark.filterwarnings("ignore")  # Stanza's trainers and their schedulers warn
_SENTENCES = 60
_STEPS = 6


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a mirror with a model of each kind."""
    folder = tmp_path_factory.mktemp("mirrored")
    sentences = list(iter_sentences())[:_SENTENCES]
    write_data(folder, sentences)
    with pytest.MonkeyPatch.context() as patches, faster_training():
        patches.chdir(folder)
        transformer = folder / TRANSFORMER  # the trainers take the folder, and write its name in the model
        _write_transformer(transformer, sentences)
        for way in WAYS:
            train_reader(folder, way, epochs=1)
        bert = ("--bert_model", TRANSFORMER, "--bert_hidden_layers", "2")
        for processor in ("pos", "depparse"):
            train_model(folder, processor, f"{processor}_padt_nocharlm.pt", steps=_STEPS, reads_letters=False)
            train_model(folder, processor, f"{processor}_padt_charlm.pt", steps=_STEPS)
            finetuned = ["--bert_finetune"] if processor == "pos" else []  # its weights are then in the model
            train_model(folder, processor, f"{processor}_padt_aubmind-electra.pt", *bert, *finetuned, steps=_STEPS)
        train_lemmatizer(folder, "lemma_padt_nocharlm.pt", epochs=1)
        train_lemmatizer(folder, "lemma_padt_charlm.pt", epochs=1, reads_letters=True)
    kinds = {f"{way}_charlm/ccwiki": folder / f"{way}.pt" for way in WAYS} | {"pretrain/conll17": folder / VECTORS}
    kinds |= {f"{name}/padt": get_embedded_dir() / f"{name}.pt" for name in ("tokenize", "mwt")}
    for path in sorted(folder.glob("*_padt_*.pt")):
        processor, _, package = path.stem.partition("_")
        kinds[f"{processor}/{package}"] = path
    return build_files(kinds, transformer)


def _write_transformer(folder: Path, sentences: list[Sentence]) -> None:
    """An ELECTRA of untrained weights that reads letters."""
    letters = sorted({letter for sentence in sentences for letter in sentence.text if not letter.isspace()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    vocab = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    named = {"unk_token": "[UNK]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    ends = {"cls_token": "[CLS]", "sep_token": "[SEP]", "bos_token": "[CLS]", "eos_token": "[SEP]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **named, **ends)
    sizes = {"hidden_size": 16, "embedding_size": 16, "intermediate_size": 32}
    layers = {"num_hidden_layers": 2, "num_attention_heads": 2}
    ElectraModel(ElectraConfig(vocab_size=len(pieces), **sizes, **layers)).save_pretrained(folder)
    fast.save_pretrained(folder)


_SCRIPT = """\
import json, sys
from click.testing import CliRunner
from mudawwana.cli import main

if __name__ == "__main__":
    if "--without-transformers" in sys.argv:
        sys.modules["transformers"] = None
    packages = sys.argv[1].split(",")
    outcomes = {one: CliRunner().invoke(main, ["run", one, "--models", one]) for one in packages}
    print(json.dumps({one: [outcome.exit_code, outcome.stderr] for one, outcome in outcomes.items()}))
"""


@dataclass
class Machine:
    """A user's machine: a folder for corpora, and for what Stanza and the Hub's client download, and a mirror."""

    folder: Path
    mirror: Mirror

    def run(self, packages: Sequence[str], *options: str, hub_offline: bool = False) -> dict[str, tuple[int, str]]:
        """Exit status and stderr of `mudawwana run PACKAGE --models PACKAGE`, for each.

        In a process of its own: Stanza reads its environment when it is imported.
        """
        script = self.folder / "run.py"
        script.write_text(_SCRIPT, encoding="utf-8")
        places = {
            "STANZA_RESOURCES_URL": self.mirror.address,
            "STANZA_RESOURCES_DIR": str(self.folder / "stanza"),
            "HF_ENDPOINT": self.mirror.address,
            "HF_HOME": str(self.folder / "hub"),
            "HF_HUB_OFFLINE": str(int(hub_offline)),
        }
        command = [sys.executable, str(script), ",".join(packages), *options]
        done = subprocess.run(  # noqa: S603
            command, env=os.environ | places, cwd=self.folder, capture_output=True, text=True, check=True
        )
        return {one: (status, stderr) for one, (status, stderr) in json.loads(done.stdout).items()}

    def get_models(self, package: str) -> str:
        """What the comment `# models` says in the corpus that the package has annotated."""
        folder = CorpusLayout(self.folder / package).auto_dir
        lines = [line for path in folder.glob("*.conllu") for line in path.read_text("utf-8").splitlines()]
        (told,) = {line for line in lines if line.startswith("# models = ")}
        return told.removeprefix("# models = ")


def test_packages_are_downloaded_once_and_annotate(mirrored: dict[str, bytes], tmp_path: Path) -> None:
    for package in OFFICIAL_PACKAGES:  # a folder of this name is no folder of models
        init_corpus(tmp_path / package, "library")
        (tmp_path / package / "seeds" / "article.txt").write_text(ARTICLE, encoding="utf-8")
    with run_mirror(mirrored) as mirror:
        machine = Machine(tmp_path, mirror)
        for status, stderr in machine.run(OFFICIAL_PACKAGES).values():
            assert status == 0, stderr
    assert set(mirrored) <= {path.replace(COMMIT, "main") for path in mirror.requests}
    told = {package: machine.get_models(package) for package in OFFICIAL_PACKAGES}
    assert told == {package: f"{package} {compute_expected(mirrored, package)}" for package in OFFICIAL_PACKAGES}
    # The mirror is gone. What was annotated is known by its fingerprint, and what is new is annotated.
    (tmp_path / "default_accurate" / "seeds" / "new.txt").write_text("وصل الوزير أمس.", encoding="utf-8")
    for package, (status, stderr) in machine.run(("padt", "default_accurate")).items():
        assert status == 0, stderr
        assert machine.get_models(package) == told[package]
    (sentence,) = read_conllu(CorpusLayout(tmp_path / "default_accurate").auto_dir / "new.conllu")
    assert sentence.text == "وصل الوزير أمس."


def compute_expected(mirrored: dict[str, bytes], package: str) -> str:
    """The fingerprint, from what the mirror says that the package needs."""
    needed = {f"{processor}/{model}" for processor, model in PACKAGES[package].items()}
    needed |= {f"{kind}/{model}" for one in needed for kind, model in get_needs(*one.split("/"))}
    lines = []
    for name in sorted(needed):
        (content,) = (content for path, content in mirrored.items() if path.endswith(f"/models/{name}.pt"))
        lines.append(f"{name.partition('/')[2]}.pt {hashlib.sha256(content).hexdigest()}")
    if package == "default_accurate":
        lines.append(f"{TRANSFORMER} {COMMIT}")
    listed = "\n".join(lines).encode()
    return f"sha256:{hashlib.sha256(listed).hexdigest()[:16]}"


def test_without_transformers_says_what_to_install(mirrored: dict[str, bytes], tmp_path: Path) -> None:
    init_corpus(tmp_path / "default_accurate", "library")
    (tmp_path / "default_accurate" / "seeds" / "article.txt").write_text(ARTICLE, encoding="utf-8")
    with run_mirror(mirrored) as mirror:
        outcomes = Machine(tmp_path, mirror).run(["default_accurate"], "--without-transformers")
        assert outcomes["default_accurate"][0] == 1
        assert "pip install 'mudawwana[transformers]'" in outcomes["default_accurate"][1]
    # The transformer is still to come, and there is no network; so said, the Hub's client does not try again.
    outcomes = Machine(tmp_path, mirror).run(["default_accurate"], hub_offline=True)
    status, stderr = outcomes["default_accurate"]
    assert status == 1
    assert "could not be downloaded" in stderr
