"""Readings of words and labels of arcs, decided together by weights made here; how such weights are learnt."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mudawwana.annotate.agreement import (
    Decision,
    Scorer,
    compute_log_probs,
    decide,
    pose_problem,
    read_weights,
    score,
)
from mudawwana.annotate.choices import Choice, FeatureChoice, Scores
from mudawwana.annotate.forms import find_xpos
from mudawwana.annotate.readings import SCORED, ask_readings, list_readings, parse_features
from mudawwana.annotate.repair import repair_words
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Word
from mudawwana.training.agreement import Example, compute_gradient, fit_weights, make_example, write_weights

PERFECT = "Aspect=Perf|Gender=Masc|Number=Sing|Person=3|Tense=Past|Voice=Act"
IMPERFECT = "Aspect=Imp|Gender=Fem|Mood=Ind|Number=Sing|Person=3|Tense=Pres|Voice=Act"
NOUN = "Case=Gen|Definite=Ind|Gender=Masc|Number=Sing"
VALUES = {
    "Aspect": ("", "Imp", "Perf"),
    "Case": ("", "Acc", "Gen", "Nom"),
    "Definite": ("", "Cons", "Def", "Ind"),
    "Gender": ("", "Fem", "Masc"),
    "Mood": ("", "Imp", "Ind", "Jus", "Sub"),
    "Number": ("", "Dual", "Plur", "Sing"),
    "Person": ("", "1", "2", "3"),
    "Voice": ("", "Act", "Pass"),
}
TRUST = {"upos": 1.0, "label": 1.0, **dict.fromkeys(SCORED, 1.0)}
"""No weight but those of what the models say."""


def choose(**probs: float) -> Choice:
    return Choice.make(next(iter(probs)), Scores(tuple(probs), np.log(np.array([*probs.values()], np.float32))))


def say_features(feats: str, share: float = 0.8) -> FeatureChoice:
    """The column as the tagger gives it, with this probability of each value."""
    said = parse_features(feats)
    places: dict[str, dict[str, int]] = {}
    log_probs: list[float] = []
    for name, values in VALUES.items():
        places[name] = {value: len(log_probs) + number for number, value in enumerate(values)}
        rest = (1 - share) / (len(values) - 1)
        log_probs += [np.log(share if value == said.get(name, "") else rest) for value in values]
    return FeatureChoice.make(feats, places, np.array(log_probs, dtype=np.float32))


def make_word(
    form: str, upos: str, feats: str = "_", *, lemma: str = "لَا", number: int = 1, **columns: str
) -> Word:
    tag = upos if isinstance(upos, Choice) else choose(**{upos: 0.999, "X": 0.001})
    word = Word(number, form, lemma, tag, "_", say_features(feats), "0", "root", "_", "_")
    return replace(word, **columns)  # type: ignore[arg-type]


def read_one(word: Word, spelled: str = "", weights: dict[str, float] | None = None) -> Word:
    return read_all([word], [(spelled or word.form, 1)], weights)[0]


def read_all(
    words: Sequence[Word], tokens: Sequence[tuple[str, int]], weights: dict[str, float] | None = None
) -> list[Word]:
    return repair_words(words, decide(words, tokens, Scorer(weights or TRUST)))


@pytest.mark.parametrize(
    ("spelled", "upos", "said", "expected"),
    [
        ("وُلِد", "VERB", PERFECT, "Voice=Pass"),  # "was born": one sign is enough
        ("تُستخدم", "VERB", IMPERFECT, "Voice=Pass"),  # "is used"
        ("كَتَبْتُ", "VERB", PERFECT, "Person=1"),  # "I wrote"
        ("كتبتم", "VERB", PERFECT, "Person=2"),  # "you wrote": no sign is needed
        ("اكتبوا", "VERB", "Aspect=Imp|Number=Plur|Person=2|Tense=Past|Voice=Act", "Mood=Imp"),  # "write!"
        ("يكتبان", "VERB", IMPERFECT, "Number=Dual"),  # "the two write"
        ("نكتب", "VERB", "Aspect=Imp|Mood=Ind|Number=Plur|Person=3|Voice=Act", "Person=1"),  # "we write"
        ("كتابا", "NOUN", NOUN, "Case=Acc"),  # "a book": its alef is written in the accusative alone
        ("الدَّرْسَ", "NOUN", NOUN, "Case=Acc"),
        ("المسلمين", "NOUN", "Case=Gen|Definite=Def|Gender=Masc|Number=Plur", "Number=Plur"),
        ("هنأ", "VERB", "Case=Nom|Definite=Def|Gender=Masc|Number=Sing", "Aspect=Perf"),  # "congratulated"
    ],
)
def test_features_are_those_of_a_reading(spelled: str, upos: str, said: str, expected: str) -> None:
    feats = read_one(make_word(spelled, upos, said)).feats.split("|")
    assert expected in feats
    assert upos != "VERB" or not {"Case", "Definite"} & {item.split("=")[0] for item in feats}


def test_what_the_form_leaves_open_is_the_taggers() -> None:
    for voice in ("Act", "Pass"):
        said = f"Aspect=Perf|Gender=Masc|Mood=Ind|Number=Sing|Person=3|Voice={voice}"  # perfects have no mood
        repaired = read_one(make_word("كتب", "VERB", said))
        assert f"Voice={voice}" in repaired.feats
        assert "Mood" not in repaired.feats
    noun = read_one(make_word("كتاب", "NOUN", "Case=Gen|Definite=Ind"))
    assert noun.feats == "Case=Gen|Definite=Ind"  # the treebank leaves gender and number out of some words
    participle = "Case=Acc|Definite=Ind|Gender=Masc|Number=Sing|VerbForm=Part|Voice=Act"
    assert read_one(make_word("قائلا", "ADJ", participle)).feats == participle
    assert read_one(make_word("حكم", "NOUN", f"{NOUN}|Voice=Act")).feats == NOUN


def test_a_word_that_the_analyser_does_not_know_is_read_in_each_case() -> None:
    word = make_word("زبرجدوف", "NOUN", NOUN, lemma="زَبَرجَدُوف")
    readings = list_readings(ask_readings([word], [(word.form, 1)])[0])
    assert {(parse_features(one.feats)["Case"], parse_features(one.feats)["Definite"]) for one in readings} == {
        (case, state) for case in ("Nom", "Acc", "Gen") for state in ("Ind", "Cons")
    }
    assert {one.source for one in readings} == {"model"}
    assert (read_one(word).feats, read_one(word).lemma) == (NOUN, word.lemma)


def test_signs_rule_a_tag_out_but_not_a_name() -> None:
    noun = make_word("كتبت", choose(NOUN=0.8, VERB=0.15, ADJ=0.05), NOUN)
    assert read_one(noun).upos != "NOUN"  # no noun is spelled so
    signed = read_one(noun, "كَتَبْتُ")
    assert (signed.upos, signed.lemma) == ("VERB", "كَتَب")
    assert read_one(make_word("كتبت", choose(PROPN=0.9, VERB=0.1)), "كَتَبْتُ").upos == "PROPN"
    who = read_one(make_word("من", choose(ADP=0.9, PRON=0.1)), "مَنْ")
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
    assert read_one(make_word(form, "VERB", PERFECT, lemma=said)).lemma == expected


@pytest.mark.parametrize(
    ("upos", "feats", "said", "expected"),
    [
        ("VERB", PERFECT, choose(NN=0.7, JJ=0.2, VBC=0.1), "VBC"),
        ("NOUN", NOUN, "VBG", "VBG"),
        ("PRON", "PronType=Dem", "REL", "PDEM"),
        ("DET", "PronType=Dem", choose(PRP=0.9, PDEM=0.1), "PDEM"),
        ("AUX", "_", "VBC", "RP"),
        ("AUX", PERFECT, "RP", "VBC"),
        ("ADJ", "VerbForm=Part|Voice=Act", "JJ", "VBN"),
    ],
)
def test_xpos_goes_with_the_tag(upos: str, feats: str, said: str, expected: str) -> None:
    assert find_xpos(make_word("كتب", upos, feats, xpos=said)) == expected


def test_a_particle_decides_the_mood_and_all_is_on_record() -> None:
    particle = Word(1, "لن", "لَن", "PART", "_", "_", "2", "advmod", "_", "_")
    verb = Word(2, "تسمح", "سَمَح", "VERB", "_", IMPERFECT, "0", "root", "_", "_")
    [_, repaired] = repair_words([particle, verb])
    assert {"Mood=Sub", "Tense=Fut"} <= set(repaired.feats.split("|"))
    assert get_misc(repaired.misc, "RepairedBy") == "mood-of-particle"
    assert undo_repairs([repaired]) == [verb]


def test_a_passive_has_its_own_subject_and_speakers_have_no_noun() -> None:
    verb = make_word("ولد", "VERB", PERFECT, lemma="وَلَد")
    noun = make_word("الشاعر", "NOUN", "Case=Nom|Definite=Def|Gender=Masc|Number=Sing", number=2)
    noun = replace(noun, lemma="شَاعِر", head="1", deprel=choose(nsubj=0.8, obj=0.2))
    assert read_all([verb, noun], [("ولد", 1), ("الشاعر", 1)])[1].deprel == "nsubj"
    assert read_all([verb, noun], [("وُلِد", 1), ("الشاعر", 1)])[1].deprel == "nsubj:pass"
    speaker = replace(verb, form="كتبتم", lemma="كَتَب")
    assert read_all([speaker, noun], [("كتبتم", 1), ("الشاعر", 1)])[1].deprel == "obj"


def test_weights_of_arcs_move_readings_and_labels_together() -> None:
    """An object is accusative: which of both gives way is a matter of the models' doubts."""
    verb = make_word("كتب", "VERB", PERFECT, lemma="كَتَب")
    noun = make_word("الدرس", "NOUN", "Case=Nom|Definite=Def|Gender=Masc|Number=Sing", number=2)
    noun = replace(noun, lemma="دَرس", head="1", deprel=choose(obj=0.97, nsubj=0.03))
    tokens = [("كتب", 1), ("الدرس", 1)]
    weights = {**TRUST, "c obj NOUN Nom R": -9.0}
    case_gives_way = read_all([verb, noun], tokens, weights)[1]
    assert (case_gives_way.deprel, parse_features(case_gives_way.feats)["Case"]) == ("obj", "Acc")
    noun = replace(noun, deprel=choose(obj=0.52, nsubj=0.48))
    label_gives_way = read_all([verb, noun], tokens, weights)[1]
    assert (label_gives_way.deprel, parse_features(label_gives_way.feats)["Case"]) == ("nsubj", "Nom")
    assert get_misc(label_gives_way.misc, "RepairedBy") == "relation-of-reading"


