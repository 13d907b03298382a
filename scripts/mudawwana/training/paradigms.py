"""Persons, voices and numbers that news does not have, put into the training sentences.

UD_Arabic-PUD is told in the third person: it has no imperative, next to no second person, few passives and duals.
A model trained on it alone takes كتبتم "you wrote" for a noun. Here a verb without a subject of its own gets
another person, or becomes an imperative; one with an object becomes passive, its object the subject; a noun with
its adjectives becomes a dual. The analyser's paradigms spell the new forms; where it has none, the sentence stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from random import Random

from mudawwana.arabic.analyser import load_analyser
from mudawwana.arabic.analyser_files import FIRST, MY, NOTHING, SECOND, THIRD, Inflected
from mudawwana.base.records import MultiwordToken, Sentence, Word
from mudawwana.training.edits import drop_words, with_text

_PERSONS = (
    *((4, {"Person": "1", "Number": "Sing"}), (5, {"Person": "1", "Number": "Plur"})),
    *(
        (4, {"Person": "2", "Number": "Sing", "Gender": "Masc"}),
        (3, {"Person": "2", "Number": "Sing", "Gender": "Fem"}),
    ),
    *(
        (4, {"Person": "2", "Number": "Plur", "Gender": "Masc"}),
        (1, {"Person": "2", "Number": "Plur", "Gender": "Fem"}),
    ),
    *((1, {"Person": "2", "Number": "Dual"}), (3, {"Person": "3", "Number": "Dual", "Gender": "Masc"})),
    *(
        (2, {"Person": "3", "Number": "Dual", "Gender": "Fem"}),
        (2, {"Person": "3", "Number": "Plur", "Gender": "Fem"}),
    ),
)
"""How often each is chosen, and its features."""
_IMPERATIVES = tuple((weight, person) for weight, person in _PERSONS if person["Person"] == "2")
_IMPERATIVE = {"Aspect": "Imp", "Mood": "Imp", "Tense": "", "Voice": "Act"}
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj", "csubj:pass", "cop"})
_NO_IMPERATIVE = frozenset({"aux", "mark", "advmod", "cop", "cc"})
_DUAL_SHARE = 0.3
_INFLECTED = ("Aspect", "Case", "Definite", "Gender", "Mood", "Number", "Person", "Voice")
_FOLLOWERS = {"ي": MY, "ني": FIRST, "نا": FIRST, "ك": SECOND, "كم": SECOND, "كن": SECOND, "كما": SECOND}


def vary_paradigms(sentences: Iterable[Sentence], *, seed: int) -> Iterator[Sentence]:
    """A variant of each sentence in which something changes, in order; the same seed gives the same variants."""
    random = Random(seed)  # noqa: S311 - no secret, but a repeatable choice
    for sentence in sentences:
        varied = sentence
        for edit in (_make_passive, _make_dual, _change_persons):
            varied = edit(varied, random)
        if varied != sentence:
            yield with_text(varied)


def _change_persons(sentence: Sentence, random: Random) -> Sentence:
    """Verbs without a subject in another person, all the same one: who speaks of himself goes on so."""
    person = _choose(random, _PERSONS)
    command = _choose(random, _IMPERATIVES)
    for word in sentence.words:
        if word.upos != "VERB" or "Person=3" not in word.feats or "Voice=Act" not in word.feats:
            continue
        relations = _get_relations(sentence, word)
        if relations & _SUBJECTS or word.deprel.startswith("acl"):
            continue
        is_command = word.deprel == "root" and not relations & _NO_IMPERATIVE and random.random() < 0.5
        changes = _IMPERATIVE | command if is_command else person
        sentence = _inflect(sentence, word.id, changes) or sentence
    return sentence


def _make_passive(sentence: Sentence, random: Random) -> Sentence:
    """The first verb that can be: its subject goes, its object takes the subject's place."""
    for word in sentence.words:
        if word.upos == "VERB" and "Voice=Act" in word.feats and random.random() < 0.7:
            made = _make_passive_verb(sentence, word)
            if made is not None:
                return made
    return sentence


def _make_passive_verb(sentence: Sentence, verb: Word) -> Sentence | None:
    objects = [child for child in _get_children(sentence, verb) if child.deprel == "obj"]
    subjects = [child for child in _get_children(sentence, verb) if child.deprel in _SUBJECTS]
    if (
        len(objects) != 1
        or objects[0].upos not in {"NOUN", "PROPN"}
        or objects[0].id < verb.id
        or len(subjects) > 1
    ):
        return None
    noun = objects[0]
    if subjects:
        shorter = _drop_subtree(sentence, subjects[0], verb)
        if shorter is None:
            return None
        lost = len(sentence.words) - len(shorter.words)
        sentence, noun = shorter, shorter.words[noun.id - lost - 1 if subjects[0].id < noun.id else noun.id - 1]
    gender = "Fem" if "Gender=Fem" in noun.feats or "Number=Plur" in noun.feats else "Masc"
    changes = {"Voice": "Pass", "Person": "3", "Number": "Sing", "Gender": gender}
    made = _inflect(sentence, verb.id, changes)
    made = made and _inflect_phrase(made, noun.id, {"Case": "Nom"}, required="Acc")
    if made is None:
        return None
    words = list(made.words)
    words[noun.id - 1] = replace(words[noun.id - 1], deprel="nsubj:pass")
    return replace(made, words=tuple(words))


