"""Two annotations of the same text, word by word, even where they segment it differently.

A word is told by its place in the text: `start_char` and `end_char` of MISC where every token of both sides has
them, else what its form takes up among the text's characters without spaces, as the CoNLL 2018 scorer counts.
Words with one place are the same word, whatever their forms; a word whose place the other side does not have
stands alone. Of a token of several words that say no places, each gets the letters that it stands for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mudawwana.annotate.word_spans import Span, align_words
from mudawwana.arabic.script import normalise
from mudawwana.base.errors import ConlluError
from mudawwana.base.misc import END_CHAR, START_CHAR, get_misc
from mudawwana.base.records import Sentence, Token, Word

Place = tuple[int, int, int]
"""A word's span, and how many words of its token have the same one before it (where letters are few)."""

ROOT: Place = (-1, -1, 0)
"""In place of the root's head."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word and where it stands."""

    word: Word
    sentence: Sentence
    place: Place
    head: Place | None
    """Its head's place, `ROOT` for the root; None where there is no tree."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one annotation has of a block."""

    sentences: tuple[Sentence, ...]
    words: tuple[PlacedWord, ...]
    """In the order of the sentences."""
    sentence_spans: tuple[Span, ...]
    token_spans: tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """The fewest sentences of both sides of which none overlaps a sentence outside of the block."""

    first: Side
    second: Side

    @cached_property
    def pairs(self) -> tuple[tuple[PlacedWord | None, PlacedWord | None], ...]:
        """The words of both sides in the text's order; None where a side has no word in that place."""
        first, second = ({word.place: word for word in side.words} for side in (self.first, self.second))
        return tuple((first.get(place), second.get(place)) for place in sorted({*first, *second}))


def align_annotations(
    first: Sequence[Sentence], second: Sequence[Sentence], *, source: str = "", by_offsets: bool = True
) -> list[Block]:
    """The blocks of two annotations of one document, in the text's order; each sentence is in one of them.

    One side may lack sentences where all tokens have offsets and `by_offsets` is not False; else both must spell
    the same text. A sentence of empty nodes alone has no place and is left out.

    Raises ConlluError, which begins with `source`, where the two do not spell the same text.
    """
    by_offsets = by_offsets and _has_offsets(first) and _has_offsets(second)
    if by_offsets:
        _check_forms(first, second, source)
    else:
        _check_characters(first, second, source)
    placed = sorted(
        (side.sentence_spans[0], number, place, side)
        for number, sentences in enumerate((first, second))
        for place, side in enumerate(_place_sentences(sentences, by_offsets=by_offsets))
    )
    blocks: list[Block] = []
    group: list[tuple[int, Side]] = []
    end = 0
    for (sentence_start, sentence_end), number, _, side in placed:
        if group and sentence_start >= end:
            blocks.append(_build_block(group))
            group = []
        group.append((number, side))
        end = max(end, sentence_end)
    return [*blocks, _build_block(group)] if group else blocks


def _has_offsets(sentences: Sequence[Sentence]) -> bool:
    """Whether every token has them, in the order of the text: they begin anew with each document."""
    tokens = [token for sentence in sentences for token in sentence.tokens]
    starts = [-1 if token.start_char is None or token.end_char is None else token.start_char for token in tokens]
    return all(start >= 0 for start in starts) and starts == sorted(starts)


def _check_forms(first: Iterable[Sentence], second: Iterable[Sentence], source: str) -> None:
    """The tokens that stand in one place must be written alike."""
    forms = {(token.start_char, token.end_char): token.form for sentence in first for token in sentence.tokens}
    for sentence in second:
        for token in sentence.tokens:
            found = forms.get((token.start_char, token.end_char), token.form)
            if found != token.form:
                raise ConlluError(
                    f"{source}: not two annotations of one text: at characters {token.start_char}-"
                    f"{token.end_char} one has {found!r}, the other {token.form!r} ({sentence.sent_id}); annotate "
                    "the same state of the text."
                )


def _check_characters(first: Iterable[Sentence], second: Iterable[Sentence], source: str) -> None:
    one, other = (
        "".join(_squeeze(token.form) for sentence in side for token in sentence.tokens) for side in (first, second)
    )
    if one != other:
        place = next(
            (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )
        raise ConlluError(
            f"{source}: not two annotations of one text: character {place} (0-based, without spaces) begins "
            f"{one[place : place + 20]!r} in one and {other[place : place + 20]!r} in the other; annotate the "
            "same text, whole, or give every token its start_char and end_char."
        )


def _place_sentences(sentences: Iterable[Sentence], *, by_offsets: bool) -> Iterator[Side]:
    """Each sentence as a block's side of its own."""
    position = 0
    for sentence in sentences:
        spans: list[Span] = []
        words: list[tuple[Word, Place]] = []
        for token in sentence.tokens:
            if by_offsets and token.start_char is not None and token.end_char is not None:
                span = token.start_char, token.end_char
            else:
                span = position, position + len(_squeeze(token.form))
            position = span[1]
            spans.append(span)
            words += _place_words(token, span, by_offsets=by_offsets)
        if spans:
            places = {str(word.id): place for word, place in words} | {"0": ROOT}
            placed = tuple(PlacedWord(word, sentence, place, places.get(word.head)) for word, place in words)
            yield Side((sentence,), placed, ((spans[0][0], spans[-1][1]),), tuple(spans))


def _place_words(token: Token, span: Span, *, by_offsets: bool) -> Iterator[tuple[Word, Place]]:
    seen: list[Span] = []
    for word, word_span in zip(token.words, _find_word_spans(token, span, by_offsets=by_offsets), strict=True):
        yield word, (*word_span, seen.count(word_span))
        seen.append(word_span)


def _find_word_spans(token: Token, span: Span, *, by_offsets: bool) -> list[Span]:
    if len(token.words) == 1:
        return [span]
    written = [[get_misc(word.misc, key) for key in (START_CHAR, END_CHAR)] for word in token.words]
    if by_offsets and all(start and end for start, end in written):
        return [(int(start or 0), int(end or 0)) for start, end in written]
    form = _squeeze(token.form)
    seen = normalise(form)
    if not seen.text:
        return [span] * len(token.words)
    spans = align_words(seen.text, [normalise(word.form).text for word in token.words])
    raw = [seen.get_raw_span(start, end) for start, end in spans]
    return [(span[0] + start, min(span[0] + end, span[1])) for start, end in raw]


def _squeeze(form: str) -> str:
    return "".join(form.split())


def _build_block(group: Iterable[tuple[int, Side]]) -> Block:
    first, second = (
        Side(
            tuple(sentence for side in sides for sentence in side.sentences),
            tuple(word for side in sides for word in side.words),
            tuple(span for side in sides for span in side.sentence_spans),
            tuple(span for side in sides for span in side.token_spans),
        )
        for sides in ([side for number, side in group if number == wanted] for wanted in (0, 1))
    )
    return Block(first, second)
