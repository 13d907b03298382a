"""An agreement as text for a terminal, and as a page (HTML)."""

from collections.abc import Iterator

from mudawwana.compare.agreement import Agreement, Difference
from mudawwana.reports.html_page import render_page


def render_text(agreement: Agreement) -> str:
    """The measures, then every difference, sentence by sentence."""
    width = max(map(len, agreement.measures))
    lines = [
        f"first   {agreement.first}: {agreement.words[0]} words",
        f"second  {agreement.second}: {agreement.words[1]} words",
        f"documents {agreement.documents}, words that both have {agreement.shared_words}",
        "",
        f"{'':<{width}}    value   95 % interval",
    ]
    lines += [
        f"{name:<{width}}  {show(name, one.value):>7}   {show(name, one.low)} - {show(name, one.high)}"
        for name, one in agreement.measures.items()
    ]
    lines += [
        "",
        "Tokens, Sentences, Words: F1 in percent. Others but kappa: percent of the words that both have.",
    ]
    return "\n".join([*lines, "", f"{len(agreement.differences)} differences", *_list(agreement)])


def show(name: str, value: float) -> str:
    """The value of a measure: percent with two decimals, a kappa with three."""
    return f"{value:.3f}" if name.startswith("kappa") else f"{value:.2f}"


def render_html(agreement: Agreement) -> str:
    """One page that needs no other file."""
    percents = {name: one for name, one in agreement.measures.items() if not name.startswith("kappa")}
    return render_page(
        "agreement.html.jinja",
        agreement=agreement,
        show=show,
        bars=[(name, one.value, one.low, one.high, "") for name, one in percents.items()],
    )


def _list(agreement: Agreement) -> Iterator[str]:
    sent_ids = None
    for one in agreement.differences:
        if one.sent_ids != sent_ids:
            sent_ids = one.sent_ids
            yield ""
            yield " | ".join(sent_id or "-" for sent_id in sent_ids)
        yield _format(one)


def _format(one: Difference) -> str:
    ids = "|".join(str(word_id or "-") for word_id in one.word_ids)
    values = " | ".join(value or "-" for value in one.values)
    return f"  {ids:<8}{one.column:<9}{values}   [{one.before} >>{one.form}<< {one.after}]"
