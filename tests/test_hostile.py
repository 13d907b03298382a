"""Broken and hostile input through the command line: annotated with nothing lost, or refused with a remedy.

What each format refuses record by record is in test_seed_files.py.
"""

import errno
import gzip
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mudawwana.annotate.models import Models
from mudawwana.arabic.script import normalise
from mudawwana.base.conllu_io import read_conllu, serialize_sentence
from mudawwana.base.errors import OutputError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence
from mudawwana.cli import main
from mudawwana.dataset.build import build_dataset
from mudawwana.seeds.documents import read_documents
from mudawwana.seeds.init import init_corpus
from mudawwana.seeds.settings import load_settings
from mudawwana.validate.corpus import check_corpus

# "The town opened a new public library this morning; it holds many books on history, and many students came."
LINE = (
    "افتتحت البلدية صباح اليوم مكتبة عامة جديدة تضم كتبا كثيرة "
    "في التاريخ وحضر الافتتاح عدد كبير من الطلاب هناك أيضا"
)


@pytest.fixture
def layout(tmp_path: Path, models: Models, monkeypatch: pytest.MonkeyPatch) -> CorpusLayout:
    monkeypatch.setattr("mudawwana.annotate.models.load_models", lambda _, stock: models)
    init_corpus(tmp_path / "library", "library")
    return CorpusLayout(tmp_path / "library")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def annotate(layout: CorpusLayout) -> list[Sentence]:
    """The sentences of the corpus's one seed file, valid, with every character of the text accounted for."""
    outcome = call("annotate", layout.root)
    assert outcome.exit_code == 0, outcome.output
    settings = load_settings(layout)
    errors = [incident for incident in check_corpus(layout, settings) if incident.severity == "error"]
    assert not errors, errors[:3]
    sentences = list(read_conllu(Path(outcome.stdout.strip())))
    for document in read_documents(layout, settings):
        check_cover(document.text, [one for one in sentences if one.sent_id.startswith(f"{document.id}-p")])
    return sentences


def check_cover(text: str, sentences: list[Sentence]) -> None:
    """Raw spans and the white space between them are the raw text."""
    end = 0
    rebuilt = ""
    for token in (token for sentence in sentences for token in sentence.tokens):
        assert token.start_char is not None
        assert token.end_char is not None
        between = text[end : token.start_char]
        assert not normalise(between).text.strip()
        assert normalise(text[token.start_char : token.end_char]).text == normalise(token.form).text
        rebuilt += between + text[token.start_char : token.end_char]
        end = token.end_char
    assert not normalise(text[end:]).text.strip()
    assert rebuilt + text[end:] == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("؟!... ، — «»()[]", id="only punctuation"),
        pytest.param("The quick brown fox jumps over the lazy dog.", id="only Latin"),
        pytest.param("بتثجحخدذرز" * 10_000, id="100,000 characters without a space"),
        pytest.param(" ".join([LINE] * 1_000), id="20,000 words without a stop"),
        pytest.param(f"قال {'ب' * 5_000} ثم ذهب.", id="a token of 5,000 letters"),
        pytest.param("([" * 100 + "نص" + "])" * 100, id="deeply nested brackets"),
        pytest.param(
            "سلام\x01 عل\x07يكم \x1b[31m نص\x7f \x80\x93كلمة\x94 \x1c كلمة\x0b كلمة\x85 نهاية.\x0c",
            id="control characters",
        ),
        pytest.param("\ufeffسلام \ufeffعليكم\ufeff.", id="byte order marks"),
        pytest.param("\u064e\u064f ـــ \u0651", id="marks and tatweel without letters"),
        pytest.param("سلام 🏳️‍🌈👩‍👩‍👧 عليكم \U0010ffff\ue000.", id="emoji and private use"),
        pytest.param(
            "<!DOCTYPE html><html dir='rtl'><body><p>سلام &amp; عليكم</p>\n<script>alert(1)</script></body>",
            id="HTML",
        ),
        pytest.param(
            "# newdoc id = x\n# sent_id = 1\n# text = سلام\n1\tسلام\t_\tNOUN\t_\t_\t0\troot\t_\t_\n\n# newpar\n#",
            id="lines of CoNLL-U",
        ),
        pytest.param("سلام.\n" + "\n" * 1_000_000 + " \u200f\nعليكم.", id="a million empty lines"),
    ],
)
def test_annotated(layout: CorpusLayout, text: str) -> None:
    (layout.seeds_dir / "a.txt").write_text(text, encoding="utf-8")
    assert annotate(layout)


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("a.txt", b"", "a.txt: byte 0: no text in it, only white space or nothing; fill or remove the file."),
        ("a.txt", b" \t\r\n \xc2\xa0", "a.txt: byte 0: no text in it"),
        ("a.txt", b"ab\0c", "a.txt: byte 2: a NUL, which no text holds; if it is UTF-16, convert it with `iconv"),
        ("a.txt", "سلام \ufffd".encode(), "a.txt:1: character 5 is U+FFFD (REPLACEMENT CHARACTER, in"),
        ("a.txt", b"\xed\xa0\x80", "a.txt: byte 0: not UTF-8 (invalid continuation byte)"),
        ("a.txt", "سلام".encode()[:-1], "a.txt: byte 6: not UTF-8 (unexpected end of data); what comes before is"),
        (
            "a.txt",
            "سلام عليكم".encode("cp1256"),
            'so, set `encoding = "cp1256"` under [annotation] in corpus.toml',
        ),
        ("a.txt", b"%PDF-1.7\n", "a.txt: byte 0: not UTF-8 text but a PDF file; extract its text first, for"),
        ("a.txt.gz", gzip.compress("سلام.".encode())[:-5], "a.txt.gz: the gzip file is damaged or cut off"),
        ("a.jsonl", b'{"id": "a", "text": "\\ud800"}', "a.jsonl:1: 'text': character 0 is U+D800 (half of a"),
        ("a.jsonl", b'{"id": "a", "text": "x"}\n' * 2, "a.jsonl:2: has the id 'a', and so has a document of"),
        ("a.jsonl", b'{"id": "../a", "text": "x"}', "a.jsonl:1: the id '../a' must be 1 to 200 of A-Z"),
        ("a.jsonl", b'{"id": "..", "text": "x"}', "a.jsonl:1: the id '..' must be"),
        ("a.docx", b"PK\x03\x04", "a.docx: not a seed file; only files named *.txt, *.txt.gz, *.jsonl"),
    ],
)
def test_refused(layout: CorpusLayout, name: str, raw: bytes, expected: str) -> None:
    (layout.seeds_dir / name).write_bytes(raw)
    outcome = call("annotate", layout.root)
    assert outcome.exit_code == 1
    assert expected in outcome.stderr
    assert f"{layout.seeds_dir / name}:" in outcome.stderr
    assert not list(layout.auto_dir.glob("*.conllu"))


