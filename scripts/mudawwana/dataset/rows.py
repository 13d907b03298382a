"""CoNLL-U sentences and documents as rows of the data set, and sentence rows back as CoNLL-U, byte for byte."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mudawwana.arabic import transliterate
from mudawwana.conllu_io import serialize_sentence
from mudawwana.dataset.schema import DOCUMENT_FACTS, FEATURE_COLUMNS, UPOS_NAMES
from mudawwana.errors import BuildError
from mudawwana.records import Document, EmptyNode, MultiwordToken, Sentence, Token, Word, get_misc

Row = dict[str, Any]

_UPOS_LABELS = {name: label for label, name in enumerate(UPOS_NAMES)}
_MARKERS = {"sent_id": "__SENT_ID__", "text": "__TEXT__"}
_OPTIONAL = ("feats", "deps", "misc")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands in the corpus."""

    doc_id: str
    par_id: str
    layer: str
    source: str
    """The annotation file, for errors."""


def sentence_to_row(sentence: Sentence, place: Place, *, ud_level: int, incidents: Sequence[str]) -> Row:
    """The sentence's row in `sentences`; nothing of the file is lost (see `serialize_row`).

    Raises BuildError where a part of speech is none of UD's: the label column cannot hold it.
    """
    words = sentence.words
    return {
        "sent_id": sentence.sent_id,
        "text": sentence.text,
        "comments": _pack_comments(sentence),
        "tokens": [word.form for word in words],
        "lemmas": [word.lemma for word in words],
        "upos": [_get_label(word, sentence, place) for word in words],
        "xpos": [_pack(word.xpos) for word in words],
        "feats": [_pack(word.feats) for word in words],
        "head": [word.head for word in words],
        "deprel": [word.deprel for word in words],
        "deps": [_pack(word.deps) for word in words],
        "misc": [_pack(word.misc) for word in words],
        "mwt": [_pack_token(token) for token in sentence.multiword_tokens],
        "empty_nodes": [_pack_columns(asdict(node)) for node in sentence.empty_nodes],
        "doc_id": place.doc_id,
        "par_id": place.par_id,
        "start_char": sentence.tokens[0].start_char,
        "end_char": sentence.tokens[-1].end_char,
        "layer": place.layer,
        "ud_level": ud_level,
        "incidents": list(incidents),
        "text_translit": transliterate(sentence.text),
    }


def row_to_sentence(row: Mapping[str, Any]) -> Sentence:
    """The sentence that a row of `sentences` was made from; only the first 14 columns are read."""
    columns = zip(
        *(row["tokens"], row["lemmas"], (UPOS_NAMES[label] for label in row["upos"])),
        *(map(_unpack, row["xpos"]), map(_unpack, row["feats"])),
        *(row["head"], row["deprel"], map(_unpack, row["deps"]), map(_unpack, row["misc"])),
        strict=True,
    )
    return Sentence(
        comments=tuple(_unpack_comment(comment, row) for comment in row["comments"]),
        words=tuple(Word(number, *values) for number, values in enumerate(columns, start=1)),
        multiword_tokens=tuple(_unpack_token(token) for token in row["mwt"]),
        empty_nodes=tuple(
            EmptyNode(**{column: _unpack(value) for column, value in node.items()}) for node in row["empty_nodes"]
        ),
    )


def serialize_row(row: Mapping[str, Any]) -> str:
    """The row as CoNLL-U: the bytes that stand in the annotation file, with the empty line at the end."""
    return serialize_sentence(row_to_sentence(row))


def iter_word_rows(sentence: Sentence, place: Place) -> Iterator[Row]:
    """The sentence's rows in `tokens`, one a syntactic word, in order."""
    shared = {"doc_id": place.doc_id, "par_id": place.par_id, "sent_id": sentence.sent_id, "layer": place.layer}
    words = {str(word.id): word for word in sentence.words}
    for token_id, token in enumerate(sentence.tokens, start=1):
        for word in token.words:
            yield {
                **shared,
                "token_id": token_id,
                **_describe_word(word, token),
                **_describe_head(words.get(word.head)),
            }


