"""Texts and corpora to measure on; a document is a run of paragraphs of about 800 space-separated words."""

import json
import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path

from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Document, Paragraph

DOCUMENT_WORDS = 800
_SETTINGS = """\
[corpus]
name = "load"
title = "A load"
description = "Made to measure on."
licence = "other"
curators = ["scripts/benchmarks"]
text_source = "as the file says"
text_licence = "as the file says"
version = "1.0"
released = "2025-03-04"
contact = "nobody@example.org"
personal_data = "As in the source."
"""


def iter_lines(text: Path) -> Iterator[str]:
    """The lines without their ends, empty ones among them; .xz is unpacked."""
    with lzma.open(text, "rt", encoding="utf-8") if text.suffix == ".xz" else text.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def make_documents(texts: Iterable[str]) -> list[tuple[Document, list[Paragraph]]]:
    """Each text as a document of one paragraph, as the annotation takes it."""
    return [
        (Document(f"d{number}", text, "", "text"), [Paragraph(f"d{number}-p1", 0, text)])
        for number, text in enumerate(texts, start=1)
    ]


def write_settings(layout: CorpusLayout) -> None:
    write_text_atomically(layout.settings_path, [_SETTINGS])


def lay_out(text: Path, root: Path, words: int, *, file_words: int) -> None:
    """A corpus below `root` of at least so many words of the text, in seed files of at least `file_words`.

    The text has a paragraph a line. What is there already stays. Raises SystemExit where the text is too short.
    """
    layout = CorpusLayout(root)
    if layout.settings_path.exists():
        return
    layout.seeds_dir.mkdir(parents=True, exist_ok=True)
    _write_seeds(text, layout.seeds_dir, words, file_words)
    # Last: it says that the seeds are all there.
    write_settings(layout)


def _write_seeds(text: Path, seeds_dir: Path, words: int, file_words: int) -> None:
    documents: list[str] = []
    total = in_file = files = 0
    for number, (document, count) in enumerate(_iter_documents(text), start=1):
        documents.append(json.dumps({"id": f"d{number:05}", "text": document}, ensure_ascii=False) + "\n")
        total, in_file = total + count, in_file + count
        if in_file >= file_words or total >= words:
            files += 1
            write_text_atomically(seeds_dir / f"part{files:03}.jsonl", documents)
            documents, in_file = [], 0
        if total >= words:
            return
    raise SystemExit(f"{text}: {total:,} words, {words:,} are needed; give a longer text, or ask for less.")


def _iter_documents(text: Path) -> Iterator[tuple[str, int]]:
    """Paragraphs that make up a document, and their words; what remains at the end is left out."""
    paragraphs: list[str] = []
    count = 0
    for line in iter_lines(text):
        paragraphs.append(line)
        count += len(line.split())
        if count >= DOCUMENT_WORDS:
            yield "\n".join(paragraphs), count
            paragraphs, count = [], 0
