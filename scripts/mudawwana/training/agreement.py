"""Learns the weights of `annotate/agreement.py` from sentences that their tagger and parser have not seen.

Maximum likelihood by Adagrad (https://jmlr.org/papers/v12/duchi11a.html): what the treebank says of a word leaves
some of its readings, and of its arc one label where the parser's head is right; all others are summed over. The
gradient of a feature is how often it is expected with what the treebank says, less how often without.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import stanza

from mudawwana.annotate.accelerate import accelerate_pipeline
from mudawwana.annotate.agreement import (
    ROOT,
    WEIGHTS,
    Problem,
    Scored,
    Scorer,
    compute_log_probs,
    describe_arc,
    describe_before,
    describe_behind,
    describe_reading,
    describe_trust,
    pose_problem,
    score,
)
from mudawwana.annotate.models import VECTORS, load_pipeline
from mudawwana.annotate.readings import SCORED, Reading, list_readings, parse_features
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.files import write_text_atomically
from mudawwana.base.records import Sentence, Word
from mudawwana.training.folds import number_folds, split_fold

_RATE = 0.1
_PRIOR = 1e-6
_OUT = -1e4
"""Added to the score of what the treebank rules out."""
_LEAST_BELIEF = 1e-4


class Example(NamedTuple):
    """A sentence as the models see it, and what the treebank leaves of it."""

    problem: Problem
    readings: list[set[int]]
    """Of each word the places of the readings that may be right; all where none is."""
    labels: list[str]
    """Of each word the label of its arc, "" where the parser's head is wrong or the label is not among its own."""


def make_example(words: Sequence[Word], tokens: Sequence[tuple[str, int]], gold: Sequence[Word]) -> Example:
    """`words` and `tokens` as `pose_problem` takes them; `gold` are the same words in the treebank."""
    problem = pose_problem(words, tokens)
    readings = [
        _find_right(list_readings(question), right)
        for question, right in zip(problem.questions, gold, strict=True)
    ]
    labels = [
        right.deprel if int(right.head) - 1 == head and any(label == right.deprel for label, _ in options) else ""
        for right, head, options in zip(gold, problem.heads, problem.labels, strict=True)
    ]
    return Example(problem, readings, labels)


def _find_right(readings: Sequence[Reading], gold: Word) -> set[int]:
    """The readings with the gold tag that differ in the fewest features, of these the ones with its lemma."""
    same = [place for place, one in enumerate(readings) if one.upos == gold.upos]
    if not same:
        return set(range(len(readings)))
    wanted = parse_features(gold.feats)
    wrong = {place: _count_differences(parse_features(readings[place].feats), wanted) for place in same}
    least = {place for place in same if wrong[place] == min(wrong.values())}
    return {place for place in least if gold.lemma in readings[place].lemmas} or least


def _count_differences(found: Mapping[str, str], wanted: Mapping[str, str]) -> int:
    return sum(found.get(name, "") != wanted.get(name, "") for name in SCORED)


def fit_weights(examples: Sequence[Example], *, epochs: int = 8, seed: int = 1) -> dict[str, float]:
    """The weights by the features' names; those that stayed at zero are left out."""
    weights: dict[str, float] = {"upos": 1.0, "label": 1.0, **dict.fromkeys(SCORED, 0.5)}
    sums: dict[str, float] = defaultdict(lambda: 1e-8)
    order = list(examples)
    random = Random(seed)  # noqa: S311 - no secret, but a repeatable choice
    for _ in range(epochs):
        random.shuffle(order)
        for example in order:
            for name, slope in compute_gradient(example, weights).items():
                slope -= _PRIOR * weights.get(name, 0.0)
                sums[name] += slope * slope
                weights[name] = weights.get(name, 0.0) + _RATE * slope / sums[name] ** 0.5
    return {name: weight for name, weight in weights.items() if abs(weight) > 0.005}


def compute_gradient(example: Example, weights: Mapping[str, float]) -> dict[str, float]:
    """Of the log-likelihood, by the features' names."""
    scored = score(example.problem, Scorer(weights), example.readings)
    free = scored.compute_beliefs()
    bound = _bind(scored, example).compute_beliefs()
    gradient: dict[str, float] = defaultdict(float)
    for place, (with_gold, without) in enumerate(zip(bound, free, strict=True)):
        if with_gold is not None and without is not None:
            for name, value in _iter_slopes(example.problem, scored, place, with_gold - without):
                gradient[name] += value
    return gradient


def _bind(scored: Scored, example: Example) -> Scored:
    """The same where the treebank has its word."""
    unary = [
        row + np.array([0.0 if number in allowed else _OUT for number in rows])
        for row, rows, allowed in zip(scored.unary, scored.rows, example.readings, strict=True)
    ]
    arcs = [
        None
        if arc is None
        else arc + np.array([0.0 if label in {"", name} else _OUT for name, _ in options])[None, :, None]
        for arc, options, label in zip(scored.arcs, scored.labels, example.labels, strict=True)
    ]
    return replace(scored, unary=unary, arcs=arcs)


