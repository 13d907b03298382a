"""Raw text -> word vectors, over the words that the tokenizer and the expander of this very training find."""

import lzma
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import stanza
import torch

from mudawwana.arabic import normalise
from mudawwana.files import replace_atomically, write_text_atomically
from mudawwana.models import TokenSketch, load_segmenter, split_where_certain

DIMENSIONS = 100
TYPES = 60_000
EPOCHS = 5
_BATCH_PARAGRAPHS = 2_000

_segmenter: stanza.Pipeline | None = None  # one a worker process
# The expansion of a multi-word token depends on its letters alone, and takes longer than all the rest: each is
# computed once a process.
_expansions: dict[str, list[str]] = {}


def segment_text(paths: Sequence[Path], model_dir: Path, output_path: Path) -> None:
    """Writes the words of the texts (a paragraph a line, plain or .xz), a sentence a line with single spaces."""
    batches = _iter_batches(line.rstrip("\n") for path in paths for line in _open_text(path))
    pool = ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=_load_worker, initargs=(model_dir,)
    )
    with pool:
        write_text_atomically(output_path, pool.map(_segment_batch, batches))


def train_vectors(segmented_path: Path, output_path: Path, *, seed: int) -> None:
    """Skip-gram vectors (https://arxiv.org/abs/1310.4546) of the most frequent words, as Stanza keeps them."""
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence
    from stanza.models.common.pretrain import Pretrain

    model = Word2Vec(
        LineSentence(str(segmented_path)),
        **{"vector_size": DIMENSIONS, "sg": 1, "epochs": EPOCHS, "min_count": 3, "max_final_vocab": TYPES},
        **{"seed": seed, "workers": os.cpu_count()},
    )
    text_path = output_path.with_suffix(".txt")
    model.wv.save_word2vec_format(str(text_path))
    with replace_atomically(output_path) as temporary:
        Pretrain(str(temporary), vec_filename=str(text_path), save_to_file=True).load()
    text_path.unlink()


def _open_text(path: Path) -> Iterable[str]:
    return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")


def _iter_batches(lines: Iterable[str]) -> Iterator[list[str]]:
    paragraphs = iter(lines)
    while batch := list(islice(paragraphs, _BATCH_PARAGRAPHS)):
        yield batch


def _load_worker(model_dir: Path) -> None:
    global _segmenter
    torch.set_num_threads(1)  # processes that fight for the cores are slower than one
    _segmenter = load_segmenter(model_dir, postprocessor=_expand_known)


def _expand_known(sentences: list[list[TokenSketch]]) -> list[list[TokenSketch]]:
    """The tokens, split where that is certain, with the expansions that are known already."""
    return [[_expand(token) for token in sentence] for sentence in split_where_certain(sentences)]


def _expand(token: TokenSketch) -> TokenSketch:
    return (token[0], _expansions[token[0]]) if not isinstance(token, str) and token[0] in _expansions else token


def _segment_batch(paragraphs: list[str]) -> str:
    assert _segmenter is not None  # noqa: S101 - the pool's initializer sets it
    texts = filter(str.strip, (normalise(paragraph).text for paragraph in paragraphs))
    # One document with the paragraphs apart: Stanza's bulk_process trips over expansions that are given to it.
    sentences = _segmenter("\n\n".join(texts)).sentences
    for token in (token for sentence in sentences for token in sentence.tokens if len(token.words) > 1):
        _expansions[token.text] = [word.text for word in token.words]
    return "".join(" ".join(word.text for word in sentence.words) + "\n" for sentence in sentences)
