"""Sentences -> the columns of `sentences` and `tokens`, a row group at a time.

Words are collected in flat lists, one a column of CoNLL-U. All else is computed from these by Arrow, over whole
columns or over their different values alone, and both configs share the result: no dictionary, no object a word.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from mudawwana.annotate.tiers import Calibration
from mudawwana.arabic.script import transliterate
from mudawwana.arabic.spellings import fold_for_search, to_buckwalter
from mudawwana.base.errors import BuildError
from mudawwana.base.layout import AUTO
from mudawwana.base.records import EmptyNode, Sentence
from mudawwana.dataset.rows import pack_comments
from mudawwana.dataset.schema import PROBABILITY_COLUMNS, SENTENCES, TOKENS, UPOS_NAMES
from mudawwana.dataset.word_columns import (
    Columns,
    build_token_columns,
    describe_misc,
    describe_tokens,
    make_lists,
    map_values,
    pack,
    rate,
    spell,
)

_COLUMNS = ("form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_get_columns = attrgetter(*_COLUMNS)
_UPOS_LABELS = {name: label for label, name in enumerate(UPOS_NAMES)}
# `_` in these is null, in the others it stays: as commul/universal_dependencies has it.
_OPTIONAL = ("xpos", "feats", "deps", "misc")
_SENTENCE_SCHEMA, _TOKEN_SCHEMA = SENTENCES.arrow_schema, TOKENS.arrow_schema


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands in the corpus."""

    doc_id: str
    par_id: str
    layer: str
    source: str
    """The annotation file, for errors."""
    models: str = ""
    """The document's `# models`."""


