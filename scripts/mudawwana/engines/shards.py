"""Seed files -> shards: what is annotated in one call, and kept, or made again, as a whole.

A shard is some documents of one seed file in order, or all of several small ones: a call of the models takes its
time, however little it is given. A shard's key says all that its annotation depends on. So a change annotates
again what depends on it, and nothing else; neither worker nor engine nor the place where a run was cut off has a
part in the bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, pairwise, zip_longest

from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Document, Paragraph
from mudawwana.engines.comments import serialize_metadata
from mudawwana.engines.quarantine import QuarantinedDocument
from mudawwana.seeds.documents import SeedFile, iter_documents, split_paragraphs
from mudawwana.seeds.settings import Settings

SHARD_WORDS = 20_000
"""A shard has about so many space-separated words at most: enough to fill Stanza's batches, little memory."""
_SMALL_SHARE = 200
"""Seed files of less than this part of a full shard are annotated together, ..."""
_BUNDLE_SHARE = 10
"""... up to this part: what is annotated again where one of them changes."""

Unit = tuple[Document, Sequence[Paragraph]]
"""A document, or a part of a long one, as it is annotated."""
Task = Callable[[Sequence[Unit]], Iterable[str]]
"""What a worker does with a shard's documents: their part of the annotation file as text, sentence by sentence.

Whatever else it is, the same documents must give the same text, and each document's begins with `# newdoc id`.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """What all shards of a run have in common; goes to every worker."""

    layout: CorpusLayout
    settings: Settings
    stamp: str
    """What the output depends on besides the documents, such as models and code."""
    load: Callable[[], Task]
    """Called once by each worker."""
    shard_words: int = SHARD_WORDS
    read_stamp: Callable[[], str] | None = None
    """What `stamp` would be on the machine where it is called; None where nothing can differ."""


@dataclass(frozen=True, slots=True)
class SeedWork:
    """A seed file, or several annotated together, and the keys of their shards that need no annotation."""

    seed: SeedFile
    done: frozenset[str] = frozenset()
    others: tuple[SeedFile, ...] = ()
    """Small ones that make one shard with `seed`, a small one, too."""

    @property
    def seeds(self) -> tuple[SeedFile, ...]:
        return (self.seed, *self.others)

    @property
    def words(self) -> int:
        """Space-separated."""
        return sum(seed.raw_words for seed in self.seeds)


@dataclass(frozen=True, slots=True)
class Shard:
    """Some documents of one seed file, or all of several."""

    seed: str
    """The file, the first of several, as in `Document.path`."""
    index: int
    """0-based, in the file."""
    is_last: bool
    key: str
    words: int
    """Space-separated."""
    units: tuple[Unit, ...] = ()
    """Without the documents' texts, as the paragraphs have them; empty where the shard is done already."""
    comments: Mapping[str, str] = field(default_factory=dict)
    """By id of each document that begins in it, what its metadata says, as comment lines."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """By document's id, the document's seed file, where there are several; else empty."""
    is_sample: bool = False
    """It is there to measure the speed: nothing is written."""


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What comes back from a worker: no payload, but where it stands and what it took."""

    shard: Shard
    """Without its units."""
    quarantined: tuple[QuarantinedDocument, ...] = ()
    worker: str = ""
    """ "" where nothing had to be done."""
    seconds: float = 0.0
    peak_bytes: int = 0
    """The most memory that the worker's process has held so far."""
    failure: str = ""
    """Why the task failed on the whole shard, so that its documents were done one by one; "" where it did not."""


def iter_shards(job: Job, work: SeedWork) -> Iterator[Shard]:
    """The shards of a seed file, one at a time in memory; those that are done without their units."""
    groups = _group_documents(_iter_units(iter_documents(work.seeds, job.settings), job.settings), job.shard_words)
    pairs = pairwise(chain(groups, [None]))
    for index, (units, following) in enumerate(pairs):
        if units is None:
            continue
        key = compute_key(units, job.stamp)
        yield Shard(
            seed=units[0][0].path,
            index=index,
            is_last=following is None,
            key=key,
            words=count_words(units),
            units=() if key in work.done else tuple(units),
            comments={document.id: serialize_metadata(document) for document, _ in filter(begins_document, units)},
            owners={document.id: document.path for document, _ in units} if work.others else {},
        )


