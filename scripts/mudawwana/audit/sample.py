"""A stratified random sample of the words of the automatic layer, for people to check.

Strata are the combinations of the criteria's values. Those with few words are joined, so that each stratum has two
words in the sample at least; the others are drawn in proportion to the strata's sizes. One pass over the files;
memory holds as many words a stratum as are asked for in all.
"""

import heapq
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

from mudawwana.conllu_io import read_annotated_documents, read_conllu, write_conllu
from mudawwana.errors import ConlluError, OutputError, SettingsError
from mudawwana.files import hash_file, write_text_atomically
from mudawwana.layout import CorpusLayout
from mudawwana.pairing import list_annotation_files
from mudawwana.records import Sentence, Word, get_misc
from mudawwana.tiers import get_tier, load_calibration, read_probabilities

SEED = 20260101
ORIGINAL, SHEET, CONLLU, MANIFEST = "original.conllu", "sample.csv", "sample.conllu", "sample.json"
"""The files of a sample: as drawn; for a spreadsheet; to be edited as CoNLL-U; what was drawn how."""
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
    original_sha256: str = ""
    """Of `ORIGINAL`."""


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
    )


def write_sample(folder: Path, sample: Sample, layout: CorpusLayout) -> list[Path]:
    """Writes `ORIGINAL`, `CONLLU`, `SHEET` and `MANIFEST` into the folder; their paths.

    Raises OutputError where a sample is there already: people may have worked on it.
    """
    from mudawwana.audit.sheet import write_sheet

    if (folder / MANIFEST).exists():
        raise OutputError(f"{folder}: has a sample already; import or remove it, or give another --output.")
    wanted: dict[tuple[str, str], list[int]] = {}
    for word in sample.words:
        wanted.setdefault((word.file, word.sent_id), []).append(word.word_id)
    sentences = [
        sentence
        for file in sorted({word.file for word in sample.words})
        for sentence in read_conllu(layout.auto_dir / file)
        if (file, sentence.sent_id) in wanted
    ]
    write_conllu(folder / ORIGINAL, sentences)
    ids = {sent_id: set(numbers) for (_, sent_id), numbers in wanted.items()}
    write_conllu(folder / CONLLU, (_mark(sentence, ids[sentence.sent_id]) for sentence in sentences))
    write_sheet(folder / SHEET, sentences, sample)
    record = {**asdict(sample), "original_sha256": hash_file(folder / ORIGINAL)}
    write_text_atomically(folder / MANIFEST, [json.dumps(record, ensure_ascii=False, indent=1) + "\n"])
    return [folder / name for name in (MANIFEST, ORIGINAL, CONLLU, SHEET)]


def read_sample(folder: Path) -> Sample:
    """Raises ConlluError where the folder has no sample, or `ORIGINAL` is not as it was drawn."""
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        record["words"] = tuple(SampledWord(**word) for word in record["words"])
        sample = Sample(**record | {key: tuple(record[key]) for key in ("by", "models")})
        digest = hash_file(folder / ORIGINAL)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConlluError(
            f"{folder / MANIFEST}: no sample ({error}); keep the files of `mudawwana audit sample` together."
        ) from error
    if digest != sample.original_sha256:
        raise ConlluError(f"{folder / ORIGINAL}: changed since it was drawn; put it back, and edit {CONLLU}.")
    return sample


def _iter_words(
    layout: CorpusLayout, by: Sequence[str], *, models: set[str], seen: set[str]
) -> Iterator[tuple[SampledWord, str]]:
    """Each word of the layer with its stratum; `models` and `seen` gain what is said of the documents."""
    for path in list_annotation_files(layout.auto_dir):
        for _, sentences in read_annotated_documents(path):
            facts = {criterion: sentences[0].get_comment(criterion) for criterion in by}
            name = sentences[0].get_comment("models") or ""
            models.add(name)
            readers = [_make_reader(criterion, facts[criterion], name) for criterion in by]
            seen |= {criterion for criterion in by if facts[criterion] or criterion in _COLUMNS}
            for sentence in sentences:
                for word in sentence.words:
                    stratum = "/".join(read(sentence, word) for read in readers) or "all"
                    yield SampledWord(path.name, sentence.sent_id, word.id, ""), stratum


def _make_reader(criterion: str, fact: str | None, models: str) -> Callable[[Sentence, Word], str]:
    """What finds a word's value of the criterion, in a document of which `fact` is said."""
    if criterion != "confidence":
        return _COLUMNS.get(criterion, lambda _sentence, _word: fact or "-")
    calibration = load_calibration(models)

    def read_tier(sentence: Sentence, word: Word) -> str:
        probabilities = read_probabilities(word.misc)
        if calibration is None or probabilities is None:
            lacks = "calibration for the models" if calibration is None else "probabilities in MISC"
            raise ConlluError(
                f"--by confidence: {sentence.sent_id}, word {word.id}: no {lacks} ({models}); run `mudawwana "
                "annotate` with the embedded models, or leave confidence out."
            )
        return get_tier(probabilities, calibration)

    return read_tier


_COLUMNS: dict[str, Callable[[Sentence, Word], str]] = {
    "upos": lambda _, word: word.upos,
    "deprel": lambda _, word: word.deprel,
    "confidence": lambda _, word: word.misc,
}


def _join_small(strata: Mapping[str, _Stratum], size: int) -> dict[str, _Stratum]:
    """The strata, the largest first, at most so many that each can have `_LEAST_WORDS`; the smallest as one."""
    ranked = sorted(strata.items(), key=lambda item: (-item[1].size, item[0]))
    room = max(size // _LEAST_WORDS, 1)
    if len(ranked) <= room:
        return dict(ranked)
    small = [row for _, row in ranked[room - 1 :]]
    drawn = heapq.nlargest(size, (one for row in small for one in row.drawn))
    return {**dict(ranked[: room - 1]), REST: _Stratum(sum(row.size for row in small), drawn)}


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


def _mark(sentence: Sentence, word_ids: set[int]) -> Sentence:
    """The sentence for an annotator to edit."""
    words = tuple(
        replace(word, misc="|".join(["Audit=Yes", *([] if word.misc == "_" else [word.misc])]))
        if word.id in word_ids
        else word
        for word in sentence.words
    )
    return replace(sentence, comments=(*sentence.comments, "# audited = no"), words=words)


def is_marked(word: Word) -> bool:
    """Whether a word of `CONLLU` is one to check."""
    return get_misc(word.misc, "Audit") is not None
