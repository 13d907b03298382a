"""What changed between two versions, as text for a terminal, as a page (HTML), and for a change log (Markdown)."""

from collections import Counter
from collections.abc import Iterator, Mapping

from mudawwana.compare.agreement import Difference
from mudawwana.compare.diff import UNITS, Diff
from mudawwana.reports.html_page import render_page

_SHOWN = 10

_TITLES = {
    "document": "documents added or removed",
    "text": "documents whose text changed",
    "sentence": "sentence boundaries",
    "sent_id": "ids of sentences",
    "comment": "comments of sentences",
    "token": "tokens in one version only",
    "word": "words in one version only",
    "form": "forms",
    "lemma": "lemmas",
    "upos": "UPOS",
    "xpos": "XPOS",
    "feats": "features",
    "head": "heads",
    "deprel": "relations",
    "deps": "enhanced dependencies",
    "misc": "MISC",
    "empty node": "sentences with other empty nodes",
}


def render_text(diffs: Mapping[str, Diff]) -> str:
    """Units, changes by kind with what became what, and the first examples of each, by layer."""
    return "\n".join(line for layer, diff in diffs.items() for line in _list_text(layer, diff))


def render_html(diffs: Mapping[str, Diff]) -> str:
    """One page that needs no other file."""
    return render_page("diff.html.jinja", diffs=diffs, titles=_TITLES, units=UNITS, details=_show_details)


def render_markdown(diffs: Mapping[str, Diff]) -> str:
    """A section of a data set's change log."""
    return "\n".join(line for layer, diff in diffs.items() for line in _list_markdown(layer, diff)) + "\n"


def _list_text(layer: str, diff: Diff) -> Iterator[str]:
    if layer:
        yield f"== {layer}"
    yield f"old  {diff.old}"
    yield f"new  {diff.new}"
    yield ""
    for unit in UNITS:
        before, after = diff.units[unit]
        yield f"{unit:<10}{before:>10} -> {after:>9}  {after - before:+}"
    yield ""
    if not diff.counts:
        yield "no changes"
    for kind, count in diff.counts.items():
        details = _show_details(diff, kind)
        yield f"{count:>8}  {_TITLES[kind]}{f': {details}' if details else ''}"
    for kind, examples in diff.examples.items():
        yield ""
        yield f"{_TITLES[kind]}, {len(examples)} of {diff.counts[kind]}"
        yield from map(_format_example, examples)
    yield ""


def _format_example(one: Difference) -> str:
    sent_ids = " | ".join(dict.fromkeys(sent_id or "-" for sent_id in one.sent_ids))
    values = " -> ".join(value or "-" for value in one.values)
    if not one.form:
        return f"  {one.document}  {values}"
    return f"  {sent_ids}  {values}   [{one.before} >>{one.form}<< {one.after}]"


def _show_details(diff: Diff, kind: str) -> str:
    """What became what, or which keys changed, the most frequent first."""
    counter: Counter[str] = diff.misc_keys if kind == "misc" else diff.relabelled.get(kind, Counter())
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ranked[:_SHOWN]) + (
        ", ..." if len(ranked) > _SHOWN else ""
    )


def _list_markdown(layer: str, diff: Diff) -> Iterator[str]:
    if layer:
        yield f"### Layer `{layer}`"
        yield ""
    sizes = ", ".join(
        f"{diff.units[unit][1]} {unit} ({diff.units[unit][1] - diff.units[unit][0]:+})" for unit in UNITS
    )
    yield f"- Now {sizes}."
    for change, verb in (("added", "Added"), ("removed", "Removed")):
        ids = [_quote(one.document) for one in diff.examples.get("document", []) if change in one.values]
        if ids:
            yield f"- {verb}, for example: {', '.join(ids)}."
    for kind, count in diff.counts.items():
        details = _show_details(diff, kind)
        example = next(iter(diff.examples[kind]), None)
        shown = f"; for example {_describe_example(example)}" if example and example.form else ""
        yield f"- {count} changes in {_TITLES[kind]}{f' ({_escape(details)})' if details else ''}{shown}."
    if not diff.counts:
        yield "- No changes."
    yield ""


def _describe_example(one: Difference) -> str:
    before, after = (_quote(value) if value else "nothing" for value in one.values)
    return (
        f"{_quote(one.form)} in {_quote(one.sent_ids[1] or one.sent_ids[0] or one.document)}: {before} → {after}"
    )


def _quote(text: str) -> str:
    """Text as code, which nothing in it ends."""
    return f"`{' '.join(text.split()).replace('`', 'ˋ')}`"


def _escape(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|#" else character for character in text)
