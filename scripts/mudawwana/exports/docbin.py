"""spaCy's `DocBin`: a paragraph a `Doc`, for `spacy train` and `DocBin.from_disk`.

spaCy knows no multi-word tokens, so there are two units. `token`: a spaCy token is a surface token, `doc.text` is
the paragraph as written, and a pipeline that is trained on it works on raw text. Of a multi-word token TAG and
LEMMA join all words with "+" (`CCONJ+VERB`); POS, MORPH and the arc are those of its topmost word, arcs between
its words are left out. `word`: a spaCy token is a syntactic word, all columns are kept and the tree is whole;
`doc.text` then spells the syntactic forms (ل + السلطة, not للسلطة).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mudawwana.base.errors import ExportError
from mudawwana.base.explain import describe_install
from mudawwana.base.files import replace_atomically
from mudawwana.base.records import Sentence, Token, Word
from mudawwana.exports.paragraphs import AnnotatedParagraph

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

Unit = Literal["token", "word"]
JOINER = "+"


@dataclass(frozen=True, slots=True)
class _Node:
    """What becomes one spaCy token."""

    form: str
    words: tuple[Word, ...]
    top: Word
    """The word that stands for the node in the tree."""
    space_after: bool


def write_docbin(paragraphs: Iterable[AnnotatedParagraph], output_dir: Path, *, split: str, unit: Unit) -> Path:
    """Writes `<split>.spacy`; each `Doc` has the ids in `user_data`: `doc_id`, `par_id`, `sent_ids`.

    Raises ExportError where a sentence has no whole tree, or spaCy is not installed.
    """
    try:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError as error:
        raise ExportError(f"spaCy is not there ({error}); {describe_install('spacy')}.") from error

    vocab = Vocab()
    docbin = DocBin(store_user_data=True)
    for paragraph in paragraphs:
        docbin.add(make_doc(paragraph, vocab, unit=unit))
    path = output_dir / f"{split}.spacy"
    with replace_atomically(path) as temporary:
        docbin.to_disk(temporary)
    return path


def make_doc(paragraph: AnnotatedParagraph, vocab: "Vocab", *, unit: Unit) -> "Doc":
    """The paragraph as a spaCy document; see the module for `unit`."""
    from spacy.tokens import Doc

    columns: dict[str, list[Any]] = {
        name: [] for name in ("words", "spaces", "tags", "pos", "morphs", "lemmas", "heads", "deps", "sent_starts")
    }
    for sentence in paragraph.sentences:
        nodes = list(_iter_nodes(sentence, unit))
        offset = len(columns["words"])
        for name, values in _describe(nodes, sentence, offset).items():
            columns[name] += values
    columns["spaces"][-1] = False  # behind the paragraph stands nothing
    doc = Doc(vocab, **columns)
    ids = {"doc_id": paragraph.doc_id, "par_id": paragraph.par_id}
    doc.user_data.update(ids, sent_ids=[sentence.sent_id for sentence in paragraph.sentences])
    return doc


def _iter_nodes(sentence: Sentence, unit: Unit) -> Iterator[_Node]:
    depths = _measure_depths(sentence)
    for token in sentence.tokens:
        if unit == "token":
            # The topmost word's head lies higher than every word of the token, so that no cycle can arise.
            top = min(token.words, key=lambda word: depths[word.id])
            yield _Node(token.form, token.words, top, token.space_after)
        else:
            yield from _iter_word_nodes(token)


def _iter_word_nodes(token: Token) -> Iterator[_Node]:
    for word in token.words:
        yield _Node(word.form, (word,), word, token.space_after and word is token.words[-1])


def _measure_depths(sentence: Sentence) -> dict[int, int]:
    """How many arcs lie between each word and the root above the sentence."""
    heads = {str(word.id): word.head for word in sentence.words}
    depths: dict[int, int] = {}
    for word in sentence.words:
        depth, above = 0, str(word.id)
        while above != "0":
            if above not in heads or depth == len(heads):
                raise ExportError(
                    f"sentence {sentence.sent_id!r}, word {word.id}: its heads do not lead to the root, and spaCy "
                    "takes whole trees only: see `mudawwana validate`."
                )
            depth, above = depth + 1, heads[above]
        depths[word.id] = depth
    return depths


def _describe(nodes: Sequence[_Node], sentence: Sentence, offset: int) -> dict[str, list[Any]]:
    """The arguments of `Doc` for one sentence; `offset` is the place of its first node in the document."""
    places = {str(word.id): place for place, node in enumerate(nodes, start=offset) for word in node.words}
    return {
        "words": [node.form for node in nodes],
        "spaces": [node.space_after for node in nodes],
        "tags": [JOINER.join(word.upos for word in node.words) for node in nodes],
        "pos": [node.top.upos.replace("_", "") for node in nodes],
        "morphs": [node.top.feats for node in nodes],
        "lemmas": [JOINER.join(word.lemma for word in node.words) for node in nodes],
        # spaCy marks a root as its own head.
        "heads": [places.get(node.top.head, place) for place, node in enumerate(nodes, start=offset)],
        "deps": ["ROOT" if node.top.head == "0" else node.top.deprel for node in nodes],
        "sent_starts": [place == offset for place in range(offset, offset + len(nodes))],
    }
