"""Raw text -> words, by the clitic model: for word vectors, and as silver for the tokenizer and the expander.

The text is cut where no doubt is, at spaces and marks; what clitics a token holds says the model. Silver leaves
out every sentence with anything else than Arabic words, plain numbers and the usual marks: what is left is
certain but for the clitics.
"""

import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from mudawwana.arabic import normalise
from mudawwana.files import write_text_atomically
from mudawwana.records import MultiwordToken, Sentence, Word
from mudawwana.training.clitics import ARABIC_TOKEN, CliticModel
from mudawwana.training.edits import with_text

_TOKEN = re.compile(r"[\u0621-\u063a\u0641-\u064a]+|\d+(?:[.,٫٬]\d+)*|[^\W\d_]+|[^\w\s]|_")
# A stop behind one letter or a number may be an abbreviation's or an enumeration's.
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}[.؟!])\s+")
_SILVER_TOKENS = re.compile(r"[\u0621-\u063a\u0641-\u064a]{2,}|و|[0-9]+|[،؛:.؟!\"«»()]")
_SILVER_SENTENCE = re.compile(
    r"[\"«(]*(?:[\u0621-\u063a\u0641-\u064a]{2,}|و|[0-9]+)[،؛:؟!\"»)]*"
    r"(?: [\"«(]*(?:[\u0621-\u063a\u0641-\u064a]{2,}|و|[0-9]+)[،؛:؟!\"»)]*)*[.؟!]?[\"»)]*"
)
_SILVER_LENGTHS = range(4, 60)
_ENOUGH = 3
"""A type that stands in so many silver sentences is no reason to take one more."""


def read_paragraphs(paths: Sequence[Path]) -> Iterator[str]:
    """The lines of the texts, plain or .xz, without those that hold nothing."""
    for path in paths:
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(path, "rt", encoding="utf-8") as text:
            yield from (line.rstrip("\n") for line in text if line.strip())


def segment_text(paths: Sequence[Path], model: CliticModel, output_path: Path) -> None:
    """Writes the words of the texts, a paragraph a line with single spaces."""
    write_text_atomically(
        output_path,
        (
            " ".join(word for token in _TOKEN.findall(normalise(text).text) for word in _analyse(token, model))
            + "\n"
            for text in read_paragraphs(paths)
        ),
    )


def _analyse(token: str, model: CliticModel) -> tuple[str, ...]:
    return model.analyse(token) if ARABIC_TOKEN.fullmatch(token) else (token,)


def make_silver_sentences(paths: Sequence[Path], model: CliticModel, *, count: int) -> Iterator[Sentence]:
    """The first `count` sentences that show something new, segmented; their tags and heads mean nothing."""
    return islice(_iter_silver(paths, model), count)


def _iter_silver(paths: Sequence[Path], model: CliticModel) -> Iterator[Sentence]:
    seen: Counter[str] = Counter()
    for paragraph in read_paragraphs(paths):
        for text in _SENTENCE_END.split(normalise(paragraph).text.strip()):
            tokens = _SILVER_TOKENS.findall(text)
            if len(tokens) not in _SILVER_LENGTHS or not _SILVER_SENTENCE.fullmatch(text):
                continue
            if sum(seen[token] < _ENOUGH for token in tokens) * 4 >= len(tokens):
                seen.update(set(tokens))
                yield _build_sentence(text, [(token, _analyse(token, model)) for token in tokens])


def make_token_sentences(model: CliticModel, types: Counter[str], *, count: int) -> Iterator[Sentence]:
    """One-token sentences of the `count` most frequent types that hold clitics."""
    frequent = (token for token, _ in sorted(types.items(), key=lambda item: (-item[1], item[0])))
    analysed = ((token, model.analyse(token)) for token in frequent)
    for token, words in islice(((token, words) for token, words in analysed if len(words) > 1), count):
        yield _build_sentence(token, [(token, words)])


def _build_sentence(text: str, tokens: Iterable[tuple[str, tuple[str, ...]]]) -> Sentence:
    words: list[Word] = []
    ranges: list[MultiwordToken] = []
    end = 0
    for form, parts in tokens:
        end = text.index(form, end) + len(form)
        misc = "_" if text[end : end + 1] in {" ", ""} else "SpaceAfter=No"
        if len(parts) > 1:
            ranges.append(MultiwordToken(len(words) + 1, len(words) + len(parts), form, "_", misc))
        for part in parts:
            head, deprel = (str(len(words)), "dep") if words else ("0", "root")
            part_misc = misc if len(parts) == 1 else "_"
            words.append(Word(len(words) + 1, part, part, "X", "_", "_", head, deprel, "_", part_misc))
    return with_text(Sentence(("# generated",), tuple(words), tuple(ranges)))
