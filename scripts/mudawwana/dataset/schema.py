"""The columns of the data set's three configs: `sentences`, `tokens`, `documents`.

`sentences` begins with the 14 columns of `commul/universal_dependencies`, names, types, label order and
conventions, so that code written for UD on the Hub reads it unchanged; our own columns follow. In all configs
offsets are 0-based, end-exclusive code points of the raw document.
"""

from datasets import ClassLabel, Features, List, Value

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

_TEXT = Value("string")
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
        "ud_level": Value("int8"),
        "incidents": _TEXTS,
        "text_translit": _TEXT,
    }
)

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
        **_SPAN,
        "space_after": Value("bool"),
        "misc": _TEXT,
    }
)

# Columns of documents.csv with a column of their own; any other goes into `metadata`.
DOCUMENT_FACTS = ("title", "source", "url", "published", "licence", "genre")

DOCUMENTS = Features(
    {
        "id": _TEXT,
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
        "sent_id": "the sentence's id, unique within a split; gold and automatic versions share it",
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
        "layer": "`auto` (the models' output) or `gold` (hand-corrected)",
        "ud_level": "the highest level (0-5) up to which UD's validator has no error with the sentence",
        "incidents": "the ids of what the validator says of it, warnings too",
        "text_translit": "the text in a-z: the Hub's full-text search drops every other letter",
    },
    "tokens": {
        "doc_id": "the document's id, as in `documents`",
        "par_id": "the paragraph's id",
        "sent_id": "the sentence's id, as in `sentences`",
        "layer": "`auto` or `gold`",
        "word_id": "the syntactic word's id in its sentence, from 1",
        "token_id": "the number of its surface token in the sentence, from 1",
        "token": "that token's surface form",
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
        "start_char": "where the word, or else its token, begins in the document's raw text",
        "end_char": "where it ends there, exclusive",
        "space_after": "whether white space follows the surface token",
        "misc": "the word's MISC column, or null",
    },
    "documents": {
        "id": "the document's id",
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
        "has_gold": "whether the `gold` splits hold a hand-corrected version",
        "metadata": "whatever else documents.csv says of it, as a JSON object",
    },
}
