"""Finished shards -> `annotations/auto/<stem>.conllu`.

For each annotation file a ledger, `annotations/.work/<stem>.json`, knows which bytes of it are which shard's, so
that a later run keeps the shards that are as they were. Whatever moment a run is cut off at, what is finished is
in the parts' folder or in the annotation file, and is known by its key and its digest.

A file whose size and version (on a disk its time of change) are those that the ledger knows is not read: a corpus
of 10^9 words has more than 100 GB of them. Who writes to it gives it another time, unless they take care to hide
it; for damage that the disk has done, remove `.work`, and all is annotated again.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from mudawwana.base.errors import InputError
from mudawwana.base.files import (
    get_key,
    get_store,
    list_folder,
    open_binary,
    read_range,
    remove_file,
    remove_temporary,
    remove_tree,
    replace_atomically,
    write_text_atomically,
)
from mudawwana.base.layout import AUTO, CorpusLayout, get_stem
from mudawwana.engines.comments import replace_comments
from mudawwana.engines.quarantine import FailedBatch, QuarantinedDocument, write_quarantine
from mudawwana.engines.shards import SeedWork, Shard, ShardResult
from mudawwana.engines.worker import get_bundles_dir, get_part_path, get_parts_dir
from mudawwana.seeds.documents import SeedFile

_PAST_NS = 2_000_000_000
_SENT_ID = re.compile(rb"^# sent_id = (.+)-p\d+-s\d+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a shard stands in the annotation file, in bytes."""

    start: int
    size: int
    comments: str
    """The digest of what is said there of its documents."""


@dataclass(frozen=True, slots=True)
class _Ledger:
    version: str
    """The annotation file's when its bytes were these (`_read_version`); "" where that is not known."""
    shards: list[dict[str, Any]]
    """In the file's order: `key` ("" for a shard that is not whole), `size` in bytes, `sha256`, and `comments`, a
    digest of what is said there of its documents."""


class AnnotationFile:
    """The annotation file of one seed file, from what is there to what it shall be."""

    def __init__(self, layout: CorpusLayout, seed: SeedFile) -> None:
        self.seed = seed
        self.name = seed.name
        self.path = layout.get_annotation_path(AUTO, self.name)
        self.quarantined: tuple[QuarantinedDocument, ...] = ()
        self.failed_batches: tuple[FailedBatch, ...] = ()
        self.problem = ""
        """What is wrong with the ledger that was there, so that all shards without parts are done anew."""
        self._layout = layout
        self._ledger_path = layout.work_dir / f"{get_stem(self.name)}.json"
        self._parts_dir = get_parts_dir(layout, self.name)
        self._is_unchanged = False
        """Since the ledger was written."""
        self._version = ""
        self._shards: list[dict[str, Any]] = []
        """What the ledger says."""
        self._spans = dict(self._iter_sound_spans())
        self._results: dict[int, ShardResult] = {}
        self._given: bytes | None = None

    @property
    def work(self) -> SeedWork:
        return SeedWork(self.seed, frozenset(list_finished(self._parts_dir) | self._spans.keys()))

    def add(self, result: ShardResult, raw: bytes | None = None) -> bool:
        """Takes note of a shard; True if it was the last that was missing.

        `raw` are the shard's bytes where they are in no part of this file's own.
        """
        self._results[result.shard.index] = result
        self._given = raw
        return any(one.shard.is_last and len(self._results) == index + 1 for index, one in self._results.items())

    def write(self) -> None:
        """Puts the shards together; the parts go when the file and its ledger stand."""
        results = [result for _, result in sorted(self._results.items())]
        quarantined = chain.from_iterable(result.quarantined for result in results)
        self.quarantined = tuple(document for document in quarantined if document.seed == self.name)
        self.failed_batches = tuple(
            FailedBatch(self.name, tuple(result.shard.comments), result.failure)
            for result in results
            if result.failure and result.failure not in {document.reason for document in result.quarantined}
        )
        if not self._is_current(results):
            self._write(results)
        elif not self._is_unchanged:
            self._write_ledger(self._shards, self._version)
        write_quarantine(self._layout, self.name, self.quarantined)
        remove_tree(self._parts_dir)
        self._results.clear()

    def _is_current(self, results: list[ShardResult]) -> bool:
        """Whether the file that is there holds these shards, whole and in this order, and nothing else."""
        size = sum(span.size for span in self._spans.values())
        found = [(key, span.comments) for key, span in self._spans.items()]
        is_same = [(result.shard.key, _hash_comments(result.shard)) for result in results] == found
        return is_same and not self.quarantined and self.path.stat().st_size == size

    def _write(self, results: list[ShardResult]) -> None:
        shards: list[dict[str, Any]] = []
        with replace_atomically(self.path) as temporary:
            with temporary.open("wb") as file:
                for result, raw, is_whole in self._iter_contents(results):
                    file.write(raw)
                    digests = {"sha256": hashlib.sha256(raw).hexdigest(), "comments": _hash_comments(result.shard)}
                    shards.append({"key": result.shard.key if is_whole else "", "size": len(raw), **digests})
            _date_back(temporary)
        version = _read_version(self.path)
        if not any(shard["size"] for shard in shards):
            remove_file(self.path)
        self._write_ledger(shards, version)

    def _write_ledger(self, shards: list[dict[str, Any]], version: str) -> None:
        write_text_atomically(self._ledger_path, [json.dumps({"version": version, "shards": shards})])

    def _iter_contents(self, results: list[ShardResult]) -> Iterator[tuple[ShardResult, bytes, bool]]:
        """Each shard's bytes, and whether they are all that the shard has."""
        dropped = {document.id.encode() for document in self.quarantined}
        for result in results:
            part = get_part_path(self._layout, result.shard, is_whole=not result.quarantined)
            raw = self._given
            if raw is None:
                raw = part.read_bytes() if part.exists() else self._read_span(result.shard.key)
            kept = _drop_documents(raw, dropped) if dropped else raw
            is_whole = not result.quarantined and kept == raw
            yield result, replace_comments(kept, result.shard.comments), is_whole

    def _iter_sound_spans(self) -> Iterator[tuple[str, _Span]]:
        """The shards in the annotation file whose bytes are still those that the ledger knows, by key."""
        if not (self._ledger_path.is_file() and self.path.is_file()):
            return
        try:
            ledger = _read_ledger(self._ledger_path)
        except InputError as error:
            self.problem = f"{error}; {self.name} is annotated anew."
            return
        self._shards = ledger.shards
        size = sum(shard["size"] for shard in ledger.shards)
        self._version = _read_version(self.path)
        self._is_unchanged = (self._version, self.path.stat().st_size) == (ledger.version, size)
        start = 0
        with open_binary(self.path) as file:
            for shard in ledger.shards:
                if shard["key"] and (self._is_unchanged or _has_digest(file, start, shard)):
                    yield shard["key"], _Span(start, shard["size"], shard.get("comments", ""))
                start += shard["size"]

    def _read_span(self, key: str) -> bytes:
        span = self._spans[key]
        return read_range(self.path, span.start, span.size)


