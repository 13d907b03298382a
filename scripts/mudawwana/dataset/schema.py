"""The columns of the data set's three configs: `sentences`, `tokens`, `documents`.

`sentences` begins with the 14 columns of `commul/universal_dependencies`, names, types, label order and
conventions, so that code written for UD on the Hub reads it unchanged; our own columns follow. In all configs
offsets are 0-based, end-exclusive code points of the raw document.
"""

from datasets import ClassLabel, Features, List, Value

from mudawwana.base.misc import DEPREL_PROB, FEATS_PROB, HEAD_PROB, UPOS_PROB
from mudawwana.seeds.names import FACTS

# The order is commul/universal_dependencies': a label's number means the same in both.
UPOS_NAMES = (
    *("NOUN", "PUNCT", "ADP", "NUM", "SYM", "SCONJ", "ADJ", "PART", "DET"),
    *("CCONJ", "PROPN", "PRON", "X", "_", "ADV", "INTJ", "VERB", "AUX"),
)

# Those that UD's Arabic treebanks use; what else a file holds still stands in the whole `feats` string.
FEATURE_NAMES = (
    *("Abbr", "Aspect", "Case", "Definite", "ExtPos", "Foreign", "Gender", "Mood", "Number", "NumForm"),
    *("NumType", "Person", "Polarity", "PronType", "Tense", "Typo", "VerbForm", "Voice"),
)

# All lower case: SQL needs no quotes then, and pandas reads them as attributes.
FEATURE_COLUMNS = {name: f"feat_{name.lower()}" for name in FEATURE_NAMES}

# The keys in MISC (annotate/confidence.py) and the columns that hold their values.
PROBABILITY_COLUMNS = {
    UPOS_PROB: "upos_prob",
    FEATS_PROB: "feats_prob",
    HEAD_PROB: "head_prob",
    DEPREL_PROB: "deprel_prob",
}

_TEXT = Value("string")
_PROBABILITY = Value("float32")
_TEXTS = List(_TEXT)
_SPAN = {"start_char": Value("int32"), "end_char": Value("int32")}
_EMPTY_NODE_COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")

SENTENCES = Features(
    {
        "sent_id": _TEXT,
        "text": _TEXT,
        "comments": _TEXTS,
        "tokens": _TEXTS,
        "lemmas": _TEXTS,
        "upos": List(ClassLabel(names=list(UPOS_NAMES))),
        "xpos": _TEXTS,
        "feats": _TEXTS,
        "head": _TEXTS,
        "deprel": _TEXTS,
        "deps": _TEXTS,
        "misc": _TEXTS,
        "mwt": List({"id": _TEXT, "form": _TEXT, "feats": _TEXT, "misc": _TEXT}),
        "empty_nodes": List(dict.fromkeys(_EMPTY_NODE_COLUMNS, _TEXT)),
        "doc_id": _TEXT,
        "par_id": _TEXT,
        **_SPAN,
        "layer": _TEXT,
        "spans": List(_SPAN),
        "ud_level": Value("int8"),
        "incidents": _TEXTS,
        "repaired": List(Value("bool")),
        **{column: List(_PROBABILITY) for column in PROBABILITY_COLUMNS.values()},
        "tier": _TEXTS,
        "text_translit": _TEXT,
        "tokens_translit": _TEXTS,
        "text_buckwalter": _TEXT,
        "tokens_buckwalter": _TEXTS,
        "text_folded": _TEXT,
        "tokens_folded": _TEXTS,
        "lemmas_folded": _TEXTS,
    }
)

CORE_COLUMNS = tuple(SENTENCES)[:14]
"""Those of `commul/universal_dependencies`, which hold all that a CoNLL-U file says."""

