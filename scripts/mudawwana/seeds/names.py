"""Names under which facts of a document stand: keys of front matter, columns of seed files and documents.csv."""

import hashlib
import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

from mudawwana.arabic.script import transliterate
from mudawwana.seeds.decoding import find_damage
from mudawwana.seeds.settings import NAME_PATTERN

FACTS = ("title", "source", "url", "published", "licence", "genre")
"""What the corpus knows by name of a document, besides its `id`; all else is metadata as it is."""

# A column becomes a comment `# name = value` of CoNLL-U: these names have a meaning there already.
_RESERVED = re.compile(r"newdoc.*|newpar.*|sent_id|parallel_id|text|generator|models|global\.Entity")
_MEANT = {
    **{"date": "published", "datum": "published", "pubdate": "published", "link": "url", "uri": "url"},
    **{"العنوان": "title", "عنوان": "title", "المصدر": "source", "مصدر": "source", "الرابط": "url", "رابط": "url"},
    **{"التاريخ": "published", "تاريخ": "published", "الترخيص": "licence", "الرخصة": "licence"},
}
"""Other words for the facts."""
_OTHERS = ("publisher", "resource")
"""Near by their letters, but with a meaning of their own."""
_LIKENESS = 0.8

_LATIN_CHARS = 100
_DIGEST_CHARS = 8


def derive_name(name: str) -> str:
    """A name that ids and corpora may have: this one if it may be, else its letters in a-z and a digest of it.

    The digest tells apart what the letters do not, and depends on nothing but the name, so that it is the same the
    next time.

    >>> derive_name("news-1"), derive_name("مقال 1")  # "article 1"
    ('news-1', 'mqal-1-0ddc327f')
    """
    if NAME_PATTERN.fullmatch(name):
        return name
    # File systems disagree on how letters with marks are composed.
    composed = unicodedata.normalize("NFC", name)
    pieces = (piece if piece.isascii() else transliterate(piece) for piece in re.split(r"(\d+)", composed))
    latin = re.sub(r"[^A-Za-z0-9]+", "-", " ".join(pieces)).strip("-")[:_LATIN_CHARS]
    digest = hashlib.sha256(composed.encode()).hexdigest()[:_DIGEST_CHARS]
    return f"{latin}-{digest}" if latin else f"n-{digest}"


@lru_cache(maxsize=1024)
def find_name_problem(name: str) -> str:
    """Why a column or key cannot name a document's metadata, "" if it can."""
    if not name or name != " ".join(name.split()) or "=" in name or find_damage(name):
        return f"{name!r} cannot name a column: no '=', no line break, no white space at the ends."
    if _RESERVED.fullmatch(name):
        return f"a column {name!r} would become a comment that has a meaning in CoNLL-U; rename it."
    return ""


@lru_cache(maxsize=1024)
def find_fact_meant(name: str) -> str:
    """The fact that a name nearly is, "" if it is one or none.

    >>> [find_fact_meant(name) for name in ("License", "titel", "date", "title", "author")]
    ['licence', 'title', 'published', '', '']
    """
    folded = re.sub(r"[\W_]", "", name).casefold()
    known = ("id", *FACTS)
    if name in known or folded in _OTHERS:
        return ""
    return _MEANT.get(folded) or next(iter(get_close_matches(folded, known, n=1, cutoff=_LIKENESS)), "")
