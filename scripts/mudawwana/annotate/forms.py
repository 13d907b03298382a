"""What a word's form says of it: of the analyser's readings (arabic/analyser.py), the one that models like best.

Tag, lemma and features of a model are chosen one by one, and may not go together. Where the analyser knows a form,
its reading has them together: a verb's person and voice, a noun's gender, number and case as far as letters and
written vowel signs show them. Names and what the analyser does not know stay as the models have them.
"""

from collections.abc import Iterator
from functools import cache, lru_cache

from mudawwana.annotate.choices import NEVER, FeatureChoice, choose_best
from mudawwana.arabic.analyser import Analysis, analyse_word
from mudawwana.arabic.lexicon import read_lexicon
from mudawwana.arabic.script import TYPES, drop_marks
from mudawwana.arabic.tagset import NOMINAL_FEATURES, VERBAL_FEATURES, XPOS_BY_UPOS
from mudawwana.base.records import Word

_OPEN_TAGS = frozenset({"ADJ", "AUX", "NOUN", "VERB"})
_SCORED = ("Aspect", "Case", "Gender", "Mood", "Number", "Person", "Voice")
"""Features that are taken from a reading. Not Definite: an idafa shows in the tree, not in the form."""
_FOREIGN = {
    "ADJ": VERBAL_FEATURES,
    "AUX": NOMINAL_FEATURES,
    "NOUN": VERBAL_FEATURES,
    "PROPN": VERBAL_FEATURES,
    "VERB": NOMINAL_FEATURES,
}
"""Features that no word with the tag has."""


_WHO = "من"
_PRONOUNS = {
    "Prs": frozenset({"PRP", "EX"}),
    "Dem": frozenset({"PDEM"}),
    "Rel": frozenset({"REL", "WP"}),
    "Int": frozenset({"WP"}),
}
"""XPOS by PronType."""


def find_signed_reading(word: Word, spelled: str) -> Analysis | None:
    """The reading that the writer's vowel signs leave, where they rule the tag out; of several tags the best.

    `spelled` is the word as it is written, with its signs. Names keep their tag, as any word may be part of one,
    and so do function words, but for مَن "who" and مِن "of".
    """
    bare = drop_marks(spelled)
    if spelled == bare or not (word.upos in {"ADJ", "NOUN", "VERB"} or bare == _WHO):
        return None
    readings = _analyse(spelled)
    if not readings or any(reading.upos == word.upos for reading in readings):
        return None
    upos = choose_best(word.upos, {reading.upos for reading in readings}.__contains__)
    return (
        next((reading._replace(upos=upos) for reading in readings if reading.upos == upos), None) if upos else None
    )


def find_lemma(word: Word, spelled: str) -> str:
    """The word's lemma if a reading with its tag has it; else the only one of the readings, or of the lexicon's.

    Without such a one the lemmatizer's stays.
    """
    return word.lemma if word.lemma == "_" else _find_lemma(spelled, str(word.upos), word.lemma)


@lru_cache(TYPES)
def _find_lemma(spelled: str, upos: str, lemma: str) -> str:
    lemmas = {reading.lemma for reading in _find_readings(spelled, upos, lemma)}
    known = lemmas & _load_lemmas(upos) if len(lemmas) > 1 else lemmas
    return next(iter(known)) if lemma not in lemmas and len(known) == 1 else lemma


def find_features(word: Word, spelled: str, said: str) -> str:
    """The features of the reading that the tagger likes best, and those of its own that no reading has.

    `said` are the tagger's features as it gave them, with its scores if it has any. A verb has all that its
    reading has; of a noun, what the tagger leaves out stays out.
    """
    upos, feats = str(word.upos), str(word.feats)
    if _is_reading(spelled, upos, word.lemma, feats):
        return feats
    features = _drop_foreign(upos, feats)
    readings = _find_features(spelled, upos, word.lemma)
    if not readings or feats == "_":
        return _write(features)
    best = max(readings, key=lambda reading: sum(_iter_scores(reading, features, said)))
    is_verb = "Aspect" in best
    features |= {name: best.get(name, "") for name in _SCORED if is_verb or (name in features and name in best)}
    if is_verb:
        features["Tense"] = _find_tense(features)
    return _write(features)


