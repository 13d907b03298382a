"""Shards -> the annotation files that they are of, where several small ones share a shard."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mudawwana.base.files import remove_file
from mudawwana.base.layout import CorpusLayout
from mudawwana.engines.assembly import AnnotationFile, list_finished
from mudawwana.engines.shards import SeedWork, ShardResult
from mudawwana.engines.worker import get_bundles_dir, get_part_path

_HEAD = re.compile(rb"^# newdoc id = (.+)$", re.MULTILINE)


class Bundle:
    """One annotation file with all its shards, or several with the shard that they share."""

    def __init__(self, layout: CorpusLayout, files: Sequence[AnnotationFile]) -> None:
        self._layout = layout
        self._files = files
        self.name = files[0].name
        """As in `Shard.seed`."""

    @property
    def work(self) -> SeedWork:
        works = [file.work for file in self._files]
        if len(works) == 1:
            return works[0]
        finished = frozenset(list_finished(get_bundles_dir(self._layout)))
        done = frozenset.intersection(*(work.done for work in works)) | finished
        return SeedWork(works[0].seed, done, tuple(work.seed for work in works[1:]))

    def add(self, result: ShardResult) -> Iterator[AnnotationFile]:
        """Takes note of a shard; writes each file that is whole with it, and yields it."""
        if not result.shard.owners:
            if self._files[0].add(result):
                self._files[0].write()
                yield self._files[0]
            return
        part = get_part_path(self._layout, result.shard, is_whole=not result.quarantined)
        texts = _split_documents(part.read_bytes()) if part.exists() else None
        documents: dict[str, list[str]] = {}
        for document, seed in result.shard.owners.items():
            documents.setdefault(seed, []).append(document)
        for file in self._files:
            own = documents[file.name]
            comments = {document: result.shard.comments[document] for document in own}
            shard = replace(result.shard, seed=file.name, comments=comments)
            raw = None if texts is None else b"".join(texts.get(document, b"") for document in own)
            file.add(replace(result, shard=shard), raw)
            file.write()
            yield file
        # Behind all: until then it is what is finished.
        remove_file(part)


def _split_documents(raw: bytes) -> dict[str, bytes]:
    """By document's id, its part of CoNLL-U in which each document begins with its `# newdoc id`."""
    heads = list(_HEAD.finditer(raw))
    ends = [*(head.start() for head in heads[1:]), len(raw)]
    return {head[1].decode(): raw[head.start() : end] for head, end in zip(heads, ends, strict=True)}
