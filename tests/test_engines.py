"""Annotating as a stream: shards, one annotation file a seed file, nothing read before it is needed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mudawwana.conllu_io import read_conllu
from mudawwana.documents import read_documents
from mudawwana.engines.here import annotate_corpus, iter_shards
from mudawwana.layout import CorpusLayout
from mudawwana.models import Models
from mudawwana.records import Document
from mudawwana.settings import Settings
from mudawwana.validate import check_corpus

SETTINGS = Settings("a", "A", "A.", "other", ("A",))
LINE = "كتب الولد رسالة طويلة.\n"  # "the boy wrote a long letter": four words


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    (tmp_path / "seeds").mkdir()
    rows = [{"id": f"b{number}", "text": LINE * 3} for number in range(4)]
    (tmp_path / "seeds" / "a.txt").write_text(LINE, encoding="utf-8")
    (tmp_path / "seeds" / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "seeds" / "c.txt").write_text(LINE * 8, encoding="utf-8")
    return CorpusLayout(tmp_path)


def annotate(layout: CorpusLayout, models: Models) -> list[bytes]:
    documents = read_documents(layout, SETTINGS)
    return [path.read_bytes() for path in annotate_corpus(layout, SETTINGS, documents, models)]


def test_shards_end_by_words_inside_of_documents_too(
    layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mudawwana.engines.here.SHARD_WORDS", 20)
    shards = [
        [(document.id, [paragraph.id for paragraph in paragraphs]) for document, paragraphs in shard]
        for shard in iter_shards(read_documents(layout, SETTINGS), SETTINGS)
    ]
    assert shards[:2] == [
        [("a", ["a-p1"]), ("b0", ["b0-p1", "b0-p2", "b0-p3"]), ("b1", ["b1-p1"])],
        [("b1", ["b1-p2", "b1-p3"]), ("b2", ["b2-p1", "b2-p2", "b2-p3"])],
    ]
    paragraphs = [paragraph for shard in shards for _, ones in shard for paragraph in ones]
    assert len(paragraphs) == len(set(paragraphs)) == 1 + 4 * 3 + 8


@pytest.mark.parametrize("shard_words", [1, 20, 20_000])
def test_one_valid_file_a_seed_file_whatever_the_shards(
    layout: CorpusLayout, models: Models, monkeypatch: pytest.MonkeyPatch, shard_words: int
) -> None:
    monkeypatch.setattr("mudawwana.engines.here.SHARD_WORDS", shard_words)
    assert len(annotate(layout, models)) == 3
    assert sorted(path.name for path in layout.auto_dir.iterdir()) == ["a.conllu", "b.conllu", "c.conllu"]
    sentences = list(read_conllu(layout.auto_dir / "b.conllu"))
    newdocs = [sentence.get_comment("newdoc id") for sentence in sentences]
    assert [one for one in newdocs if one] == ["b0", "b1", "b2", "b3"]
    incidents = check_corpus(layout, SETTINGS)
    # Nobody has written documents.csv here.
    assert {incident.id for incident in incidents if incident.severity == "error"} <= {"seed-not-listed"}


def test_documents_are_read_as_they_are_annotated(
    layout: CorpusLayout, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mudawwana.engines.here.SHARD_WORDS", 10)
    read: list[str] = []
    progress: list[tuple[int, list[str]]] = []

    def iter_documents() -> Iterator[Document]:
        for document in read_documents(layout, SETTINGS):
            read.append(document.id)
            yield document

    def advance(words: int) -> None:
        progress.append((words, [*read]))

    paths = list(annotate_corpus(layout, SETTINGS, iter_documents(), models, advance=advance))
    assert [path.name for path in paths] == ["a.conllu", "b.conllu", "c.conllu"]
    assert progress[0] == (12, ["a", "b0"])
    assert progress[1] == (12, ["a", "b0", "b1"])
    assert sum(words for words, _ in progress) == 4 * (1 + 4 * 3 + 8)


def test_a_file_that_is_not_finished_leaves_the_old_one(
    layout: CorpusLayout, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = annotate(layout, models)
    monkeypatch.setattr("mudawwana.engines.here.SHARD_WORDS", 10)

    def iter_documents() -> Iterator[Document]:
        documents = read_documents(layout, SETTINGS)
        yield from (next(documents) for _ in range(4))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(annotate_corpus(layout, SETTINGS, iter_documents(), models))
    assert [path.read_bytes() for path in sorted(layout.auto_dir.iterdir())] == before
