"""Read and write CoNLL-U (https://universaldependencies.org/format.html) without loss.

Every column is the string that stands in the file. Not by `conllu`: its column parsers lose the `=b` of
`Gloss=a=b`, its metadata forgets bare comments and repeated keys, a row with too few columns passes, and both ways
through its dictionaries take longer than all else that a build does with a word. Here a sentence that is read is
written back byte for byte, or refused (validate/round_trip.py says what `conllu` itself would make of it).
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path

from mudawwana.base.errors import ConlluError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.records import EmptyNode, MultiwordToken, Sentence, Word

COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_get_columns = attrgetter(*COLUMNS[1:])


def read_conllu(path: Path) -> Iterator[Sentence]:
    """The sentences of a CoNLL-U file, one at a time.

    Raises ConlluError, with path and line, where the file is not CoNLL-U that can be written back as it was.
    """
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from parse_conllu(lines, source=str(path))


def read_annotated_documents(path: Path) -> Iterator[tuple[str, list[Sentence]]]:
    """The documents of an annotation file, one at a time: id ("" before the first `# newdoc id`) and sentences.

    Raises ConlluError as `read_conllu` does.
    """
    document_id = ""
    sentences: list[Sentence] = []
    for sentence in read_conllu(path):
        new_id = sentence.get_comment("newdoc id")
        if new_id is not None and sentences:
            yield document_id, sentences
            sentences = []
        document_id = document_id if new_id is None else new_id
        sentences.append(sentence)
    if sentences:
        yield document_id, sentences


def read_document_ids(path: Path) -> list[str]:
    """The ids of the documents that `read_annotated_documents` gives, in their order, from the comments alone."""
    ids: list[str] = []
    new_id: str | None = None
    is_head = True
    # What is no UTF-8 is refused where the sentences are read.
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            if line == "\n":
                new_id, is_head = None, True
            elif is_head and line.startswith("#"):
                key, _, value = line[1:].partition("=")
                new_id = value.strip() if new_id is None and key.strip() == "newdoc id" else new_id
            elif is_head:
                ids += [new_id or ""] if new_id is not None or not ids else []
                is_head = False
    return ids


def parse_conllu(lines: Iterable[str], *, source: str = "<text>") -> Iterator[Sentence]:
    r"""The sentences in `lines` (each with its line end), one at a time; `source` names them in errors.

    >>> text = "# text = سلام\n1\tسلام\tسَلَام\tNOUN\t_\t_\t0\troot\t_\t_\n\n"  # "peace"
    >>> [sentence.words[0].lemma for sentence in parse_conllu(text.splitlines(keepends=True))]
    ['سَلَام']
    """
    block: list[str] = []
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            if line != "\n":
                block.append(line)
            elif block:
                yield _parse_sentence(block, source, number - len(block))
                block = []
            else:
                raise ConlluError(f"{source}:{number}: an empty line before a sentence; remove it.")
    except UnicodeDecodeError as error:
        raise ConlluError(
            f"{source}:{number + 1}: not UTF-8 ({error.reason}); CoNLL-U is always UTF-8: convert the file."
        ) from error
    if block:
        raise ConlluError(f"{source}:{number}: the last sentence lacks the empty line that ends it; add it.")


def serialize_sentence(sentence: Sentence) -> str:
    """The sentence as CoNLL-U, with the empty line that ends it."""
    lines = list(sentence.comments)
    ranges = {token.first: token for token in sentence.multiword_tokens}
    nodes: dict[int, list[EmptyNode]] = {}
    for node in sentence.empty_nodes:
        nodes.setdefault(int(node.id.partition(".")[0]), []).append(node)
    lines += map(_serialize_row, nodes.get(0, ()))
    for word in sentence.words:
        mwt = ranges.get(word.id)
        if mwt is not None:
            lines.append(f"{mwt.first}-{mwt.last}\t{mwt.form}\t_\t_\t_\t{mwt.feats}\t_\t_\t_\t{mwt.misc}")
        lines.append(_serialize_row(word))
        lines += map(_serialize_row, nodes.get(word.id, ()))
    return "\n".join(lines) + "\n\n"


def write_conllu(path: Path, sentences: Iterable[Sentence]) -> None:
    """Writes the sentences to `path`, whole or not at all."""
    write_text_atomically(path, (serialize_sentence(sentence) for sentence in sentences))


def _serialize_row(row: Word | EmptyNode) -> str:
    return f"{row.id}\t" + "\t".join(_get_columns(row))


def _parse_sentence(block: list[str], source: str, start: int) -> Sentence:
    """The sentence of these lines, each with its line end; the first is the file's line `start`."""
    comment_count = next((i for i, line in enumerate(block) if not line.startswith("#")), len(block))
    comments, rows = [line[:-1] for line in block[:comment_count]], block[comment_count:]
    if not rows:
        raise ConlluError(f"{source}:{start}: comments without any word; remove them or add the words.")
    words: list[Word] = []
    ranges: list[MultiwordToken] = []
    nodes: list[EmptyNode] = []
    for number, row in enumerate(rows, start=start + comment_count):
        columns = row[:-1].split("\t")
        if len(columns) != len(COLUMNS) or row[0] == "#" or row[0].isspace() or row[-2].isspace():
            raise _describe_row(row[:-1], f"{source}:{number}")
        word_id = len(words) + 1
        if columns[0] == str(word_id):
            words.append(Word(word_id, *columns[1:]))
        elif "-" in columns[0]:
            ranges.append(_parse_range(columns, word_id, ranges, f"{source}:{number}"))
        elif "." in columns[0]:
            nodes.append(_parse_node(columns, word_id, ranges, f"{source}:{number}"))
        else:
            found = _parse_id(columns[0], f"{source}:{number}")
            raise ConlluError(
                f"{source}:{number}: word ids are not 1, 2, 3, ... in order: found {found}, expected {word_id}; "
                "number the words anew."
            )
    for one in ranges:
        if not one.first <= one.last <= len(words):
            raise ConlluError(
                f"{source}:{start}: the range {one.first}-{one.last} leads outside the sentence's words."
            )
    return Sentence(tuple(comments), tuple(words), tuple(ranges), tuple(nodes), line=start)


