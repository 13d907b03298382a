"""What Python users call by `import mudawwana`: texts or a corpus go in, documents and sentences come out."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mudawwana.arabic.analyser import Analysis, analyse_token
from mudawwana.base.conllu_io import parse_conllu, read_conllu, serialize_sentence, write_conllu
from mudawwana.base.errors import ConlluError, MudawwanaError
from mudawwana.base.layout import AUTO, CorpusLayout, Layer
from mudawwana.base.records import Document, MultiwordToken, Sentence, Token, Word
from mudawwana.base.walker import AnnotationWalker
from mudawwana.compare.evaluate import Evaluation, evaluate_files
from mudawwana.seeds.documents import check_seeds, iter_documents, split_paragraphs
from mudawwana.seeds.formats import unify_line_ends
from mudawwana.seeds.settings import EMBEDDED, Settings, load_settings

if TYPE_CHECKING:
    from mudawwana.annotate.models import Models

__all__ = [
    "Analysis",
    "ConlluError",
    "Document",
    "Evaluation",
    "MudawwanaError",
    "MultiwordToken",
    "Sentence",
    "Token",
    "Word",
    "analyse_token",
    "annotate_texts",
    "evaluate_files",
    "load_corpus",
    "parse_conllu",
    "read_conllu",
    "serialize_sentence",
    "write_conllu",
]


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


@lru_cache(1)
def _load_models(models: str) -> "Models":
    from mudawwana.annotate.models import load_models

    return load_models(models)


def load_corpus(root: str | Path, *, layer: Layer = AUTO) -> Iterator[tuple[Document, list[Sentence]]]:
    """Each document of an annotated corpus with its sentences, in the corpus's order, one at a time in memory.

    Documents without annotation in this layer have none. For the data set there is `datasets.load_dataset`.

    Raises MudawwanaError where seeds or annotations cannot be read.
    """
    layout = CorpusLayout(Path(root))
    settings = load_settings(layout)
    for seed in check_seeds(layout, settings):
        path = layout.get_annotation_path(layer, seed.name)
        walker = AnnotationWalker.open(path) if path.exists() else AnnotationWalker([], [])
        for document in iter_documents([seed], settings):
            found = dict(walker.walk_to(document.id))
            yield document, found.get(document.id, [])