@lru_cache(TYPES)
def _is_reading(spelled: str, upos: str, lemma: str, feats: str) -> bool:
    """Whether the features are one reading's as they stand, so that no other can be liked better; most are."""
    features = _parse(feats)
    if "Aspect" in features and features.get("Tense", "") != _find_tense(features):
        return False
    own = [features.get(name, "") for name in _SCORED]
    return features.keys().isdisjoint(_FOREIGN.get(upos, frozenset())) and any(
        own == [reading.get(name, "") for name in _SCORED] for reading in _find_features(spelled, upos, lemma)
    )


def _drop_foreign(upos: str, feats: str) -> dict[str, str]:
    foreign = _FOREIGN.get(upos, frozenset())
    if "Person" in foreign and "VerbForm" not in feats:  # of the nominals participles alone have a voice
        foreign |= {"Voice"}
    return {name: value for name, value in _parse(feats).items() if name not in foreign}


def _find_tense(features: dict[str, str]) -> str:
    """Of a verb by itself (GUIDELINES F5): an imperfect keeps a future, a jussive a past; others are present."""
    if features["Aspect"] == "Perf":
        return "Past"
    mood, tense = features.get("Mood", ""), features.get("Tense", "")
    if mood == "Imp":
        return ""
    return tense if tense == "Fut" or (tense == "Past" and mood == "Jus") else "Pres"


def find_xpos(word: Word) -> str:
    """The word's XPOS, or the tagger's best of those that go with its tag (annotations/GUIDELINES.md, Tags)."""
    allowed = XPOS_BY_UPOS.get(str(word.upos), frozenset({word.xpos}))
    if word.upos == "PRON":
        allowed = _PRONOUNS.get(_parse(word.feats).get("PronType", ""), allowed)
    if word.xpos in allowed or word.xpos == "_":
        return word.xpos
    return choose_best(word.xpos, allowed.__contains__) or sorted(allowed)[0]


@lru_cache(TYPES)
def _analyse(form: str) -> tuple[Analysis, ...]:
    return tuple(reading for reading in analyse_word(form) if not reading.folded)


@cache
def _load_lemmas(upos: str) -> frozenset[str]:
    """The lemmas that the project's lexicon has with the tag."""
    return frozenset(entry.lemma for entry in read_lexicon() if entry.upos == upos)


@lru_cache(TYPES)
def _find_features(spelled: str, upos: str, lemma: str) -> tuple[dict[str, str], ...]:
    return tuple(_parse(reading.feats) for reading in _find_readings(spelled, upos, lemma))


def _find_readings(spelled: str, upos: str, lemma: str) -> list[Analysis]:
    """The readings with the tag, of an open class; those with the lemma alone, if there are any."""
    if upos not in _OPEN_TAGS:
        return []
    readings = [reading for reading in _analyse(spelled) if reading.upos == upos]
    return [reading for reading in readings if reading.lemma == lemma] or readings


def _iter_scores(reading: dict[str, str], own: dict[str, str], said: str) -> Iterator[float]:
    """For each feature the tagger's log-probability of the reading's value; of one that was mended, and without
    scores, 0 for the word's own and less for others."""
    before = _parse(said)
    for name in _SCORED:
        value = reading.get(name, "")
        if own.get(name, "") != before.get(name, "") or not isinstance(said, FeatureChoice):
            yield NEVER * (own.get(name, "") != value)
        else:
            yield said.get_log_prob(name, value)


@lru_cache(TYPES)
def _parse_plain(feats: str) -> tuple[tuple[str, str], ...]:
    return tuple((item.split("=", 1)[0], item.split("=", 1)[1]) for item in feats.split("|") if "=" in item)


def _parse(feats: str) -> dict[str, str]:
    return dict(_parse_plain(str(feats)))


def _write(features: dict[str, str]) -> str:
    kept = {name: value for name, value in features.items() if value}
    return "|".join(f"{name}={kept[name]}" for name in sorted(kept, key=str.lower)) or "_"