@pytest.fixture
def sentence() -> tuple[list[Word], list[tuple[str, int]]]:
    """كتب الطلاب دروسهم "the students wrote their lessons"."""
    words = [
        make_word("كتب", choose(VERB=0.7, NOUN=0.3), PERFECT, lemma="كَتَب"),
        make_word("الطلاب", "NOUN", "Case=Gen|Definite=Def|Gender=Masc|Number=Plur", number=2, lemma="طَالِب"),
        make_word("دروس", "NOUN", "Case=Nom|Definite=Ind|Gender=Masc|Number=Plur", number=3, lemma="دَرس"),
        make_word("هم", "PRON", "Case=Gen|Gender=Masc|Number=Plur|Person=3|PronType=Prs", number=4, lemma="هُوَ"),
    ]
    heads = [("0", "root"), ("1", choose(nsubj=0.6, nmod=0.4)), ("1", choose(obj=0.6, nsubj=0.4)), ("3", "nmod")]
    words = [replace(word, head=head, deprel=label) for word, (head, label) in zip(words, heads, strict=True)]
    return words, [("كتب", 1), ("الطلاب", 1), ("دروسهم", 2)]


def test_beliefs_and_best_are_those_of_all_combinations(
    sentence: tuple[list[Word], list[tuple[str, int]]],
) -> None:
    words, tokens = sentence
    weights = {**TRUST, "v nsubj VERB NOUN Act Nom": 1.5, "c obj NOUN Acc R": 2.0, "k nmod NOUN NOUN =": -1.0}
    scored = score(pose_problem(words, tokens), Scorer(weights))
    totals: dict[tuple[tuple[int, int], ...], float] = {}
    ranges = [
        [(row, label) for row in range(len(scored.unary[place])) for label in range(len(scored.labels[place]))]
        for place in range(len(words))
    ]
    for one in ranges[0]:
        for two in ranges[1]:
            for three in ranges[2]:
                for four in ranges[3]:
                    chosen = (one, two, three, four)
                    totals[chosen] = sum(
                        scored.unary[place][row]
                        + (
                            0.0
                            if scored.arcs[place] is None
                            else scored.arcs[place][chosen[head][0] if head >= 0 else 0, label, row]  # type: ignore[index]
                        )
                        for place, (head, (row, label)) in enumerate(zip(scored.heads, chosen, strict=True))
                    )
    assert tuple(scored.find_best()) == max(totals, key=lambda key: totals[key])
    mass = np.exp(np.array([*totals.values()]) - max(totals.values()))
    for place, belief in enumerate(scored.compute_beliefs()):
        for row in range(len(scored.unary[place])):
            share = sum(m for key, m in zip(totals, mass, strict=True) if key[place][0] == row) / mass.sum()
            assert (1.0 if belief is None else belief[:, :, row].sum()) == pytest.approx(share, abs=1e-6)
    for belief, probs in zip(scored.compute_beliefs(), scored.compute_probs(), strict=True):
        assert (belief is None) == (probs is None)
        if belief is not None and probs is not None:
            assert probs == pytest.approx(belief.sum((0, 1)), abs=1e-6)
    decisions = decide(words, tokens, Scorer(weights))
    assert all(isinstance(one, Decision) and 0 < one.prob <= 1 + 1e-9 for one in decisions)


