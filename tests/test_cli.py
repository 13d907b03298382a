import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from datasets import load_dataset

from conftest import REPOSITORY
from mudawwana.annotate.models import get_embedded_dir
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.annotate.tiers import FILE_NAME, read_calibration
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.compare.audit.sample import draw_sample
from mudawwana.training.calibration import write_calibration

OTHER_FILES = ("readings.tsv", "resources.json")
"""Of the embedded models, beside their weights."""


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_new_article_becomes_a_valid_data_set(corpus: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    ran = call("run", corpus.root)
    assert ran.exit_code == 0, ran.output
    assert "0 errors" in ran.stdout
    assert "paragraphs   4\n" in ran.stdout
    assert f'load_dataset("{corpus.corpus_dir}", split="train")  # this folder: not the one above' in ran.stdout
    sentences = load_dataset(str(corpus.corpus_dir), split="train", cache_dir=str(corpus.root / "cache"))
    assert {row["par_id"] for row in sentences} == {f"article-p{number}" for number in (1, 2, 3, 4)}
    assert set(sentences["ud_level"]) == {5}


def test_the_same_text_gives_the_same_annotation(corpus: CorpusLayout) -> None:
    path = corpus.get_annotation_path("auto", "seeds/article.txt")
    outputs = []
    for _ in range(2):
        annotated = call("annotate", corpus.root)
        assert annotated.exit_code == 0, annotated.output
        assert annotated.stdout == f"{path}\n"
        outputs.append(path.read_bytes())
    assert outputs[0] == outputs[1]


def test_stock_says_the_same_without_probabilities(corpus: CorpusLayout) -> None:
    path = corpus.get_annotation_path("auto", "seeds/article.txt")
    outputs = []
    for flags in ([], ["--stock"]):
        annotated = call("annotate", corpus.root, *flags)
        assert annotated.exit_code == 0, annotated.output
        outputs.append(list(read_conllu(path)))
    assert ["UposProb=" in output[0].words[0].misc for output in outputs] == [True, False]
    # Labels that were repaired are chosen by their probabilities, which Stanza's own modules do not tell.
    ours, stock = (
        [replace(word, misc="_") for sentence in output for word in undo_repairs(sentence.words)]
        for output in outputs
    )
    assert ours == stock


def test_models_of_ones_own_have_their_calibration(corpus: CorpusLayout, tmp_path: Path) -> None:
    """In the data set, its card and the sample of an audit; also where the models are gone."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for path in (*get_embedded_dir().glob("*.pt"), *(get_embedded_dir() / name for name in OTHER_FILES)):
        (folder / path.name).symlink_to(path)
    known = read_calibration(get_embedded_dir() / FILE_NAME)
    # The same bytes have the same fingerprint; here all words are B, of which the embedded ones have few.
    starts = {"A": 2.0, "B": 0.0, "C": 0.0}
    tiers = {name: replace(facts, least_confidence=starts[name]) for name, facts in known.tiers.items()}
    write_calibration(folder / FILE_NAME, replace(known, tiers=tiers))
    ran = call("run", corpus.root, "--models", folder)
    assert ran.exit_code == 0, ran.output
    shutil.rmtree(folder)
    statistics = json.loads(corpus.data_set.statistics_path.read_bytes())
    assert list(statistics["words_by_tier"]) == ["B"]
    assert "](figures/reliability.svg)" in corpus.data_set.card_path.read_text(encoding="utf-8")
    assert call("build", corpus.root, "--check").exit_code == 0
    assert list(draw_sample(corpus, 10, by=["confidence"]).strata) == ["B"]
    # The next run is by others: what these were worth counts no longer.
    assert call("annotate", corpus.root).exit_code == 0
    assert not corpus.calibration_path.exists()


def test_validate_names_file_line_and_sentence(corpus: CorpusLayout) -> None:
    assert call("annotate", corpus.root).exit_code == 0
    good = call("validate", corpus.root, "--json")
    assert good.exit_code == 0, good.output
    path = corpus.get_annotation_path("auto", "seeds/article.txt")
    first, *others = read_conllu(path)
    broken = type(first)(
        tuple(c.replace("# text = ", "# text = X") for c in first.comments), first.words, first.multiword_tokens
    )
    write_conllu(path, [broken, *others])
    bad = call("validate", corpus.root, "--json")
    assert bad.exit_code == 1
    found = [incident for incident in json.loads(bad.stdout) if incident["severity"] == "error"]
    assert {incident["id"] for incident in found} >= {"text-not-in-seed"}
    assert all(incident["sent_id"] == "article-p1-s1" and incident["line"] for incident in found)
    assert "article-p1-s1" in call("validate", corpus.root).stdout


def test_a_corpus_without_seeds_says_how_to_begin(tmp_path: Path) -> None:
    outcome = call("run", tmp_path)
    assert outcome.exit_code == 1
    assert "mudawwana init" in outcome.stderr
    assert call("init", tmp_path / "empty").exit_code == 0
    outcome = call("run", tmp_path / "empty")
    assert outcome.exit_code == 1
    assert ".txt" in outcome.stderr


def test_official_models_without_network_say_what_to_do(
    corpus: CorpusLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr("stanza.pipeline.core.download_resources_json", fail)
    monkeypatch.setattr("mudawwana.annotate.models.OFFICIAL_DIR", str(corpus.root / "none"))
    outcome = call("annotate", corpus.root, "--models", "padt")
    assert outcome.exit_code == 1
    assert "could not be downloaded" in outcome.stderr
    assert "--models embedded" in outcome.stderr


def test_unknown_models_are_refused(corpus: CorpusLayout) -> None:
    outcome = call("annotate", corpus.root, "--models", "nonsense")
    assert outcome.exit_code == 1
    assert "official package" in outcome.stderr


@pytest.mark.parametrize(
    "command",
    [
        *("init", "run", "annotate", "validate", "evaluate", "agree", "audit", "build", "export"),
        *("query", "explore", "train", "prepare"),
    ],
)
def test_each_command_explains_itself(command: str) -> None:
    outcome = call(command, "--help")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(f"Usage: main {command}")
    assert f"  {command} " in call("--help").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        *(["nonsense"], ["train"], ["validate", "/no/such/folder"], ["run", "--nonsense"]),
        ["train", str(REPOSITORY), "--output", "/no/such/folder", "--device", "abacus"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


def test_help_does_not_wait_for_stanza() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from mudawwana.cli import main; sys.exit('torch' in sys.modules or 'datasets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603


def copy_shipped(root: Path) -> CorpusLayout:
    for folder in ("seeds", "annotations", "corpus"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=shutil.ignore_patterns(".work"))
    return CorpusLayout(root)


def put_folder(path: Path) -> None:
    if path.exists():
        path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("command", "damage", "expected"),
    [
        ("validate", lambda c: put_folder(c.settings_path), "corpus.toml: Is a directory; a file belongs there"),
        ("validate", lambda c: c.settings_path.write_bytes(b"\xff"), "corpus.toml: not UTF-8"),
        (
            "validate",
            lambda c: put_folder(c.documents_path),
            "documents.csv: Is a directory; a file belongs there",
        ),
        ("build", lambda c: put_folder(find_annotation(c)), ".conllu: Is a directory; a file belongs there"),
        ("build", lambda c: find_annotation(c).write_bytes(b"\xff\n\n"), ".conllu:"),
        (
            "validate",
            lambda c: damage_parquet(c),
            "-00001.parquet: cannot be read, it is damaged or of another kind",
        ),
        ("export conllu --output x", lambda c: damage_parquet(c), "run `mudawwana build`, which writes it anew"),
        ("export vertical --output x", lambda c: damage_parquet(c), "run `mudawwana build`, which writes it anew"),
        ("export stanza --output x", lambda c: damage_parquet(c), "run `mudawwana build`, which writes it anew"),
        ("query رئيس", lambda c: damage_parquet(c), "too small to be a Parquet file"),
        ("explore --static x", lambda c: damage_parquet(c), "too small to be a Parquet file"),
        ("explore --static x/y", lambda c: (c.root / "x").touch(), "x/y"),
        ("annotate", lambda c: c.work_dir.touch(), ".work/lock: cannot be written"),
    ],
)
def test_whatever_ends_a_command_is_one_message(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    damage: Callable[[CorpusLayout], Any],
    expected: str,
) -> None:
    corpus = copy_shipped(tmp_path)
    monkeypatch.chdir(corpus.root)
    damage(CorpusLayout(Path()))
    outcome = call(*command.split())
    assert outcome.exit_code == 1
    (error,) = [line for line in outcome.stderr.splitlines() if line.startswith("Error: ")]
    assert expected in error
    assert "Traceback" not in outcome.output


def find_annotation(corpus: CorpusLayout) -> Path:
    (path,) = corpus.auto_dir.glob("*.conllu")
    return path


def damage_parquet(corpus: CorpusLayout) -> None:
    for path in corpus.corpus_dir.rglob("*.parquet"):
        path.write_bytes(b"x")


@pytest.mark.parametrize("arguments", [("--debug", "validate"), ("validate", "--debug")])
def test_debug_shows_the_traceback_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", "s3cretword")
    (tmp_path / "s3cretword" / "seeds" / "corpus.toml").mkdir(parents=True)
    outcome = call(*arguments, tmp_path / "s3cretword")
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith("Traceback (most recent call last):\n")
    assert "***/seeds/corpus.toml: Is a directory" in outcome.stderr.splitlines()[-1]
    assert "s3cretword" not in outcome.stderr


def list_commands(command: click.Command) -> Iterator[click.Command]:
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from list_commands(inner)
    else:
        yield command


@pytest.mark.parametrize("command", [*list_commands(main)], ids=lambda command: command.name)
def test_ctrl_c_is_one_line_and_130_in_every_command(
    command: click.Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: click.Context) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "invoke", interrupt)
    monkeypatch.setattr(command, "params", [])
    parent = next(
        (one for one in main.commands.values() if command in getattr(one, "commands", {}).values()), None
    )
    outcome = call(*([parent.name] if parent else []), command.name)
    assert outcome.exit_code == 130
    assert outcome.stderr == "Aborted! What is finished is kept: the same command goes on from there.\n"


@pytest.mark.parametrize("module", ["click", "mudawwana.cli.validate"])
def test_ctrl_c_while_modules_are_loaded(module: str) -> None:
    """As a signal that arrives when this one is imported."""
    code = f"""
import os, signal, sys
from mudawwana.__main__ import main

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupt())
main()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert (ended.returncode, ended.stderr) == (130, "Aborted!\n")


