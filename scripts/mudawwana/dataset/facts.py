"""What the card says of a built data set, from its files alone: so it can be computed again to check the card."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from mudawwana.annotate.tiers import Calibration, find_calibration
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.errors import BuildError, ConlluError
from mudawwana.base.layout import AUTO, GOLD, LAYERS, DataSetLayout
from mudawwana.base.records import Sentence
from mudawwana.compare.consistency import Consistency, measure_consistency
from mudawwana.compare.pairing import list_annotation_files
from mudawwana.dataset.hub import Sizes, TableSize
from mudawwana.dataset.schema import CONFIGS, DOCUMENT_FACTS
from mudawwana.dataset.statistics import CorpusStatistics, count_corpus, iter_parquet
from mudawwana.seeds.tombstones import Tombstone
from mudawwana.validate.incidents import Incident

if TYPE_CHECKING:
    from mudawwana.compare.audit.corrections import Audit
    from mudawwana.compare.evaluate import Evaluation

LISTED_DOCUMENTS = 30
"""So many the card lists; the config `documents` has all."""

_SIDES = ("train", "validation", "test")


@dataclass(frozen=True)
class CardFacts:
    """All that the card says beside the settings."""

    sizes: Sizes
    statistics: Mapping[str, CorpusStatistics]
    """By layer; "auto" is always there."""
    documents: Sequence[Mapping[str, Any]]
    """The first documents: id, what documents.csv says, number of words."""
    sources: Mapping[tuple[str, str], int]
    """Documents by source and licence, from the most frequent pair down."""
    genres: Sequence[str]
    """Sorted, as documents.csv has them."""
    provenance: Sequence[tuple[str, str]]
    """The different pairs of `# generator` and `# models` in the automatic layer, sorted."""
    evaluation: "Evaluation | None"
    """The automatic layer scored against the gold one, if there is one."""
    consistency: Consistency
    """How well the automatic layer keeps to Arabic grammar, and what its verbs can be."""
    tiers: Mapping[str, int]
    """Words of the automatic layer by tier, the best first; none where its models have no calibration."""
    calibration: Calibration | None
    """What the tiers are worth, where one set of models with a calibration made the whole layer."""
    audit: "Audit | None" = None
    """What people found in a sample of the automatic layer, if they looked at one."""
    removed: Sequence[Tombstone] = ()
    """The documents that were taken out, in that order."""


def compute_facts(
    corpus_dir: Path, incidents: Iterable[Incident], calibrations: Iterable[Calibration]
) -> CardFacts:
    """The facts of the data set that was built in `corpus_dir`; `incidents` are those of its annotations.

    Raises BuildError where the tables contradict each other: then one of them is not what a build has written.
    """
    documents = _Documents()
    for rows in iter_parquet(corpus_dir, "documents", ["id", *DOCUMENT_FACTS, *_Documents.COUNTS]):
        documents.add(rows.to_pylist())
    facts = CardFacts(
        sizes=_measure_tables(corpus_dir),
        statistics=count_corpus(corpus_dir, severities=count_severities(incidents)),
        documents=documents.first,
        sources=dict(sorted(documents.sources.items(), key=lambda item: (-item[1], item[0]))),
        genres=sorted(documents.genres),
        provenance=sorted(_find_provenance(corpus_dir)),
        evaluation=_score_gold(corpus_dir),
        consistency=measure_consistency(_iter_auto(corpus_dir)),
        tiers=(tiers := _count_tiers(corpus_dir)),
        calibration=_find_calibration(corpus_dir, calibrations) if tiers else None,
    )
    _check_sums(corpus_dir, facts, documents.totals)
    return facts


def count_severities(incidents: Iterable[Incident]) -> dict[str, Counter[str]]:
    """How many errors and warnings each layer's files have, but for those of which the data set has nothing."""
    counts: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    for incident in incidents:
        for layer in counts:
            if f"annotations/{layer}/" in incident.path and incident.id != "annotation-without-seed":
                counts[layer][incident.severity] += 1
    return counts


def _count_tiers(corpus_dir: Path) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for rows in iter_parquet(corpus_dir, "tokens", ["layer", "tier"]):
        tiers = rows.filter(pc.equal(rows["layer"], AUTO))["tier"].drop_null()
        counts.update({row["values"]: row["counts"] for row in tiers.value_counts().to_pylist()})
    return dict(sorted(counts.items()))


def _find_calibration(corpus_dir: Path, calibrations: Iterable[Calibration]) -> Calibration | None:
    names = {models for _, models in _find_provenance(corpus_dir)}
    return find_calibration(names.pop(), calibrations) if len(names) == 1 else None


