"""A stratified random sample of the words of the automatic layer, for people to check.

Strata are the combinations of the criteria's values, and words are drawn in proportion to their sizes: more of a
small stratum would make each word of the others weigh more, and the same number of words say less. So those whose
share of the sample, rounded, is less than two words are joined. One pass over the files; memory holds as many
words a stratum as are asked for in all.
"""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from mudawwana.annotate.tiers import Calibration, find_calibration, get_tier, load_calibrations, read_probabilities
from mudawwana.base.conllu_io import read_annotated_documents
from mudawwana.base.errors import ConlluError, SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence, Word, get_document_id
from mudawwana.compare.pairing import list_annotation_files

SEED = 20260101
REST = "other"
"""The stratum of those that were joined."""
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class SampledWord:
    """A word to check."""

    file: str
    """The name of its annotation file."""
    sent_id: str
    word_id: int
    """1-based in its sentence."""
    stratum: str


@dataclass(frozen=True)
class Sample:
    """What was drawn, and how."""

    seed: int
    by: tuple[str, ...]
    models: tuple[str, ...]
    """The different `# models` of the layer, sorted."""
    strata: Mapping[str, int]
    """All words of the layer by stratum, the largest first."""
    words: tuple[SampledWord, ...]
    """In the corpus's order."""
    joined: int = 0
    """How many strata were too small for a sample of this size, and are `REST` now."""
    original_sha256: str = ""
    """Of the sentences as they were drawn."""


@dataclass(slots=True)
class _Stratum:
    size: int
    drawn: list[tuple[float, int, SampledWord]]
    """The words with the greatest keys, with their numbers in the corpus; a heap."""


def draw_sample(layout: CorpusLayout, size: int, *, by: Sequence[str], seed: int = SEED) -> Sample:
    """`size` words of the automatic layer, all if there are fewer; the same seed draws the same words.

    Criteria: "upos", "deprel", "confidence" (the tier), and any comment of a document's first sentence ("genre").

    Raises SettingsError for a criterion that nothing in the layer has, ConlluError for words without confidence.
    """
    random = Random(seed)  # noqa: S311 - no secret
    strata: dict[str, _Stratum] = {}
    models: set[str] = set()
    seen: set[str] = set()
    for number, (word, stratum) in enumerate(_iter_words(layout, by, models=models, seen=seen)):
        row = strata.setdefault(stratum, _Stratum(0, []))
        row.size += 1
        heapq.heappush(row.drawn, (random.random(), number, word))
        if len(row.drawn) > size:
            heapq.heappop(row.drawn)
    lacking = [criterion for criterion in by if criterion not in seen]
    if lacking:
        raise SettingsError(
            f"--by {','.join(lacking)}: no document says so; take upos, deprel, confidence, or a column that "
            "seeds/documents.csv fills (then run `mudawwana annotate`)."
        )
    found = len(strata)
    strata = _join_small(strata, size)
    words: list[tuple[int, SampledWord]] = []
    for name, count in _allocate({name: row.size for name, row in strata.items()}, size).items():
        for _, number, word in heapq.nlargest(count, strata[name].drawn):
            words.append((number, SampledWord(word.file, word.sent_id, word.word_id, name)))
    return Sample(
        seed,
        tuple(by),
        tuple(sorted(models)),
        {name: row.size for name, row in strata.items()},
        tuple(word for _, word in sorted(words, key=lambda pair: pair[0])),
        joined=found - len(strata) + 1 if len(strata) < found else 0,
    )


def leave_out(sample: Sample, document_ids: Collection[str], layout: CorpusLayout) -> Sample:
    """The sample without the words of documents that were removed since; ids in lower case.

    Strata count what the layer has now, where it is the one that was drawn from, less these documents: from other
    models, or where documents have come, nothing was drawn.

    Raises ConlluError where no word is left.
    """
    words = [word for word in sample.words if get_document_id(word.sent_id).casefold() not in document_ids]
    if not words:
        raise ConlluError("all words of the sample are of documents that were removed since; draw another.")
    strata = _count_strata(sample, layout) or sample.strata
    drawn = {word.stratum for word in words}
    # What a stratum without a word is like nobody has seen; it counts to the smallest of the others.
    smallest = min(drawn, key=lambda name: (strata.get(name, 0), name))
    lost = sum(size for name, size in strata.items() if name not in drawn)
    sizes = {name: size + (lost if name == smallest else 0) for name, size in strata.items() if name in drawn}
    return replace(sample, words=tuple(words), strata=sizes)


