"""What `mudawwana validate` found, as a report to read (HTML) or to compute with (JSON).

The JSON has the fields of `ValidationReport`, by name. Equal incidents and annotations give equal bytes.
"""

import json
from dataclasses import asdict
from pathlib import Path

from mudawwana.base.files import write_text_atomically
from mudawwana.reports.html_page import render_page
from mudawwana.reports.tree_drawing import draw_tree
from mudawwana.validate.counts import ValidationReport

_PAGE_DOCUMENTS = 500  # of the HTML's table; the JSON has all
_TREE_WORDS = 150  # a longer sentence is not drawn


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
        "validation.html.jinja",
        report=report,
        sentences=list(zip(report.worst_sentences, drawings, strict=True)),
        documents=documents[:_PAGE_DOCUMENTS],
        tree_words=_TREE_WORDS,
    )
