"""Lemmas and expansions of multi-word tokens depend on the word alone: computed once per word type."""

from collections.abc import Sequence
from typing import Any

from stanza.models.common.doc import LEMMA, TEXT, UPOS
from stanza.models.common.doc import Document as StanzaDocument
from stanza.pipeline.lemma_processor import LemmaProcessor
from stanza.pipeline.mwt_processor import MWTProcessor

from mudawwana.accelerate.cache import TypeCache


class TypeLemmatizer(LemmaProcessor):  # type: ignore[misc]
    """Looks each pair of form and tag up once; the `types` cache is set where the class is."""

    types: TypeCache[tuple[str, str], str]

    def process(self, document: StanzaDocument) -> StanzaDocument:
        words = [(word.text, str(word.upos)) for sentence in document.sentences for word in sentence.words]
        document.set(LEMMA, self.types.get_all(words, self._lemmatize))
        return document

    def _lemmatize(self, types: Sequence[tuple[str, str]]) -> list[str]:
        # Words of one length fill a batch without padding.
        order = sorted(range(len(types)), key=lambda place: len(types[place][0]))
        words = _Words([types[place] for place in order])
        super().process(words)
        lemmas = dict(zip(order, words.lemmas, strict=True))
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

    types: TypeCache[str, str]

    def process(self, document: StanzaDocument) -> StanzaDocument:
        tokens = document.get_mwt_expansions(evaluation=True)
        document.set_mwt_expansions(self.types.get_all(tokens, self._expand), process_manual_expanded=False)
        return document

    def _expand(self, types: Sequence[str]) -> list[str]:
        order = sorted(range(len(types)), key=lambda place: len(types[place]))
        tokens = _Tokens([types[place] for place in order])
        super().process(tokens)
        expansions = dict(zip(order, tokens.expansions, strict=True))
        return [expansions[place] for place in range(len(types))]


class _Tokens:
    """As much of a Stanza document as the expander looks at."""

    def __init__(self, types: list[str]) -> None:
        self._types = types
        self.expansions: list[str] = []

    def get_mwt_expansions(self, evaluation: bool) -> list[str]:
        return list(self._types)

    def set_mwt_expansions(self, expansions: list[str], process_manual_expanded: bool) -> None:
        self.expansions = expansions
