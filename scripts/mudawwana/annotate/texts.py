"""Texts without a corpus -> their sentences, or CoNLL-U."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.records import Document, Sentence
from mudawwana.seeds.documents import split_paragraphs
from mudawwana.seeds.formats import unify_line_ends
from mudawwana.seeds.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    from mudawwana.annotate.models import Models


def annotate_texts(texts: Iterable[str], *, models: str = EMBEDDED) -> list[list[Sentence]]:
    """The sentences of each text, in order; each line of a text is a paragraph of its own.

    Text number N is the document `text-N`, from 1; offsets in MISC count in the text, with every line end as one
    character. All texts are in memory, and go to Stanza in one call. `models` are "embedded", a folder that
    `mudawwana train` wrote, or an official package such as "padt"; they are loaded once.

    >>> [[sentence]] = annotate_texts(["وصل الوزير إلى بيروت."])  # "the minister arrived in Beirut"
    >>> [word.upos for word in sentence.words]
    ['VERB', 'NOUN', 'ADP', 'PROPN', 'PUNCT']

    Raises ModelError where there are no such models.
    """
    from mudawwana.annotate.annotator import annotate_documents

    settings = Settings("texts", "", "", "other", ())
    documents = [
        Document(f"text-{number}", unify_line_ends(text), "", f"text-{number}.txt")
        for number, text in enumerate(texts, start=1)
    ]
    units = [(document, split_paragraphs(document, settings)) for document in documents]
    return [sentences for _, sentences in annotate_documents(units, _load_models(models))]


def annotate_to_conllu(text: str, *, models: str = EMBEDDED) -> str:
    """One text as CoNLL-U, "" where nothing in it is visible; see `annotate_texts`.

    >>> print(annotate_to_conllu("وصل الوزير.").splitlines()[5])  # "the minister arrived"
    # text = وصل الوزير.
    """
    [sentences] = annotate_texts([text], models=models)
    return "".join(map(serialize_sentence, sentences))


@lru_cache(1)
def _load_models(models: str) -> "Models":
    from mudawwana.annotate.models import load_models

    return load_models(models)
