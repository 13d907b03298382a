"""Gold against system by the CoNLL 2018 scorer of udtools, from raw text, and what goes wrong where.

Metrics: https://universaldependencies.org/conll18/evaluation.html. The scorer aligns words by their forms, the
tables of `breakdown` by their places (`alignment`): where a clitic's form is restored differently they differ.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from udtools.udeval import UDError, build_evaluation_table, evaluate, load_conllu

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.errors import ConlluError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence
from mudawwana.compare.alignment import Block, align_annotations
from mudawwana.compare.breakdown import Breakdown, BreakdownCounts
from mudawwana.compare.pairing import DocumentPair, iter_document_pairs, list_annotation_files
from mudawwana.compare.resampling import compute_intervals

METRICS = (
    *("Tokens", "Sentences", "Words", "UPOS", "XPOS", "UFeats", "AllTags", "Lemmas"),
    *("UAS", "LAS", "CLAS", "MLAS", "BLEX"),
)


@dataclass(frozen=True, slots=True)
class Score:
    """A metric in percent, 0 where there is nothing to score."""

    precision: float
    recall: float
    f1: float
    low: float
    """Where the 95 % interval of F1 begins: a bootstrap by sentences (`bootstrap`)."""
    high: float


@dataclass(frozen=True)
class Evaluation:
    """Everything that `mudawwana evaluate` says."""

    gold: str
    """The path of the gold annotation, as given."""
    system: str
    """The path of what is scored, or where it comes from."""
    models: tuple[str, ...]
    """The different `# models` of the scored documents, sorted."""
    documents: int
    """Gold documents; so are the next two."""
    sentences: int
    words: int
    documents_without_gold: int
    """Of the files that were read; they are not scored."""
    scores: Mapping[str, Score]
    """By metric, in the order of `METRICS`."""
    breakdown: Breakdown


def score_conllu(gold_path: Path, system_path: Path) -> tuple[dict[str, float], str]:
    """(F1 in percent by metric, the scorer's own table) of two annotations of the same text.

    Raises ConlluError where the two files do not spell the same text.
    """
    with gold_path.open(encoding="utf-8") as gold, system_path.open(encoding="utf-8") as system:
        try:
            scores = evaluate(load_conllu(gold, str(gold_path), {}), load_conllu(system, str(system_path), {}))
        except UDError as error:
            raise ConlluError(f"{gold_path} and {system_path}: {error}") from error
    return {metric: 100 * scores[metric].f1 for metric in METRICS}, build_evaluation_table(scores)


def score_gold(layout: CorpusLayout) -> Evaluation | None:
    """The automatic layer of a corpus against its gold layer, in all documents that have gold; None without any.

    Raises ConlluError where the automatic layer lacks such a document, or the two spell different texts.
    """
    gold_paths = list_annotation_files(layout.gold_dir) if layout.has_gold else []
    if not gold_paths:
        return None
    missing = [path.name for path in gold_paths if not (layout.auto_dir / path.name).is_file()]
    if missing:
        raise ConlluError(f"{layout.auto_dir}: no {', '.join(missing)}; run `mudawwana annotate`.")
    pairs = (pair for path in gold_paths for pair in iter_document_pairs(path, layout.auto_dir / path.name))
    return _evaluate_pairs(pairs, layout.gold_dir, layout.auto_dir, system=str(layout.auto_dir))


def check_gold(path: Path) -> None:
    """Raises ConlluError where a file, or a folder of files, cannot be gold: told before anything is annotated."""
    for pair in iter_document_pairs(path, path):
        for sentence in pair.first or ():
            try:
                load_conllu(StringIO(serialize_sentence(sentence)), str(path), {})
            except UDError as error:
                raise ConlluError(f"{path}, sentence {sentence.sent_id or sentence.line}: {error}.") from error


def evaluate_files(gold_path: Path, system_path: Path, *, system: str = "") -> Evaluation:
    """A system's annotation against gold, each a file or a folder of files; `system` is its name in the report.

    Raises ConlluError where the system lacks a gold document, or the two spell different texts.
    """
    pairs = iter_document_pairs(gold_path, system_path)
    return _evaluate_pairs(pairs, gold_path, system_path, system=system or str(system_path))


def _evaluate_pairs(
    pairs: Iterable[DocumentPair], gold_path: Path, system_path: Path, *, system: str
) -> Evaluation:
    counts: list[NDArray[np.int64]] = []
    breakdown = BreakdownCounts()
    models: set[str] = set()
    documents = sentences = words = without_gold = 0
    for pair in pairs:
        if pair.first is None:
            without_gold += 1
            continue
        golds, systems = pair.get_both(gold_path, system_path)
        documents += 1
        sentences += len(golds)
        words += sum(len(sentence.words) for sentence in golds)
        models |= {name for sentence in systems if (name := sentence.get_comment("models"))}
        source = f"{gold_path} and {system_path}: {pair.id or 'the text'}"
        for block in align_annotations(golds, systems, source=source, by_offsets=False):
            counts.append(_count_block(block, source))
            breakdown.add(block)
    if not counts:
        raise ConlluError(f"{gold_path}: no sentence to score; annotate at least one.")
    return Evaluation(
        gold=str(gold_path),
        system=system,
        models=tuple(sorted(models)),
        documents=documents,
        sentences=sentences,
        words=words,
        documents_without_gold=without_gold,
        scores=_build_scores(np.array(counts)),
        breakdown=breakdown.build(),
    )


def _count_block(block: Block, source: str) -> NDArray[np.int64]:
    """By metric: what the gold has, what the system has, what is right."""
    texts = ("".join(map(serialize_sentence, side.sentences)) for side in (block.first, block.second))
    try:
        scores = evaluate(*(load_conllu(StringIO(text), source, {}) for text in texts))
    except UDError as error:
        raise ConlluError(
            f"{source}, sentence {_name(block)}: {error}. `mudawwana validate` says what else is wrong."
        ) from error
    rows = [scores[metric] for metric in METRICS]
    return np.array([(row.gold_total, row.system_total, row.correct) for row in rows], dtype=np.int64)


def _name(block: Block) -> str:
    return next(_iter_names((*block.first.sentences, *block.second.sentences)), "without sent_id")


def _iter_names(sentences: Iterable[Sentence]) -> Iterator[str]:
    return (sentence.sent_id for sentence in sentences if sentence.sent_id)


def _build_scores(counts: NDArray[np.int64]) -> dict[str, Score]:
    """`counts` by block, metric, and as `_count_block` has them."""
    intervals = compute_intervals(lambda draws: _compute_f1(np.tensordot(draws, counts, axes=1)), len(counts))
    gold, system, correct = counts.sum(axis=0).T
    rates = zip(_divide(correct, system), _divide(correct, gold), _compute_f1(counts.sum(axis=0)), strict=True)
    return {
        metric: Score(float(precision), float(recall), float(f1), low, high)
        for metric, (precision, recall, f1), (low, high) in zip(METRICS, rates, intervals, strict=True)
    }


def _compute_f1(totals: NDArray[np.int64]) -> NDArray[np.float64]:
    return _divide(2 * totals[:, 2], totals[:, 0] + totals[:, 1])


def _divide(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """In percent; 0 of 0 is 0, as the scorer has it."""
    shares = np.zeros(len(part))
    np.divide(100.0 * part, whole, out=shares, where=whole > 0)
    return shares