@pytest.mark.parametrize("raw", [b"", b"<!DOCTYPE html><p>Not found</p>", None])
@pytest.mark.parametrize("name", ["pos.pt", "vectors.pt"])
def test_a_file_that_is_no_model_is_named(
    corpus: CorpusLayout, tmp_path: Path, name: str, raw: bytes | None
) -> None:
    """Empty, a page of a server, and cut short."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for path in (*get_embedded_dir().glob("*.pt"), get_embedded_dir() / "resources.json"):
        if path.name != name:
            (folder / path.name).symlink_to(path)
    (folder / name).write_bytes((get_embedded_dir() / name).read_bytes()[:50_000] if raw is None else raw)
    outcome = call("annotate", corpus.root, "--models", folder, "--workers", "1")
    assert outcome.exit_code == 1
    error = outcome.stderr.splitlines()[-1]
    assert error.startswith(f"Error: {folder / name}: nothing that Stanza can load (")
    assert error.endswith("put it back as it was, or train the models anew with `mudawwana train`.")
    assert "weights_only" not in outcome.stderr


@pytest.mark.parametrize("command", ["annotate", "build"])
def test_names_that_are_nearly_a_facts_are_told(corpus: CorpusLayout, command: str) -> None:
    corpus.documents_path.write_text("file,License,author\narticle.txt,CC0,A\n", encoding="utf-8")
    corpus.settings_path.write_text(
        corpus.settings_path.read_text("utf-8").replace("embedded", "nonsense"), "utf-8"
    )
    outcome = call(command, corpus.root)
    assert outcome.exit_code == 1
    line = "'License', of 1 document, stays as it is, and says nothing of 'licence'; rename it if it should."
    assert outcome.stderr.count(f"{corpus.seeds_dir}: {line}\n") == 1
    assert "'author'" not in outcome.stderr