def _parse_range(columns: list[str], next_id: int, ranges: list[MultiwordToken], place: str) -> MultiwordToken:
    first, last = (_parse_id(part, place) for part in columns[0].split("-", 1))
    if first != next_id or (ranges and ranges[-1].first == first):
        raise ConlluError(f"{place}: the range {columns[0]} does not stand before its first word; move it there.")
    if any(columns[column] != "_" for column in (2, 3, 4, 6, 7, 8)):
        raise ConlluError(f"{place}: a range has FORM, FEATS and MISC only; write `_` in the other columns.")
    return MultiwordToken(first, last, columns[1], feats=columns[5], misc=columns[9])


def _parse_node(columns: list[str], next_id: int, ranges: list[MultiwordToken], place: str) -> EmptyNode:
    word_id, number = columns[0].split(".", 1)
    _parse_id(number, place)
    if word_id != str(next_id - 1) or (ranges and ranges[-1].first == next_id):
        raise ConlluError(f"{place}: the empty node {columns[0]} does not stand behind its word; move it there.")
    return EmptyNode(*columns)


def _describe_row(row: str, place: str) -> ConlluError:
    if row.startswith("#"):
        return ConlluError(f"{place}: a comment after the sentence's first word; move it above the words.")
    if row != row.strip():
        return ConlluError(
            f"{place}: white space at the end, or an empty column there; write `_` for an empty one."
        )
    found = row.count("\t") + 1
    return ConlluError(f"{place}: {found} columns, expected 10 with a tab between; found {row[:60]!r}.")


def _parse_id(text: str, place: str) -> int:
    if not (text.isascii() and text.isdecimal()) or text.startswith("0"):
        raise ConlluError(f"{place}: {text!r} is not a word id; expected a whole number from 1.")
    return int(text)
