"""Read and write CoNLL-U (https://universaldependencies.org/format.html) without loss, on the `conllu` library.

`conllu` reads and writes the word lines, with every column kept as the string that stands in the file: its own
column parsers lose the `=b` of `Gloss=a=b`. Comments are kept as lines, because its metadata is a mapping that
forgets bare comments and repeated keys. What it would bend in silence (a row with too few columns, white space
at a line's end) is an error here: a sentence that is read is written back byte for byte, or refused.
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path

from conllu import Token, TokenList, parse_token_and_metadata
from conllu.exceptions import ParseException

from mudawwana.errors import ConlluError
from mudawwana.files import write_text_atomically
from mudawwana.records import EmptyNode, MultiwordToken, Sentence, Word

COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_get_columns = attrgetter(*COLUMNS)
_AS_WRITTEN = {column: lambda values, index: values[index] for column in COLUMNS}


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


def parse_conllu(lines: Iterable[str], *, source: str = "<text>") -> Iterator[Sentence]:
    r"""The sentences in `lines` (each with its line end), one at a time; `source` names them in errors.

    >>> text = "# text = سلام\n1\tسلام\tسَلَام\tNOUN\t_\t_\t0\troot\t_\t_\n\n"  # "peace"
    >>> [sentence.words[0].lemma for sentence in parse_conllu(text.splitlines(keepends=True))]
    ['سَلَام']
    """
    block: list[str] = []
    start, number = 1, 0
    try:
        for number, line in enumerate(lines, start=1):
            if line != "\n":
                start = start if block else number
                block.append(line.removesuffix("\n"))
            elif block:
                yield _parse_sentence(block, source, start)
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
    rows: list[tuple[object, ...]] = []
    ranges = {token.first: token for token in sentence.multiword_tokens}
    nodes: dict[int, list[EmptyNode]] = {}
    for node in sentence.empty_nodes:
        nodes.setdefault(int(node.id.partition(".")[0]), []).append(node)
    rows += [_get_columns(node) for node in nodes.get(0, ())]
    for word in sentence.words:
        mwt = ranges.get(word.id)
        if mwt is not None:
            rows.append((f"{mwt.first}-{mwt.last}", mwt.form, "_", "_", "_", mwt.feats, "_", "_", "_", mwt.misc))
        rows.append(_get_columns(word))
        rows += [_get_columns(node) for node in nodes.get(word.id, ())]
    words = TokenList([Token(zip(COLUMNS, row, strict=True)) for row in rows]).serialize()
    return "".join(f"{comment}\n" for comment in sentence.comments) + words


def write_conllu(path: Path, sentences: Iterable[Sentence]) -> None:
    """Writes the sentences to `path`, whole or not at all."""
    write_text_atomically(path, (serialize_sentence(sentence) for sentence in sentences))


def _parse_sentence(block: list[str], source: str, start: int) -> Sentence:
    comment_count = next((i for i, line in enumerate(block) if not line.startswith("#")), len(block))
    comments, rows = block[:comment_count], block[comment_count:]
    if not rows:
        raise ConlluError(f"{source}:{start}: comments without any word; remove them or add the words.")
    for number, row in enumerate(rows, start=start + comment_count):
        _check_row(row, f"{source}:{number}")
    try:
        parsed = parse_token_and_metadata("\n".join(rows), field_parsers=_AS_WRITTEN)
    except ParseException as error:
        raise ConlluError(f"{source}:{start}: {error}") from error
    sentence = _build_sentence(comments, parsed, f"{source}:{start}", start)
    written = serialize_sentence(sentence).split("\n")
    for number, (before, after) in enumerate(zip(block, written, strict=False), start=start):
        if before != after:
            raise ConlluError(
                f"{source}:{number}: would not be written back as it stands: {before[:60]!r} would become "
                f"{after[:60]!r}; remove white space at the ends of lines and columns, and put ranges before "
                "their first word and empty nodes in order."
            )
    return sentence


def _build_sentence(comments: list[str], parsed: TokenList, place: str, line: int) -> Sentence:
    words: list[Word] = []
    multiword_tokens: list[MultiwordToken] = []
    empty_nodes: list[EmptyNode] = []
    for token in parsed:
        columns = [token[column] for column in COLUMNS]
        word_id = columns[0]
        if "-" in word_id:
            first, last = (_parse_id(part, place) for part in word_id.split("-", 1))
            multiword_tokens.append(MultiwordToken(first, last, columns[1], feats=columns[5], misc=columns[9]))
        elif "." in word_id:
            _parse_id(word_id.split(".", 1)[1], place)
            empty_nodes.append(EmptyNode(*columns))
        else:
            words.append(Word(_parse_id(word_id, place), *columns[1:]))
    if [word.id for word in words] != list(range(1, len(words) + 1)):
        raise ConlluError(f"{place}: word ids are not 1, 2, 3, ... in order; number the words anew.")
    for mwt in multiword_tokens:
        if not mwt.first <= mwt.last <= len(words):
            raise ConlluError(f"{place}: the range {mwt.first}-{mwt.last} leads outside the sentence's words.")
    return Sentence(tuple(comments), tuple(words), tuple(multiword_tokens), tuple(empty_nodes), line=line)


def _check_row(row: str, place: str) -> None:
    if row.startswith("#"):
        raise ConlluError(f"{place}: a comment after the sentence's first word; move it above the words.")
    if row != row.strip():
        raise ConlluError(
            f"{place}: white space at the end, or an empty column there; write `_` for an empty one."
        )
    found = row.count("\t") + 1
    if found != len(COLUMNS):
        raise ConlluError(f"{place}: {found} columns, expected 10 with a tab between; found {row[:60]!r}.")


def _parse_id(text: str, place: str) -> int:
    if not (text.isascii() and text.isdecimal()) or text.startswith("0"):
        raise ConlluError(f"{place}: {text!r} is not a word id; expected a whole number from 1.")
    return int(text)
