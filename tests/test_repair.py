from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from udtools import Validator

from mudawwana.annotate.choices import Choice, Scores, get_prob
from mudawwana.annotate.repair import repair_words
from mudawwana.annotate.repair_record import count_repairs, undo_repairs
from mudawwana.arabic import tagset as ud_arabic
from mudawwana.base.conllu_io import write_conllu
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Sentence, Word
from mudawwana.validate.incidents import Incident
from mudawwana.validate.ud_validator import check_ud


def make_words(*rows: tuple[str, str, int, str]) -> list[Word]:
    """Words from (form, upos, head, deprel)."""
    return [
        Word(number, form, "_", upos, "_", "_", str(head), deprel, "_", "_")
        for number, (form, upos, head, deprel) in enumerate(rows, start=1)
    ]


def choose(**probs: float) -> Choice:
    """The first label, by a model that found each as probable as it says."""
    labels = tuple(label.replace("_", ":") for label in probs)
    return Choice.make(labels[0], Scores(labels, np.log(np.array([*probs.values()], dtype=np.float32))))


def check(words: list[Word]) -> list[Incident]:
    """What UD's validator says about them, at level 5."""
    comments = ("# sent_id = d-p1-s1", f"# text = {' '.join(word.form for word in words)}")
    with TemporaryDirectory() as folder:
        path = Path(folder, "sentence.conllu")
        write_conllu(path, [Sentence(comments, tuple(words))])
        return check_ud(path)


def summarise(words: list[Word]) -> list[tuple[str, str]]:
    return [(word.head, word.deprel) for word in words]


def test_a_sound_tree_stays_as_it_is() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "nsubj"), (".", "PUNCT", 1, "punct"))
    assert repair_words(words) == words


def test_a_repair_keeps_what_the_models_said() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "det"))
    repaired = repair_words(words)[1]
    assert repaired.deprel == "dep"
    assert get_misc(repaired.misc, "Repaired") == "deprel:det"


def test_punctuation_is_punct() -> None:
    words = make_words(("قال", "VERB", 0, "root"), (".", "PUNCT", 1, "dep"), ("!", "NOUN", 1, "punct"))
    assert [(word.upos, word.deprel) for word in repair_words(words)[1:]] == [("PUNCT", "punct")] * 2


def test_dependents_of_a_preposition_go_up_to_its_noun() -> None:
    words = make_words(
        ("وصل", "VERB", 0, "root"),
        ("إلى", "ADP", 4, "case"),
        ("كل", "NOUN", 2, "nmod"),
        ("مدينة", "NOUN", 1, "obl"),
    )
    assert summarise(repair_words(words))[2] == ("4", "nmod")


def test_a_conjunct_before_its_head_is_undetermined() -> None:
    words = make_words(("كتاب", "NOUN", 2, "conj"), ("قلم", "NOUN", 0, "root"))
    assert summarise(repair_words(words))[0] == ("2", "dep")


def test_what_became_undetermined_leaves_the_function_word() -> None:
    words = make_words(
        ("كتب", "VERB", 0, "root"), ("أن", "SCONJ", 3, "fixed"), ("ك", "ADP", 4, "case"), ("قلم", "NOUN", 1, "obl")
    )
    assert summarise(repair_words(words))[1] == ("4", "dep")


def test_the_second_subject_is_undetermined() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "nsubj"), ("الرئيس", "NOUN", 1, "nsubj"))
    assert [relation for _, relation in summarise(repair_words(words))] == ["root", "nsubj", "dep"]


def test_a_plain_nominal_is_modified_by_nmod() -> None:
    words = make_words(
        ("زار", "VERB", 0, "root"),
        ("رئيس", "NOUN", 1, "obj"),
        ("في", "ADP", 4, "case"),
        ("كييف", "PROPN", 2, "obl"),
    )
    assert summarise(repair_words(words))[3] == ("2", "nmod")


def test_only_listed_lemmas_are_auxiliaries() -> None:
    words = make_words(("قد", "AUX", 2, "aux"), ("قال", "VERB", 0, "root"))
    assert repair_words([replace(words[0], lemma="قَد"), words[1]])[0].upos == "AUX"
    words[0] = replace(words[0], lemma="قَدَّ")
    assert [(word.upos, word.deprel) for word in repair_words(words)] == [("PART", "advmod"), ("VERB", "root")]


