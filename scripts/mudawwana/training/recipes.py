"""What is asked of Stanza's trainers, and what they get to learn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_COMPACT_OPTIONS: dict[str, tuple[str, ...]] = {
    # Stanza's tokenizer is not trained on sentences longer than this many characters.
    "tokenize": (
        *("--max_seqlen", "300", "--hidden_dim", "128"),
        *("--steps", "2000", "--eval_steps", "200", "--max_steps_before_stop", "1000"),
    ),
    "mwt": ("--num_epoch", "5", "--augment_apos", "0"),
    "pos": (
        *("--hidden_dim", "200", "--char_hidden_dim", "200", "--deep_biaff_hidden_dim", "200"),
        *("--batch_size", "32", "--max_steps", "3000", "--max_steps_before_stop", "1000"),
        *("--eval_interval", "100", "--fix_eval_interval"),
    ),
    "lemma": ("--num_epoch", "6"),
    "depparse": (
        *("--hidden_dim", "200", "--char_hidden_dim", "200", "--deep_biaff_hidden_dim", "160"),
        *("--batch_size", "1000", "--max_steps", "1600", "--max_steps_before_stop", "700"),
        *("--optim", "adam", "--lr", "0.003", "--beta2", "0.95", "--weight_decay", "0", "--no_second_optim"),
        *("--eval_interval", "100", "--no_checkpoint"),
    ),
}
_JACKKNIFE_OPTIONS = ("--max_steps", "1500")
_STUDENT_OPTIONS: dict[str, tuple[str, ...]] = {
    "pos": ("--max_steps", "2600"),
    "depparse": ("--max_steps", "2200"),
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
    has_character_models: bool = False
    """Character language models (charlm.py) in place of the tagger's and the parser's own; need raw text. None in
    `compact`: with them the models have 44 MB, and they gain on dev (UFeats 1.3, LAS 0.5) but nothing on the
    phenomena suite."""
    has_lexicon: bool = True
    """The lemmatizer also learns the project's lexicon (lexicon.py)."""
    has_inflections: bool = True
    """Regular forms of the treebank's and the lexicon's lemmas (inflections.py) for the lemmatizer."""
    jackknife_options: tuple[str, ...] = _JACKKNIFE_OPTIONS
    """What the taggers of the folds are told beyond the tagger's options; with them the parser learns from their
    tags (jackknife.py), with () from gold ones."""
    silver_sentences: int = 0
    """So many sentences of raw text, annotated by the models trained first, join the treebank for a second
    training of the tagger and the parser (selftraining.py). None in `compact`: with 4,000, dev was below the
    treebank alone after as many steps (parser, gold tags: LAS 80.8 against 82.8 after 500)."""
    student_options: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _STUDENT_OPTIONS)
    """For the tagger and the parser, what the second training is told beyond `options`."""
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
RECIPES = {"compact": COMPACT}
