"""What `mudawwana validate` found, as a report to read (HTML) or to compute with (JSON).

The JSON has the fields of `ValidationReport`, by name. Equal incidents and annotations give equal bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from mudawwana.files import write_text_atomically
from mudawwana.html_page import render_page
from mudawwana.incidents import Incident, Severity
from mudawwana.tree_drawing import draw_tree

_PAGE_DOCUMENTS = 500  # of the HTML's table; the JSON has all
_TREE_WORDS = 150  # a longer sentence is not drawn


@dataclass(frozen=True, slots=True)
class LayerCounts:
    """What one layer of annotations comes to."""

    layer: str
    documents: int
    sentences: int
    words: int
    errors: int
    warnings: int
    ud_levels: Mapping[int, int]
    """Sentences by the highest UD level (0-5) that they pass."""


@dataclass(frozen=True, slots=True)
class KindCounts:
    """All incidents of one kind."""

    id: str
    level: int
    severity: Severity
    count: int
    explanation: str
    examples: Sequence[Incident]
    """The first of them, five at most."""


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """One document of one annotation file; or a file of which nothing else was read, with `id` ""."""

    layer: str
    path: str
    """Of the seed file where it has no annotation."""
    id: str
    sentences: int
    words: int
    errors: int
    warnings: int
    level_5_share: float | None
    """Of its sentences; None where it has none."""
    repaired_words: int
    """Words with `Repaired=` in MISC."""


@dataclass(frozen=True, slots=True)
class ReportWord:
    """A word of a sentence that is shown as a tree."""

    id: int
    form: str
    upos: str
    head: str
    deprel: str
    incidents: Sequence[str]
    """Ids of those in its line, or in that of its multi-word token."""


@dataclass(frozen=True, slots=True)
class ReportSentence:
    """A sentence with its incidents."""

    layer: str
    path: str
    line: int
    sent_id: str
    text: str
    errors: int
    warnings: int
    incidents: Sequence[Incident]
    words: Sequence[ReportWord]


@dataclass(frozen=True)
class ValidationReport:
    """Everything that a report says."""

    corpus: str
    """The corpus's name."""
    layers: Sequence[LayerCounts]
    kinds: Sequence[KindCounts]
    """Errors first, then the more frequent ones."""
    worst_sentences: Sequence[ReportSentence]
    """Those with the most errors, then warnings; twenty at most."""
    documents: Sequence[DocumentCounts]
    """By layer, file, and order in the file."""
    repairs: Mapping[str, int]
    """Words by the incident that their repair prevents (`RepairedBy=` in MISC), most first."""


def write_report(path: Path, report: ValidationReport) -> None:
    """Writes the report as HTML where the path ends in .html, else as JSON."""
    text = render_html(report) if path.suffix == ".html" else render_json(report)
    write_text_atomically(path, [text])


def render_json(report: ValidationReport) -> str:
    return json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n"


def render_html(report: ValidationReport) -> str:
    """One page that needs no other file."""
    drawings = [
        draw_tree(sentence.words) if len(sentence.words) <= _TREE_WORDS else None
        for sentence in report.worst_sentences
    ]
    documents = sorted(report.documents, key=lambda document: (-document.errors, -document.warnings))
    return render_page(
        "validation_report.html.jinja",
        report=report,
        sentences=list(zip(report.worst_sentences, drawings, strict=True)),
        documents=documents[:_PAGE_DOCUMENTS],
        tree_words=_TREE_WORDS,
    )
