"""What is asked of Stanza's trainers, and what they get to learn from."""

from collections.abc import Mapping
from dataclasses import dataclass

_COMPACT_OPTIONS: dict[str, tuple[str, ...]] = {
    # Stanza's tokenizer is not trained on sentences longer than this many characters.
    "tokenize": (
        *("--max_seqlen", "300", "--hidden_dim", "128"),
        *("--steps", "2000", "--eval_steps", "200", "--max_steps_before_stop", "1000"),
    ),
    "mwt": ("--num_epoch", "5", "--augment_apos", "0"),
    "pos": (
        *("--hidden_dim", "200", "--char_hidden_dim", "200", "--deep_biaff_hidden_dim", "200"),
        *("--batch_size", "32", "--max_steps", "1900", "--max_steps_before_stop", "1000"),
        *("--eval_interval", "100", "--fix_eval_interval"),
    ),
    "lemma": ("--num_epoch", "6"),
    "depparse": (
        *("--hidden_dim", "200", "--char_hidden_dim", "200", "--deep_biaff_hidden_dim", "160"),
        *("--batch_size", "1000", "--max_steps", "1000", "--max_steps_before_stop", "700"),
        *("--optim", "adam", "--lr", "0.003", "--beta2", "0.95", "--weight_decay", "0", "--no_second_optim"),
        *("--eval_interval", "100", "--no_checkpoint"),
    ),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to train the five models; each step can be left out, to measure what it is worth."""

    options: Mapping[str, tuple[str, ...]]
    """For each processor, in the order of the pipeline, what Stanza's trainer is told beyond its defaults."""
    has_variants: bool = True
    """Variants of the treebank's sentences (augment.py) for all models."""
    has_dictionary: bool = True
    """The clitic model's dictionary (clitics.py) says what is a multi-word token; needs raw text."""
    has_vectors: bool = True
    """Word vectors for tagger and parser; need raw text."""
    has_lexicon: bool = True
    """The lemmatizer also learns the project's lexicon (lexicon.py)."""
    has_inflections: bool = True
    """Regular forms of the treebank's and the lexicon's lemmas (inflections.py) for the lemmatizer."""
    jackknife_options: tuple[str, ...] = ("--max_steps", "900", "--eval_interval", "450")
    """What the taggers of the folds are told beyond the tagger's options; with them the parser learns from their
    tags (jackknife.py), with () from gold ones."""
    fold_parser_options: tuple[str, ...] = ("--max_steps", "250", "--eval_interval", "125")
    """What the parsers of the folds are told beyond the parser's options; they and the folds' taggers tell the
    weights of readings and agreement (agreement.py)."""
    is_averaged: bool = True
    """Tagger and parser keep the running average of their weights (averaging.py)."""


COMPACT = Recipe(_COMPACT_OPTIONS)
"""Of the embedded models: at most 40 MB together, for processors without a GPU."""
PLAIN = Recipe(
    {},
    has_variants=False,
    has_dictionary=False,
    has_vectors=False,
    has_lexicon=False,
    has_inflections=False,
    jackknife_options=(),
    is_averaged=False,
)
"""Stanza's trainers on the treebank alone, for comparisons; its options are still to be named."""