def _iter_slopes(problem: Problem, scored: Scored, place: int, slopes: np.ndarray) -> Iterator[tuple[str, float]]:
    for number, slope in enumerate(slopes.sum((0, 1)).tolist()):
        if abs(slope) > _LEAST_BELIEF:
            names = _describe(problem, scored, place, scored.rows[place][number])
            yield from ((name, value * slope) for name, value in names)
    head = scored.heads[place]
    above = scored.kinds[head] if head >= 0 else (ROOT,)
    side, labels, own = problem.sides[place], scored.labels[place], scored.kinds[place]
    large = np.nonzero(np.abs(slopes) > _LEAST_BELIEF)
    for one, label, kind in zip(*(axis.tolist() for axis in large), strict=True):
        slope, (relation, prob) = float(slopes[one, label, kind]), labels[label]
        yield "label", slope * prob
        for name in describe_arc(above[one], relation, side, own[kind]):
            yield name, slope


def _describe(problem: Problem, scored: Scored, place: int, row: int) -> Iterator[tuple[str, float]]:
    """The names and values of all that counts for one reading of a word, arcs aside."""
    word, options = problem.words[place], scored.options[place]
    reading, kind = options.readings[row], options.kinds[row]
    for name in describe_reading(reading, problem.questions[place]):
        yield name, 1.0
    yield describe_before(problem.context[place], kind), 1.0
    yield describe_behind(problem.context[place + 2], kind), 1.0
    yield from zip(describe_trust(reading, word), compute_log_probs([options], [word])[row].tolist(), strict=True)


def write_weights(weights: Mapping[str, float], path: Path) -> None:
    """A name and its weight a line, in the order of the names."""
    write_text_atomically(path, (f"{name}\t{weight:.3f}\n" for name, weight in sorted(weights.items())))


def annotate_words(sentences: Sequence[Sentence], pipeline: stanza.Pipeline) -> list[list[Word]]:
    """The words as tagger, lemmatizer and parser of the pipeline have them, with their scores."""
    dicts = [[{"id": (word.id,), "text": word.form} for word in sentence.words] for sentence in sentences]
    document = stanza.Document(dicts)
    for processor in ("pos", "lemma", "depparse"):
        document = pipeline.processors[processor].process(document)
    return [
        [
            replace(
                word,
                lemma=said.lemma or "_",
                upos=said.upos,
                xpos=said.xpos,
                feats=said.feats or "_",
                head=str(said.head),
                deprel=said.deprel,
            )
            for word, said in zip(sentence.words, parsed.words, strict=True)
        ]
        for sentence, parsed in zip(sentences, document.sentences, strict=True)
    ]


def make_examples(sentences: Sequence[Sentence], pipeline: stanza.Pipeline) -> list[Example]:
    """An example of each sentence, by models that have not seen it."""
    return [
        make_example(words, _list_tokens(sentence), sentence.words)
        for sentence, words in zip(sentences, annotate_words(sentences, pipeline), strict=True)
    ]


def drop_made_passives(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences without the variants that have more passives than the sentence that they were made of.

    What is written is the same as in the active, so they would teach that any verb may be passive. Variants have
    the `sent_id` of their sentence, which stands before them.
    """
    passives: dict[str, int] = {}
    kept = []
    for sentence in sentences:
        count = sum("Voice=Pass" in word.feats and word.upos == "VERB" for word in sentence.words)
        if count <= passives.setdefault(sentence.sent_id, count):
            kept.append(sentence)
    return kept


def _list_tokens(sentence: Sentence) -> list[tuple[str, int]]:
    inside = {token.first: token for token in sentence.multiword_tokens}
    tokens, last = [], 0
    for word in sentence.words:
        if word.id > last:
            token = inside.get(word.id)
            last = token.last if token else word.id
            tokens.append((token.form if token else word.form, last - word.id + 1))
    return tokens


def write_reading_weights(work_dir: Path, models_dir: Path, *, train_parser: Callable[[Path], object]) -> None:
    """Writes `readings.tsv` beside the models, learnt from what `write_jackknifed` has left in `work_dir`.

    `train_parser` gets folders with `jackknifed.conllu` and `dev.conllu`; it writes `depparse.pt` there.
    """
    jackknifed = list(read_conllu(work_dir / "jackknifed.conllu"))
    examples: list[Example] = []
    for fold in sorted(set(number_folds(jackknifed))):
        fold_dir = work_dir / f"fold-{fold}"
        write_conllu(fold_dir / "jackknifed.conllu", split_fold(jackknifed, fold)[0])
        train_parser(fold_dir)
        for name in ("tokenize.pt", "mwt.pt", VECTORS, "resources.json"):  # a pipeline is not made without them
            if (models_dir / name).is_file():
                shutil.copyfile(models_dir / name, fold_dir / name)
        _write_lemmatizer(models_dir / "lemma.pt", fold_dir)
        pipeline = load_pipeline(fold_dir)
        accelerate_pipeline(pipeline)
        held_out = drop_made_passives(list(read_conllu(fold_dir / "held-out.conllu")))
        examples += make_examples(held_out, pipeline)
    write_weights(fit_weights(examples), models_dir / WEIGHTS)


def _write_lemmatizer(source: Path, fold_dir: Path) -> None:
    """The lemmatizer without the dictionary's entries for words that the fold alone has."""
    from stanza.models.lemma.trainer import Trainer

    lemmatizer = Trainer(model_file=str(source), device="cpu")
    seen = {(word.upos, word.form) for one in read_conllu(fold_dir / "train.conllu") for word in one.words}
    for sentence in read_conllu(fold_dir / "held-out.conllu"):
        for word in sentence.words:
            if (word.upos, word.form) not in seen:
                lemmatizer.pos_dict.get(word.upos, {}).pop(word.form, None)
    lemmatizer.save(str(fold_dir / "lemma.pt"))
