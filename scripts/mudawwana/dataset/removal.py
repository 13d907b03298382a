"""Take a document out of a corpus: seeds, documents.csv, annotations, audits, data set; its tombstone stays.

The tombstone comes first: from then on every command refuses the corpus until the same command has gone to its
end, wherever it was cut off. Each file is replaced whole; the seed comes last, as it says where the rest is.

An audit's estimate goes, as it is about a layer that is no more; samples lose the document, and can be imported
(again). What killed runs have left goes, too.
"""

import gzip
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from mudawwana.base.conllu_io import read_conllu, read_document_ids, serialize_sentence, write_conllu
from mudawwana.base.errors import DocumentError
from mudawwana.base.files import hash_file, remove_tree, replace_atomically
from mudawwana.base.layout import AUTO, CorpusLayout, get_stem
from mudawwana.base.records import Document, Sentence, get_document_id
from mudawwana.base.walker import AnnotationWalker
from mudawwana.compare.audit.folder import drop_from_sample, find_samples
from mudawwana.engines.assembly import forget_bytes, remove_leftovers
from mudawwana.engines.quarantine import read_quarantine, write_quarantine
from mudawwana.engines.worker import get_bundles_dir
from mudawwana.seeds.decoding import open_seed
from mudawwana.seeds.documents import SeedFile, check_seeds, iter_documents
from mudawwana.seeds.formats import get_suffix, read_records
from mudawwana.seeds.settings import Settings
from mudawwana.seeds.table import remove_row, write_digests
from mudawwana.seeds.tombstones import Tombstone, add_tombstone, read_tombstones

_BATCH_ROWS = 1024
_NEEDLE_CHARS = 20
_ENCODINGS = ("utf-8", "cp1256")


@dataclass(frozen=True)
class Removal:
    """What a removal has changed."""

    tombstone: Tombstone
    """The one that stands in removed.csv: of the first try, where there were several."""
    paths: tuple[Path, ...]
    """The files that lost the document, or are gone."""
    mentions: tuple[Path, ...]
    """Other files of `seeds/` and `annotations/` in which the id or the text stands, for people to look at."""
    copies: tuple[str, ...]
    """The documents that have the same bytes, and stay."""


@dataclass(frozen=True, slots=True)
class _Record:
    """Where a document stands in its seed file, 1-based: in lines, of Parquet in rows."""

    start: int
    end: int | None
    """Where the next one starts; None for the last."""
    is_only: bool


def remove_document(
    layout: CorpusLayout, settings: Settings, document_id: str, *, reason: str, date: str
) -> Removal:
    """Takes the document out of `seeds/` and `annotations/`; `corpus/` is for the next build.

    Where it was cut off, it goes on. The caller holds the corpus's lock.

    Raises DocumentError where there is no such document, or it is the only one; nothing has changed then.
    """
    seeds = check_seeds(layout, settings, removing=document_id)
    found = _find(seeds, settings, document_id)
    paths: list[Path] = []
    copies: list[str] = []
    text = ""
    if found:
        seed, document = found
        copies = _list_copies(seeds, settings, document)
        text = "" if copies else document.text
        record = _locate(seed, settings, document_id)
        if record.is_only and len(seeds) == 1:
            raise DocumentError(
                f"{seed.path}: {document_id!r} is the corpus's only document, none would be left to build from; "
                "remove the corpus's folder, or add another document first."
            )
        # Where others have the text, too, it is not gone, and may come back.
        add_tombstone(layout, Tombstone(document_id, date, reason, "" if copies else document.sha256))
        paths = [*_clear_audit(layout, document_id), *_clear_annotations(layout, seed, document_id)]
        paths += _clear_seed(layout, seed, record)
        seeds = [one for one in seeds if one.path.exists()]
    remove_tree(get_bundles_dir(layout))
    remove_leftovers(layout, seeds)
    tombstone = read_tombstones(layout).get(document_id.casefold())
    if tombstone is None:
        raise DocumentError(
            f"{layout.seeds_dir}: no document {document_id!r}; its id is in the first column there."
        )
    mentions = tuple(_find_mentions(layout, _build_needles(document_id, text)))
    return Removal(tombstone, tuple(dict.fromkeys(paths)), mentions, tuple(copies))


