"""annotations/quarantine/<stem>.jsonl: the documents of a seed file that could not be annotated, one a line.

Documents that failed together only are in no list: what `mudawwana annotate` and `run` report has them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mudawwana.base.errors import InputError
from mudawwana.base.files import remove_file, write_text_atomically
from mudawwana.base.layout import CorpusLayout


@dataclass(frozen=True, slots=True)
class QuarantinedDocument:
    """A document that has no annotation, and why."""

    id: str
    seed: str
    """The seed file, as in `Document.path`."""
    reason: str
    """In one line: the error's type and message."""


@dataclass(frozen=True, slots=True)
class FailedBatch:
    """Documents on which the models failed together and passed one by one; all are annotated."""

    seed: str
    """The seed file, as in `Document.path`."""
    documents: tuple[str, ...]
    """The ids of those that begin in the batch; none where it is a part of a long one."""
    reason: str
    """In one line: the error's type and message."""


def read_quarantine(layout: CorpusLayout, seed: str) -> list[QuarantinedDocument]:
    """The documents of a seed file (given as `Document.path`) in quarantine; mostly none."""
    path = layout.get_quarantine_path(seed)
    if not path.exists():
        return []
    remedy = "remove it and run `mudawwana annotate`, which writes it anew"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [QuarantinedDocument(**json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: not the list that `mudawwana annotate` writes ({error}); {remedy}.") from error


def write_quarantine(layout: CorpusLayout, seed: str, documents: Iterable[QuarantinedDocument]) -> None:
    """Lists these documents, or removes the list where there are none."""
    lines = [json.dumps(asdict(document), ensure_ascii=False) + "\n" for document in documents]
    path = layout.get_quarantine_path(seed)
    if lines:
        write_text_atomically(path, lines)
    else:
        remove_file(path)
