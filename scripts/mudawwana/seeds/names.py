"""Names under which facts of a document stand: keys of front matter, columns of seed files and documents.csv."""

import re
from difflib import get_close_matches
from functools import lru_cache

from mudawwana.seeds.decoding import find_damage

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
