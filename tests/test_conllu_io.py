"""CoNLL-U comes back byte for byte, or is refused with its line."""

from dataclasses import astuple
from pathlib import Path

import conllu
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudawwana.base.conllu_io import COLUMNS, parse_conllu, read_conllu, serialize_sentence, write_conllu
from mudawwana.base.errors import ConlluError
from mudawwana.base.records import Sentence, Word

# وبالسلام "and with the peace": what the `conllu` library's defaults lose
HARD = """\
# newdoc id = d
#
# bare
#no blank
# note = a
# note = b = c
# text = وبالسلام
0.1\tهو\tهُوَ\tPRON\t_\t_\t_\t_\t3:nsubj\t_
1-3\tوبالسلام\t_\t_\t_\tTypo=Yes\t_\t_\t_\tGloss=a=b=c|Bare|Gloss=d
1\tو\tوَ\tCCONJ\t_\t_\t3\tcc\t3:cc\t_
2\tب\tبِ\tADP\tP---------\t_\t3\tcase\t3:case|0.1:x\t=
3\tالسلام\tسَلَام\tNOUN\t_\tCase=Gen|Definite=Def\t0\troot\t0:root\t_
3.1\t_\t_\t_\t_\t_\t_\t_\t_\tCopyOf=3
3.2\t_\t_\t_\t_\t_\t_\t_\t_\t_

"""


TESTS = Path(__file__).parent
FILES = sorted([*(TESTS / "conformance" / "valid").glob("*.conllu"), *(TESTS / "phenomena").glob("*.conllu")])


def parse(text: str) -> list[Sentence]:
    return list(parse_conllu(text.splitlines(keepends=True), source="a.conllu"))


def test_hard_sentences_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.conllu"
    write_conllu(path, parse(HARD * 2))
    assert path.read_bytes() == (HARD * 2).encode()
    assert [sentence.line for sentence in read_conllu(path)] == [1, 16]


def test_hard_sentence_is_understood() -> None:
    (sentence,) = parse(HARD)
    assert sentence.comments[3:6] == ("#no blank", "# note = a", "# note = b = c")
    assert (sentence.get_comment("note"), sentence.get_comment("bare"), sentence.get_comment("x")) == (
        "a",
        "",
        None,
    )
    assert [(token.form, len(token.words)) for token in sentence.tokens] == [("وبالسلام", 3)]
    assert [node.id for node in sentence.empty_nodes] == ["0.1", "3.1", "3.2"]
    assert sentence.multiword_tokens[0].feats == "Typo=Yes"


ROW = "1\tسلام\t_\tNOUN\t_\t_\t0\troot\t_\t_\n"
RANGE = "1-1\tx" + "\t_" * 8 + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\tسلام\n\n", r"a\.conllu:1: 2 columns, expected 10"),
        ("# a\n" + ROW + "2\tx\n\n", r"a\.conllu:3: 2 columns"),
        (ROW.replace("\n", " \n") + "\n", r"a\.conllu:1: white space at the end"),
        ("1" + "\tx" * 8 + "\t\n\n", r"a\.conllu:1: white space at the end, or an empty column"),
        (ROW.replace("سلام", "سلام ") + "# a\n\n", r"a\.conllu:2: a comment after the sentence's first word"),
        (ROW, r"a\.conllu:1: the last sentence lacks the empty line"),
        ("\n" + ROW + "\n", r"a\.conllu:1: an empty line before a sentence"),
        ("# a\n\n", r"a\.conllu:1: comments without any word"),
        (ROW + ROW + "\n", r"a\.conllu:2: word ids are not 1, 2, 3"),
        (ROW.replace("1\t", "01\t") + "\n", r"a\.conllu:1: '01' is not a word id"),
        ("1-2\tx" + "\t_" * 8 + "\n" + ROW + "\n", r"a\.conllu:1: the range 1-2 leads outside"),
        (ROW + "1-1\tx" + "\t_" * 8 + "\n\n", r"a\.conllu:2: the range 1-1 does not stand before its first word"),
        (RANGE + RANGE + ROW + "\n", r"a\.conllu:2: the range 1-1 does not stand before its first word"),
        (RANGE.replace("x\t_", "x\tlemma") + ROW + "\n", r"a\.conllu:1: a range has FORM, FEATS and MISC only"),
        (RANGE + "0.1" + "\t_" * 9 + "\n" + ROW + "\n", r"a\.conllu:2: the empty node 0\.1 does not stand behind"),
        (ROW + "2.1" + "\t_" * 9 + "\n\n", r"a\.conllu:2: the empty node 2\.1 does not stand behind its word"),
    ],
)
def test_refused(text: str, expected: str) -> None:
    with pytest.raises(ConlluError, match=expected):
        parse(text)


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.conllu").write_bytes((HARD + ROW).encode() + b"2\t\xd3\n\n")
    with pytest.raises(ConlluError, match="not UTF-8"):
        list(read_conllu(tmp_path / "a.conllu"))


columns = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\t\n"), min_size=1, max_size=8
).filter(lambda column: column == column.strip())
rows = st.lists(st.tuples(*[columns] * 9), min_size=1, max_size=4)


@given(rows, st.lists(columns, max_size=3))
def test_any_columns_come_back(rows: list[tuple[str, ...]], comments: list[str]) -> None:
    words = tuple(Word(number, *row) for number, row in enumerate(rows, start=1))
    sentence = Sentence(tuple(f"# {comment}" for comment in comments), words)
    text = serialize_sentence(sentence)
    # not str.splitlines, as a file ends its lines at LF only
    (read,) = parse_conllu([f"{line}\n" for line in text.removesuffix("\n").split("\n")])
    assert read == sentence
    assert serialize_sentence(read) == text


@pytest.mark.parametrize("path", [*FILES, None], ids=lambda path: path.name if path else "hard")
def test_conllu_writes_the_same_lines(path: Path | None) -> None:
    """The `conllu` library, given each column as it is written."""
    for sentence in read_conllu(path) if path else parse(HARD):
        text = serialize_sentence(sentence)
        lines = [line for line in text.split("\n") if line and not line.startswith("#")]
        tokens = [conllu.Token(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]
        assert text == "\n".join([*sentence.comments, conllu.TokenList(tokens).serialize()])


def test_conllu_reads_the_same_words() -> None:
    """The `conllu` library, told to keep each column as it is written."""
    as_written = {name: lambda values, index: values[index] for name in COLUMNS}
    [theirs] = conllu.parse(HARD, field_parsers=as_written)
    [ours] = parse(HARD)
    words = [tuple(token.values()) for token in theirs if token["id"].isdecimal()]
    assert [(str(word.id), *astuple(word)[1:]) for word in ours.words] == words
