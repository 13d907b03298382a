"""Lemmas and expansions of multi-word tokens depend on the word alone: computed once per word type."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from stanza.models.common.doc import ID, LEMMA, TEXT, UPOS, Token, Word, multi_word_token_misc
from stanza.models.common.doc import Document as StanzaDocument
from stanza.pipeline.lemma_processor import LemmaProcessor
from stanza.pipeline.mwt_processor import MWTProcessor

from mudawwana.annotate.accelerate.cache import TypeCache
from mudawwana.annotate.accelerate.garbage import pause_garbage

Expansion = tuple[str, list[tuple[int, int]] | None]
"""The words with a space between, and their spans (0-based, end-exclusive) in the token, if it spells them."""


class TypeLemmatizer(LemmaProcessor):  # type: ignore[misc]
    """Looks each pair of form and tag up once; the `types` cache is set where the class is."""

    types: TypeCache[tuple[str, str], str]

    def process(self, document: StanzaDocument) -> StanzaDocument:
        words = [(word.text, str(word.upos)) for sentence in document.sentences for word in sentence.words]
        document.set(LEMMA, self.types.get_all(words, self._lemmatize))
        return document

    def _lemmatize(self, types: Sequence[tuple[str, str]]) -> list[str]:
        # What stands in the dictionary needs no network, words of one length fill a batch without padding.
        is_known = [False] * len(types)
        if self.config.get("ensemble_dict", False):
            is_known = self.trainer.skip_seq2seq(types)
        order = sorted(range(len(types)), key=lambda place: (is_known[place], len(types[place][0])))
        lemmas: dict[int, str] = {}
        for start, end in pairwise((0, is_known.count(False), len(types))):
            words = _Words([types[place] for place in order[start:end]])
            if start < end:
                super().process(words)
            lemmas |= zip(order[start:end], words.lemmas, strict=True)
        return [lemmas[place] for place in range(len(types))]


class _Words:
    """As much of a Stanza document as the lemmatizer looks at."""

    def __init__(self, types: Sequence[tuple[str, str]]) -> None:
        self._columns = {TEXT: [text for text, _ in types], UPOS: [upos for _, upos in types]}
        self._columns[LEMMA] = ["_"] * len(types)

    @property
    def lemmas(self) -> list[str]:
        return self._columns[LEMMA]

    def get(self, fields: Sequence[str]) -> list[Any]:
        columns = [self._columns[field] for field in fields]
        return [list(row) for row in zip(*columns, strict=True)] if len(fields) > 1 else list(columns[0])

    def set(self, fields: Sequence[str], values: list[str]) -> None:
        self._columns[fields[0]] = values


class TypeExpander(MWTProcessor):  # type: ignore[misc]
    """Expands each multi-word token once; the `types` cache is set where the class is."""

    types: TypeCache[str, Expansion]

    @pause_garbage()
    def process(self, document: StanzaDocument) -> StanzaDocument:
        tokens = document.get_mwt_expansions(evaluation=True)
        expansions = self.types.get_all(tokens, self._expand)
        if any(token.manual_expansion for sentence in document.sentences for token in sentence.tokens):
            document.set_mwt_expansions([text for text, _ in expansions], process_manual_expanded=False)
        else:
            _set_expansions(document, iter(expansions))
        return document

    def _expand(self, types: Sequence[str]) -> list[Expansion]:
        found: dict[str, str] = {}
        if self.config.get("ensemble_dict", False):
            found = {one: text for one in types if (text := self.trainer.dict_expansion(one)) is not None}
        # Only these need the network.
        tokens = _Tokens(sorted((one for one in types if one not in found), key=len))
        if tokens.types:
            super().process(tokens)
            found |= zip(tokens.types, tokens.expansions, strict=True)
        return [(found[one], _find_spans(one, found[one])) for one in types]


def _find_spans(token: str, expansion: str) -> list[tuple[int, int]] | None:
    """Where the words stand in the token, if it spells them, with or without spaces between."""
    pattern = r"\s*".join(f"({re.escape(word)})" for word in expansion.split(" ") if word)
    match = re.fullmatch(pattern, token)
    return [match.span(number) for number in range(1, len(match.groups()) + 1)] if match else None


def _set_expansions(document: StanzaDocument, expansions: Iterator[Expansion]) -> None:
    """What Stanza's `set_mwt_expansions` does to a tokenized document, without a regular expression a token."""
    for sentence in document.sentences:
        words: list[Word] = []
        for token in sentence.tokens:
            first = len(words) + 1
            if not (len(token.id) > 1 or (token.misc and multi_word_token_misc.match(token.misc))):
                token.id = (first,)
                for word in token.words:
                    word.id = first
                    word.head = word.deprel = None
            else:
                _expand_token(token, first, *next(expansions))
            for word in token.words:
                word.sent, word.parent = sentence, token
            words += token.words
            if len(token.words) == 1:
                [word] = token.words
                word.start_char, word.end_char = token.start_char, token.end_char
        sentence.words = words
        sentence.rebuild_dependencies()
    document._count_words()


def _expand_token(token: Token, first: int, expansion: str, spans: list[tuple[int, int]] | None) -> None:
    forms = [form for form in expansion.split(" ") if form]
    if len(forms) == 1:
        forms, spans = [token.text], None
    token.misc = (
        "|".join(item for item in token.misc.split("|") if item != "MWT=Yes") or None if token.misc else None
    )
    token.id = (first, first + len(forms) - 1) if len(forms) > 1 else (first,)
    token.words = [Word(token.sent, {ID: first + place, TEXT: form}) for place, form in enumerate(forms)]
    if spans and token.start_char is not None:
        for word, (start, end) in zip(token.words, spans, strict=True):
            word.start_char, word.end_char = token.start_char + start, token.start_char + end


class _Tokens:
    """As much of a Stanza document as the expander looks at."""

    def __init__(self, types: list[str]) -> None:
        self.types = types
        self.expansions: list[str] = []

    def get_mwt_expansions(self, evaluation: bool) -> list[str]:
        return list(self.types)

    def set_mwt_expansions(self, expansions: list[str], process_manual_expanded: bool) -> None:
        self.expansions = expansions
