"""Further forms of a treebank's lemmas, for the lemmatizer's dictionary and its sequence model.

A treebank of 18,000 words shows most lemmas in one or two forms. Their regular other forms (the article, the
sound plurals and the dual, the adjective's feminine, the verb's persons) need no guess: only such are made here,
and none that the treebank shows with the same tag.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from mudawwana.arabic.script import normalise
from mudawwana.base.records import Sentence
from mudawwana.training.edits import make_word_sentence

_ARTICLE = "ال"
_PERSONS = "يتنأ"
"""What the imperfect begins with: he, she or you, we, I."""


def make_inflections(sentences: Iterable[Sentence], *, forms: Collection[str] = ()) -> Iterator[Sentence]:
    """One-word sentences, in the order of the forms; their heads and features mean nothing.

    Expects normalised sentences. Only what is in `forms` is made, if there are any. Of two lemmas with one form
    the more frequent has it.
    """
    words = Counter(
        (word.form, word.upos, word.lemma)
        for sentence in sentences
        for word in sentence.words
        if word.lemma != "_"
    )
    attested = {(form, upos) for form, upos, _ in words}
    made: dict[tuple[str, str], str] = {}
    for (form, upos, lemma), _ in words.most_common():
        for other in sorted(_iter_forms(form, upos, normalise(lemma).text)):
            if (other, upos) not in attested and (not forms or other in forms):
                made.setdefault((other, upos), lemma)
    for (form, upos), lemma in sorted(made.items()):
        yield make_word_sentence(form, upos, lemma)


def _iter_forms(form: str, upos: str, lemma: str) -> Iterator[str]:
    """Forms of the word that is written `form` in the text and `lemma`, without vowels, in a dictionary."""
    if upos == "VERB":
        yield from _iter_verb_forms(form, lemma)
    elif upos in {"ADJ", "NOUN"}:
        for base in {form.removeprefix(_ARTICLE) if len(form) > 4 else form, lemma}:
            for other in (base, *(_iter_endings(base, upos) if base == lemma else ())):
                yield other
                yield _ARTICLE + other


def _iter_endings(lemma: str, upos: str) -> Iterator[str]:
    if lemma.endswith("ة"):
        yield from (lemma[:-1] + ending for ending in ("ات", "تان", "تين", "تا", "تي"))
    elif lemma[-1] not in "اىءؤئ":
        yield from (lemma + ending for ending in ("ا", "ات", "ان", "ين", "ون"))
        if upos == "ADJ":
            yield from (lemma + ending for ending in ("ة", "تان", "تين"))


def _iter_verb_forms(form: str, lemma: str) -> Iterator[str]:
    """The attested stem in other persons, and those that are spelt from the citation form."""
    if lemma[-1] not in "اىءؤئ":
        yield from (lemma + ending for ending in ("ت", "وا", "ا", "تا"))
    stems = {_get_imperfect(lemma)}
    if form[0] in _PERSONS and not (form[0] in "تنأ" and lemma.startswith(form[0])) and len(form) > 3:
        stems.add(form[1:])
    for stem in sorted(stems):
        yield from (person + stem for person in _PERSONS)
        if stem[-1] not in "اىويءؤئن":
            yield from ("ي" + stem + ending for ending in ("ون", "وا", "ان"))
            yield "ت" + stem + "ان"


def _get_imperfect(lemma: str) -> str:
    """What follows the person in the imperfect: تخذ of اتخذ "take", غطي of غطى "cover"."""
    stem = lemma[1:] if lemma[0] in "اأ" and len(lemma) > 3 else lemma
    return stem[:-1] + "ي" if stem.endswith("ى") else stem