# Strings instead of class labels: a label is a bare number in SQL.
TOKENS = Features(
    {
        "doc_id": _TEXT,
        "par_id": _TEXT,
        "sent_id": _TEXT,
        "layer": _TEXT,
        "word_id": Value("int32"),
        "token_id": Value("int32"),
        "token": _TEXT,
        "token_start_char": Value("int32"),
        "token_end_char": Value("int32"),
        "is_mwt": Value("bool"),
        "form": _TEXT,
        "lemma": _TEXT,
        "upos": _TEXT,
        "xpos": _TEXT,
        "feats": _TEXT,
        **dict.fromkeys(FEATURE_COLUMNS.values(), _TEXT),
        "head": Value("int32"),
        "deprel": _TEXT,
        "head_form": _TEXT,
        "head_lemma": _TEXT,
        "head_upos": _TEXT,
        "head_deprel": _TEXT,
        **_SPAN,
        "space_after": Value("bool"),
        "repaired": Value("bool"),
        **dict.fromkeys(PROBABILITY_COLUMNS.values(), _PROBABILITY),
        "tier": _TEXT,
        "form_translit": _TEXT,
        "form_buckwalter": _TEXT,
        "form_folded": _TEXT,
        "lemma_folded": _TEXT,
        "token_folded": _TEXT,
        "misc": _TEXT,
    }
)

# Columns of documents.csv with a column of their own; any other goes into `metadata`.
DOCUMENT_FACTS = FACTS

DOCUMENTS = Features(
    {
        "id": _TEXT,
        "number": Value("int32"),
        "text": _TEXT,
        **dict.fromkeys(DOCUMENT_FACTS, _TEXT),
        "sha256": _TEXT,
        "path": _TEXT,
        "paragraph_count": Value("int32"),
        "sentence_count": Value("int32"),
        "token_count": Value("int32"),
        "word_count": Value("int32"),
        "has_gold": Value("bool"),
        "metadata": _TEXT,
    }
)

CONFIGS = {"sentences": SENTENCES, "tokens": TOKENS, "documents": DOCUMENTS}

