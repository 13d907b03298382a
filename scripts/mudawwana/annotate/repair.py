"""What UD's validator would refuse in a parsed sentence, mended before it is written.

A parser chooses each relation by itself, so now and then it says what the guidelines exclude: a preposition with a
subject, an adverbial modifier that is a noun, a comma attached across a clause. Each rule names the validator's
incident that it prevents (https://universaldependencies.org/svalidation.html). A refused label becomes the one
that its model likes best among those that are accepted there; where no scores are at hand a fixed rule decides,
and where that has nothing to say, the relation is `dep`, UD's name for "not determined". A repaired word says so
in MISC (repair_record.py).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from mudawwana.annotate.agreement import Decision
from mudawwana.annotate.choices import choose_best
from mudawwana.annotate.forms import apply_reading, find_xpos
from mudawwana.annotate.refusals import (
    FUNCTION_RELATIONS,
    LEFT_HEADED,
    NOMINAL,
    find_refusal,
    get_children,
    get_universal,
    is_allowed_below,
    is_refused_oblique,
    refuse_by_tag,
)
from mudawwana.annotate.repair_record import record_repair
from mudawwana.annotate.signs import find_lemma, find_tag, find_xpos_of_sign, is_arabic
from mudawwana.arabic.script import drop_marks
from mudawwana.arabic.tagset import AUXILIARIES, FEATURES, RELATIONS, TAGS
from mudawwana.base.misc import NORM, get_misc
from mudawwana.base.records import Word

_ROUNDS = 3
"""In so many rounds the models' other labels are tried; then the fixed rule decides, so that an end is certain."""

_FIXED_CHOICE = {"fixed": "flat", "flat": "flat", "obl": "nmod"}
_RELATION_BY_TAG = {"ADJ": "amod", "NUM": "nummod", "DET": "det", "NOUN": "nmod", "PROPN": "nmod", "PRON": "nmod"}
_MOODS = {"لن": ("Sub", "Fut"), "لم": ("Jus", "Past"), "سوف": ("Ind", "Fut"), "س": ("Ind", "Fut")}
"""Mood and Tense of the imperfect behind each."""
_EXTERNAL_POS = {"case": "ADP", "mark": "SCONJ", "cc": "CCONJ", "advmod": "ADV", "obl": "ADV", "compound": "CCONJ"}


@dataclass(frozen=True, slots=True)
class _Draft:
    """One sentence under repair."""

    words: list[Word]
    rules: dict[int, list[str]] = field(default_factory=dict)
    """Word id -> the incidents that were prevented there, in order."""

    def set(self, word: Word, rule: str, **columns: str) -> None:
        self.words[word.id - 1] = replace(word, **columns)  # type: ignore[arg-type]
        rules = self.rules.setdefault(word.id, [])
        if rule not in rules:
            rules.append(rule)


def repair_words(
    words: Sequence[Word], decisions: Sequence[Decision] | None = None, said: Sequence[Word] | None = None
) -> list[Word]:
    """The words of one sentence as the validator accepts them; unchanged where it has nothing to say.

    Expects a tree with one root, as Stanza's parsers give it. Forms and word order never change. Labels
    that are `Choice`s are repaired by the model's next choice. `decisions` are the readings of the words and the
    labels of their arcs, of models that have weights for them (agreement.py); `said` are the words before tags
    were settled (settle.py), if some were.
    """
    said = said or words
    settled = {word.id: ["tag-of-form"] for word, before in zip(words, said, strict=True) if before is not word}
    draft = _Draft(list(words), settled)
    if any(word.head == "_" for word in words):
        return draft.words
    if decisions:
        _take_readings(draft, decisions)
    _mend_signs(draft)
    _mend_tags(draft)
    _mend_auxiliaries(draft)
    _mend_features(draft)
    if decisions:
        _mend_xpos(draft)
    _mend_moods(draft)
    _mend_subjects(draft)
    _mend_external_pos(draft)
    _mend_arcs(draft)
    _mend_punctuation_arcs(draft)
    _mend_external_pos(draft)
    return [
        record_repair(before, after, draft.rules.get(before.id, []))
        for before, after in zip(said, draft.words, strict=True)
    ]


