"""In goes a prepared sentence in UD_Arabic-PUD's habits, out comes one as UD documents it for Arabic.

Where UD's documentation leaves a choice, UD_Arabic-PADT's practice decides. Each module has one kind of rule; each
rule is named, counted and cites its source. No rule names a sentence. Tokens, words, forms and raw text stay.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mudawwana.base.records import Sentence
from mudawwana.training.conventions.classes import convert_classes
from mudawwana.training.conventions.clauses import convert_clauses
from mudawwana.training.conventions.dates import convert_times
from mudawwana.training.conventions.definiteness import complete_numbers, convert_definiteness
from mudawwana.training.conventions.function_words import convert_function_words, convert_negations
from mudawwana.training.conventions.moods import convert_moods
from mudawwana.training.conventions.predicates import convert_participles, convert_predicates
from mudawwana.training.conventions.projectivity import convert_crossings, convert_obliques
from mudawwana.training.conventions.pronouns import convert_pronoun_features, convert_resumptives
from mudawwana.training.conventions.tree import Tree

RULES = (
    convert_classes,
    convert_predicates,
    convert_function_words,
    convert_resumptives,
    convert_clauses,
    convert_negations,
    convert_times,
    convert_crossings,
    convert_participles,
    convert_obliques,
    convert_pronoun_features,
    convert_definiteness,
    complete_numbers,
    convert_moods,
)
"""In this order: a rule may expect what those before it have done."""


def convert_sentence(sentence: Sentence) -> tuple[Sentence, Counter[str]]:
    """The sentence in UD's conventions, and how many words each rule changed.

    Expects a tree with one root; a sentence without heads comes back as it is.
    """
    tree, changes = convert_tree(sentence)
    return replace(sentence, words=tuple(tree.words)), Counter(rule for rule, _ in changes)


def convert_tree(sentence: Sentence) -> tuple[Tree, set[tuple[str, int]]]:
    """The converted tree, and (rule, word id) of each change: for those who read what a rule does."""
    tree = Tree(list(sentence.words), sentence.multiword_tokens)
    if all(word.head != "_" for word in tree):
        for convert in RULES:
            convert(tree)
    return tree, tree.changes


def convert_treebank(sentences: Iterable[Sentence], counts: Counter[str]) -> Iterator[Sentence]:
    """The sentences in UD's conventions, in order; `counts` is added to while they are read."""
    for sentence in sentences:
        converted, changes = convert_sentence(sentence)
        counts.update(changes)
        yield converted