def _find(seeds: list[SeedFile], settings: Settings, document_id: str) -> tuple[SeedFile, Document] | None:
    for seed in seeds:
        if seed.document_id in ("", document_id):
            for document in iter_documents([seed], settings):
                if document.id == document_id:
                    return seed, document
    return None


def _list_copies(seeds: list[SeedFile], settings: Settings, document: Document) -> list[str]:
    others = (one for one in iter_documents(seeds, settings) if one.id != document.id)
    return [one.id for one in others if one.sha256 == document.sha256]


def _locate(seed: SeedFile, settings: Settings, document_id: str) -> _Record:
    if seed.document_id:
        return _Record(1, None, is_only=True)
    start = end = None
    count = 0
    for record in read_records(seed.path, settings):
        if isinstance(record, DocumentError):
            raise record
        count += 1
        number = int(re.split("[: ]", record.place)[-1])
        if start is not None and end is None:
            end = number
        if record.id == document_id:
            start = number
    if start is None:
        raise DocumentError(f"{seed.path}: changed while it was read; run the same command again.")
    return _Record(start, end, is_only=count == 1)


def _clear_audit(layout: CorpusLayout, document_id: str) -> Iterator[Path]:
    if layout.audit_path.exists():
        layout.audit_path.unlink()
        yield layout.audit_path
    for folder in find_samples(layout.root):
        yield from drop_from_sample(folder, document_id)


def _clear_annotations(layout: CorpusLayout, seed: SeedFile, document_id: str) -> Iterator[Path]:
    """Takes the document out of all annotation files of its seed, and of the lists beside them."""
    stem = get_stem(seed.name)
    for path in sorted(layout.annotations_dir.rglob("*.conllu")):
        if path.stem != stem or layout.work_dir in path.parents:
            continue
        if seed.document_id:
            path.unlink()
            yield path
        elif layout.audited_dir in path.parents:
            yield from _drop_audited(path, document_id)
        elif lost := _find_bytes(path, document_id):
            is_auto = path == layout.get_annotation_path(AUTO, seed.name)
            _drop_document(path, document_id)
            if is_auto:
                forget_bytes(layout, seed.name, *lost)
            yield path
    quarantined = read_quarantine(layout, seed.name)
    kept = [one for one in quarantined if one.id != document_id]
    if len(kept) < len(quarantined):
        write_quarantine(layout, seed.name, kept)


def _find_bytes(path: Path, document_id: str) -> tuple[int, int] | None:
    """Where a document stands in an annotation file; None where it does not."""
    start = 0
    for one, sentences in AnnotationWalker.open(path).walk_to(document_id):
        size = sum(len(serialize_sentence(sentence).encode()) for sentence in sentences)
        if one == document_id:
            return start, start + size
        start += size
    return None


def _drop_document(path: Path, document_id: str) -> None:
    if {*read_document_ids(path)} == {document_id}:
        path.unlink()
    else:
        write_conllu(path, _iter_others(path, document_id))


def _drop_audited(path: Path, document_id: str) -> Iterator[Path]:
    """Single sentences, of which the document's first may not be one: their ids say whose they are."""
    ids = {sentence.sent_id for sentence in read_conllu(path)}
    kept = {sent_id for sent_id in ids if get_document_id(sent_id) != document_id}
    if not kept:
        path.unlink()
    elif kept != ids:
        write_conllu(path, (sentence for sentence in read_conllu(path) if sentence.sent_id in kept))
    if kept != ids:
        yield path


def _iter_others(path: Path, document_id: str) -> Iterator[Sentence]:
    walker = AnnotationWalker.open(path)
    for one, sentences in chain(walker.walk_to(document_id), walker.walk_on()):
        if one != document_id:
            yield from sentences