def list_finished(folder: Path) -> set[str]:
    """The keys of the shards whose parts wait in the folder."""
    return {path.stem for path in list_folder(folder) if re.fullmatch(r"[0-9a-f]{32}\.conllu", path.name)}


def _read_ledger(path: Path) -> _Ledger:
    """Raises InputError where the file is not what `AnnotationFile` writes, as after damage to the disk."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        # In earlier versions it was the shards alone.
        ledger = _Ledger("", found) if isinstance(found, list) else _Ledger(found["version"], found["shards"])
        is_sound = all(
            isinstance(shard["key"], str) and isinstance(shard["sha256"], str) and int(shard["size"]) >= 0
            for shard in ledger.shards
        )
    except (ValueError, TypeError, KeyError):
        is_sound = False
    if not is_sound:
        raise InputError(f"{path}: damaged, and so taken for absent")
    return ledger


def _hash_comments(shard: Shard) -> str:
    return hashlib.sha256(json.dumps(sorted(shard.comments.items())).encode()).hexdigest()[:16]


def _has_digest(file: IO[bytes], start: int, shard: dict[str, Any]) -> bool:
    file.seek(start)
    raw = file.read(shard["size"])
    return bool(hashlib.sha256(raw).hexdigest() == shard["sha256"])


def _read_version(path: Path) -> str:
    """Another one when the file is written again: its time of change; in an object store, what that says of it."""
    store = get_store(path)
    return str(path.stat().st_mtime_ns) if store is None else str(store.ukey(get_key(path)))


def _date_back(path: Path) -> None:
    """Makes the file some seconds older.

    A file system's clock stands still for some milliseconds: a change right behind ours would not show.
    """
    past = time.time_ns() - _PAST_NS
    os.utime(path, ns=(past, past))


def forget_bytes(layout: CorpusLayout, seed: str, start: int, end: int) -> None:
    """Corrects the ledger of a seed file's annotation, of which these bytes were taken out, and drops its parts.

    So the next run annotates only the shards again that have lost something.
    """
    ledger_path = layout.work_dir / f"{get_stem(seed)}.json"
    try:
        shards = _read_ledger(ledger_path).shards if ledger_path.exists() else []
    except InputError:
        remove_file(ledger_path)
        shards = []
    if shards:
        place = 0
        for shard in shards:
            lost = max(0, min(end, place + shard["size"]) - max(start, place))
            place += shard["size"]
            if lost:
                shard.update(key="", size=shard["size"] - lost)
        write_text_atomically(ledger_path, [json.dumps({"version": "", "shards": shards})])
    remove_tree(get_parts_dir(layout, seed))


def remove_leftovers(layout: CorpusLayout, seeds: Iterable[SeedFile]) -> None:
    """Removes what runs that were killed have left, and what belongs to seed files that are no more.

    Only for a run that holds the corpus's lock.
    """
    stems = {get_stem(seed.name) for seed in seeds} | {get_bundles_dir(layout).name}
    for folder in (layout.seeds_dir, layout.annotations_dir, layout.corpus_dir):
        remove_temporary(folder)
    for path in list_folder(layout.work_dir):
        if path.is_dir() and path.name not in stems:
            remove_tree(path)
        elif path.suffix == ".json" and path.stem not in stems:
            remove_file(path)
    for path in list_folder(layout.quarantine_dir):
        if path.suffix == ".jsonl" and path.stem not in stems:
            remove_file(path)


def _drop_documents(raw: bytes, ids: set[bytes]) -> bytes:
    """The sentences but for those of these documents, of which another part has failed."""
    kept = []
    for block in raw.split(b"\n\n")[:-1]:
        found = _SENT_ID.search(block)
        if not (found and found[1] in ids):
            kept.append(block + b"\n\n")
    return b"".join(kept)
