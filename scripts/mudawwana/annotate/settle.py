"""Between tagger and parser: a tag that the form rules out gives way, so that the parser sees one that it allows.

Vowel signs that the writer has written rule tags out (قُبِلَ "was accepted" is no preposition), and so do the closed
classes, which the analyser has whole (لستم "you are not" is no noun, and no name either).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from stanza.models.common.doc import Sentence as StanzaSentence

from mudawwana.annotate.agreement import Scorer, pose_problem
from mudawwana.annotate.choices import Choice, FeatureChoice
from mudawwana.annotate.forms import apply_reading, find_xpos
from mudawwana.annotate.readings import list_exact_tags
from mudawwana.arabic.script import TYPES, drop_marks
from mudawwana.base.records import Word

_CLOSED = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ"})
_OPEN = frozenset({"ADJ", "ADP", "ADV", "NOUN", "VERB"})
"""Tags that signs may rule out; a name may be any word, and marks and numbers are none."""


def settle_tags(sentence: StanzaSentence, spelled: Sequence[str], scorer: Scorer) -> None:
    """Changes tags, features and lemma of such words in place; `spelled` has the tokens as they are written."""
    tokens = [(raw, len(token.words)) for raw, token in zip(spelled, sentence.tokens, strict=True)]
    flagged = {}
    for (raw, _), token in zip(tokens, sentence.tokens, strict=True):
        forms = tuple([word.text for word in token.words])
        for place, word in enumerate(token.words):
            if allowed := find_allowed_tags(raw, forms, place, str(word.upos)):
                flagged[word.id - 1] = allowed
    if not flagged:
        return
    words = [
        Word(word.id, word.text, word.lemma or "_", word.upos, word.xpos, word.feats or "_", "0", "dep", "_", "_")
        for word in sentence.words
    ]
    options, scores = scorer.score_readings(pose_problem(words, tokens))
    for place, allowed in flagged.items():
        rows = [row for row, reading in enumerate(options[place].readings) if reading.upos in allowed]
        best = options[place].readings[max(rows, key=lambda row: float(scores[place][row]))]
        _set_reading(sentence.words[place], words[place], *apply_reading(words[place], best))


@lru_cache(TYPES)
def find_allowed_tags(raw: str, forms: tuple[str, ...], place: int, upos: str) -> frozenset[str]:
    """The tags that the form leaves where it rules this one out; none where it does not."""
    tags = list_exact_tags(raw, forms)[place]
    if not tags or upos in tags:
        return frozenset()
    is_ruled_out = tags <= _CLOSED or (upos in _OPEN and raw != drop_marks(raw))
    return tags if is_ruled_out else frozenset()


def _set_reading(word: object, said: Word, upos: str, lemma: str, feats: str) -> None:
    """On a word of Stanza's; what the models said of it travels with the tag."""
    tag = Choice.make(str(upos), upos.scores) if isinstance(upos, Choice) else upos
    if isinstance(tag, Choice):
        tag.said = said
    if isinstance(said.feats, FeatureChoice):
        feats = FeatureChoice.make(feats, said.feats.places, said.feats.log_probs)
    changed = replace(said, upos=tag, lemma=lemma, feats=feats)
    for name, value in {"upos": tag, "xpos": find_xpos(changed), "lemma": lemma, "feats": feats}.items():
        setattr(word, name, value)


def get_said(word: Word) -> Word:
    """The word as the models had it, before a tag was settled; else itself."""
    said = getattr(word.upos, "said", None)
    if said is None:
        return word
    return replace(word, upos=said.upos, xpos=said.xpos, lemma=said.lemma, feats=str(said.feats))