def _make_dual(sentence: Sentence, random: Random) -> Sentence:
    """A noun with its adjectives, where no verb agrees with it; in few sentences, as duals are rare."""
    if random.random() > _DUAL_SHARE:
        return sentence
    nouns = [word for word in sentence.words if word.upos == "NOUN" and "Number=Sing" in word.feats]
    random.shuffle(nouns)
    for noun in nouns[:6]:
        relations = _get_relations(sentence, noun)
        is_free = noun.deprel in {"nsubj", "obj", "obl", "nmod", "conj", "root"} and noun.xpos == "NN"
        head = sentence.words[int(noun.head) - 1] if noun.head != "0" else noun
        if not is_free or (noun.deprel == "nsubj" and noun.id < head.id):
            continue
        if any(name.startswith(("acl", "nummod", "det", "cop", "nsubj", "conj")) for name in relations):
            continue
        made = _inflect_phrase(sentence, noun.id, {"Number": "Dual"}, required="")
        if made is not None:
            return made
    return sentence


def _inflect_phrase(
    sentence: Sentence, noun_id: int, changes: Mapping[str, str], *, required: str
) -> Sentence | None:
    """The noun and its adjectives with other features; None where one has no such form, or not that Case."""
    noun = sentence.words[noun_id - 1]
    if noun.upos == "PROPN" and not noun.feats.startswith("Case="):
        return sentence
    adjectives = [child for child in _get_children(sentence, noun) if child.deprel == "amod"]
    made: Sentence | None = sentence
    for word in (noun, *adjectives):
        if required and f"Case={required}" not in word.feats:
            return None
        made = made and _inflect(made, word.id, changes)
    return made


def _inflect(sentence: Sentence, word_id: int, changes: Mapping[str, str]) -> Sentence | None:
    """The sentence with another form of a word; None where the analyser has none."""
    word = sentence.words[word_id - 1]
    feats = {**_parse(word.feats), **changes}
    if "Gender" not in changes and "Person" in changes:
        feats.pop("Gender", None)
    token = next((one for one in sentence.multiword_tokens if one.first <= word_id <= one.last), None)
    follower = sentence.words[word_id] if token is not None and token.last > word_id else None
    needed = _FOLLOWERS.get(follower.form, THIRD) if follower is not None else NOTHING
    for form in load_analyser().inflect(word.lemma, word.upos):
        if form.followers & needed and _fits(_parse(form.feats), feats):
            changed = replace(word, form=form.form, feats=_write(feats, form))
            return _put(sentence, changed, form, token)
    return None


def _fits(found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(
        found.get(name, "") == wanted.get(name, "") for name in _INFLECTED if name in wanted or name in found
    )


def _write(feats: Mapping[str, str], form: Inflected) -> str:
    kept = {name: value for name, value in feats.items() if value}
    return "|".join(f"{name}={value}" for name, value in sorted(kept.items()))


def _put(sentence: Sentence, word: Word, form: Inflected, token: MultiwordToken | None) -> Sentence | None:
    """The word in its place, and its letters in those of its token."""
    old = sentence.words[word.id - 1]
    words = (*sentence.words[: word.id - 1], word, *sentence.words[word.id :])
    if token is None:
        return replace(sentence, words=words)
    before = "".join(one.form for one in sentence.words[token.first - 1 : word.id - 1])
    behind = "".join(one.form for one in sentence.words[word.id : token.last])
    if not token.form.startswith(before) or not token.form.endswith(behind):
        return None
    middle = form.spelled
    if before.endswith("ل") and old.form.startswith("ال") and form.spelled.startswith("ال"):
        middle = middle[2:] if middle.startswith("الل") else middle[1:]
    spelled = replace(token, form=before + middle + behind)
    ranges = tuple(spelled if one is token else one for one in sentence.multiword_tokens)
    return replace(sentence, words=words, multiword_tokens=ranges)


def _drop_subtree(sentence: Sentence, top: Word, verb: Word) -> Sentence | None:
    """The sentence without a word behind the verb and all below it; None where they are no row of tokens."""
    ids = {top.id}
    while more := {word.id for word in sentence.words if int(word.head) in ids} - ids:
        ids |= more
    first, last = min(ids), max(ids)
    starts = {token.words[0].id for token in sentence.tokens}
    ends = {token.words[-1].id for token in sentence.tokens}
    if first < verb.id or last - first + 1 != len(ids) or first not in starts or last not in ends:
        return None
    return drop_words(sentence, first, last)


def _get_children(sentence: Sentence, word: Word) -> list[Word]:
    return [other for other in sentence.words if other.head == str(word.id)]


def _get_relations(sentence: Sentence, word: Word) -> set[str]:
    return {child.deprel for child in _get_children(sentence, word)}


def _choose(random: Random, weighted: tuple[tuple[int, dict[str, str]], ...]) -> dict[str, str]:
    return random.choices([features for _, features in weighted], [weight for weight, _ in weighted])[0]


def _parse(feats: str) -> dict[str, str]:
    return dict(item.split("=", 1) for item in feats.split("|") if item != "_")
