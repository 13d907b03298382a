"""How far two annotations of the same text agree, and every place where they do not.

Words are told by their places (`alignment`). Segmentation is measured by F1 over all tokens, sentences and words;
everything else over the words that both have. Cohen's kappa: J. Cohen, A Coefficient of Agreement for Nominal
Scales, Educational and Psychological Measurement 20 (1960). Intervals: bootstrap by sentence (`bootstrap`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mudawwana.base.errors import ConlluError
from mudawwana.compare.alignment import Block, PlacedWord, align_annotations
from mudawwana.compare.pairing import iter_document_pairs
from mudawwana.compare.resampling import Estimate, compute_intervals

CONTEXT_WORDS = 6

_SEGMENTS = ("Tokens", "Sentences", "Words")
_COLUMNS = {"Forms": "form", "UPOS": "upos", "XPOS": "xpos", "Features": "feats", "Lemmas": "lemma"}
_SHARED = (*_COLUMNS, "Relations", "UAS", "LAS")
_KAPPAS = {"kappa UPOS": "upos", "kappa relations": "deprel"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two annotations say different things."""

    document: str
    sent_ids: tuple[str, str]
    """Of both annotations; "" where it has no such word."""
    word_ids: tuple[int, int]
    """1-based in the sentence; 0 where it has no such word."""
    form: str
    column: str
    """As in CoNLL-U; "word" where only one of the two has it, "sentence" where only one begins one there."""
    values: tuple[str, str]
    """Of a head, its form and id; "" where there is none."""
    before: str
    """The words before it in its sentence, `CONTEXT_WORDS` at most, as the first annotation that has it says."""
    after: str


@dataclass(frozen=True)
class Agreement:
    """Everything that `mudawwana agree` says."""

    first: str
    second: str
    documents: int
    """Those that both have, and are compared."""
    documents_of_one: tuple[int, int]
    """Those that only the first has, and only the second."""
    words: tuple[int, int]
    shared_words: int
    """Those that both have."""
    measures: Mapping[str, Estimate]
    differences: Sequence[Difference]
    """In the text's order."""


@dataclass
class _Counts:
    """By block and measure: what counts for it, and what agrees; by kappa: the two labels of each shared word."""

    wholes: list[list[int]] = field(default_factory=list)
    agreeing: list[list[int]] = field(default_factory=list)
    labels: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {name: [] for name in _KAPPAS})
    label_blocks: list[int] = field(default_factory=list)

    def add(self, block: Block) -> None:
        shared = list(iter_shared(block))
        sizes, matches = zip(*_count_segments(block), strict=True)
        hits = np.array([_find_hits(*pair) for pair in shared], dtype=np.int64).reshape(-1, len(_SHARED))
        self.label_blocks += [len(self.wholes)] * len(shared)
        self.wholes.append([*sizes, *[len(shared)] * len(_SHARED)])
        self.agreeing.append([*matches, *hits.sum(axis=0)])
        for name, column in _KAPPAS.items():
            self.labels[name] += [
                (getattr(first.word, column), getattr(second.word, column)) for first, second in shared
            ]

    def compute(self) -> dict[str, Estimate]:
        wholes, agreeing = np.array(self.wholes), np.array(self.agreeing)
        label_blocks = np.array(self.label_blocks, dtype=np.int64)
        codes = [_encode(labels) for labels in self.labels.values()]

        def compute_values(draws: NDArray[np.int64]) -> NDArray[np.float64]:
            whole, agree = draws @ wholes, draws @ agreeing
            shares = np.divide(100.0 * agree, whole, out=np.full(len(whole), 100.0), where=whole > 0)
            kappas = [compute_kappa(_tabulate(pairs, size, draws[label_blocks])) for pairs, size in codes]
            return np.array([*shares, *kappas])

        values = compute_values(np.ones(len(wholes), dtype=np.int64))
        intervals = compute_intervals(compute_values, len(wholes))
        names = (*_SEGMENTS, *_SHARED, *_KAPPAS)
        return {
            name: Estimate(float(value), low, high)
            for name, value, (low, high) in zip(names, values, intervals, strict=True)
        }


def compare_annotations(first_path: Path, second_path: Path) -> Agreement:
    """The agreement of two files, or folders of files, in the documents that both have.

    Raises ConlluError where there are none, or the two spell different texts.
    """
    counts = _Counts()
    differences: list[Difference] = []
    documents = shared = 0
    words = [0, 0]
    of_one = [0, 0]
    for pair in iter_document_pairs(first_path, second_path):
        first, second = pair.first, pair.second
        if first is None or second is None:
            of_one[first is None] += 1
            continue
        documents += 1
        source = f"{first_path} and {second_path}: {pair.id or 'the text'}"
        for block in align_annotations(first, second, source=source):
            counts.add(block)
            differences += iter_differences(block, pair.id)
            words = [words[0] + len(block.first.words), words[1] + len(block.second.words)]
            shared += sum(1 for _ in iter_shared(block))
    if not documents and any(of_one):
        raise ConlluError(
            f"{first_path} and {second_path}: no document in both, by their `# newdoc id`; correct the comments."
        )
    if not any(words):
        raise ConlluError(f"{first_path} and {second_path}: no words to compare; annotate a sentence.")
    return Agreement(
        first=str(first_path),
        second=str(second_path),
        documents=documents,
        documents_of_one=(of_one[0], of_one[1]),
        words=(words[0], words[1]),
        shared_words=shared,
        measures=counts.compute(),
        differences=differences,
    )


