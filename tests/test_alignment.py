"""Words of two annotations: the same place is the same word."""

from dataclasses import replace
from pathlib import Path

import pytest

from mudawwana.base.conllu_io import parse_conllu, write_conllu
from mudawwana.base.errors import ConlluError
from mudawwana.base.records import Sentence
from mudawwana.compare.alignment import ROOT, Block, align_annotations
from mudawwana.compare.pairing import DocumentPair, iter_document_pairs

# "And he said: peace." and "Thanks."
ONE = """\
# sent_id = s1
1-2	وقال	_	_	_	_	_	_	_	_
1	و	وَ	CCONJ	_	_	2	cc	_	_
2	قال	قَال	VERB	_	_	0	root	_	_
3	سلام	سَلَام	NOUN	_	_	2	obj	_	SpaceAfter=No
4	.	.	PUNCT	_	_	2	punct	_	_

# sent_id = s2
1	شكرا	شُكر	NOUN	_	_	0	root	_	_

"""
# As one sentence, with "and he said" unsplit.
JOINED = """\
# sent_id = j
1	وقال	قَال	VERB	_	_	0	root	_	_
2	سلام	سَلَام	NOUN	_	_	1	obj	_	SpaceAfter=No
3	.	.	PUNCT	_	_	1	punct	_	_
4	شكرا	شُكر	NOUN	_	_	1	parataxis	_	_

"""


def parse(text: str) -> list[Sentence]:
    return list(parse_conllu(text.splitlines(keepends=True)))


def show(blocks: list[Block]) -> list[list[tuple[str | None, str | None]]]:
    return [
        [(first and first.word.form, second and second.word.form) for first, second in block.pairs]
        for block in blocks
    ]


def add_offsets(sentences: list[Sentence], starts: list[int]) -> list[Sentence]:
    """The sentences, of single words, with the offsets at which they begin."""
    rest = iter(starts)
    return [
        replace(
            sentence,
            words=tuple(
                replace(word, misc=f"start_char={start}|end_char={start + len(word.form)}")
                for word, start in zip(sentence.words, rest, strict=False)
            ),
        )
        for sentence in sentences
    ]


def test_equal_annotations_have_a_block_a_sentence() -> None:
    assert show(align_annotations(parse(ONE), parse(ONE))) == [
        [("و", "و"), ("قال", "قال"), ("سلام", "سلام"), (".", ".")],
        [("شكرا", "شكرا")],
    ]


def test_a_block_holds_what_overlaps() -> None:
    [block] = align_annotations(parse(ONE), parse(JOINED))
    assert show([block]) == [
        [("و", None), (None, "وقال"), ("قال", None), ("سلام", "سلام"), (".", "."), ("شكرا", "شكرا")]
    ]
    assert [len(side.sentences) for side in (block.first, block.second)] == [2, 1]
    assert block.first.sentence_spans == ((0, 9), (9, 13))
    assert block.second.token_spans == block.first.token_spans == ((0, 4), (4, 8), (8, 9), (9, 13))


def test_heads_are_places() -> None:
    [block] = align_annotations(parse(ONE), parse(JOINED))
    heads = {word.word.form: word.head for word in block.first.words}
    assert heads == {"و": (1, 4, 0), "قال": ROOT, "سلام": (1, 4, 0), ".": (1, 4, 0), "شكرا": ROOT}
    assert {word.head for word in block.second.words} == {ROOT, (0, 4, 0)}


def test_forms_may_be_restored_differently() -> None:
    # "for the peace", with and without the article that is not written
    rows = (
        "1-2	للسلام	_	_	_	_	_	_	_	_\n"
        "1	ل	_	ADP	_	_	2	case	_	_\n"
        "2	{}	_	NOUN	_	_	0	root	_	_\n\n"
    )
    first, second = (parse(rows.format(form)) for form in ("السلام", "لسلام"))
    assert show(align_annotations(first, second)) == [[("ل", "ل"), ("السلام", "لسلام")]]