def _score_gold(corpus_dir: Path) -> "Evaluation | None":
    """The automatic layer on the documents that have a gold version; None where none has."""
    gold_dir, auto_dir = (DataSetLayout(corpus_dir).get_conllu_dir(layer) for layer in (GOLD, AUTO))
    if not any(gold_dir.glob("*.conllu")):
        return None
    from mudawwana.compare.evaluate import evaluate_files

    try:
        return evaluate_files(gold_dir, auto_dir)
    except ConlluError as error:
        raise BuildError(
            f"annotations/gold: not the text of annotations/auto, so nothing can be scored: {error} "
            "Correct the gold file's forms, or annotate the seed again."
        ) from error


def _iter_auto(corpus_dir: Path) -> Iterator[Sentence]:
    for path in list_annotation_files(DataSetLayout(corpus_dir).get_conllu_dir(AUTO)):
        yield from read_conllu(path)


class _Documents:
    """What the rows of `documents` come to."""

    COUNTS = ("sentence_count", "token_count", "word_count")

    def __init__(self) -> None:
        self.first: list[dict[str, Any]] = []
        self.sources: Counter[tuple[str, str]] = Counter()
        self.genres: set[str] = set()
        self.totals: Counter[str] = Counter()

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            if len(self.first) < LISTED_DOCUMENTS:
                self.first.append(dict(row))
            self.sources[row["source"], row["licence"]] += 1
            self.genres |= {row["genre"]} if row["genre"] else set()
            self.totals.update({count: row[count] for count in self.COUNTS})


def _measure_tables(corpus_dir: Path) -> dict[str, dict[str, TableSize]]:
    sizes: dict[str, dict[str, TableSize]] = {}
    for config in CONFIGS:
        splits = {path.name.rsplit("-", 3)[0] for path in DataSetLayout(corpus_dir).list_parquet(config)}
        if not splits:
            raise BuildError(
                f"{DataSetLayout(corpus_dir).data_dir / config}: no Parquet files; run `mudawwana build`."
            )
        sizes[config] = {
            split: _measure_split(corpus_dir, config, split) for split in sorted(splits, key=_rank_split)
        }
    return sizes


def _measure_split(corpus_dir: Path, config: str, split: str) -> TableSize:
    rows = memory = 0
    for table in iter_parquet(corpus_dir, config, CONFIGS[config].arrow_schema.names, split=split):
        rows += table.num_rows
        memory += table.nbytes
    files = DataSetLayout(corpus_dir).list_parquet(config, split)
    return TableSize(rows, memory, sum(path.stat().st_size for path in files))


def _rank_split(split: str) -> tuple[bool, int]:
    """The automatic layer's splits, then the gold layer's, each in the order of use."""
    side = split.removeprefix("gold_")
    return split.startswith(GOLD), _SIDES.index(side) if side in _SIDES else len(_SIDES)


def _find_provenance(corpus_dir: Path) -> set[tuple[str, str]]:
    """From the comments: both stand on each document's first sentence."""
    pairs: set[tuple[str, str]] = set()
    for rows in iter_parquet(corpus_dir, "sentences", ["layer", "comments"]):
        comments = rows.filter(pc.equal(rows["layer"], AUTO))["comments"].combine_chunks()
        texts, sentences = pc.list_flatten(comments), pc.list_parent_indices(comments)
        named = pc.match_substring_regex(texts, "^(generator|models) = ")
        facts: dict[int, dict[str, str]] = {}
        for sentence, text in zip(
            sentences.filter(named).to_pylist(), texts.filter(named).to_pylist(), strict=True
        ):
            key, _, value = text.partition(" = ")
            facts.setdefault(sentence, {}).setdefault(key, value)
        pairs |= {(fact["generator"], fact["models"]) for fact in facts.values() if len(fact) == 2}
    return pairs


def _check_sums(corpus_dir: Path, facts: CardFacts, totals: Mapping[str, int]) -> None:
    """Counts of the same things by two ways."""
    auto = facts.statistics[AUTO]
    sums = {
        "sentences": (totals["sentence_count"], auto.sentences),
        "tokens": (totals["token_count"], auto.tokens),
        "words": (totals["word_count"], auto.words),
        "sentences of all layers": (
            sum(size.row_count for size in facts.sizes["sentences"].values()),
            sum(one.sentences for one in facts.statistics.values()),
        ),
        "words of all sentences": (
            sum(length * count for length, count in auto.sentence_length_counts.items()),
            auto.words,
        ),
    }
    wrong = [f"{name} {one:,} and {other:,}" for name, (one, other) in sums.items() if one != other]
    if wrong:
        raise BuildError(
            f"{corpus_dir}: its tables contradict each other ({'; '.join(wrong)}), so no card can be written from "
            "them; run `mudawwana build`, which writes them anew."
        )
