"""Facts of the Arabic script: what the models do not see, what a form may not hold, a Latin search form.

Two readings of a raw text, both reversible by offsets (0-based, end-exclusive code points):

- `normalise`: what Stanza sees. NFC without tashkeel, tatweel and invisible controls, presentation forms folded.
- `fold_form`: what FORM and `# text` show. NFC as written, vowels kept; only invisible controls go and
  presentation forms are folded, because a right-to-left mark inside a word is found by no search and UD's
  validator asks for NFC.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby, pairwise

# Vowel signs, tanwin, shadda, sukun, superscript alef, honorifics, Qur'anic marks. Madda and the hamzas
# (U+0653-0655) are no vowels but parts of letters: NFC composes them.
_TASHKEEL = (
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
)
_TATWEEL = "\u0640"
# Soft hyphen, Arabic letter mark, zero-width and bidi controls, word joiner, byte order mark.
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")

_UNSEEN_BY_MODELS = re.compile(f"[{_TASHKEEL}{_TATWEEL}{_INVISIBLE}]")
_UNSEEN_BY_READERS = re.compile(f"[{_INVISIBLE}]")

# A search form for indexes that keep a-z only; several letters share one Latin spelling on purpose.
_LATIN = {
    **dict(zip("ءأإآئؤعىٱ", ("", "a", "i", "aa", "", "", "", "a", "a"), strict=True)),
    **dict(zip("ابتثجحخدذرزس", ("a", "b", "t", "th", "j", "h", "kh", "d", "dh", "r", "z", "s"), strict=True)),
    **dict(zip("شصضطظغفقكلمن", ("sh", "s", "d", "t", "z", "gh", "f", "q", "k", "l", "m", "n"), strict=True)),
    **dict(zip("هويةپچژڤگکی", ("h", "w", "y", "a", "p", "ch", "zh", "v", "g", "k", "y"), strict=True)),
}


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text with the way back."""

    text: str
    starts: tuple[int, ...]
    """For each code point of `text` the raw offset where what it stands for begins."""
    ends: tuple[int, ...]
    """For each code point of `text` the raw offset behind what it stands for, dropped marks included."""

    def get_raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of `text[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def normalise(raw: str) -> Normalised:
    """The text as the models see it, each white-space character as one plain space.

    A dropped mark belongs to the letter before it, else to the letter behind it; a mark between spaces, which has
    no letter, stays and is seen.

    >>> normalise("قدّم تقييماً").text  # "he presented an assessment", with shadda and tanwin
    'قدم تقييما'
    >>> normalise("قدّم").get_raw_span(1, 2)  # the dal, with its shadda
    (1, 3)
    """
    pieces: list[tuple[int, int, str]] = []  # raw start and end of each code point that is seen
    for is_space, group in groupby(_iter_clusters(raw), key=lambda cluster: cluster[2] == " "):
        clusters = list(group)
        pieces += clusters if is_space else _attach_marks(clusters, raw)
    return Normalised(
        "".join(seen for _, _, seen in pieces),
        tuple(start for start, _, _ in pieces),
        tuple(end for _, end, _ in pieces),
    )


def _attach_marks(clusters: list[tuple[int, int, str]], raw: str) -> list[tuple[int, int, str]]:
    """The code points that the models see of what stands between two spaces, each with its raw span."""
    letters = [cluster for cluster in clusters if cluster[2]]
    if not letters:
        start, end = clusters[0][0], clusters[-1][1]
        return [(start, end, mark) for mark in fold_form(raw[start:end])]
    bounds = [clusters[0][0], *(start for start, _, _ in letters[1:]), clusters[-1][1]]
    places = zip(pairwise(bounds), letters, strict=True)
    return [(start, end, one) for (start, end), (_, _, seen) in places for one in seen]


def fold_form(raw: str) -> str:
    r"""The text as FORM and `# text` show it: NFC, no invisible controls, no presentation forms.

    >>> fold_form("ﻻ\u200f")  # the ligature lam-alef and a right-to-left mark
    'لا'
    """
    return unicodedata.normalize("NFC", _PRESENTATION.sub(_fold_presentation, _UNSEEN_BY_READERS.sub("", raw)))


def transliterate(text: str) -> str:
    """A search form in lower-case a-z and single spaces; vowels that are not written are not guessed.

    >>> transliterate("صواريخ توماهوك")  # "Tomahawk missiles"
    'swarykh twmahwk'
    """
    latin = "".join(_LATIN.get(letter, letter) for letter in normalise(text).text)
    plain = unicodedata.normalize("NFKD", latin)
    return " ".join(re.findall("[a-z]+", plain.lower()))


def _iter_clusters(raw: str) -> list[tuple[int, int, str]]:
    """(start, end, what the models see of it) for each base character with its combining marks, in order."""
    clusters: list[tuple[int, int, str]] = []
    start = 0
    while start < len(raw):
        end = start + 1
        # A mark behind a space has no letter to sit on; the space stays a space. A mark behind an invisible
        # control sits on the letter before it.
        while end < len(raw) and not raw[start].isspace() and _is_mark(raw[end]):
            end += 1
        cluster = raw[start:end]
        seen = " " if cluster.isspace() else _see(cluster)
        clusters.append((start, end, seen))
        start = end
    return clusters


def _is_mark(character: str) -> bool:
    return bool(unicodedata.combining(character) or _UNSEEN_BY_READERS.match(character))


def _see(cluster: str) -> str:
    folded = _PRESENTATION.sub(_fold_presentation, cluster)
    return unicodedata.normalize("NFC", _UNSEEN_BY_MODELS.sub("", folded))


def _fold_presentation(match: re.Match[str]) -> str:
    folded = unicodedata.normalize("NFKC", match.group())
    # Ligatures of whole phrases (U+FDFA and its like) and spacing vowel signs unfold to text with spaces:
    # one token would become several, so they stay as they are.
    return match.group() if " " in folded else folded