def _clear_seed(layout: CorpusLayout, seed: SeedFile, record: _Record) -> Iterator[Path]:
    """Takes the record out of its file, and corrects documents.csv before: the file without it, and its sha256."""
    if record.is_only:
        remove_row(layout, seed.file)
        seed.path.unlink()
        yield seed.path
        return
    with replace_atomically(seed.path) as temporary:
        (_copy_rows if get_suffix(seed.path) == ".parquet" else _copy_lines)(seed.path, temporary, record)
        sha256 = hash_file(temporary)
        # Where documents.csv knows another state of the file, its annotation is out of date, and stays so.
        if seed.row.get("sha256") == seed.sha256:
            write_digests(layout, [(seed.file, "", sha256)])
    yield seed.path


def _copy_lines(source: Path, target: Path, record: _Record) -> None:
    with open_seed(source) as lines, _open_like(source, target) as file:
        for number, line in enumerate(lines, start=1):
            if number < record.start or (record.end is not None and number >= record.end):
                file.write(line)


@contextmanager
def _open_like(source: Path, target: Path) -> Iterator[IO[bytes]]:
    """The target to write to, packed if the source is; without a time in its head, so that equal text is equal."""
    with target.open("wb") as file:
        if source.suffix.lower() != ".gz":
            yield file
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield packed  # type: ignore[misc]  # GzipFile writes as every binary file does


def _copy_rows(source: Path, target: Path, record: _Record) -> None:
    with pq.ParquetFile(source, pre_buffer=False) as file:
        compression = file.metadata.row_group(0).column(0).compression.lower()
        with pq.ParquetWriter(
            target, file.schema_arrow, compression=compression.replace("uncompressed", "none")
        ) as out:
            place = record.start - 1
            for batch in file.iter_batches(_BATCH_ROWS, use_threads=False):
                if 0 <= place < batch.num_rows:
                    table = pa.Table.from_batches([batch.slice(0, place), batch.slice(place + 1)])
                    out.write_table(table)
                else:
                    out.write_batch(batch)
                place -= batch.num_rows


def _build_needles(document_id: str, text: str) -> re.Pattern[bytes]:
    """What a file that has the document is told by: the id, and the text's longest line as it may be encoded."""
    line = max(text.splitlines(), key=len, default="").strip()
    found = [rb"(?<![\w.-])" + re.escape(document_id.encode()) + rb"(?!\w)"]
    if len(line) >= _NEEDLE_CHARS:
        found += [re.escape(line.encode(encoding, "replace")) for encoding in _ENCODINGS]
    return re.compile(b"|".join(found))


def _find_mentions(layout: CorpusLayout, needles: re.Pattern[bytes]) -> Iterator[Path]:
    """Other files beside the seeds and annotations that have the document, such as notes on it."""
    for folder in (layout.seeds_dir, layout.annotations_dir):
        for path in sorted(folder.rglob("*")):
            is_ours = path == layout.removed_path or layout.work_dir in path.parents or not path.is_file()
            if not is_ours and any(needles.search(raw) for raw in _read_contents(path)):
                yield path


def _read_contents(path: Path) -> Iterator[bytes]:
    """The file's bytes, UTF-16 as UTF-8; those of the files in it, if it is packed as spreadsheets are."""
    raw = path.read_bytes()
    yield raw.decode("utf-16", "replace").encode() if raw[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else raw
    if zipfile.is_zipfile(path):
        # What is damaged, or has a password, cannot be looked into.
        with suppress(zipfile.BadZipFile, RuntimeError, NotImplementedError), zipfile.ZipFile(path) as packed:
            yield from map(packed.read, packed.namelist())


def has_data_set(layout: CorpusLayout) -> bool:
    """Whether there is a data set that the document may be in."""
    return any(path.name != ".gitkeep" for path in layout.corpus_dir.glob("*"))
