"""What Arabic grammar says of two words, and how often an annotation keeps to it: measured without gold.

Even a perfect annotation does not reach 100 percent: grammar has exceptions (an adjective of things takes the
feminine singular, a verb may stand in the masculine before a feminine subject that is parted from it). So a share
is read beside that of gold annotation. Sources: https://universaldependencies.org/ar/ (features and relations).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mudawwana.arabic.tagset import NOMINAL_FEATURES, VERBAL_FEATURES, XPOS_BY_UPOS
from mudawwana.base.records import Sentence, Word

COVERAGE = {
    "Voice": ("Act", "Pass"),
    "Mood": ("Ind", "Sub", "Jus", "Imp"),
    "Person": ("1", "2", "3"),
    "Number": ("Sing", "Dual", "Plur"),
}
"""The features of verbs whose values are counted: a model that never says one of them does not know it."""
_NOUNS = frozenset({"NOUN", "PROPN"})
_VERBS = frozenset({"VERB", "AUX"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
_CONSTRUCT = frozenset({"Com", "Cons"})

_Features = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two words, or two columns of a word, go together as grammar has it."""

    kept: int
    total: int
    """The places where the question arises: both words are there and have the feature."""

    @property
    def share(self) -> float | None:
        """In percent; None where the question never arises."""
        return 100 * self.kept / self.total if self.total else None


@dataclass(frozen=True)
class Consistency:
    """What `mudawwana stats` says of an annotation."""

    words: int
    verbs: int
    checks: Mapping[str, Agreement]
    """By name, in the order of `CHECKS`."""
    coverage: Mapping[str, Mapping[str, int]]
    """Of the words tagged VERB, by feature of `COVERAGE` and value: how many have it."""


def measure_consistency(sentences: Iterable[Sentence]) -> Consistency:
    """Counts over all sentences; memory holds one at a time."""
    kept: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    words = verbs = 0
    for sentence in sentences:
        features = [parse_features(word.feats) for word in sentence.words]
        words += len(sentence.words)
        for word, own in zip(sentence.words, features, strict=True):
            if word.upos == "VERB":
                verbs += 1
                values.update(own.items())
        for name, check in CHECKS.items():
            for is_kept in check(sentence, features):
                kept[name] += is_kept
                totals[name] += 1
    return Consistency(
        words,
        verbs,
        {name: Agreement(kept[name], totals[name]) for name in CHECKS},
        {name: {value: values[name, value] for value in known} for name, known in COVERAGE.items()},
    )


def parse_features(feats: str) -> dict[str, str]:
    """The features of a FEATS column by name.

    >>> parse_features("Case=Nom|Number=Sing"), parse_features("_")
    ({'Case': 'Nom', 'Number': 'Sing'}, {})
    """
    return dict(item.split("=", 1) for item in feats.split("|")) if feats != "_" else {}


def _check_objects(sentence: Sentence, features: Sequence[_Features]) -> Iterator[bool]:
    """A NOUN that is the object of a VERB is accusative (https://universaldependencies.org/ar/dep/obj.html).

    Pronouns and names are left out. The object that a passive keeps is accusative, too, and counts; what it has
    for a subject is nsubj:pass. A noun without Case counts as not accusative.
    """
    for word, head in _iter_pairs(sentence):
        if word.deprel == "obj" and word.upos == "NOUN" and head.upos == "VERB":
            yield features[word.id - 1].get("Case") == "Acc"


def _check_genitives(sentence: Sentence, features: Sequence[_Features]) -> Iterator[bool]:
    """A noun right behind its preposition is genitive (https://universaldependencies.org/ar/feat/Case.html)."""
    for word, head in _iter_pairs(sentence):
        if word.deprel == "case" and word.upos == "ADP" and head.id == word.id + 1 and head.upos == "NOUN":
            yield features[head.id - 1].get("Case") == "Gen"