def test_metadata_breaks_no_comment_and_is_whole_in_the_data_set(layout: CorpusLayout) -> None:
    title = "# newdoc id = x\n\n1\tسلام\r\u2028#\x85 = \u200f«a»"
    row = {"id": "a", "text": "سلام.", "title": title, "a # b": "\u200f", "list": ["x\n", {"y": "#"}]}
    (layout.seeds_dir / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (sentence,) = annotate(layout)
    comments = serialize_sentence(sentence).partition("\n1\t")[0].split("\n")
    assert tuple(comments) == sentence.comments
    assert "# title = # newdoc id = x 1 سلام # = «a»" in comments
    assert sum(bool(re.match("# newdoc", comment)) for comment in comments) == 1
    build_dataset(layout, load_settings(layout))
    import pyarrow.parquet as pq

    (document,) = pq.read_table(layout.corpus_dir / "data" / "documents").to_pylist()
    assert document["title"] == title
    assert json.loads(document["metadata"]) == {"a # b": "\u200f", "list": '["x\\n", {"y": "#"}]'}


def fail_to_open(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def fail_to_sync(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("place", "replacement", "expected"),
    [
        (
            "pathlib.Path.open",
            fail_to_open,
            "article.conllu: cannot be written (Permission denied); make room there",
        ),
        ("os.fsync", fail_to_sync, ".conllu: cannot be written (No space left on device); make room there"),
        ("mudawwana.annotate.task.serialize_sentence", interrupt, "Aborted!"),
    ],
)
def test_an_annotation_that_cannot_be_written_leaves_the_old_one(
    layout: CorpusLayout,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    replacement: Callable[..., Any],
    expected: str,
) -> None:
    (layout.seeds_dir / "article.txt").write_text("كتب الولد رسالة.", encoding="utf-8")
    annotate(layout)
    path = layout.auto_dir / "article.conllu"
    before = path.read_bytes()
    # As if something else had changed since: the same again would be left as it is.
    shutil.rmtree(layout.work_dir)
    opened = Path.open

    def is_replaced(*arguments: Any, **options: Any) -> Any:
        is_output = place != "pathlib.Path.open" or (
            arguments[0].parent == layout.auto_dir and {"w", "wb"} & {*arguments, *options.values()}
        )
        return (replacement if is_output else opened)(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(place, is_replaced)
        outcome = call("annotate", layout.root)
    assert outcome.exit_code == (130 if replacement is interrupt else 1)
    assert expected in outcome.stderr
    assert path.read_bytes() == before
    assert sorted(one.name for one in layout.auto_dir.iterdir()) == [".gitkeep", "article.conllu"]


def test_a_run_that_is_cut_off_says_which_files_are_annotated(
    layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stem in ("a", "b"):
        # Small files would share a shard, and be done together.
        (layout.seeds_dir / f"{stem}.txt").write_text("كتب الولد رسالة.\n" * 40, encoding="utf-8")

    def serialize(sentence: Sentence) -> str:
        if sentence.sent_id.startswith("b-"):
            raise KeyboardInterrupt
        return serialize_sentence(sentence)

    monkeypatch.setattr("mudawwana.annotate.task.serialize_sentence", serialize)
    assert call("annotate", layout.root).exit_code == 130
    _, row = layout.documents_path.read_text(encoding="utf-8").splitlines()
    assert row.startswith("a,a.txt,")
    found = {(incident.id, incident.path) for incident in check_corpus(layout, load_settings(layout))}
    assert found == {("document-not-annotated", "seeds/b.txt")}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
def test_a_disk_that_is_really_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mudawwana.base.files._TOKEN", "0")
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    (tmp_path / f".a.txt.{os.getpid()}-0.tmp").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"a\.txt: cannot be written \(No space left on device\)"):
        write_text_atomically(path, ["new"] * 100_000)
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "annotations").touch()
    with pytest.raises(OutputError, match=r"a\.conllu: cannot be written \((Not a directory|File exists)\)"):
        write_text_atomically(tmp_path / "annotations" / "a.conllu", ["x"])
    assert [one.name for one in tmp_path.iterdir()] == ["annotations"]


def test_a_seed_that_may_not_be_read(layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    (layout.seeds_dir / "a.txt").write_text("سلام.", encoding="utf-8")
    opened = Path.open

    def open_or_fail(path: Path, *arguments: Any, **options: Any) -> Any:
        return (fail_to_open if path.name == "a.txt" else opened)(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_or_fail)
    outcome = call("annotate", layout.root)
    assert outcome.exit_code == 1
    assert "a.txt: cannot be read (Permission denied); check that you may read it." in outcome.stderr
