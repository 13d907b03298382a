"""Reports as one HTML page that needs no other file, and that no text can break."""

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

# They would turn the text around them; a report must show that they are there.
_BIDI_CONTROL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC_WORD = "[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+"
_ARABIC = re.compile(rf"({_ARABIC_WORD}(?:\s+{_ARABIC_WORD})*)")


def render_page(template: str, **facts: object) -> str:
    """The page that a template of the package's makes of the facts.

    The filter `split_arabic` parts a text: every second part is Arabic. `style.css.jinja` is there to be
    included.
    """
    environment = Environment(
        loader=PackageLoader("mudawwana.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_reveal_controls,
    )
    environment.filters["split_arabic"] = _ARABIC.split
    return environment.get_template(template).render(**facts)


def _reveal_controls(value: object) -> object:
    """Text with the characters that steer its direction written as their numbers; what is marked up stays."""
    if type(value) is not str:
        return value
    return _BIDI_CONTROL.sub(lambda control: f"‹U+{ord(control[0]):04X}›", value)