def make_gold_example(words: Sequence[Word], tokens: Sequence[tuple[str, int]]) -> Example:
    columns = [
        {"upos": "VERB", "feats": PERFECT, "lemma": "كَتَب"},
        {"feats": "Case=Nom|Definite=Def|Gender=Masc|Number=Plur", "deprel": "nsubj", "lemma": "طَالِب"},
        {"feats": "Case=Acc|Definite=Cons|Gender=Masc|Number=Plur", "deprel": "obj"},
        {},
    ]
    gold = [replace(word, **one) for word, one in zip(words, columns, strict=True)]  # type: ignore[arg-type]
    return make_example(words, tokens, gold)


def compute_likelihood(example: Example, weights: dict[str, float]) -> float:
    """Of what the treebank says, by the sums over all combinations."""
    scored = score(example.problem, Scorer(weights), example.readings)
    total = allowed = 0.0
    combinations: list[list[tuple[int, int]]] = [[]]
    for place in range(len(scored.unary)):
        pairs = [(r, k) for r in range(len(scored.unary[place])) for k in range(len(scored.labels[place]))]
        combinations = [[*done, pair] for done in combinations for pair in pairs]
    for chosen in combinations:
        value, is_gold = 0.0, True
        for place, (row, label) in enumerate(chosen):
            head, arc = scored.heads[place], scored.arcs[place]
            value += scored.unary[place][row]
            value += 0.0 if arc is None else arc[chosen[head][0] if head >= 0 else 0, label, row]
            is_gold &= scored.rows[place][row] in example.readings[place]
            is_gold &= example.labels[place] in {"", scored.labels[place][label][0]}
        total += np.exp(value)
        allowed += np.exp(value) * is_gold
    return float(np.log(allowed / total))