class SentenceBatch:
    """Sentences that become one row group of `sentences` and one of `tokens`."""

    def __init__(self, calibrations: Sequence[Calibration] = ()) -> None:
        self.word_count = 0
        self._calibrations = calibrations
        self._words: list[list[str]] = [[] for _ in _COLUMNS]
        self._word_counts: list[int] = []
        self._ranges: list[int] = []  # by word: the place of its range among those of the batch, or -1
        self._range_columns: dict[str, list[str]] = {name: [] for name in ("id", "form", "feats", "misc")}
        self._range_counts: list[int] = []
        self._empty_nodes: list[list[dict[str, str | None]]] = []
        self._facts: dict[str, list[Any]] = {}
        self._sources: list[tuple[str, int]] = []
        self._models: list[str] = []

    def add(self, sentence: Sentence, place: Place, *, ud_level: int, incidents: Sequence[str]) -> None:
        """Appends a row of `sentences`, and those of `tokens` for its words."""
        words = sentence.words
        for column, values in zip(self._words, zip(*map(_get_columns, words), strict=True), strict=bool(words)):
            column.extend(values)
        self._word_counts.append(len(words))
        self._add_ranges(sentence)
        self._empty_nodes.append([_pack_node(node) for node in sentence.empty_nodes])
        facts = {
            "sent_id": sentence.sent_id,
            "text": sentence.text,
            "comments": pack_comments(sentence),
            "doc_id": place.doc_id,
            "par_id": place.par_id,
            "layer": place.layer,
            "ud_level": ud_level,
            "incidents": list(incidents),
        }
        for name, value in facts.items():
            self._facts.setdefault(name, []).append(value)
        self._sources.append((place.source, sentence.line))
        self._models.append(place.models)
        self.word_count += len(words)

    def _add_ranges(self, sentence: Sentence) -> None:
        ranges = [-1] * len(sentence.words)
        for token in sentence.multiword_tokens:
            place = len(self._range_columns["id"])
            ranges[token.first - 1 : token.last] = [place] * (token.last - token.first + 1)
            values = (f"{token.first}-{token.last}", token.form, token.feats, token.misc)
            for column, value in zip(self._range_columns.values(), values, strict=True):
                column.append(value)
        self._ranges += ranges
        self._range_counts.append(len(sentence.multiword_tokens))

    def build_tables(self) -> tuple[pa.Table, pa.Table]:
        """The rows of `sentences` and of `tokens`; nothing of the file is lost in the former.

        Raises BuildError where a part of speech is none of UD's: the label column cannot hold it.
        """
        words = {name: pa.array(values, pa.string()) for name, values in zip(_COLUMNS, self._words, strict=True)}
        words |= {name: pack(words[name]) for name in _OPTIONAL}
        ranges = {name: pa.array(values, pa.string()) for name, values in self._range_columns.items()}
        ranges |= {name: pack(ranges[name]) for name in ("feats", "misc")}
        counts = np.array(self._word_counts, dtype=np.int64)
        computed = words | describe_misc(words["misc"]) | spell(words)
        computed |= describe_tokens(computed, ranges, np.array(self._ranges, dtype=np.int64), counts)
        models, of_sentence = np.unique(self._models, return_inverse=True)
        is_auto = np.array([layer == AUTO for layer in self._facts.get("layer", [])], dtype=bool)
        model_of = np.repeat(of_sentence, counts)
        computed |= rate(computed, models, model_of, self._calibrations, is_auto=np.repeat(is_auto, counts))
        facts = {name: pa.array(values, _SENTENCE_SCHEMA.field(name).type) for name, values in self._facts.items()}
        sentences = facts | self._build_sentence_columns(computed, ranges, counts)
        tokens = computed | build_token_columns(computed, facts, counts)
        return _assemble(sentences, _SENTENCE_SCHEMA), _assemble(tokens, _TOKEN_SCHEMA)

    def _build_sentence_columns(self, words: Columns, ranges: Columns, counts: np.ndarray) -> Columns:
        spans = pa.StructArray.from_arrays(
            [words["start_char"], words["end_char"]], names=["start_char", "end_char"]
        )
        lists = {
            **{"tokens": words["form"], "lemmas": words["lemma"], "upos": self._label_upos(words["upos"])},
            **{name: words[name] for name in ("xpos", "feats", "head", "deprel", "deps", "misc", "repaired")},
            **{name: words[name] for name in (*PROBABILITY_COLUMNS.values(), "tier")},
            **{f"tokens_{kind}": words[f"form_{kind}"] for kind in ("translit", "buckwalter", "folded")},
            "lemmas_folded": words["lemma_folded"],
            "spans": spans,
        }
        mwt = pa.StructArray.from_arrays(list(ranges.values()), names=list(ranges))
        texts = self._facts["text"]
        starts = np.cumsum(counts) - counts
        has_words = counts > 0
        return {
            **{name: make_lists(values, counts) for name, values in lists.items()},
            "mwt": make_lists(mwt, np.array(self._range_counts)),
            "empty_nodes": pa.array(self._empty_nodes, _SENTENCE_SCHEMA.field("empty_nodes").type),
            "start_char": words["token_start_char"].take(pa.array(starts, mask=~has_words)),
            "end_char": words["token_end_char"].take(pa.array(starts + counts - 1, mask=~has_words)),
            "text_translit": pa.array(map(transliterate, texts), pa.string()),
            "text_buckwalter": pa.array(map(to_buckwalter, texts), pa.string()),
            "text_folded": pa.array(map(fold_for_search, texts), pa.string()),
        }

    def _label_upos(self, upos: pa.Array) -> pa.Array:
        labels = map_values(upos, _UPOS_LABELS.get, pa.int64())
        if labels.null_count:
            word = labels.is_null().index(True).as_py()
            ends = np.cumsum(self._word_counts)
            sentence = int(np.searchsorted(ends, word, side="right"))
            source, line = self._sources[sentence]
            raise BuildError(
                f"{source}:{line}: sentence {self._facts['sent_id'][sentence]}, word "
                f"{word - int(ends[sentence]) + self._word_counts[sentence] + 1}: the part of speech "
                f"{upos[word].as_py()!r} is none of UD's ({', '.join(sorted(UPOS_NAMES))}); correct it there."
            )
        return labels


def _assemble(columns: Columns, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _pack_node(node: EmptyNode) -> dict[str, str | None]:
    return {
        column: None if column in _OPTIONAL and value == "_" else value for column, value in asdict(node).items()
    }