def _count_strata(sample: Sample, layout: CorpusLayout) -> dict[str, int] | None:
    """The words of the layer as it is by stratum; None where they are not all of those that were drawn from."""
    models: set[str] = set()
    sizes = dict.fromkeys(sample.strata, 0)
    try:
        for _, stratum in _iter_words(layout, sample.by, models=models, seen=set()):
            name = stratum if stratum in sizes else REST
            if name not in sizes:
                return None
            sizes[name] += 1
    except ConlluError:
        return None
    is_part = all(size <= sample.strata[name] for name, size in sizes.items())
    return sizes if is_part and models <= {*sample.models} else None


def _iter_words(
    layout: CorpusLayout, by: Sequence[str], *, models: set[str], seen: set[str]
) -> Iterator[tuple[SampledWord, str]]:
    """Each word of the layer with its stratum; `models` and `seen` gain what is said of the documents."""
    calibrations = load_calibrations(layout)
    for path in list_annotation_files(layout.auto_dir):
        for _, sentences in read_annotated_documents(path):
            facts = {criterion: sentences[0].get_comment(criterion) for criterion in by}
            name = sentences[0].get_comment("models") or ""
            models.add(name)
            readers = [_make_reader(criterion, facts[criterion], name, calibrations) for criterion in by]
            seen |= {criterion for criterion in by if facts[criterion] or criterion in _COLUMNS}
            for sentence in sentences:
                for word in sentence.words:
                    stratum = "/".join(read(sentence, word) for read in readers) or "all"
                    yield SampledWord(path.name, sentence.sent_id, word.id, ""), stratum


def _make_reader(
    criterion: str, fact: str | None, models: str, calibrations: Sequence[Calibration]
) -> Callable[[Sentence, Word], str]:
    """What finds a word's value of the criterion, in a document of which `fact` is said."""
    if criterion != "confidence":
        return _COLUMNS.get(criterion, lambda _sentence, _word: fact or "-")
    calibration = find_calibration(models, calibrations)

    def read_tier(sentence: Sentence, word: Word) -> str:
        probabilities = read_probabilities(word.misc)
        if calibration is None or probabilities is None:
            lacks = "calibration for the models" if calibration is None else "probabilities in MISC"
            raise ConlluError(
                f"--by confidence: {sentence.sent_id}, word {word.id}: no {lacks} ({models}); run `mudawwana "
                "annotate` with models that have both, as the embedded ones, or leave confidence out."
            )
        return get_tier(probabilities, calibration)

    return read_tier


_COLUMNS: dict[str, Callable[[Sentence, Word], str]] = {
    "upos": lambda _, word: word.upos,
    "deprel": lambda _, word: word.deprel,
    "confidence": lambda _, word: word.misc,
}


def _join_small(strata: Mapping[str, _Stratum], size: int) -> dict[str, _Stratum]:
    """The strata, the largest first; the last of those whose rounded share is less than `_LEAST_WORDS`."""
    ranked = sorted(strata.items(), key=lambda item: (-item[1].size, item[0]))
    total = sum(row.size for row in strata.values())
    small = [row for _, row in ranked if 2 * row.size * min(size, total) < (2 * _LEAST_WORDS - 1) * total]
    if len(small) < 2:
        return dict(ranked)
    drawn = heapq.nlargest(size, (one for row in small for one in row.drawn))
    return {**dict(ranked[: -len(small)]), REST: _Stratum(sum(row.size for row in small), drawn)}


def _allocate(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many words to draw from each stratum: its share, rounded, but `_LEAST_WORDS` or all of it at least."""
    least = {name: min(_LEAST_WORDS, count) for name, count in sizes.items()}
    counts = dict(least)
    while sum(counts.values()) < min(size, sum(sizes.values())):
        # Webster's method: always the stratum that is furthest below its share.
        name = max(
            (name for name in sizes if counts[name] < sizes[name]),
            key=lambda name: sizes[name] / (2 * counts[name] + 1),
        )
        counts[name] += 1
    return counts
