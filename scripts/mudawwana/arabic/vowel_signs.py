"""Vowel signs of Arabic as evidence: what a writer wrote speaks for some readings of a word and against others.

Signs that are not written speak against nothing. A sukun and no sign at all are the same; so are a dagger alef and
a fatha, and a fathatan on an alef and on the letter before it.
"""

MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"
NO_MARKS = dict.fromkeys(map(ord, MARKS))
_SIGNS = frozenset(MARKS)
SHADDA, SUKUN, KASRA, FATHA, DAMMA, _FATHATAN = "\u0651", "\u0652", "\u0650", "\u064e", "\u064f", "\u064b"
_DAGGER_ALEF = "\u0670"
SHORT_VOWELS = FATHA + DAMMA + KASRA
Signs = list[tuple[str, str]]
"""Letters, each with its signs: a vowel, sukun or tanwin first, then shadda."""


def read_signs(form: str) -> Signs | None:
    """The letters with what is written on them; None for a form without vowel signs, which rules out nothing."""
    return _split_signs(form) if not _SIGNS.isdisjoint(form) else None


def _split_signs(form: str) -> Signs:
    """Fathatan belongs to the letter before its alef, a dagger alef is a fatha."""
    pairs: list[list[str]] = []
    for character in form:
        if character == "\u0640":
            continue
        if character not in _SIGNS:
            pairs.append([character, ""])
        elif pairs and character == _FATHATAN and pairs[-1][0] in "اى" and len(pairs) > 1:
            pairs[-2][1] += character
        elif pairs:
            pairs[-1][1] += FATHA if character == _DAGGER_ALEF else character
    return [(letter, signs) for letter, signs in pairs]


def agree(written: Signs, vocalised: str, *, may_pause: bool) -> bool:
    """Whether no sign that the writer wrote speaks against the vowels of a reading.

    `may_pause`: its last word is a nominal, which in pause has no vowel at its end.

    >>> agree([("ك", "ُ"), ("ت", "")], "كُتْ", may_pause=False), agree([("ك", "َ"), ("ت", "")], "كُتْ", may_pause=False)
    (True, False)
    """
    spoken = _split_signs(vocalised)
    if len(spoken) != len(written):
        return False
    *places, (last, last_spoken) = zip(written, spoken, strict=True)
    return all(_may_sound(*letter, sounds) for letter, (_, sounds) in places) and (
        _may_sound(*last, last_spoken[1]) or _may_end(*last, last_spoken[1], spoken, may_pause)
    )


def _may_sound(letter: str, signs: str, sounds: str) -> bool:
    """Whether a letter may have the written signs if it has those sounds."""
    if not signs or signs == sounds:
        return True
    if sounds == "" and letter not in "اويى":  # a foreign name's vowels are not known
        return True
    if SHADDA in signs and SHADDA not in sounds:
        return False
    vowel, sound = signs.replace(SHADDA, "")[:1], sounds.replace(SHADDA, "")[:1]
    # Long vowels have no sound of their own, and some write a sukun, or the vowel of an initial alef.
    return vowel in {"", sound} or (sound == "" and (vowel == SUKUN or letter == "ا"))


def _may_end(letter: str, signs: str, sounds: str, spoken: Signs, may_pause: bool) -> bool:
    """Whether a last letter may: in pause a nominal loses its vowel; before an article a closed syllable opens."""
    if signs == SUKUN:
        return letter == "ة" or (may_pause and SHADDA not in sounds)
    return sounds == SUKUN and _may_open(signs, spoken)


def _may_open(vowel: str, word: Signs) -> bool:
    """Whether a closed last syllable has this vowel before an article: قَدِ, مِنَ, هُمُ."""
    letters = "".join(letter for letter, _ in word)
    if vowel == FATHA:
        return letters.endswith("من")
    return vowel == KASRA or letters.endswith(("هم", "كم", "تم"))