# The card prints these, and a test holds them against the features: no column without its meaning.
COLUMN_MEANINGS = {
    "sentences": {
        "sent_id": "the sentence's id, unique within a layer, and so within a split",
        "text": "the sentence as written",
        "comments": "the comment lines without `# `; `__SENT_ID__` and `__TEXT__` hold the place of these two",
        "tokens": "the forms of the syntactic words (UD: FORM); clitics are words of their own",
        "lemmas": "their lemmas",
        "upos": "their universal parts of speech, as class labels",
        "xpos": "their treebank-specific tags, null where the file has `_`",
        "feats": "their morphological features (`Case=Gen|Number=Sing`), null where the file has `_`",
        "head": "the ids of their heads as strings, `0` for the root",
        "deprel": "their dependency relations",
        "deps": "their enhanced dependencies, null where the file has `_`",
        "misc": "their MISC column, null where the file has `_`; offsets are `start_char` and `end_char`",
        "mwt": "the multi-word tokens: id (`3-4`), surface form, feats, misc",
        "empty_nodes": "the empty nodes of the enhanced graph with their ten columns",
        "doc_id": "the document's id, as in `documents`",
        "par_id": "the paragraph's id",
        "start_char": "where the sentence begins in the document's raw text",
        "end_char": "where it ends there, exclusive",
        "layer": "`auto` (the models' output) or `gold` (corrected)",
        "spans": "where each word, or else its token, begins and ends (exclusive) in the document's raw text",
        "ud_level": "the highest level (0-5) up to which UD's validator has no error with the sentence",
        "incidents": "the ids of what the validator says of it, warnings too",
        "repaired": "whether a repair changed the word's tag, features, head or relation (MISC says from what)",
        "upos_prob": "the tagger's probability (0-1) of each tag that stands; null where MISC has no `UposProb`",
        "feats_prob": "the probability of tag and features together, given the tree; null without `FeatsProb`",
        "head_prob": "the parser's probability of the head that it chose; null where MISC has no `HeadProb`",
        "deprel_prob": "its probability of each relation that stands, given that head; null without `DeprelProb`",
        "tier": "A, B or C: how often words of such probabilities are right; null where nobody has measured it",
        "text_translit": "the text in a-z: the Hub's full-text search drops every other letter",
        "tokens_translit": "the words in a-z, as in `text_translit`; unwritten vowels are not guessed",
        "text_buckwalter": "the text in Tim Buckwalter's transliteration, one ASCII character an Arabic one",
        "tokens_buckwalter": "the words in Buckwalter's transliteration",
        "text_folded": "the text to search: no vowel signs, one alef, yeh for alef maqsura, heh for teh marbuta",
        "tokens_folded": "the words, folded in that way",
        "lemmas_folded": "their lemmas, folded in that way",
    },
    "tokens": {
        "doc_id": "the document's id, as in `documents`",
        "par_id": "the paragraph's id",
        "sent_id": "the sentence's id, as in `sentences`",
        "layer": "`auto` or `gold`",
        "word_id": "the syntactic word's id in its sentence, from 1",
        "token_id": "the number of its surface token in the sentence, from 1",
        "token": "that token's surface form",
        "token_start_char": "where the token begins in the document's raw text",
        "token_end_char": "where it ends there, exclusive",
        "is_mwt": "whether the surface token has several words (clitics)",
        "form": "the word's form",
        "lemma": "its lemma",
        "upos": "its universal part of speech, as text",
        "xpos": "its treebank-specific tag, or null",
        "feats": "all its features as one string, or null",
        **{column: f"its UD feature {name}, or null" for name, column in FEATURE_COLUMNS.items()},
        "head": "the word_id of its head, 0 for the root",
        "deprel": "its dependency relation",
        "head_form": "its head's form, null for the root",
        "head_lemma": "its head's lemma, null for the root",
        "head_upos": "its head's part of speech, null for the root",
        "head_deprel": "its head's own relation, null for the root",
        "start_char": "where the word, or else its token, begins in the document's raw text",
        "end_char": "where it ends there, exclusive",
        "space_after": "whether white space follows the surface token",
        "repaired": "whether a repair changed its tag, features, head or relation (MISC says from what)",
        "upos_prob": "the tagger's probability (0-1) of the tag; null where MISC has no `UposProb`",
        "feats_prob": "the probability of tag and features together, given the tree; null without `FeatsProb`",
        "head_prob": "the parser's probability of the head that it chose; null where MISC has no `HeadProb`",
        "deprel_prob": "its probability of the relation, given that head; null where MISC has no `DeprelProb`",
        "tier": "A, B or C: how often words of such probabilities are right; null where nobody has measured it",
        "form_translit": "the form in a-z; unwritten vowels are not guessed",
        "form_buckwalter": "the form in Tim Buckwalter's transliteration",
        "form_folded": "the form to search: no vowel signs, one alef, yeh for alef maqsura, heh for teh marbuta",
        "lemma_folded": "the lemma, folded in that way",
        "token_folded": "the surface token, folded in that way",
        "misc": "the word's MISC column, or null",
    },
    "documents": {
        "id": "the document's id",
        "number": "its place among all documents of the corpus, from 0",
        "text": "its raw text, which all offsets count in",
        "title": "its title",
        "source": "who published it",
        "url": "where it was found",
        "published": "when it was published",
        "licence": "under which terms its text stands",
        "genre": "its genre",
        "sha256": "the digest of its seed file",
        "path": "its seed file",
        "paragraph_count": "paragraphs in the automatic layer",
        "sentence_count": "sentences in the automatic layer",
        "token_count": "surface tokens in the automatic layer",
        "word_count": "syntactic words in the automatic layer",
        "has_gold": "whether the gold layer holds a corrected version",
        "metadata": "whatever else documents.csv says of it, as a JSON object",
    },
}