def test_the_gradient_is_that_of_the_likelihood_and_learning_raises_it(
    sentence: tuple[list[Word], list[tuple[str, int]]], tmp_path: Path
) -> None:
    example = make_gold_example(*sentence)
    weights = {**TRUST, "c obj NOUN Acc R": 0.3}
    gradient = compute_gradient(example, weights)
    names = sorted(gradient, key=lambda name: -abs(gradient[name]))[:12]
    assert {"label", "Case"} <= set(gradient)
    for name in (*names, "label", "Case", "upos"):
        above, below = ({**weights, name: weights.get(name, 0.0) + step} for step in (1e-4, -1e-4))
        slope = (compute_likelihood(example, above) - compute_likelihood(example, below)) / 2e-4
        assert gradient[name] == pytest.approx(slope, abs=2e-3)
    learnt = fit_weights([example], epochs=5)
    assert compute_likelihood(example, learnt) > compute_likelihood(example, TRUST) + 0.5
    write_weights(learnt, tmp_path / "readings.tsv")
    read = read_weights(tmp_path / "readings.tsv")
    assert read.keys() <= learnt.keys()
    assert all(abs(read[name] - learnt[name]) < 6e-4 for name in read)
    words, tokens = sentence
    cases = [parse_features(word.feats).get("Case") for word in read_all(words, tokens, read)]
    assert cases == [None, "Nom", "Acc", "Gen"]


def test_without_scores_nothing_is_asked_of_the_tagger() -> None:
    word = replace(make_word("كتب", "VERB"), upos="VERB", feats=PERFECT)
    problem = pose_problem([word], [("كتب", 1)])
    options = Scorer(TRUST).get_options(problem.questions[0], word)
    assert not compute_log_probs([options], [word]).any()