def group_seeds(seeds: Iterable[SeedFile], shard_words: int) -> Iterator[list[SeedFile]]:
    """The seed files, each alone, but for small ones, of which as many as fill a part of a shard are together."""
    small: list[SeedFile] = []
    words = 0
    for seed in seeds:
        if seed.raw_words >= shard_words // _SMALL_SHARE:
            yield [seed]
            continue
        small.append(seed)
        words += seed.raw_words
        if words >= (most := shard_words // _BUNDLE_SHARE):
            cut = _choose_cut([(one.name, one.raw_words) for one in small], most)
            yield small[:cut]
            small = small[cut:]
            words = sum(one.raw_words for one in small)
    if small:
        yield small


def build_sample(job: Job, seeds: Iterable[SeedFile], words: int) -> Shard | None:
    """A shard of the corpus's first documents, as long as they are below this number of words; None if none is."""
    units: list[Unit] = []
    left = words
    for unit in _iter_units(iter_documents(seeds, job.settings), job.settings):
        left -= count_words([unit])
        if left < 0:
            break
        units.append(unit)
    return Shard("", 0, True, "", count_words(units), tuple(units), is_sample=True) if units else None


def compute_key(units: Sequence[Unit], stamp: str) -> str:
    """32 hexadecimal digits that change with all that the annotation of the documents depends on.

    Not with metadata: what is said of a document is written when its file is put together.
    """
    documents = [
        [document.id, [[paragraph.id, paragraph.start_char, paragraph.text] for paragraph in paragraphs]]
        for document, paragraphs in units
    ]
    return hashlib.sha256(json.dumps([stamp, documents]).encode()).hexdigest()[:32]


def describe_difference(stamp: str, other: str) -> str:
    """What differs between two stamps, in words.

    >>> describe_difference("stanza 1.10; torch 2.1", "stanza 1.10; torch 2.2")
    'torch 2.1 there, torch 2.2 here'
    """
    pairs = zip_longest(stamp.split("; "), other.split("; "), fillvalue="nothing")
    return ", ".join(f"{one} there, {two} here" for one, two in pairs if one != two)


def begins_document(unit: Unit) -> bool:
    """Whether the document's first paragraph is here, and not in the part before."""
    document, paragraphs = unit
    return any(paragraph.id == f"{document.id}-p1" for paragraph in paragraphs[:1])


def count_words(units: Iterable[Unit]) -> int:
    return sum(len(paragraph.text.split()) for _, paragraphs in units for paragraph in paragraphs)


def _group_documents(units: Iterable[Unit], shard_words: int) -> Iterator[list[Unit]]:
    """The documents in order, at most about so many words together; a longer one is cut between paragraphs."""
    group: list[Unit] = []
    size = 0
    for document, paragraphs in units:
        part: list[Paragraph] = []
        for paragraph in paragraphs:
            part.append(paragraph)
            size += len(paragraph.text.split())
            if size >= shard_words and (cut := _find_cut(group, shard_words)):
                yield group[:cut]
                group = group[cut:]
                size = count_words([*group, (document, part)])
            elif size >= shard_words:
                yield [*group, (document, part)]
                group, part, size = [], [], 0
        if part:
            group.append((document, part))
    if group:
        yield group


def _find_cut(group: Sequence[Unit], shard_words: int) -> int:
    """Behind which document of a full group to cut, counted from 1; 0 if there is none in its second half."""
    return _choose_cut([(document.id, count_words([(document, ones)])) for document, ones in group], shard_words)


def _choose_cut(group: Sequence[tuple[str, int]], most_words: int) -> int:
    """Behind which of these, by name and words, to cut, counted from 1; 0 if there is none in the second half.

    It is the one there whose name has the lowest digest. So, where one has changed its length, come or gone, the
    same ones are soon the last of their groups as before.
    """
    sizes = list(accumulate(words for _, words in group))
    ends = [number for number, size in enumerate(sizes, start=1) if size >= most_words // 2]
    return min(ends, key=lambda number: hashlib.sha256(group[number - 1][0].encode()).digest(), default=0)


def _iter_units(documents: Iterable[Document], settings: Settings) -> Iterator[Unit]:
    for document in documents:
        # Of a long document each shard would carry the whole text.
        yield replace(document, text=""), split_paragraphs(document, settings)
