"""Raw text -> sentences on which the trained models are sure, to train the tagger and the parser once more.

Self-training (https://aclanthology.org/N06-1020/): what a model reads with confidence shows it, the second time,
words and constructions that a small treebank lacks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models
from mudawwana.base.misc import NO_SPACE_AFTER, PROBABILITIES, SPACE_AFTER, get_misc
from mudawwana.base.records import Document, Paragraph, Sentence
from mudawwana.training.edits import normalise_sentence
from mudawwana.training.rawtext import read_paragraphs

_LENGTHS = range(5, 41)
_CONFIDENCE = 0.8
"""The mean over a sentence's words of the probability that tag, head and relation are all as the models say."""
_BATCH_PARAGRAPHS = 200


def make_silver_sentences(paths: Sequence[Path], models: Models, *, count: int) -> Iterator[Sentence]:
    """The first `count` sentences of the texts that the models annotate with confidence, normalised."""
    return islice((_clean(one) for one in _iter_annotated(paths, models) if _is_confident(one)), count)


def _iter_annotated(paths: Sequence[Path], models: Models) -> Iterator[Sentence]:
    paragraphs = read_paragraphs(paths)
    while batch := list(islice(paragraphs, _BATCH_PARAGRAPHS)):
        yield from _annotate(batch, models)


def _annotate(texts: Sequence[str], models: Models) -> Iterator[Sentence]:
    documents = [
        (Document(f"d{number}", text, "", f"d{number}.txt"), [Paragraph(f"d{number}-p1", 0, text)])
        for number, text in enumerate(texts)
    ]
    for _, sentences in annotate_documents(documents, models):
        yield from sentences


def _is_confident(sentence: Sentence) -> bool:
    if len(sentence.words) not in _LENGTHS:
        return False
    products = 0.0
    for word in sentence.words:
        product = 1.0
        for name in PROBABILITIES:
            product *= float(get_misc(word.misc, name) or 0)
        products += product
    return products >= _CONFIDENCE * len(sentence.words)


def _clean(sentence: Sentence) -> Sentence:
    """Without what only an annotation has: ids, offsets, probabilities."""
    words = tuple(replace(word, misc=_keep_space_after(word.misc)) for word in sentence.words)
    tokens = tuple(replace(token, misc=_keep_space_after(token.misc)) for token in sentence.multiword_tokens)
    return normalise_sentence(replace(sentence, comments=(), words=words, multiword_tokens=tokens))


def _keep_space_after(misc: str) -> str:
    return NO_SPACE_AFTER if get_misc(misc, SPACE_AFTER) == "No" else "_"
