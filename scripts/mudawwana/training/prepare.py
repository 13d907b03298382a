"""A treebank in UD_Arabic-PUD's style -> our conventions: clitics joined, tags and trees as UD documents them."""

from collections import Counter
from collections.abc import Iterable, Iterator

from mudawwana.base.records import Sentence
from mudawwana.training.clitic_tokens import join_clitics
from mudawwana.training.conventions import convert_treebank


def prepare_treebank(sentences: Iterable[Sentence], counts: Counter[str] | None = None) -> Iterator[Sentence]:
    """The sentences in our conventions, in order.

    `counts` is added to while they are read: how many words each rule of `conventions` has changed.
    """
    return convert_treebank(join_clitics(sentences), Counter() if counts is None else counts)
