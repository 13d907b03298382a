"""Facts of the Arabic script: what the models do not see, what a form may not hold, a Latin search form.

Two readings of a raw text, both reversible by offsets (0-based, end-exclusive code points):

- `normalise`: what Stanza sees. NFC without tashkeel, tatweel (dashes stay) and invisible controls, presentation
  forms folded, the Qur'an's alef wasla as alef, an emoji of several code points as its first.
- `fold_form`: what FORM and `# text` show. NFC as written, vowels kept; only invisible controls go and
  presentation forms are folded, because a right-to-left mark inside a word is found by no search and UD's
  validator asks for NFC.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby, pairwise

TYPES = 1 << 17
"""So many of the last strings keep their other spellings: most words of a text are among these."""

# Vowel signs, tanwin, shadda, sukun, superscript alef, honorifics, Qur'anic marks. Madda and the hamzas
# (U+0653-0655) are no vowels but parts of letters: NFC composes them.
_TASHKEEL = (
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff\U00010efa-\U00010eff"
)
# The tatweel, and the presentation forms of a vowel on one.
_TATWEEL = "\u0640\ufcf2-\ufcf4\ufe71\ufe77\ufe79\ufe7b\ufe7d\ufe7f"
# The Qur'an's alef of the article; everyone else writes the plain one.
_ALEF_WASLA, _ALEF = "\u0671", "\u0627"
# Soft hyphen, grapheme joiner, Arabic letter mark, zero-width and bidi controls, word joiner, byte order mark,
# interlinear annotation.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
# What picks the look of the character before it: variation selectors, keycap, skin tones, letters of a flag.
_LOOKS = "\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_PICTURES = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# A joiner between two pictures makes them one emoji: it is no stray control.
_JOINED_PICTURE = f"(?<=[{_LOOKS}{_PICTURES}])\u200d[{_PICTURES}]"
# A hamza on a tatweel is a letter, as the Qur'an writes it: elsewhere it sits on the tooth of a yeh.
_SEAT = f"[{_TATWEEL}](?=[{_TASHKEEL}{_INVISIBLE}]*\u0654)"

# The end of a letter, or what stands before the first one: tatweels and nothing that sits on them.
_TATWEELS = re.compile(f"\u0640[\u0640{_INVISIBLE}]*\\Z")
# What NFC composes with nothing: here dropping the marks is all that there is to do.
_PLAIN_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]+")
# Of these characters each is one that models and readers see as it is, unless a mark sits on it: most of any text.
_AS_WRITTEN = (
    r"!-~\u060c\u061b\u061f\u0621-\u063a\u0641-\u064a\u0660-\u066c\u00ab\u00bb\u2013\u2014\u2018-\u201e\u2026"
)
_ALL_AS_WRITTEN = re.compile(f"[ {_AS_WRITTEN}]*")
# What stands between two spaces, if it has another character.
_UNUSUAL = re.compile(f"(?<![^ ])[{_AS_WRITTEN}]*+[^ {_AS_WRITTEN}][^ ]*")
_PLAIN_WORD = re.compile("[\u0621-\u063a\u0641-\u064a][\u0621-\u063a\u0640-\u0652\u0670]*(?<!\u0640)")
_HAMZA_SEAT = re.compile(_SEAT)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_UNSEEN_BY_READERS = re.compile(f"(?!{_JOINED_PICTURE})[{_INVISIBLE}]")
_UNSEEN_BY_MODELS = re.compile(f"{_JOINED_PICTURE}|(?!{_SEAT})[{_TASHKEEL}{_TATWEEL}{_LOOKS}{_INVISIBLE}]")

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
    raw: str = field(default="", compare=False)

    def get_raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of `text[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def is_cut(self, place: int) -> bool:
        """Whether the raw text can be cut before `text[place]`: not inside a ligature, or before a mark."""
        return self.ends[place - 1] <= self.starts[place]


def normalise(raw: str) -> Normalised:
    """The text as the models see it, each white-space or control character as one plain space.

    A dropped mark belongs to the letter before it, else to the letter behind it; a mark between spaces, which has
    no letter, stays and is seen. So does a tatweel that lengthens nothing, a dash: before a word, or behind one of
    at least three letters, if that is not an article before its number or name (الـ96).

    >>> normalise("قدّم تقييماً").text  # "he presented an assessment", with shadda and tanwin
    'قدم تقييما'
    >>> normalise("قدّم").get_raw_span(1, 2)  # the dal, with its shadda
    (1, 3)
    """
    seen: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in _UNUSUAL.finditer(raw):
        start, end = match.span()
        seen.append(raw[position:start])
        starts += range(position, start)
        ends += range(position + 1, start + 1)
        for first, last, one in _read_unusual(match.group()):
            seen.append(one)
            starts.append(start + first)
            ends.append(start + last)
        position = end
    seen.append(raw[position:])
    starts += range(position, len(raw))
    ends += range(position + 1, len(raw) + 1)
    return Normalised("".join(seen), tuple(starts), tuple(ends), raw)


def drop_marks(text: str) -> str:
    """`normalise(text).text`, at once for plain words: letters with vowel signs, as most are.

    >>> drop_marks("قدّم")  # "he presented"
    'قدم'
    """
    return _PLAIN_MARKS.sub("", text) if _PLAIN_WORD.fullmatch(text) else normalise(text).text


def _read_unusual(raw: str) -> list[tuple[int, int, str]]:
    """Raw start and end of each code point that the models see of a raw text."""
    pieces: list[tuple[int, int, str]] = []
    for is_space, group in groupby(_iter_clusters(raw), key=lambda cluster: cluster[2] == " "):
        clusters = list(group)
        pieces += clusters if is_space else _attach_marks(clusters, raw)
    return pieces


def _attach_marks(clusters: list[tuple[int, int, str]], raw: str) -> list[tuple[int, int, str]]:
    """The code points that the models see of what stands between two spaces, each with its raw span."""
    if "\u0640" in raw:
        clusters = list(_set_dashes_apart(clusters, raw))
    letters = [cluster for cluster in clusters if cluster[2]]
    if not letters:
        start, end = clusters[0][0], clusters[-1][1]
        return [(start, end, mark) for mark in fold_form(raw[start:end])]
    bounds = [clusters[0][0], *(start for start, _, _ in letters[1:]), clusters[-1][1]]
    places = zip(pairwise(bounds), letters, strict=True)
    return [(start, end, one) for (start, end), (_, _, seen) in places for one in seen]


def _set_dashes_apart(clusters: list[tuple[int, int, str]], raw: str) -> Iterator[tuple[int, int, str]]:
    """The clusters of what stands between two spaces, the tatweels that are dashes as clusters of their own."""
    word = ""
    for (start, end, seen), behind in zip(clusters, [*(seen for _, _, seen in clusters[1:]), ""], strict=True):
        tatweels = _TATWEELS.search(raw, start, end)
        dash = tatweels.start() if tatweels else end
        word = word + seen if seen.isalpha() else ""
        is_word = len(word) > 2 and not word.endswith(("ال", "لل")) and not behind.isalnum()
        if not tatweels or (seen.isalnum() and not is_word):
            yield start, end, seen
        elif seen:
            yield start, dash, seen
            yield dash, end, "\u0640"
        else:
            yield start, end, "\u0640"


def fold_form(raw: str) -> str:
    r"""The text as FORM and `# text` show it: NFC, no invisible controls, no presentation forms.

    A control character (a tab, a form feed, what a wrong decoding left) is one space.

    >>> fold_form("ﻻ\u200f")  # the ligature lam-alef and a right-to-left mark
    'لا'
    """
    if _ALL_AS_WRITTEN.fullmatch(raw):
        return raw
    visible = _UNSEEN_BY_READERS.sub("", _CONTROLS.sub(" ", raw))
    return unicodedata.normalize("NFC", _PRESENTATION.sub(_fold_presentation, visible))


def transliterate(text: str) -> str:
    """A search form in lower-case a-z and single spaces; vowels that are not written are not guessed.

    >>> transliterate("صواريخ توماهوك")  # "Tomahawk missiles"
    'swarykh twmahwk'
    """
    return " ".join(filter(None, map(_transliterate_piece, text.split())))


@lru_cache(TYPES)
def _transliterate_piece(piece: str) -> str:
    latin = "".join(_LATIN.get(letter, letter) for letter in drop_marks(piece))
    plain = unicodedata.normalize("NFKD", latin)
    return " ".join(re.findall("[a-z]+", plain.lower()))


def _iter_clusters(raw: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what the models see of it) for each base character with its combining marks, in order."""
    start = 0
    while start < len(raw):
        # A mark behind a space has no letter to sit on; the space stays a space.
        if _is_space(raw[start]):
            end, seen = start + 1, " "
        else:
            end = _find_cluster_end(raw, start)
            seen = _see(raw[start:end])
        yield start, end, seen
        start = end