def document_to_row(document: Document, counts: Mapping[str, int], *, has_gold: bool) -> Row:
    """The document's row in `documents`; `counts` has the four `*_count` columns."""
    rest = {key: value for key, value in document.metadata.items() if key not in DOCUMENT_FACTS}
    return {
        "id": document.id,
        "text": document.text,
        **{fact: document.metadata.get(fact) for fact in DOCUMENT_FACTS},
        "sha256": document.sha256,
        "path": document.path,
        **counts,
        "has_gold": has_gold,
        "metadata": json.dumps(rest, ensure_ascii=False, sort_keys=True),
    }


def _describe_word(word: Word, token: Token) -> Row:
    start, end = get_misc(word.misc, "start_char"), get_misc(word.misc, "end_char")
    features = dict(item.partition("=")[::2] for item in word.feats.split("|"))
    return {
        "word_id": word.id,
        "token": token.form,
        "is_mwt": len(token.words) > 1,
        "form": word.form,
        "lemma": word.lemma,
        "upos": word.upos,
        "xpos": _pack(word.xpos),
        "feats": _pack(word.feats),
        **{column: features.get(name) for name, column in FEATURE_COLUMNS.items()},
        "head": int(word.head) if word.head.isdecimal() else None,
        "deprel": word.deprel,
        "start_char": int(start) if start else token.start_char,
        "end_char": int(end) if end else token.end_char,
        "space_after": token.space_after,
        "misc": _pack(word.misc),
    }


def _describe_head(head: Word | None) -> Row:
    if head is None:
        return {"head_form": None, "head_lemma": None, "head_upos": None}
    return {"head_form": head.form, "head_lemma": head.lemma, "head_upos": head.upos}


def _get_label(word: Word, sentence: Sentence, place: Place) -> int:
    if word.upos not in _UPOS_LABELS:
        raise BuildError(
            f"{place.source}:{sentence.line}: sentence {sentence.sent_id}, word {word.id}: the part of speech "
            f"{word.upos!r} is none of UD's ({', '.join(sorted(_UPOS_LABELS))}); correct it in the file."
        )
    return _UPOS_LABELS[word.upos]


def _pack_comments(sentence: Sentence) -> list[str]:
    """Each comment without its "# ", the first sent_id and text as commul's markers.

    A line that this would not give back (no blank after "#", a second "#", a marker's own name) stays whole:
    it alone begins with "#".
    """
    values = {marker: f"# {key} = {sentence.get_comment(key)}" for key, marker in _MARKERS.items()}
    packed: list[str] = []
    for comment in sentence.comments:
        marker = next((name for name, line in values.items() if line == comment), None)
        content = comment.removeprefix("# ")
        if marker:
            packed.append(marker)
        else:
            packed.append(comment if content.startswith("#") or content in values else content)
    return packed


def _unpack_comment(comment: str, row: Mapping[str, Any]) -> str:
    if comment.startswith("#"):
        return comment
    key = next((key for key, marker in _MARKERS.items() if marker == comment), None)
    return f"# {key} = {row[key]}" if key else f"# {comment}"


def _pack_token(token: MultiwordToken) -> Row:
    return {
        "id": f"{token.first}-{token.last}",
        "form": token.form,
        "feats": _pack(token.feats),
        "misc": _pack(token.misc),
    }


def _unpack_token(token: Mapping[str, str]) -> MultiwordToken:
    first, last = token["id"].split("-")
    return MultiwordToken(int(first), int(last), token["form"], _unpack(token["feats"]), _unpack(token["misc"]))


def _pack_columns(columns: Mapping[str, str]) -> Row:
    return {column: _pack(value) if column in _OPTIONAL else value for column, value in columns.items()}


def _pack(value: str) -> str | None:
    return None if value == "_" else value


def _unpack(value: str | None) -> str:
    return "_" if value is None else value
