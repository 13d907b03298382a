"""Paragraphs -> Stanza documents with tokens and sentences, which its other processors take from there.

Stanza's tokenizer finds them, `segmentation` puts right what is certain. Whatever the text, the work stays linear
and the memory bounded: long paragraphs go to the tokenizer in parts, endless ASCII runs are hidden from its search
for addresses, no sentence and no token is endless for the models.
"""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace

import stanza
from stanza.models.common.doc import END_CHAR, ID, MISC, START_CHAR, TEXT
from stanza.models.common.doc import Token as StanzaToken

from mudawwana.annotate.accelerate.tokenizer import FastTokenizer
from mudawwana.annotate.clitics import FUSED_LENGTHS, CliticDictionary, get_places, spell_apart
from mudawwana.annotate.segmentation import TokenSpan, segment_text
from mudawwana.annotate.spelling import is_unusual, spell_usual
from mudawwana.arabic.script import Normalised
from mudawwana.base.misc import SENT_SPLIT

TOKEN_CHARS = 100
"""The models see this much of a token: the tagger's letters take memory by the longest token of a batch."""

SETTLES_CLITICS = "settles_clitics"
"""In the configuration of an expander whose dictionary also has tokens without clitics, as their own expansion:
for what stands in it, it and not the tokenizer says whether a token is a multi-word token."""

_PART_CHARS = 10_000
# Stanza's regular expressions for addresses take time by the square of such a run's length; no address is longer.
_ENDLESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{500,}")
_CLITICS_AND_NUMBER = re.compile(
    r"(?=[وفبلك])([وف]?)([بلك]?)((?:ال|(?<=ل)ل)?)(\d[\d.,:/٫٬]*|[A-Za-z]+\d[A-Za-z\d]*)"
)
_FORCED = f"{SENT_SPLIT}=forced"


def tokenize_texts(pipeline: stanza.Pipeline, texts: Sequence[Normalised]) -> list[stanza.Document]:
    """A document for each text, with its tokens; multi-word tokens are marked, not expanded.

    Offsets are those of `Normalised.text`. A token's text is what the models are to see of it: at most
    TOKEN_CHARS; a longer one is no multi-word token.
    """
    parts = [(number, start, end) for number, one in enumerate(texts) for start, end in _iter_parts(one.text)]
    outputs = _tokenize(pipeline, [_hide_endless(texts[number].text[start:end]) for number, start, end in parts])
    found: list[list[TokenSpan]] = [[] for _ in texts]
    for (number, start, end), tokens in zip(parts, outputs, strict=True):
        spans = [
            TokenSpan(first + start, last + start, is_multiword, ends_sentence)
            for first, last, is_multiword, ends_sentence in tokens
        ]
        _add_part(found[number], spans, text=texts[number].text, start=start, end=end)
    expansions = get_dictionary(pipeline)
    return [
        _build_document(one, segment_text(one, spans), expansions) for one, spans in zip(texts, found, strict=True)
    ]


def is_forced(token: StanzaToken) -> bool:
    """Whether the sentence that begins with this token was cut from the one before because it was too long."""
    return _FORCED in (token.misc or "").split("|")


