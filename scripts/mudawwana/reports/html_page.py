"""Reports as one HTML page that needs no other file, and that no text can break."""

import re
from base64 import b64encode
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

# They would turn the text around them; a report must show that they are there.
_BIDI_CONTROL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC_WORD = "[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+"
_ARABIC = re.compile(rf"({_ARABIC_WORD}(?:\s+{_ARABIC_WORD})*)")


# No script, nothing from elsewhere, and of styles the page's own alone, told by its hash.
_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def render_page(template: str, **facts: object) -> str:
    """The page that a template of the package's makes of the facts.

    The template extends page.html.jinja. The filter `split_arabic` parts a text: every second part is Arabic.
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
    style = environment.get_template("style.css.jinja").render()
    policy = _POLICY.format(b64encode(sha256(style.encode()).digest()).decode())
    # The style is ours; escaped, it would be another.
    return environment.get_template(template).render(style=Markup(style), policy=policy, **facts)  # noqa: S704


def _reveal_controls(value: object) -> object:
    """Text with the characters that steer its direction written as their numbers; what is marked up stays."""
    if type(value) is not str:
        return value
    return _BIDI_CONTROL.sub(lambda control: f"‹U+{ord(control[0]):04X}›", value)
