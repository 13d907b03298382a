"""What UD allows in Arabic: the lists that its validator checks against, kept here so that output depends on
nothing but this package. A test compares them with the validator's own.

Source: https://quest.ms.mff.cuni.cz/udvalidator/cgi-bin/unidep/langspec/specify_feature.pl?lcode=ar and the pages
beside it.
"""

TAGS = frozenset(
    {
        "ADJ",
        "ADP",
        "ADV",
        "AUX",
        "CCONJ",
        "DET",
        "INTJ",
        "NOUN",
        "NUM",
        "PART",
        "PRON",
        "PROPN",
        "PUNCT",
        "SCONJ",
        "SYM",
        "VERB",
        "X",
    }
)

RELATIONS = frozenset(
    {
        "acl",
        "acl:relcl",
        "advcl",
        "advcl:pred",
        "advmod",
        "advmod:emph",
        "amod",
        "appos",
        "aux",
        "aux:pass",
        "case",
        "cc",
        "cc:preconj",
        "ccomp",
        "clf",
        "compound",
        "compound:prt",
        "conj",
        "cop",
        "csubj",
        "csubj:pass",
        "dep",
        "det",
        "det:poss",
        "discourse",
        "dislocated",
        "expl",
        "fixed",
        "flat",
        "flat:foreign",
        "flat:name",
        "goeswith",
        "iobj",
        "list",
        "mark",
        "nmod",
        "nmod:poss",
        "nsubj",
        "nsubj:pass",
        "nummod",
        "obj",
        "obl",
        "obl:arg",
        "obl:tmod",
        "orphan",
        "parataxis",
        "punct",
        "reparandum",
        "root",
        "vocative",
        "xcomp",
    }
)

AUXILIARIES = frozenset({"سَ", "سَوفَ", "قَد", "كَان", "لَيس", "مَا", "رُبَّمَا", "عَلَّ"})
"""Lemmas that may be AUX (will, will, already, be, not be, not, perhaps, perhaps)."""
COPULAS = frozenset({"كَان", "لَيس", "هُوَ"})
"""Lemmas that may be cop (be, not be, he); as a copula, a pronoun keeps its tag."""

_FEATURES = {
    "Abbr": {"X": "Yes"},
    "AdpType": {"ADJ ADP ADV AUX CCONJ DET NOUN NUM PART PRON PROPN PUNCT SCONJ VERB X": "Prep"},
    "Aspect": {"ADJ ADP AUX NOUN VERB": "Imp Perf", "CCONJ": "Imp", "PROPN": "Perf"},
    "Case": {
        "ADJ ADP ADV AUX CCONJ DET NOUN NUM PART PRON PROPN PUNCT SCONJ VERB X": "Acc Gen Nom",
        "INTJ": "Gen",
    },
    "ConjType": {"SYM": "Oper"},
    "Definite": {
        "ADP ADV CCONJ DET PART PRON PUNCT SCONJ VERB X": "Com Def Ind",
        "ADJ NOUN NUM PROPN": "Com Cons Def Ind",
        "AUX": "Def Ind",
        "INTJ": "Ind",
    },
    "ExtPos": {
        "ADV CCONJ X": "ADP SCONJ",
        "ADJ PRON": "ADV",
        "ADP PART": "ADP ADV CCONJ SCONJ",
        "DET SCONJ": "SCONJ",
    },
    "Foreign": {"ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X": "Yes"},
    "Gender": {
        "ADJ ADP ADV AUX CCONJ DET NOUN NUM PART PRON PROPN PUNCT SCONJ VERB X": "Fem Masc",
        "INTJ": "Masc",
    },
    "Mood": {
        "ADP NOUN PROPN PUNCT X": "Ind Jus Sub",
        "ADJ NUM PRON": "Ind Sub",
        "ADV CCONJ": "Ind",
        "AUX VERB": "Imp Ind Jus Sub",
        "DET SCONJ": "Ind Jus",
    },
    "NumForm": {"ADJ NUM": "Digit Word", "NOUN": "Word", "PUNCT": "Digit"},
    "NumType": {"ADJ": "Ord"},
    "NumValue": {"NUM": "1 10 100 1000 11 2 20 3"},
    "Number": {
        "ADJ ADP AUX CCONJ DET NOUN NUM PRON PROPN PUNCT VERB X": "Dual Plur Sing",
        "ADV PART SCONJ": "Plur Sing",
        "INTJ": "Sing",
    },
    "Person": {"ADP AUX CCONJ NOUN PRON PROPN PUNCT SCONJ VERB X": "1 2 3", "ADV NUM PART": "3", "ADJ DET": "1 3"},
    "Polarity": {"ADJ ADP ADV CCONJ NOUN NUM PART PRON PROPN SCONJ X": "Neg"},
    "PronType": {"ADV": "Rel", "DET": "Dem Ind Int Prs Rel Tot", "NOUN": "Dem", "PRON": "Dem Int Prs Rel"},
    "Tense": {"ADJ NOUN": "Past Pres", "AUX VERB": "Fut Past Pres"},
    "VerbForm": {"ADJ NOUN": "Part", "AUX VERB": "Fin"},
    "Voice": {"ADJ ADP AUX NOUN PROPN SCONJ VERB X": "Act Pass", "ADV CCONJ DET NUM PRON PUNCT": "Act"},
}

FEATURES = frozenset(
    (tag, name, value)
    for name, by_tags in _FEATURES.items()
    for tags, values in by_tags.items()
    for tag in tags.split()
    for value in values.split()
)
"""(UPOS, feature, value) that go together."""

NOMINAL_FEATURES = frozenset({"Case", "Definite"})
"""No verb has these."""
VERBAL_FEATURES = frozenset({"Aspect", "Mood", "Person", "Tense"})
"""No noun has these; Voice and VerbForm also belong to participles."""

XPOS_BY_UPOS = {
    "ADJ": frozenset({"JJ", "JJR", "VBN"}),
    "ADP": frozenset({"IN"}),
    "ADV": frozenset({"RB", "WRB"}),
    "AUX": frozenset({"RP", "VBC"}),
    "CCONJ": frozenset({"CC"}),
    "DET": frozenset({"PDEM", "PDT", "WDT"}),
    "NOUN": frozenset({"NN", "VBG"}),
    "NUM": frozenset({"CD"}),
    "PART": frozenset({"RP"}),
    "PRON": frozenset({"PRP", "EX", "PDEM", "REL", "WP"}),
    "PROPN": frozenset({"NNP", "NN"}),
    "SCONJ": frozenset({"IN"}),
    "SYM": frozenset({"SYM"}),
    "VERB": frozenset({"VBC"}),
}
"""UD_Arabic-PUD's tags that go with each of UD's, as annotations/GUIDELINES.md says ("Tags")."""