def mend_obliques(words: list[Word]) -> None:
    """obl-should-be-nmod: what modifies a nominal that heads no clause becomes nmod, in place.

    Source: https://universaldependencies.org/u/dep/nmod.html
    """
    for word in list(words):
        if is_refused_oblique(words, word, word.deprel):
            words[word.id - 1] = replace(word, deprel="nmod")


def get_external_pos(upos: str, relation: str) -> str:
    """The ExtPos of a fixed expression by its head's tag and relation, "" where it does not follow from them.

    Source: https://universaldependencies.org/u/feat/ExtPos.html
    """
    return _EXTERNAL_POS.get(get_universal(relation), "ADV" if upos in {"ADP", "PART", "PRON"} else "")


def add_feature(feats: str, name: str, value: str) -> str:
    """The FEATS column with a feature more, unless it has that one, in UD's order.

    >>> add_feature("Case=Gen", "ExtPos", "ADP")
    'Case=Gen|ExtPos=ADP'
    """
    present = {} if feats == "_" else dict(item.split("=", 1) for item in feats.split("|"))
    present.setdefault(name, value)
    return "|".join(f"{key}={present[key]}" for key in sorted(present, key=str.lower))


def _mend_signs(draft: _Draft) -> None:
    """tag-of-writing, lemma-of-writing: of signs, hashtags, mentions, Latin and mixed words (signs.py).

    The validator does not ask for it.
    """
    for word in list(draft.words):
        if is_arabic(word.form):
            continue
        upos = find_tag(word.form, str(word.upos))
        has_features = word.form[0] in "@#" and upos == "PROPN" and word.feats != "_"
        if upos != word.upos or has_features or (word.form == "/" and word.xpos not in {"/", "_"}):
            columns = {"upos": upos, "xpos": find_xpos_of_sign(word.form, upos), "feats": "_"}
            draft.set(word, "tag-of-writing", **columns)
        seen = get_misc(word.misc, NORM) or word.form
        lemma = find_lemma(word.form, seen.replace("\\p", "|").replace("\\\\", "\\"))
        has_lemma = word.lemma != "_" or word.xpos != "_"  # else there are no columns but the tree's
        if has_lemma and lemma not in {"", word.lemma}:
            draft.set(draft.words[word.id - 1], "lemma-of-writing", lemma=lemma)


def _mend_tags(draft: _Draft) -> None:
    """unknown-upos, rel-upos-punct, aux-lemma: the tagger's next tag."""
    for word in list(draft.words):
        if word.upos not in TAGS:
            draft.set(word, "unknown-upos", upos=choose_best(word.upos, TAGS.__contains__) or "X")
        elif word.upos == "PUNCT" and not _is_punctuation(word.form):
            upos = choose_best(word.upos, (TAGS - {"PUNCT"}).__contains__) or "X"
            draft.set(word, "rel-upos-punct", upos=upos)
        elif word.upos != "PUNCT" and word.deprel == "punct" and _is_punctuation(word.form):
            draft.set(word, "rel-upos-punct", upos="PUNCT", feats="_")
        elif word.upos == "AUX" and word.lemma not in {*AUXILIARIES, "_"}:
            fixed = "VERB" if "Aspect=" in word.feats else "PART"
            upos = choose_best(word.upos, (TAGS - {"AUX", "PUNCT"}).__contains__) or fixed
            draft.set(word, "aux-lemma", upos=upos)


def _is_punctuation(form: str) -> bool:
    return all(unicodedata.category(character)[0] in "PS" for character in form)


def _mend_auxiliaries(draft: _Draft) -> None:
    """auxiliary-of-nothing: a verb tagged AUX that is attached as neither auxiliary nor copula is a VERB.

    The validator does not ask for it. In each of five folds MLAS is higher with it, by 0.13 in the mean.
    """
    for word in list(draft.words):
        if word.upos == "AUX" and "Aspect=" in word.feats and get_universal(word.deprel) not in {"aux", "cop"}:
            draft.set(word, "auxiliary-of-nothing", upos=choose_best(word.upos, {"VERB"}.__contains__) or "VERB")


