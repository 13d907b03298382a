"""Words of Modern Standard Arabic with their lemmas, written for the project.

A small treebank shows few of Arabic's common words, and no letter tells an unseen word's vowels, or a broken
plural's number. `lexicon.tsv` has the frequent forms of Arabic Wikipedia without clitics and article, the most
frequent first: a form a line, then its readings, the most frequent first, each a tag and a lemma as
`annotations/GUIDELINES.md` spells it. A noun's tag has the gender of the lexeme and the number of the form with it
(`NOUN.fp`: feminine, plural). Foreign names that Wikipedia has at most thirty times have no vowel signs. An AI
language model wrote it from its knowledge of Arabic, form by form; no native speaker has reviewed it.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mudawwana.arabic.script import drop_marks
from mudawwana.arabic.tagset import TAGS
from mudawwana.base.errors import ModelError

LEXICON_PATH = Path(__file__).parent / "lexicon.tsv"
_LEMMA = re.compile("[\u0621-\u063a\u0641-\u0651\u0670]+")
_ARTICLE = "ال"
_CODES = frozenset({"", *(gender + number for gender in "mf" for number in "sdp")})


class Entry(NamedTuple):
    """One reading of a form."""

    form: str
    upos: str
    lemma: str
    code: str = ""
    """Gender and number as the file has them, "" where it has none."""


@cache
def read_lexicon(path: Path = LEXICON_PATH) -> list[Entry]:
    """The readings in the file's order.

    Raises ModelError with the line where one is no `TAG lemma`.
    """
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        form, *readings = line.split("\t")
        for reading in readings:
            tag, _, lemma = reading.partition(" ")
            upos, _, code = tag.partition(".")
            if upos not in TAGS or code not in _CODES or not _LEMMA.fullmatch(lemma):
                raise ModelError(
                    f"{path}:{number}: {reading!r} is no reading of {form!r}; expected a tag of UD (a noun's with "
                    "its gender and number), a space and a lemma of Arabic letters and vowel signs, such as "
                    "'NOUN.ms كِتَاب'."
                )
            entries.append(Entry(form, upos, unicodedata.normalize("NFC", lemma), code))
    return entries


def find_readings(form: str) -> dict[str, str]:
    """Tag -> lemma of a form, as the lexicon has it; no verb takes the article.

    >>> find_readings("المُدُن")  # "the cities"
    {'NOUN': 'مَدِينَة'}
    """
    bare = drop_marks(form)
    readings = _load_readings()
    if bare in readings or not bare.startswith(_ARTICLE):
        return readings.get(bare, {})
    found = readings.get(bare.removeprefix(_ARTICLE), {})
    return {upos: lemma for upos, lemma in found.items() if upos != "VERB"}


@cache
def _load_readings() -> dict[str, dict[str, str]]:
    """Form, without the article, -> tag -> lemma; the form's other lemmas with the same tag are left out."""
    readings: dict[str, dict[str, str]] = {}
    for entry in read_lexicon():
        readings.setdefault(entry.form, {}).setdefault(entry.upos, entry.lemma)
    return readings
