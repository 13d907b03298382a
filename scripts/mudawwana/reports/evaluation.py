"""An evaluation as text for a terminal, as JSON, and as a page (HTML) with figures."""

from collections.abc import Iterable, Iterator, Sequence

from mudawwana.compare.breakdown import Accuracy, Confusion, LabelTable
from mudawwana.compare.evaluate import Evaluation
from mudawwana.reports.html_page import render_page

_TEXT_ROWS = 15
"""Of each table on the terminal; JSON and HTML have all."""

_TITLES = {"upos": "UPOS", "feats": "features", "deprels": "relations"}
_GROUPS = {
    "by_length": "sentence length (words)",
    "by_distance": "distance to the head (words)",
    "by_relation": "relation",
}


def render_text(evaluation: Evaluation) -> str:
    """The scores and the most frequent rows of each table."""
    width = max(map(len, evaluation.scores))
    lines = [
        f"gold    {evaluation.gold}: {evaluation.documents} documents, {evaluation.sentences} sentences, "
        f"{evaluation.words} words",
        f"system  {evaluation.system}" + (f" ({', '.join(evaluation.models)})" if evaluation.models else ""),
        "",
        f"{'':<{width}}  precision   recall       F1   95 % interval of F1",
    ]
    lines += [
        f"{metric:<{width}}  {score.precision:>9.2f}{score.recall:>9.2f}{score.f1:>9.2f}"
        f"   {score.low:.2f} - {score.high:.2f}"
        for metric, score in evaluation.scores.items()
    ]
    for name, title in _TITLES.items():
        lines += ["", *_format_labels(title, getattr(evaluation.breakdown, name))]
    for name, title in _GROUPS.items():
        lines += ["", *_format_accuracies(title, getattr(evaluation.breakdown, name))]
    return "\n".join(lines)


def render_html(evaluation: Evaluation) -> str:
    """One page that needs no other file."""
    breakdown = evaluation.breakdown
    return render_page(
        "evaluation.html.jinja",
        evaluation=evaluation,
        tables={title: getattr(breakdown, name) for name, title in _TITLES.items()},
        upos_matrix=build_matrix(breakdown.upos),
        groups={title: getattr(breakdown, name) for name, title in _GROUPS.items()},
    )


def build_matrix(table: LabelTable) -> tuple[list[str], list[list[int]]]:
    """(labels, counts by gold label, then system label); "" stands last, for no such word."""
    labels = [*(row.label for row in table.labels), ""]
    counts = {(row.label, row.label): row.correct for row in table.labels}
    counts |= {(one.gold, one.system): one.count for one in table.confusions}
    return labels, [[counts.get((gold, system), 0) for system in labels] for gold in labels]


def _format_labels(title: str, table: LabelTable) -> Iterator[str]:
    rows = table.labels[:_TEXT_ROWS]
    width = max(map(len, (title, *(row.label for row in rows))))
    yield f"{title:<{width}}     gold  system  correct  precision   recall       F1"
    for row in rows:
        yield (
            f"{row.label:<{width}}  {row.gold:>7}{row.system:>8}{row.correct:>9}"
            f"  {row.precision:>9.2f}{row.recall:>9.2f}{row.f1:>9.2f}"
        )
    yield from _cut(table.labels)
    yield ""
    yield f"{title}: most frequent confusions, gold > system (- : no such word or feature)"
    yield from _format_confusions(table.confusions[:_TEXT_ROWS])
    yield from _cut(table.confusions)


def _format_confusions(confusions: Iterable[Confusion]) -> Iterator[str]:
    for one in confusions:
        yield f"{one.count:>7}  {one.gold or '-'} > {one.system or '-'}"


def _format_accuracies(title: str, rows: Sequence[Accuracy]) -> Iterator[str]:
    shown = rows[:_TEXT_ROWS]
    width = max(map(len, (title, *(row.group for row in shown))))
    yield f"{title:<{width}}    words     UPOS      UAS      LAS   (% of gold words)"
    for row in shown:
        yield f"{row.group:<{width}}  {row.words:>7}{row.upos:>9.2f}{row.uas:>9.2f}{row.las:>9.2f}"
    yield from _cut(rows)


def _cut(rows: Sequence[object]) -> Iterator[str]:
    if len(rows) > _TEXT_ROWS:
        yield f"... {len(rows) - _TEXT_ROWS} more rows: --json and --html have them all"
