"""Segmented raw text -> word vectors."""

import os
from pathlib import Path

from mudawwana.base.files import replace_atomically

DIMENSIONS = 100
TYPES = 55_000
"""At most; so the recipe's five models and the vectors stay below 40 MB."""
EPOCHS = 5


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