def _iter_parts(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the parts, each ending behind the last space that fits, or anywhere if there is none."""
    start = 0
    while len(text) - start > _PART_CHARS:
        space = text.rfind(" ", start, start + _PART_CHARS)
        end = space + 1 if space > start else start + _PART_CHARS
        yield start, end
        start = end
    yield start, len(text)


def _hide_endless(text: str) -> str:
    return _ENDLESS.sub(lambda match: "ا" * len(match.group()), text)


def _tokenize(pipeline: stanza.Pipeline, texts: Sequence[str]) -> list[list[tuple[int, int, bool, bool]]]:
    """For each text the start and end of its tokens, whether each is a multi-word token, and ends a sentence."""
    tokenizer = pipeline.processors["tokenize"]
    if isinstance(tokenizer, FastTokenizer):
        return [[token[1:] for token in tokens] for tokens in tokenizer.find_tokens(texts)]
    documents = tokenizer.bulk_process([stanza.Document([], text=text) for text in texts]) if texts else []
    return [
        [
            (token.start_char, token.end_char, "MWT=Yes" in (token.misc or ""), token is sentence.tokens[-1])
            for sentence in document.sentences
            for token in sentence.tokens
        ]
        for document in documents
    ]


def _add_part(found: list[TokenSpan], spans: list[TokenSpan], *, text: str, start: int, end: int) -> None:
    """Appends a part's tokens; where the part's bound is not the text's, the tokenizer knows nothing about it."""
    if spans and end < len(text):
        spans[-1] = replace(spans[-1], ends_sentence=False)
    if found and spans and found[-1].end == spans[0].start:
        spans[0] = replace(spans[0], start=found.pop().start)
    found += spans


def get_dictionary(pipeline: stanza.Pipeline) -> MutableMapping[str, str]:
    """The expander's dictionary, where it settles what is a multi-word token; else nothing.

    With word vectors it grows by each token that it lacks and the analyser knows (`CliticDictionary`).
    """
    trainer = pipeline.processors["mwt"].trainer
    if not trainer.args.get(SETTLES_CLITICS):
        return {}
    if not isinstance(trainer.expansion_dict, CliticDictionary) and (places := get_places(pipeline)):
        trainer.expansion_dict = CliticDictionary(trainer.expansion_dict, places)
    dictionary: MutableMapping[str, str] = trainer.expansion_dict
    return dictionary


def _build_document(
    seen: Normalised, sentences: Sequence[Sequence[TokenSpan]], expansions: MutableMapping[str, str]
) -> stanza.Document:
    rows = [list(_iter_rows(seen, sentence, expansions)) for sentence in sentences]
    return stanza.Document(rows, text=seen.text)


def _iter_rows(
    seen: Normalised, sentence: Sequence[TokenSpan], expansions: MutableMapping[str, str]
) -> Iterator[dict[str, object]]:
    is_question = seen.text[sentence[-1].start] == "؟"
    has_unusual = is_unusual(seen.text[sentence[0].start : sentence[-1].end])
    for number, token in enumerate(sentence, start=1):
        form = seen.text[token.start : token.end]
        if expansions and len(form) in FUSED_LENGTHS:
            start, end = seen.get_raw_span(token.start, token.end)
            form = spell_apart(form, seen.raw[start:end], is_question=is_question)
        form = spell_usual(form) if has_unusual else form
        yield _build_row(form, number, token, expansions)


def _add_number(form: str, expansions: MutableMapping[str, str]) -> None:
    """Tells the dictionary the words of a number with clitics: ول50 "and for 50", بال3 "by the 3", وB2."""
    found = _CLITICS_AND_NUMBER.fullmatch(form)
    if found:
        conjunction, preposition, article, number = found.groups()
        expansions[form] = " ".join(filter(None, (conjunction, preposition, ("ال" if article else "") + number)))


def _build_row(
    form: str, number: int, token: TokenSpan, expansions: MutableMapping[str, str]
) -> dict[str, object]:
    is_long = len(form) > TOKEN_CHARS
    form = form[:TOKEN_CHARS]
    if expansions and form[-1].isdecimal():
        _add_number(form, expansions)
    is_multiword = " " in expansions[form] if form in expansions else token.is_multiword
    is_laughter = len(form) > 2 and len(set(form)) == 1
    marks = ["MWT=Yes"] if is_multiword and not is_long and not is_laughter else []
    marks += [_FORCED] if token.begins_by_force else []
    row: dict[str, object] = {ID: (number,), TEXT: form, START_CHAR: token.start, END_CHAR: token.end}
    return row | ({MISC: "|".join(marks)} if marks else {})