def _take_readings(draft: _Draft, decisions: Sequence[Decision]) -> None:
    """reading-of-form, relation-of-reading: what was decided of the words and the tree as a whole.

    The validator does not ask for it, but the columns would contradict each other, and the tree.
    """
    for word, decision in zip(list(draft.words), decisions, strict=True):
        upos, lemma, feats = apply_reading(word, decision.reading)
        if (upos, lemma, feats) != (word.upos, word.lemma, word.feats):
            draft.set(word, "reading-of-form", upos=upos, lemma=lemma, feats=feats)
        if decision.label != word.deprel:
            deprel = choose_best(word.deprel, decision.label.__eq__) or decision.label
            draft.set(draft.words[word.id - 1], "relation-of-reading", deprel=deprel)


def _mend_features(draft: _Draft) -> None:
    """unsorted-features, feature-upos-not-permitted: sorted, and those alone that the tag takes."""
    for word in list(draft.words):
        feats = _keep_features(str(word.upos), word.feats)
        if feats != word.feats:
            is_same = sorted(word.feats) == sorted(feats)  # letter for letter: another order, no more
            draft.set(word, "unsorted-features" if is_same else "feature-upos-not-permitted", feats=feats)


@lru_cache(1 << 14)
def _keep_features(upos: str, feats: str) -> str:
    kept = {}
    for item in [] if feats == "_" else feats.split("|"):
        name, _, values = item.partition("=")
        allowed = sorted({value for value in values.split(",") if (upos, name, value) in FEATURES}, key=str.lower)
        if allowed:
            kept[name] = ",".join(allowed)
    return "|".join(f"{name}={kept[name]}" for name in sorted(kept, key=str.lower)) or "_"


def _mend_xpos(draft: _Draft) -> None:
    """xpos-of-tag: the tagger's best of those that go with the tag."""
    for word in list(draft.words):
        xpos = find_xpos(word)
        if xpos != word.xpos:
            draft.set(word, "xpos-of-tag", xpos=xpos)


def _mend_moods(draft: _Draft) -> None:
    """mood-of-particle: after لن stands a subjunctive, after لم a jussive (GUIDELINES F5)."""
    for particle, verb in pairwise(list(draft.words)):
        form = drop_marks(particle.form)
        if form in _MOODS and particle.upos in {"PART", "AUX"} and "Aspect=Imp" in verb.feats:
            feats = re.sub("Mood=\\w+", f"Mood={_MOODS[form][0]}", verb.feats)
            feats = re.sub("Tense=\\w+", f"Tense={_MOODS[form][1]}", feats)
            if feats != verb.feats:
                draft.set(verb, "mood-of-particle", feats=feats)


def _mend_subjects(draft: _Draft) -> None:
    """subject-of-passive, subject-of-speaker: a passive's subject is nsubj:pass; no noun is that of "I" or "you".

    Source: https://universaldependencies.org/u/dep/nsubj-pass.html
    """
    for word in list(draft.words):
        head = draft.words[int(word.head) - 1]
        if word.deprel != "nsubj" or head.upos != "VERB":
            continue
        if "Voice=Pass" in head.feats:
            draft.set(word, "subject-of-passive", deprel="nsubj:pass")
        elif word.id > head.id and word.upos in {"NOUN", "PROPN"} and re.search("Person=[12]", head.feats):
            best = choose_best(word.deprel, lambda relation: not relation.startswith("nsubj"))
            draft.set(word, "subject-of-speaker", deprel=best or "obj")


def _mend_external_pos(draft: _Draft) -> None:
    """fixed-without-extpos: the head of a fixed expression says what it is as a whole."""
    heads = {word.head for word in draft.words if word.deprel == "fixed"}
    for word in list(draft.words):
        if str(word.id) not in heads or "ExtPos=" in word.feats:
            continue
        value = get_external_pos(word.upos, word.deprel)
        changed = replace(word, feats=add_feature(word.feats, "ExtPos", value))
        if (word.upos, "ExtPos", value) in FEATURES and not refuse_by_tag(draft.words, changed, word.deprel):
            draft.set(word, "fixed-without-extpos", feats=changed.feats)


