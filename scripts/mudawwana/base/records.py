"""The records that flow between the stages: document > sentence > token (surface) > word (syntactic).

Terms and columns are those of Universal Dependencies (https://universaldependencies.org/format.html).
Columns are kept as the strings that stand in the file ("_" = empty), so that nothing is lost between
reading and writing; the properties give the few values that code computes with.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mudawwana.base.misc import END_CHAR, SPACE_AFTER, START_CHAR, get_misc

_SENT_ID = re.compile(r"(.+)-p\d+-s\d+")


def get_document_id(sent_id: str) -> str:
    """The document whose sentence was numbered so by Mudawwana; "" for any other id.

    >>> get_document_id("news-p1-s12"), get_document_id("s12")
    ('news', '')
    """
    found = _SENT_ID.fullmatch(sent_id)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Document:
    """One raw document, as decoded."""

    id: str
    """Stable, unique in the corpus, `[A-Za-z0-9._-]+`."""
    text: str
    """The raw text with LF for every line end, without front matter: what all offsets of the corpus count in."""
    sha256: str
    """Hexadecimal digest of the file's raw bytes; of the text's UTF-8 bytes where the file holds many."""
    path: str
    """The seed file, relative to the corpus's root, with "/" between the folders."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What its record, its file's row in documents.csv and corpus.toml say of it; empty values left out."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a document; never holds a line break that the settings count as a paragraph's end."""

    id: str
    """`<document id>-p<N>`, N from 1."""
    start_char: int
    """0-based offset of its first character in the document's raw text."""
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word: a line of CoNLL-U with a whole-number id."""

    id: int
    """1-based in its sentence."""
    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: str
    """The id of the head, "0" for the root, "_" where there is no tree."""
    deprel: str
    deps: str
    misc: str


@dataclass(frozen=True, slots=True)
class MultiwordToken:
    """A range line of CoNLL-U: a surface token of several words."""

    first: int
    """Id of its first word."""
    last: int
    """Id of its last word, inclusive."""
    form: str
    feats: str
    """"_" but for `Typo=Yes`, which UD allows here."""
    misc: str


@dataclass(frozen=True, slots=True)
class EmptyNode:
    """An empty node of the enhanced graph (id such as "5.1"); kept, never made by us."""

    id: str
    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: str
    deprel: str
    deps: str
    misc: str


@dataclass(frozen=True, slots=True)
class Token:
    """One surface token with its words: a view that `Sentence.tokens` makes."""

    form: str
    words: tuple[Word, ...]
    misc: str

    @property
    def start_char(self) -> int | None:
        """0-based offset of its first code point in the raw document; None where the file has no offsets."""
        value = get_misc(self.misc, START_CHAR)
        return int(value) if value else None

    @property
    def end_char(self) -> int | None:
        """Offset behind its last code point in the raw document; None where the file has no offsets."""
        value = get_misc(self.misc, END_CHAR)
        return int(value) if value else None

    @property
    def space_after(self) -> bool:
        return get_misc(self.misc, SPACE_AFTER) != "No"


@dataclass(frozen=True)
class Sentence:
    """One sentence of CoNLL-U, whole: what is written from it is byte for byte what was read."""

    comments: tuple[str, ...]
    """The comment lines in their order, as they stand in the file, each with its "#"."""
    words: tuple[Word, ...]
    multiword_tokens: tuple[MultiwordToken, ...] = ()
    """In the order of their words; ranges do not overlap."""
    empty_nodes: tuple[EmptyNode, ...] = ()
    line: int = field(default=0, compare=False)
    """1-based line of the file on which the sentence begins; 0 if it was not read from a file."""

    def get_comment(self, key: str) -> str | None:
        """The value of the first comment `# key = value`, "" for a bare `# key`, None where there is none."""
        for comment in self.comments:
            name, _, value = comment[1:].partition("=")
            if name.strip() == key:
                return value.strip()
        return None

    @cached_property
    def sent_id(self) -> str:
        return self.get_comment("sent_id") or ""

    @cached_property
    def text(self) -> str:
        return self.get_comment("text") or ""

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The surface tokens in order; each word belongs to exactly one."""
        ranges = {token.first: token for token in self.multiword_tokens}
        tokens: list[Token] = []
        position = 0
        while position < len(self.words):
            word = self.words[position]
            mwt = ranges.get(word.id)
            if mwt is None:
                tokens.append(Token(word.form, (word,), word.misc))
                position += 1
            else:
                length = mwt.last - mwt.first + 1
                tokens.append(Token(mwt.form, self.words[position : position + length], mwt.misc))
                position += length
        return tuple(tokens)