def test_a_comma_does_not_cross_a_clause() -> None:
    # 1 <- 5; the comma (3) hangs on 1 over 2, which hangs on 4
    words = make_words(
        ("أعلن", "VERB", 0, "root"),
        ("اليوم", "NOUN", 4, "nmod"),
        ("،", "PUNCT", 1, "punct"),
        ("سفير", "NOUN", 1, "nsubj"),
    )
    assert summarise(repair_words(words))[2] != ("1", "punct")


def test_the_lists_are_the_validator_s() -> None:
    data = Validator(lang="ar", level=5, output=None).data
    features = {
        (tag, name, value)
        for name, record in data.get_feats_for_language("ar").items()
        for tag, values in record["byupos"].items()
        for value, is_allowed in values.items()
        if record["permitted"] and is_allowed
    }
    assert features == ud_arabic.FEATURES
    assert set(data.upos) == ud_arabic.TAGS
    assert set(data.get_deprel_for_language("ar")) == ud_arabic.RELATIONS
    # UD's list has a Latin "s" beside its Arabic letter, the future particle.
    assert set(data.get_aux_for_language("ar")) - {"s"} == ud_arabic.AUXILIARIES
    assert set(data.get_cop_for_language("ar")) == ud_arabic.COPULAS


def test_the_parser_s_next_accepted_label_replaces_a_refused_one() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "det"))
    # conj is accepted, too, but less probable; fixed takes no name.
    words[1] = replace(words[1], deprel=choose(det=0.5, fixed=0.25, nsubj=0.15, conj=0.1))
    repaired = repair_words(words)[1]
    assert repaired.deprel == "nsubj"
    assert get_prob(repaired.deprel) == pytest.approx(0.15)
    assert get_misc(repaired.misc, "Repaired") == "deprel:det"
    assert get_misc(repaired.misc, "RepairedBy") == "rel-upos-det"


def test_a_next_label_suits_what_depends_on_the_word() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("كلام", "NOUN", 1, "advmod"), ("جميل", "ADJ", 2, "amod"))
    words[1] = replace(
        words[1], deprel=choose(advmod=0.6, case=0.3, obj=0.1)
    )  # a noun may be case, but no leaf is
    assert summarise(repair_words(words))[1:] == [("1", "obj"), ("2", "amod")]


def test_of_two_subjects_the_first_stays() -> None:
    words = make_words(("كتب", "VERB", 0, "root"), ("الدرس", "NOUN", 1, ""), ("الطالب", "NOUN", 1, ""))
    words[1] = replace(words[1], deprel=choose(nsubj=0.5, obj=0.4, obl=0.1))
    words[2] = replace(words[2], deprel=choose(nsubj=0.5, obl=0.3, obj=0.2))
    assert [relation for _, relation in summarise(repair_words(words))] == ["root", "nsubj", "obl"]


def test_of_two_objects_the_one_with_the_better_alternative_changes() -> None:
    words = make_words(("كتب", "VERB", 0, "root"), ("الطالب", "NOUN", 1, ""), ("الدرس", "NOUN", 1, ""))
    words[1] = replace(words[1], deprel=choose(obj=0.5, nsubj=0.4, obl=0.1))
    words[2] = replace(words[2], deprel=choose(obj=0.5, obl=0.3, nsubj=0.2))
    assert [relation for _, relation in summarise(repair_words(words))] == ["root", "nsubj", "obj"]


def test_the_tagger_s_next_tag_replaces_an_impossible_auxiliary() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("ظن", "AUX", 1, "ccomp"))
    words[1] = replace(words[1], lemma="ظَنّ", upos=choose(AUX=0.7, ADV=0.2, VERB=0.1), feats="Mood=Ind|Voice=Pass")
    repaired = repair_words(words)[1]
    assert (repaired.upos, repaired.feats) == ("ADV", "Mood=Ind")  # an adverb has no passive in UD's list
    assert get_misc(repaired.misc, "Repaired") == r"upos:AUX,feats:Mood:Ind\pVoice:Pass"
    assert get_misc(repaired.misc, "RepairedBy") == "aux-lemma,feature-upos-not-permitted"


