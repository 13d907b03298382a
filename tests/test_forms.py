"""What a form leaves of the models' opinion, with and without the writer's vowel signs."""

from dataclasses import replace

import numpy as np
import pytest

from mudawwana.annotate.choices import NEVER, Choice, FeatureChoice, Scores
from mudawwana.annotate.forms import find_features, find_lemma, find_signed_reading, find_xpos
from mudawwana.annotate.repair import repair_words
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Word

PERFECT = "Aspect=Perf|Gender=Masc|Number=Sing|Person=3|Tense=Past|Voice=Act"
IMPERFECT = "Aspect=Imp|Gender=Fem|Mood=Ind|Number=Sing|Person=3|Tense=Pres|Voice=Act"
NOUN = "Case=Gen|Definite=Ind|Gender=Masc|Number=Sing"


def make_word(
    form: str, upos: str, feats: str = "_", *, lemma: str = "_", xpos: str = "_", misc: str = "_"
) -> Word:
    return Word(1, form, lemma, upos, xpos, feats, "0", "root", "_", misc)


def choose(**probs: float) -> Choice:
    return Choice.make(next(iter(probs)), Scores(tuple(probs), np.log(np.array([*probs.values()], np.float32))))


@pytest.mark.parametrize(
    ("spelled", "upos", "said", "expected"),
    [
        ("وُلِد", "VERB", PERFECT, "Voice=Pass"),  # "was born": one sign is enough
        ("تُستخدم", "VERB", IMPERFECT, "Voice=Pass"),  # "is used"
        ("كَتَبْتُ", "VERB", PERFECT, "Person=1"),  # "I wrote"
        ("كتبتم", "VERB", PERFECT, "Person=2"),  # "you wrote": no sign is needed
        ("اكتبوا", "VERB", "Aspect=Imp|Number=Plur|Person=2|Tense=Past|Voice=Act", "Mood=Imp"),  # "write!"
        ("يكتبان", "VERB", IMPERFECT, "Number=Dual"),  # "the two write"
        ("كتابا", "NOUN", NOUN, "Case=Acc"),  # "a book": its alef is written in the accusative alone
        ("الدَّرْسَ", "NOUN", NOUN, "Case=Acc"),
        ("هنأ", "VERB", "Case=Nom|Definite=Def|Gender=Masc|Number=Sing", "Aspect=Perf"),  # "congratulated"
    ],
)
def test_features_are_those_of_a_reading(spelled: str, upos: str, said: str, expected: str) -> None:
    feats = find_features(make_word(spelled, upos, said), spelled, said)
    assert expected in feats.split("|")
    assert upos != "VERB" or ("Case=" not in feats and "Definite=" not in feats)


def test_what_the_form_leaves_open_is_the_taggers() -> None:
    values = {"Aspect": ("", "Perf"), "Voice": ("", "Act", "Pass"), "Person": ("", "3"), "Number": ("", "Sing")}
    places: dict[str, dict[str, int]] = {}
    for name, names in values.items():
        places[name] = {value: len(places) * 3 + number for number, value in enumerate(names)}
    for best in ("Act", "Pass"):
        log_probs = np.full(12, -3.0, dtype=np.float32)
        log_probs[places["Voice"][best]] = -0.1
        said = FeatureChoice.make(f"{PERFECT}|Mood=Ind", places, log_probs)  # of no reading: perfects have no mood
        assert f"Voice={best}" in find_features(make_word("كتب", "VERB", said), "كتب", said)
    assert said.get_log_prob("Voice", "Mid") == said.get_log_prob("Unheard", "") == NEVER


def test_a_noun_keeps_what_the_tagger_leaves_out_and_loses_what_verbs_have() -> None:
    assert find_features(make_word("كتاب", "NOUN", "Case=Gen"), "كتاب", "Case=Gen") == "Case=Gen"
    said = "Aspect=Perf|Case=Gen|Person=3|Voice=Act"
    assert find_features(make_word("حكم", "NOUN", said), "حكم", said) == "Case=Gen"
    participle = "Case=Acc|Definite=Ind|Gender=Masc|Number=Sing|VerbForm=Part|Voice=Act"
    assert find_features(make_word("قائلا", "ADJ", participle), "قائلا", participle) == participle


def test_a_word_that_the_analyser_does_not_know_stays() -> None:
    word = make_word("زبرجدوف", "NOUN", NOUN, lemma="زَبَرجَدُوف")
    assert find_features(word, word.form, NOUN) == NOUN
    assert find_lemma(word, word.form) == word.lemma


def test_signs_rule_a_tag_out() -> None:
    noun = make_word("كَتَبْتُ", choose(NOUN=0.8, VERB=0.15, ADJ=0.05))
    reading = find_signed_reading(noun, noun.form)
    assert reading is not None
    assert (reading.upos, reading.lemma) == ("VERB", "كَتَب")
    assert find_signed_reading(noun, "كتبت") is None
    assert find_signed_reading(make_word("كَتَبْتُ", "PROPN"), "كَتَبْتُ") is None
    who = find_signed_reading(make_word("مَنْ", choose(ADP=0.9, PRON=0.1)), "مَنْ")
    assert who is not None
    assert (who.upos, who.lemma) == ("PRON", "مَن")


@pytest.mark.parametrize(
    ("form", "said", "expected"),
    [
        ("اكتبوا", "اِكتَبَى", "كَتَب"),  # made up; of the readings' two lemmas the lexicon has one
        ("كتب", "كَتَب", "كَتَب"),
        ("سافرنا", "سَافَرنَا", "سَافَر"),
    ],
)
def test_a_lemma_that_no_reading_has_gives_way(form: str, said: str, expected: str) -> None:
    assert find_lemma(make_word(form, "VERB", PERFECT, lemma=said), form) == expected


def test_xpos_goes_with_the_tag() -> None:
    assert find_xpos(make_word("كتب", "VERB", xpos=choose(NN=0.7, JJ=0.2, VBC=0.1))) == "VBC"
    assert find_xpos(make_word("كتب", "NOUN", xpos="VBG")) == "VBG"
    assert find_xpos(make_word("هذا", "PRON", "PronType=Dem", xpos="REL")) == "PDEM"


def test_a_particle_decides_the_mood_and_all_is_on_record() -> None:
    particle = replace(make_word("لن", "PART"), head="2", deprel="advmod")
    verb = replace(make_word("تسمح", "VERB", IMPERFECT, lemma="سَمَح"), id=2)
    [_, repaired] = repair_words([particle, verb])
    assert {"Mood=Sub", "Tense=Fut"} <= set(repaired.feats.split("|"))
    assert get_misc(repaired.misc, "RepairedBy") == "mood-of-particle"
    assert undo_repairs([repaired]) == [verb]


def test_a_passive_has_its_own_subject_and_speakers_have_no_noun() -> None:
    verb = make_word("ولد", "VERB", PERFECT, lemma="وَلَد")
    noun = replace(make_word("الشاعر", "NOUN", NOUN, lemma="شَاعِر"), id=2, head="1", deprel="nsubj")
    assert repair_words([verb, noun])[1].deprel == "nsubj"
    assert repair_words([verb, noun], ["وُلِد", "الشاعر"])[1].deprel == "nsubj:pass"
    speaker = replace(verb, form="كتبتم", lemma="كَتَب")
    assert repair_words([speaker, noun])[1].deprel == "obj"
