"""What Python users call by `import mudawwana`: texts or a corpus go in, documents and sentences come out."""

from collections.abc import Iterator
from pathlib import Path

from mudawwana.annotate.texts import annotate_texts, annotate_to_conllu
from mudawwana.arabic.analyser import Analysis, analyse_token
from mudawwana.base.conllu_io import parse_conllu, read_conllu, serialize_sentence, write_conllu
from mudawwana.base.errors import ConlluError, MudawwanaError
from mudawwana.base.layout import AUTO, CorpusLayout, Layer
from mudawwana.base.records import Document, MultiwordToken, Sentence, Token, Word
from mudawwana.base.walker import AnnotationWalker
from mudawwana.compare.evaluate import Evaluation, evaluate_files
from mudawwana.seeds.documents import check_seeds, iter_documents
from mudawwana.seeds.settings import load_settings

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
    "annotate_to_conllu",
    "evaluate_files",
    "load_corpus",
    "parse_conllu",
    "read_conllu",
    "serialize_sentence",
    "write_conllu",
]


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