def test_words_that_share_a_letter_stay_apart() -> None:
    rows = "1-3	عن	_	_	_	_	_	_	_	_\n" + "".join(
        f"{number}	{form}	_	X	_	_	{number - 1}	dep	_	_\n"
        for number, form in enumerate(("ال", "من", "ما"), 1)
    )
    [block] = align_annotations(parse(rows + "\n"), parse(rows + "\n"))
    assert [word.place for word in block.first.words] == [(0, 1, 0), (1, 2, 0), (1, 2, 1)]
    assert len(block.pairs) == 3


def test_with_offsets_one_side_may_lack_sentences() -> None:
    sentences = add_offsets(parse(JOINED), [0, 5, 9, 11]) + add_offsets(parse(JOINED), [20, 25, 29, 31])
    blocks = align_annotations(sentences, sentences[1:])
    assert [len(block.second.sentences) for block in blocks] == [0, 1]
    assert {second for _, second in blocks[0].pairs} == {None}


def test_offsets_that_begin_anew_are_not_used() -> None:
    sentences = add_offsets(parse(JOINED), [0, 5, 9, 11]) * 2
    assert len(align_annotations(sentences, sentences)) == 2


def test_other_texts_are_refused() -> None:
    other = parse(JOINED.replace("شكرا", "عفوا"))
    with pytest.raises(ConlluError, match=r"pair: .*character 9 .*'شكرا' in one and 'عفوا'"):
        align_annotations(parse(ONE), other, source="pair")
    offsets = [0, 5, 9, 11]
    with pytest.raises(ConlluError, match="characters 11-15 one has 'شكرا', the other 'عفوا'"):
        align_annotations(add_offsets(parse(JOINED), offsets), add_offsets(other, offsets))


class TestPairs:
    @staticmethod
    def write(path: Path, *documents: str) -> Path:
        path.parent.mkdir(exist_ok=True)
        texts = (
            JOINED.replace("# sent_id = j", f"# newdoc id = {name}\n# sent_id = {name}") for name in documents
        )
        write_conllu(path, parse("".join(texts)))
        return path

    @staticmethod
    def show(first: Path, second: Path) -> list[tuple[str, bool, bool]]:
        return [(pair.id, bool(pair.first), bool(pair.second)) for pair in iter_document_pairs(first, second)]

    def test_any_order_none_lost(self, tmp_path: Path) -> None:
        first = self.write(tmp_path / "a.conllu", "a", "b", "c")
        second = self.write(tmp_path / "b.conllu", "x", "c", "a", "y")
        assert self.show(first, second) == [
            ("x", False, True),
            ("a", True, True),
            ("b", True, False),
            ("c", True, True),
            ("y", False, True),
        ]

    def test_folders(self, tmp_path: Path) -> None:
        for folder in ("one", "two"):
            self.write(tmp_path / folder / "a.conllu", "a")
            self.write(tmp_path / folder / "b.conllu", "b")
            self.write(tmp_path / folder / ".hidden.conllu", "h")
        assert self.show(tmp_path / "one", tmp_path / "two") == [("a", True, True), ("b", True, True)]

    def test_files_without_documents_are_one(self, tmp_path: Path) -> None:
        first = self.write(tmp_path / "a.conllu", "a", "b")
        second = tmp_path / "b.conllu"
        write_conllu(second, parse(JOINED))
        assert self.show(first, second) == [("", True, True)]

    def test_what_is_wrong_is_said(self, tmp_path: Path) -> None:
        twice = self.write(tmp_path / "a.conllu", "a", "b", "a")
        with pytest.raises(ConlluError, match="two documents 'a'"):
            self.show(twice, twice)
        (tmp_path / "empty").mkdir()
        with pytest.raises(ConlluError, match=r"empty: no \*.conllu"):
            self.show(tmp_path / "empty", twice)
        with pytest.raises(ConlluError, match=r"b: does not have the document 'd'"):
            DocumentPair("d", [], None).get_both(Path("a"), Path("b"))
