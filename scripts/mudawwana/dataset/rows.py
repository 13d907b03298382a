"""A row of `sentences` -> the sentence that it was made from, byte for byte; and the row of a document."""

import json
from collections.abc import Mapping
from typing import Any

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.records import Document, EmptyNode, MultiwordToken, Sentence, Word
from mudawwana.dataset.schema import DOCUMENT_FACTS, UPOS_NAMES

Row = dict[str, Any]

_KEYS = {"__SENT_ID__": "sent_id", "__TEXT__": "text"}


def row_to_sentence(row: Mapping[str, Any]) -> Sentence:
    """The sentence that a row of `sentences` was made from; only the first 14 columns are read."""
    columns = zip(
        *(row["tokens"], row["lemmas"], (UPOS_NAMES[label] for label in row["upos"])),
        *(map(_unpack, row["xpos"]), map(_unpack, row["feats"])),
        *(row["head"], row["deprel"], map(_unpack, row["deps"]), map(_unpack, row["misc"])),
        strict=True,
    )
    return Sentence(
        comments=tuple(unpack_comments(row["comments"], sent_id=row["sent_id"], text=row["text"])),
        words=tuple(Word(number, *values) for number, values in enumerate(columns, start=1)),
        multiword_tokens=tuple(_unpack_token(token) for token in row["mwt"]),
        empty_nodes=tuple(
            EmptyNode(**{column: _unpack(value) for column, value in node.items()}) for node in row["empty_nodes"]
        ),
    )


def serialize_row(row: Mapping[str, Any]) -> str:
    """The row as CoNLL-U: the bytes that stand in the annotation file, with the empty line at the end."""
    return serialize_sentence(row_to_sentence(row))


def document_to_row(document: Document, number: int, counts: Mapping[str, int], *, has_gold: bool) -> Row:
    """The document's row in `documents`; `counts` has the four `*_count` columns."""
    rest = {key: value for key, value in document.metadata.items() if key not in DOCUMENT_FACTS}
    return {
        "id": document.id,
        "number": number,
        "text": document.text,
        **{fact: document.metadata.get(fact) for fact in DOCUMENT_FACTS},
        "sha256": document.sha256,
        "path": document.path,
        **counts,
        "has_gold": has_gold,
        "metadata": json.dumps(rest, ensure_ascii=False, sort_keys=True),
    }


def pack_comments(sentence: Sentence) -> list[str]:
    """Each comment without its "# ", the first sent_id and text as commul's markers.

    A line that this would not give back (no blank after "#", a second "#", a marker's own name) stays whole:
    it alone begins with "#".
    """
    markers = {f"# sent_id = {sentence.sent_id}": "__SENT_ID__", f"# text = {sentence.text}": "__TEXT__"}
    packed: list[str] = []
    for comment in sentence.comments:
        content = comment.removeprefix("# ")
        if comment in markers:
            packed.append(markers[comment])
        else:
            packed.append(comment if content.startswith("#") or content in _KEYS else content)
    return packed


def unpack_comments(packed: list[str], **values: str) -> list[str]:
    """The comment lines that `pack_comments` has packed; `values` are the sentence's sent_id and text."""
    return [
        comment
        if comment.startswith("#")
        else f"# {_KEYS[comment]} = {values[_KEYS[comment]]}"
        if comment in _KEYS
        else f"# {comment}"
        for comment in packed
    ]


def _unpack_token(token: Mapping[str, str]) -> MultiwordToken:
    first, last = token["id"].split("-")
    return MultiwordToken(int(first), int(last), token["form"], _unpack(token["feats"]), _unpack(token["misc"]))


def _unpack(value: str | None) -> str:
    return "_" if value is None else value