def _agree(name: str) -> Callable[[Sentence, Sequence[_Features]], Iterator[bool]]:
    """An adjective (amod) has the feature of its noun or name, where both words have it.

    Definite is asked only where both say Def or Ind: a noun in idafa (Cons) is definite by its genitive, and an
    adjective before a genitive (Cons, or Com with the article) shows its state in its own way. Gender is asked
    after nouns in the singular: things in the plural take the feminine singular.
    """

    def check(sentence: Sentence, features: Sequence[_Features]) -> Iterator[bool]:
        for word, head in _iter_pairs(sentence):
            if word.deprel == "amod" and word.upos == "ADJ" and head.upos in _NOUNS:
                own, other = (features[one.id - 1] for one in (word, head))
                is_asked = name != "Gender" or other.get("Number") == "Sing"
                if is_asked and name in own and name in other and _CONSTRUCT.isdisjoint((own[name], other[name])):
                    yield own[name] == other[name]

    return check


def _check_verbs(sentence: Sentence, features: Sequence[_Features]) -> Iterator[bool]:
    """A verb in front of a subject in the singular has its gender."""
    for word, head in _iter_pairs(sentence):
        if word.deprel in _SUBJECTS and word.upos in _NOUNS and head.upos in _VERBS and head.id < word.id:
            own, other = (features[one.id - 1] for one in (word, head))
            if own.get("Number") == "Sing" and "Gender" in own and "Gender" in other:
                yield own["Gender"] == other["Gender"]


def _check_passives(sentence: Sentence, features: Sequence[_Features]) -> Iterator[bool]:
    """The subject of a verb is nsubj:pass where the verb is passive, and nowhere else."""
    for word, head in _iter_pairs(sentence):
        if word.deprel in _SUBJECTS and head.upos == "VERB":
            yield (word.deprel == "nsubj:pass") == (features[head.id - 1].get("Voice") == "Pass")


def _check_classes(sentence: Sentence, features: Sequence[_Features]) -> Iterator[bool]:
    """Verbs have no nominal features, nouns no verbal ones."""
    for word, own in zip(sentence.words, features, strict=True):
        if word.upos in _VERBS:
            yield NOMINAL_FEATURES.isdisjoint(own)
        elif word.upos == "NOUN":
            yield VERBAL_FEATURES.isdisjoint(own)


def _check_tags(sentence: Sentence, _: Sequence[_Features]) -> Iterator[bool]:
    """XPOS is one that goes with UPOS."""
    for word in sentence.words:
        if word.upos in XPOS_BY_UPOS and word.xpos != "_":
            yield word.xpos in XPOS_BY_UPOS[word.upos]


CHECKS: dict[str, Callable[[Sentence, Sequence[_Features]], Iterator[bool]]] = {
    "object noun is accusative": _check_objects,
    "noun after preposition is genitive": _check_genitives,
    "adjective has its noun's Case": _agree("Case"),
    "adjective has its noun's Definite": _agree("Definite"),
    "adjective has its noun's Gender (noun in the singular)": _agree("Gender"),
    "verb before its subject has its Gender (subject in the singular)": _check_verbs,
    "passive verb and nsubj:pass go together": _check_passives,
    "features are those of verb or noun": _check_classes,
    "XPOS goes with UPOS": _check_tags,
}


def _iter_pairs(sentence: Sentence) -> Iterator[tuple[Word, Word]]:
    """Each word that has a head, with it."""
    for word in sentence.words:
        if word.head.isdecimal() and 0 < int(word.head) <= len(sentence.words):
            yield word, sentence.words[int(word.head) - 1]


def build_table(found: Sequence[Consistency]) -> str:
    """The figures as lines of text, a column an annotation."""
    rows = [["words", *(f"{one.words:,}" for one in found)], ["verbs", *(f"{one.verbs:,}" for one in found)]]
    for name in found[0].checks:
        rows.append([name, *(_format_share(one, name) for one in found)])
    for feature, values in found[0].coverage.items():
        for value in values:
            counts = (1000 * one.coverage[feature][value] / one.verbs if one.verbs else 0 for one in found)
            rows.append([f"{feature}={value} per 1,000 verbs", *(f"{count:.1f}" for count in counts)])
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{row[0]:{width}}" + "".join(f"  {cell:>22}" for cell in row[1:]) for row in rows)


def _format_share(found: Consistency, name: str) -> str:
    check = found.checks[name]
    return "-" if check.share is None else f"{check.share:.1f} % of {check.total:,}"