def _find_cluster_end(raw: str, start: int) -> int:
    end = start + 2 if _FLAG.match(raw, start) else start + 1
    while end < len(raw):
        unseen = _UNSEEN_BY_MODELS.match(raw, end)
        if unseen:
            end = unseen.end()
        elif _is_combining(raw[end]):
            end += 1
        else:
            break
    return end


@cache
def _is_space(character: str) -> bool:
    return character.isspace() or bool(_CONTROLS.match(character))


@cache
def _is_combining(character: str) -> bool:
    """Whether it may compose with, or sits on, the character before it; the vowels of Hangul compose too."""
    return unicodedata.category(character).startswith("M") or "\u1160" <= character <= "\u11ff"


def _see(cluster: str) -> str:
    if len(cluster) == 1 and "\u0621" <= cluster <= "\u064a":  # most of any Arabic text
        return "" if cluster == "\u0640" else cluster
    folded = _HAMZA_SEAT.sub("\u064a", _PRESENTATION.sub(_fold_presentation, cluster))
    return unicodedata.normalize("NFC", _UNSEEN_BY_MODELS.sub("", folded).replace(_ALEF_WASLA, _ALEF))


def _fold_presentation(match: re.Match[str]) -> str:
    folded = unicodedata.normalize("NFKC", match.group())
    # Ligatures of whole phrases (U+FDFA and its like) and spacing vowel signs unfold to text with spaces:
    # one token would become several, so they stay as they are.
    return match.group() if " " in folded else folded