@pytest.mark.parametrize(
    ("said", "mended", "rule"),
    [
        ("Number=Sing|Case=Gen", "Case=Gen|Number=Sing", "unsorted-features"),
        ("Case=Gen|Case=Acc|Foo=Bar|x", "Case=Acc", "feature-upos-not-permitted"),
        ("Case=Nom,Acc", "Case=Acc,Nom", "unsorted-features"),
        ("VerbForm=Fin", "_", "feature-upos-not-permitted"),
    ],
)
def test_features_are_sorted_and_of_the_tag(said: str, mended: str, rule: str) -> None:
    words = make_words(("زبرجدوف", "NOUN", 0, "root"))  # no word: nothing but the features says anything of it
    [repaired] = repair_words([replace(words[0], feats=said)])
    assert repaired.feats == mended
    assert count_repairs([repaired]) == {rule: 1}
    assert undo_repairs([repaired]) == [replace(words[0], feats=said)]


def test_a_subtype_that_arabic_does_not_have_goes() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "nsubj:outer"))
    assert repair_words(words)[1].deprel == "nsubj"


@pytest.mark.parametrize(
    ("upos", "relation", "feats"),
    [("ADP", "case", "ExtPos=ADP"), ("SCONJ", "mark", "ExtPos=SCONJ"), ("NOUN", "obl", "_")],
)
def test_the_head_of_a_fixed_expression_says_what_it_is(upos: str, relation: str, feats: str) -> None:
    # A noun's ExtPos is not on UD's list.
    words = make_words(
        ("من", upos, 3, relation),
        ("قبل", "ADP", 1, "fixed"),
        ("سنة", "NOUN", 4, "obl"),
        ("وصل", "VERB", 0, "root"),
    )
    assert repair_words(words)[0].feats == feats


_LABELS = [*sorted(ud_arabic.RELATIONS - {"root"}), "nsubj:outer", "unheard"]
_TAGS = [*sorted(ud_arabic.TAGS), "<UNK>"]


@st.composite
def build_trees(draw: st.DrawFn) -> list[Word]:
    """A tree with one root over words whose labels fit by chance alone."""
    order = draw(st.integers(1, 12).flatmap(lambda size: st.permutations(range(1, size + 1))))
    heads = {order[0]: 0}
    for place, word in enumerate(order[1:], start=1):
        heads[word] = order[draw(st.integers(0, place - 1))]
    seed = np.random.default_rng(draw(st.integers(0, 2**32)))
    features = draw(st.lists(st.sampled_from(sorted(ud_arabic.FEATURES)), max_size=3, unique_by=lambda it: it[1]))
    words = []
    for number in sorted(order):
        deprel = draw(st.sampled_from(_LABELS)) if heads[number] or draw(st.booleans()) else "root"
        if draw(st.booleans()):
            labels = (*_LABELS, "root")
            deprel = Choice.make(deprel, Scores(labels, np.log(seed.dirichlet(np.ones(len(labels))))))
        words.append(
            Word(
                number,
                form=draw(st.sampled_from(["كتاب", ".", "،", "قد"])),
                lemma=draw(st.sampled_from(["قَد", "كَان", "هُوَ", "كِتَاب", "_"])),
                upos=draw(st.sampled_from(_TAGS)),
                xpos="_",
                feats="|".join(f"{name}={value}" for _, name, value in features) or "_",
                head=str(heads[number]),
                deprel=deprel,
                deps="_",
                misc="_",
            )
        )
    return words


@settings(max_examples=200, deadline=None)
@given(words=build_trees())
def test_after_the_repairs_the_validator_has_no_error_to_report(words: list[Word]) -> None:
    repaired = repair_words(words)
    assert [str(incident) for incident in check(repaired) if incident.severity == "error"] == []
    assert undo_repairs(repaired) == words
    assert repair_words(words) == repaired


def test_repairs_are_counted_by_rule() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "det"), ("كييف", "PROPN", 1, "det"))
    assert count_repairs(repair_words(words)) == Counter({"rel-upos-det": 2})
