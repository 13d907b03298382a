"""What each layer of the corpus holds, in numbers: computed from the data set's Parquet files, column by column.

What the build prints and what a reader of the Parquet counts can so not differ, and the card can be checked long
after it was written. Everything streams: memory holds a row group, and the different forms and lemmas.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mudawwana.base.explain import REBUILD, reading
from mudawwana.base.layout import DataSetLayout
from mudawwana.base.misc import REPAIRED_BY, get_misc

# What attaches to another word is of a closed class; the others are what it attaches to.
_CLITIC_UPOS = pa.array(["ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ"])


@dataclass(frozen=True)
class Lengths:
    """How long the units of one kind are; a quantile is the smallest length that so many units do not exceed."""

    mean: float
    """Rounded to two places."""
    p5: int
    p25: int
    median: int
    p75: int
    p95: int
    max: int


@dataclass(frozen=True)
class CorpusStatistics:
    """Counts of one layer; the mappings run from the most frequent key down, equal ones in the keys' order."""

    documents: int
    """Those with sentences; an empty document has a row in `documents` alone."""
    paragraphs: int
    sentences: int
    tokens: int
    """Surface tokens: a multi-word token counts once."""
    multiword_tokens: int
    words: int
    """Syntactic words, clitics and punctuation among them."""
    form_types: int
    """Different FORMs of words, as written: vowels and capital letters count."""
    form_hapaxes: int
    """Forms that stand there once."""
    lemma_types: int
    lemma_hapaxes: int
    document_words: Lengths
    """Words a document."""
    paragraph_words: Lengths
    sentence_words: Lengths
    word_chars: Lengths
    """Code points a FORM."""
    sentence_length_counts: Mapping[int, int]
    """Sentences by their number of words, from the shortest up."""
    upos_counts: Mapping[str, int]
    feature_counts: Mapping[str, int]
    """Words by `Name=Value`; of several values (`Name=A,B`) all together are one."""
    deprel_counts: Mapping[str, int]
    clitic_pattern_counts: Mapping[str, int]
    """Multi-word tokens by the parts of speech of their words, in their order: `CCONJ+VERB`."""
    clitic_counts: Mapping[str, int]
    """Words of closed classes inside multi-word tokens, by form."""
    ud_level_counts: Mapping[int, int]
    """Sentences by the highest UD level (0-5) that they pass."""
    repair_counts: Mapping[str, int]
    """Words that a repair changed, by its reason: an incident of UD's validator, or one of Mudawwana's own."""
    error_count: int
    """Incidents of severity "error"."""
    warning_count: int


@dataclass
class _Runs:
    """Sums over neighbouring rows with the same key; a run may go on in the next row group."""

    counts: Counter[int] = field(default_factory=Counter)
    """How often each sum came out."""
    _key: str | None = None
    _sum: int = 0

    def add(self, keys: pa.Array, values: pa.Array) -> None:
        ends = pc.run_end_encode(keys)
        start = 0
        totals = pc.cumulative_sum(values).to_pylist()
        for key, end in zip(ends.values.to_pylist(), ends.run_ends.to_pylist(), strict=True):
            if key != self._key:
                self.close()
            self._key = key
            self._sum += totals[end - 1] - (totals[start - 1] if start else 0)
            start = end

    def close(self) -> None:
        """Ends the last run."""
        if self._key is not None:
            self.counts[self._sum] += 1
        self._key, self._sum = None, 0


