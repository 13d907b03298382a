"""Buckwalter's Latin spelling of Arabic as the files of Camel Morph have it, turned into Arabic letters.

The files write the alef of hamzat al-wasl as `{`, a dagger alef as a backtick, and leave the fatha before a long
alef out of nouns and names, but not out of verbs and adjectives.
"""

import re
import unicodedata

_LETTERS = dict(
    zip(
        "'|>&<}AbptvjHxd*rzs$SDTZEgfqklmnhwYyFNKaui~o`{PJVG",
        "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670اپچڤگ",
        strict=True,
    )
)
_LATIN = {arabic: latin for latin, arabic in _LETTERS.items() if latin != "{"}
_MARKS = dict.fromkeys(map(ord, "FNKaui~o`"))
_BARE_ALEF = re.compile("(?<=[^aiuA{|])A")
# A consonant before a consonant; y behind i and w behind u are long vowels.
_CLOSING = re.compile("(?:[^aiuoFNK~`AYp{|yw]|(?<!i)y|(?<!u)w)(?=[^aiuoFNK~`AY])")
_RADICALS = str.maketrans("12345", "fElll")
_WEAK = {"w": "wyAY", "y": "yAYw", ">": "><&}|'A"}


def to_arabic(spelled: str) -> str:
    """The Arabic letters and vowel signs, in Unicode's order (NFC).

    >>> to_arabic("kitaAb")  # "book"
    'كِتَاب'
    """
    return unicodedata.normalize("NFC", "".join(_LETTERS.get(letter, "") for letter in spelled))


def from_arabic(text: str) -> str:
    """Buckwalter's spelling of Arabic letters and vowel signs, shadda before its vowel.

    >>> from_arabic("كِتَاب"), from_arabic("قِصَّة")  # "book", "story"
    ('kitaAb', 'qiS~ap')
    """
    spelled = "".join(_LATIN.get(letter, "") for letter in unicodedata.normalize("NFC", text))
    return re.sub("([aiuFNK])~", r"~\1", spelled)


def write_sukuns(spelled: str) -> str:
    """The spelling with a sukun on each letter that has no vowel and is no long one, but for the last.

    >>> write_sukuns("madrasap")  # "school"
    'madorasap'
    """
    return _CLOSING.sub(r"\g<0>o", spelled)


def drop_vowels(spelled: str) -> str:
    """The spelling's letters alone, still in Latin.

    >>> drop_vowels("kitaAb")
    'ktAb'
    """
    return spelled.translate(_MARKS)


def write_fathas(spelled: str) -> str:
    """The spelling with a fatha before each long alef, without a homograph's number or the imperfect's vowel.

    >>> write_fathas("kitAb_1"), write_fathas("katab-u")
    ('kitaAb', 'katab')
    """
    return _BARE_ALEF.sub("aA", re.sub(r"[_-][\duia]+$", "", spelled))


def spell_lemma(spelled: str, *, is_name: bool = False) -> str:
    """The lemma as annotations/GUIDELINES.md spells lemmas (L1, L2): no sukun, no fatha before a name's alef.

    >>> spell_lemma("{ijotimAE"), spell_lemma(">alobAniyA", is_name=True)  # "meeting", "Albania"
    ('اِجتِمَاع', 'أَلبانِيا')
    """
    full = re.sub("[FNK]$", "", write_fathas(spelled).replace("o", ""))
    return to_arabic(full.replace("aA", "A") if is_name else full)


def spell_root(root: str) -> str:
    """The root's letters with dots between, hamza without a seat, "" for a word without a root.

    >>> spell_root("k.t.b"), spell_root(">.k.l"), spell_root("NTWS")
    ('ك.ت.ب', 'ء.ك.ل', '')
    """
    if "." not in root:
        return ""
    return ".".join(to_arabic(letter.replace(">", "'")) for letter in root.split("."))


def spell_pattern(spelled: str, root: str) -> str:
    """The pattern of a spelled stem, its radicals as ف ع ل; "" where the root's letters do not stand in it.

    >>> spell_pattern("kitaAb", "k.t.b"), spell_pattern("qaAl", "q.w.l")
    ('فِعَال', 'فَال')
    """
    if "." not in root:
        return ""
    place, pattern = 0, list(spelled)
    for number, radical in enumerate(root.split("."), start=1):
        found = spelled.find(radical, place)
        for other in _WEAK.get(radical, ""):
            if found < 0:
                found = spelled.find(other, place)
        is_doubled = number == 3 and radical == root.split(".")[1] and spelled[place : place + 1] == "~"
        if found < 0 or is_doubled:
            if radical in _WEAK or is_doubled:
                continue
            return ""
        if spelled[found] == radical or radical == ">":
            pattern[found] = str(number)
        place = found + 1
    return write_pattern("".join(pattern))


def write_pattern(spelled: str) -> str:
    """A pattern with numbers for radicals over ف ع ل.

    >>> write_pattern("{i1ota2a3")
    'اِفْتَعَل'
    """
    return to_arabic(write_fathas(spelled).translate(_RADICALS))