def compute_kappa(table: NDArray[np.float64]) -> float:
    """Cohen's kappa of a square table of counts; 1 where both annotators use one label alone, or none.

    >>> round(compute_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])), 3)
    0.4
    """
    total = table.sum()
    expected = float(table.sum(axis=0) @ table.sum(axis=1)) / total**2 if total else 1.0
    observed = float(np.trace(table)) / total if total else 1.0
    return float((observed - expected) / (1 - expected)) if expected < 1 else 1.0


def iter_shared(block: Block) -> Iterator[tuple[PlacedWord, PlacedWord]]:
    """The words that both sides have."""
    return ((first, second) for first, second in block.pairs if first and second)


def iter_differences(block: Block, document: str) -> Iterator[Difference]:
    """What the sides say differently, by place, then in the order of the columns."""
    starts = [{span[0] for span in side.sentence_spans} for side in (block.first, block.second)]
    for first, second in block.pairs:
        shown = first or second
        if shown is None:
            continue
        begins = ["begins" if shown.place[0] in side else "" for side in starts]
        if begins[0] != begins[1] and any(one and one.word.id == 1 for one in (first, second)):
            yield describe_difference(document, first, second, column="sentence", values=(begins[0], begins[1]))
        if first is None or second is None:
            forms = (first.word.form if first else "", second.word.form if second else "")
            yield describe_difference(document, first, second, column="word", values=forms)
            continue
        for column in ("form", "lemma", "upos", "xpos", "feats", "head", "deprel"):
            values = _read_values(first, second, column)
            if values:
                yield describe_difference(document, first, second, column=column, values=values)


def describe_difference(
    document: str, first: PlacedWord | None, second: PlacedWord | None, *, column: str, values: tuple[str, str]
) -> Difference:
    """A difference at a word, which one of the sides may lack."""
    shown = first or second
    words = shown.sentence.words if shown else ()
    place = shown.word.id - 1 if shown else 0
    return Difference(
        document,
        sent_ids=(first.sentence.sent_id if first else "", second.sentence.sent_id if second else ""),
        word_ids=(first.word.id if first else 0, second.word.id if second else 0),
        form=words[place].form,
        column=column,
        values=values,
        before=" ".join(word.form for word in words[max(0, place - CONTEXT_WORDS) : place]),
        after=" ".join(word.form for word in words[place + 1 : place + 1 + CONTEXT_WORDS]),
    )


def _read_values(first: PlacedWord, second: PlacedWord, column: str) -> tuple[str, str] | None:
    """The two values where they differ."""
    if column == "head":
        return (_name_head(first), _name_head(second)) if first.head != second.head else None
    one, other = getattr(first.word, column), getattr(second.word, column)
    return (one, other) if one != other else None


def _name_head(placed: PlacedWord) -> str:
    head = placed.word.head
    forms = {str(word.id): word.form for word in placed.sentence.words}
    return f"{forms[head]} {head}" if head in forms else head


def _count_segments(block: Block) -> Iterator[tuple[int, int]]:
    """For tokens, sentences and words: those of both sides together, and twice those that both have."""
    for first, second in (
        (block.first.token_spans, block.second.token_spans),
        (block.first.sentence_spans, block.second.sentence_spans),
        ([word.place for word in block.first.words], [word.place for word in block.second.words]),
    ):
        yield len(first) + len(second), 2 * len({*first} & {*second})


def _find_hits(first: PlacedWord, second: PlacedWord) -> tuple[bool, ...]:
    """In what two words agree, in the order of `_SHARED`."""
    columns = [getattr(first.word, column) == getattr(second.word, column) for column in _COLUMNS.values()]
    has_relation, has_head = first.word.deprel == second.word.deprel, first.head == second.head
    return (*columns, has_relation, has_head, has_head and has_relation)


def _encode(labels: Sequence[tuple[str, str]]) -> tuple[NDArray[np.int64], int]:
    """Each pair of labels as one number, and how many labels there are."""
    codes = {label: code for code, label in enumerate(sorted({label for pair in labels for label in pair}))}
    pairs = [codes[first] * len(codes) + codes[second] for first, second in labels]
    return np.array(pairs, dtype=np.int64), len(codes)


def _tabulate(pairs: NDArray[np.int64], size: int, weights: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.bincount(pairs, weights, minlength=size * size).reshape(size, size).astype(np.float64)
