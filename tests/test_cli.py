import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from datasets import load_dataset

from conftest import REPOSITORY
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_new_article_becomes_a_valid_data_set(corpus: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    ran = call("run", corpus.root)
    assert ran.exit_code == 0, ran.output
    assert "0 errors" in ran.stdout
    assert "paragraphs   4\n" in ran.stdout
    assert f'load_dataset("{corpus.corpus_dir}", split="train")' in ran.stdout
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