def _mend_arcs(draft: _Draft) -> None:
    """What `find_refusal` finds: below a function word the head moves up, of the others the label changes."""
    turn = 0
    is_changed = True
    while is_changed:
        is_changed = False
        for word in list(draft.words):
            rule = find_refusal(draft.words, word, word.deprel)
            if rule is None:
                continue
            is_changed = True
            if rule.startswith("leaf-"):
                draft.set(word, rule, head=draft.words[int(word.head) - 1].head)
            else:
                draft.set(word, rule, deprel=_choose_relation(draft.words, word, by_score=turn < _ROUNDS))
        turn += 1


def _choose_relation(words: Sequence[Word], word: Word, *, by_score: bool) -> str:
    """The parser's best label that is accepted for the word and for what depends on it, else the fixed rule's."""

    def is_accepted(relation: str) -> bool:
        if find_refusal(words, word, relation) is not None:
            return False
        universal = get_universal(relation)
        return all(
            is_allowed_below(universal, child, get_universal(child.deprel)) for child in get_children(words, word)
        )

    if word.head == "0":
        return "root"
    if word.upos == "PUNCT":
        return "punct"
    if word.deprel not in RELATIONS and is_accepted(get_universal(word.deprel)):
        return get_universal(word.deprel)
    best = choose_best(word.deprel, is_accepted) if by_score else None
    fixed = _choose_by_rule(word, words[int(word.head) - 1])
    return best or (fixed if is_accepted(fixed) else "dep")


def _choose_by_rule(word: Word, head: Word) -> str:
    universal = get_universal(word.deprel)
    if universal in {"aux", "cop"} and word.upos == "PART":
        return "advmod"
    if universal in {"det", "nummod", "advmod", *LEFT_HEADED} - {"conj"} and head.upos in NOMINAL:
        is_right = universal not in LEFT_HEADED or word.id < head.id
        return _RELATION_BY_TAG.get(word.upos, "dep") if is_right else "flat"
    if universal == "advmod" and word.upos in NOMINAL:
        return "obl"
    return _FIXED_CHOICE.get(universal, "dep")


def _mend_punctuation_arcs(draft: _Draft) -> None:
    """punct-is-nonproj, punct-causes-nonproj: to a word above where neither holds, else the nearest such word."""
    words = draft.words
    for word in list(words):
        if get_universal(word.deprel) != "punct" or not _is_crossing(words, word):
            continue
        above = _ancestors(words, word)
        # Function words last: punctuation is tolerated there, no more.
        candidates = sorted(
            (other for other in words if other is not word),
            key=lambda other: (
                get_universal(other.deprel) in FUNCTION_RELATIONS,
                other.id not in above,
                abs(other.id - word.id),
                other.id,
            ),
        )
        for candidate in candidates:
            moved = replace(word, head=str(candidate.id))
            if word.id not in _ancestors(words, candidate) and not _is_crossing(
                [*words[: word.id - 1], moved, *words[word.id :]], moved
            ):
                draft.set(word, "punct-is-nonproj", head=moved.head)
                break


def _ancestors(words: Sequence[Word], word: Word) -> set[int]:
    """The ids above the word, 0 included."""
    above: set[int] = set()
    head = int(word.head)
    while head:
        above.add(head)
        head = int(words[head - 1].head)
    return above | {0}


def _is_crossing(words: Sequence[Word], word: Word) -> bool:
    """Whether the arc to `word` passes over a word from outside, or another arc passes over `word` alone."""
    head = int(word.head)
    low, high = sorted((head, word.id))
    if any(head not in _ancestors(words, other) for other in words[low : high - 1]):
        return True
    above = _ancestors(words, word)
    for other in words:
        other_head = int(other.head)
        if other_head in above or other.id == word.id or other_head == word.id:
            continue
        start, end = sorted((other.id, other_head))
        # An arc over both the mark and its head is the head's affair.
        if start < word.id < end and not start < head < end:
            return True
    return False