@dataclass
class _Tally:
    """What one layer has come to so far."""

    counts: dict[str, Counter[Any]] = field(default_factory=dict)
    """By column, the rows with each value."""
    documents: _Runs = field(default_factory=_Runs)
    paragraphs: _Runs = field(default_factory=_Runs)
    patterns: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    _upos: list[str] = field(default_factory=list)
    """Of the words so far of the multi-word token that is being read."""
    _place: tuple[int, int] = (0, 0)
    """Token_id and word_id of its last word."""

    def add_sentences(self, rows: pa.Table) -> None:
        lengths = pc.list_value_length(rows["tokens"]).combine_chunks()
        self._count("sentence_length", lengths)
        self._count("ud_level", rows["ud_level"])
        self.documents.add(rows["doc_id"].combine_chunks(), lengths)
        self.paragraphs.add(rows["par_id"].combine_chunks(), lengths)

    def add_words(self, rows: pa.Table) -> None:
        for column in ("form", "lemma", "upos", "feats", "deprel"):
            self._count(column, rows[column])
        self._count("form_length", pc.utf8_length(rows["form"]))
        inner = rows.filter(rows["is_mwt"])
        self._count("clitic", inner["form"].filter(pc.is_in(inner["upos"], _CLITIC_UPOS)))
        places = zip(*(inner[name].to_pylist() for name in ("token_id", "word_id", "upos")), strict=True)
        for token_id, word_id, upos in places:
            # Neighbours of one token; the next sentence begins again with word 1.
            if (token_id, word_id - 1) != self._place:
                self.close_token()
            self._upos.append(upos)
            self._place = (token_id, word_id)
        repaired = rows["misc"].filter(pc.fill_null(pc.match_substring(rows["misc"], f"{REPAIRED_BY}="), False))
        for misc in repaired.to_pylist():
            self.repairs.update((get_misc(misc, REPAIRED_BY) or "").split(","))

    def close_token(self) -> None:
        """Ends the last multi-word token."""
        if self._upos:
            self.patterns["+".join(self._upos)] += 1
        self._upos = []

    def count_features(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for feats, count in self.counts["feats"].items():
            counts.update(dict.fromkeys(feats.split("|"), count) if feats else {})
        return counts

    def _count(self, name: str, values: pa.ChunkedArray) -> None:
        found = pc.value_counts(values)
        pairs = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
        counts = self.counts.setdefault(name, Counter())
        for value, count in pairs:
            counts[value] += count


def count_corpus(
    corpus_dir: Path, *, severities: Mapping[str, Mapping[str, int]] | None = None
) -> dict[str, CorpusStatistics]:
    """The statistics of each layer that the built data set in `corpus_dir` has.

    `severities` has the number of incidents of each layer by severity, which the data set does not hold.
    """
    tallies: dict[str, _Tally] = {}
    for layer, rows in _iter_layers(corpus_dir, "sentences", ["layer", "tokens", "ud_level", "doc_id", "par_id"]):
        tallies.setdefault(layer, _Tally()).add_sentences(rows)
    columns = ["layer", "token_id", "word_id", "is_mwt", "form", "lemma", "upos", "feats", "deprel", "misc"]
    for layer, rows in _iter_layers(corpus_dir, "tokens", columns):
        tallies[layer].add_words(rows)
    return {
        layer: _summarize(tally, (severities or {}).get(layer, {})) for layer, tally in sorted(tallies.items())
    }


def iter_parquet(corpus_dir: Path, config: str, columns: list[str], *, split: str = "*") -> Iterator[pa.Table]:
    """The row groups of a config, by default of all its splits, in the files' order."""
    for path in DataSetLayout(corpus_dir).list_parquet(config, split):
        with reading(path, REBUILD), pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=columns)


def measure_lengths(counts: Mapping[int, int]) -> Lengths:
    """The lengths of units that are counted by their length; all 0 where there are none.

    >>> measure_lengths({2: 1, 3: 1, 10: 2})
    Lengths(mean=6.25, p5=2, p25=2, median=3, p75=10, p95=10, max=10)
    """
    total = sum(counts.values())
    if not total:
        return Lengths(0.0, 0, 0, 0, 0, 0, 0)
    ranked = sorted(counts.items())
    mean = round(sum(length * count for length, count in ranked) / total, 2)
    return Lengths(mean, *(_find_quantile(ranked, percent, total) for percent in (5, 25, 50, 75, 95, 100)))


def _find_quantile(ranked: Iterable[tuple[int, int]], percent: int, total: int) -> int:
    seen = 0
    for length, count in ranked:
        seen += count
        if 100 * seen >= percent * total:
            return length
    raise ValueError(f"{percent} is no percentage")


def _iter_layers(corpus_dir: Path, config: str, columns: list[str]) -> Iterator[tuple[str, pa.Table]]:
    for rows in iter_parquet(corpus_dir, config, columns):
        for layer in pc.unique(rows["layer"]).to_pylist():
            yield layer, rows.filter(pc.equal(rows["layer"], layer))


def _summarize(tally: _Tally, severities: Mapping[str, int]) -> CorpusStatistics:
    for runs in (tally.documents, tally.paragraphs):
        runs.close()
    tally.close_token()
    counts = tally.counts
    words, patterns = counts["form"].total(), tally.patterns
    inner_words = sum(count * (pattern.count("+") + 1) for pattern, count in patterns.items())
    return CorpusStatistics(
        documents=tally.documents.counts.total(),
        paragraphs=tally.paragraphs.counts.total(),
        sentences=counts["sentence_length"].total(),
        tokens=words - inner_words + patterns.total(),
        multiword_tokens=patterns.total(),
        words=words,
        form_types=len(counts["form"]),
        form_hapaxes=_count_hapaxes(counts["form"]),
        lemma_types=len(counts["lemma"]),
        lemma_hapaxes=_count_hapaxes(counts["lemma"]),
        document_words=measure_lengths(tally.documents.counts),
        paragraph_words=measure_lengths(tally.paragraphs.counts),
        sentence_words=measure_lengths(counts["sentence_length"]),
        word_chars=measure_lengths(counts["form_length"]),
        sentence_length_counts=dict(sorted(counts["sentence_length"].items())),
        upos_counts=_rank(counts["upos"]),
        feature_counts=_rank(tally.count_features()),
        deprel_counts=_rank(counts["deprel"]),
        clitic_pattern_counts=_rank(patterns),
        clitic_counts=_rank(counts["clitic"]),
        ud_level_counts=dict(sorted(counts["ud_level"].items())),
        repair_counts=_rank(tally.repairs),
        error_count=severities.get("error", 0),
        warning_count=severities.get("warning", 0),
    )


def _count_hapaxes(counts: Mapping[str, int]) -> int:
    return sum(count == 1 for count in counts.values())


def _rank(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
