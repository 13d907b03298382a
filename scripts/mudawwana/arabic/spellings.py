"""Other spellings of a text, to search or to read by; each is a column of the data set.

`to_buckwalter` is the scientific one: Tim Buckwalter's notation, one ASCII character an Arabic one, as Arabic
treebanks and lexicons use it. The table stands here because the libraries that have it are unmaintained, or bring
a whole toolkit along. `arabic.transliterate` is the one in a-z, for indexes that keep no other letter.
"""

import re
import unicodedata
from functools import lru_cache

from mudawwana.arabic.script import TYPES, drop_marks

_BUCKWALTER = str.maketrans(
    dict(
        zip(
            "ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْٰٱپچڤگ",
            "'|>&<}AbptvjHxd*rzs$SDTZEg_fqklmnhwYyFNKaui~o`{PJVG",
            strict=True,
        )
    )
)
# Spellings that writers of Arabic do not keep apart, and the letters that keyboards for Persian and Urdu give.
_FOLDED = str.maketrans("أإآٱؤئىةکیہۂەۀۓ", "ااااويي\u0647كي\u0647\u0647\u0647\u0647ے")
# What no search asks for: a tatweel (also where the models see a dash), madda and hamza on what composes with
# none, a vowel sign that has no letter.
_DROPPED = re.compile("[\u0640\u064b-\u0655\u0670]")


def to_buckwalter(text: str) -> str:
    """The text in Buckwalter's notation; what is not Arabic stays as it is.

    One character for one, in their order (Unicode's: a vowel stands before shadda), so that it can be led back.

    >>> to_buckwalter("مِنَصَّة")  # "platform"
    'minaSa~p'
    """
    return text.translate(_BUCKWALTER)


def fold_for_search(text: str) -> str:
    """The text without vowel signs and tatweel, with one spelling for what is often spelled in several ways.

    Alef with any hamza, madda or wasla becomes a plain alef, hamza on waw or yeh its seat, alef maqsura yeh, teh
    marbuta heh, letters of Persian and Urdu their Arabic ones; digits become ASCII, capitals small letters.
    The lone hamza stays, but before an alef (قرءان is قرآن). White space is one space. `explore/page/fold.js` does
    the same.

    >>> fold_for_search("إلى المُؤسَّسة ٢٠٢٥")  # "to the institution 2025"
    'الي الموسسه 2025'
    """
    return " ".join(filter(None, map(_fold_piece, text.split())))


@lru_cache(TYPES)
def _fold_piece(piece: str) -> str:
    folded = _DROPPED.sub("", drop_marks(piece).translate(_FOLDED)).replace("ءا", "ا").lower()
    if folded.isalpha():
        return folded
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in folded)
