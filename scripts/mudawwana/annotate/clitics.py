"""Where a token is cut that the expander's dictionary lacks: among the analyser's segmentations, by how common the
parts are.

سيارتك "your car" is سيارة + ك, not س + يارة + ك: no يارة is known. The words of the models' vectors stand in the
order of their frequency in segmented text, so a part's probability follows from its place (Zipf's law). Over the
treebank's tokens outside the dictionary this cuts as the treebank does, but for names, which the analyser lacks.
"""

import math
import re
from collections.abc import Mapping

import stanza

from mudawwana.arabic.analyser import Segmentation, analyse_token

_LETTERS = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
_RARE = 100_000
"""The place of a word that has none: behind all others."""
_FIRST = 10
"""The first places are those of marks, and hardly less frequent than the next."""
_FUSED = {"مما": "من ما", "عما": "عن ما", "عليّ": "على ي", "إليّ": "إلى ي", "لديّ": "لدى ي"}
"""Read so whatever the dictionary says: fused particles, and prepositions that shadda tells from names."""
_ASKING = {"ألم": "أَلم", "أليس": "أَليس", "أليست": "أَليست", "ألست": "أَلست", "أليسوا": "أَليسوا"}
"""In a question "have not", "is not"; else a noun "pain" and a name. The spelling tells them apart."""
FUSED_LENGTHS = frozenset(len(form) for form in ("علي", *_FUSED, *_ASKING))
SPELLED_APART = _FUSED | {spelled: f"أ {form[1:]}" for form, spelled in _ASKING.items()}


def spell_apart(form: str, raw: str, *, is_question: bool) -> str:
    """The spelling of a token that tells its reading, where others of its letters have another; else the form.

    >>> spell_apart("علي", "عليّ", is_question=False), spell_apart("ألم", "ألم", is_question=True)
    ('عليّ', 'أَلم')
    """
    if raw in _FUSED:
        return raw
    return _ASKING.get(form, form) if is_question else form


class CliticDictionary(dict[str, str]):
    """An expander's dictionary, which also has each token of Arabic letters that the analyser knows."""

    def __init__(self, known: Mapping[str, str], places: Mapping[str, int]) -> None:
        """`places` are those of the words of segmented text by frequency, 0-based."""
        super().__init__({**known, **SPELLED_APART})
        self._places = places
        self._unknown: set[str] = set()

    def __contains__(self, token: object) -> bool:
        if super().__contains__(token):
            return True
        if not isinstance(token, str) or token in self._unknown or not _LETTERS.fullmatch(token):
            return False
        words = self._choose_words(token)
        if not words:
            self._unknown.add(token)
            return False
        self[token] = words
        return True

    def _choose_words(self, token: str) -> str:
        """The token's words with a space between; "" where the analyser does not know it."""
        found = {tuple(word.form for word in words): words for words in analyse_token(token) if _is_exact(words)}
        sure = [forms for forms, words in found.items() if len(forms) == 1 or self._are_known(words)]
        best = max(sure, key=self._score, default=())
        return " ".join(best)

    def _are_known(self, words: Segmentation) -> bool:
        """Whether no word of an open class is unheard of: else the token may be a name."""
        return all(word.form in self._places for word in words if word.upos in {"ADJ", "NOUN", "PROPN", "VERB"})

    def _score(self, forms: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
        return -sum(math.log(self._places.get(form, _RARE) + _FIRST) for form in forms), forms


def _is_exact(words: Segmentation) -> bool:
    return not any(word.folded for word in words)


def get_places(pipeline: stanza.Pipeline) -> Mapping[str, int]:
    """The words of the tagger's vectors, the most frequent first; none without vectors."""
    pretrain = getattr(pipeline.processors.get("pos"), "pretrain", None)
    return {word: place for place, word in enumerate(pretrain.vocab)} if pretrain else {}
