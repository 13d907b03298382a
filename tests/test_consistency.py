"""What grammar says of two words, and what verbs can be: small sentences with one fault each."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mudawwana.arabic.tagset import FEATURES, NOMINAL_FEATURES, VERBAL_FEATURES, XPOS_BY_UPOS
from mudawwana.base.conllu_io import parse_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.compare.consistency import CHECKS, Agreement, measure_consistency

# "The (female) pupil read the long letter at home."
SOUND = """\
# text = قرأت الطالبة الرسالة الطويلة في البيت.
1\tقرأت\tقَرَأ\tVERB\tVBC\tAspect=Perf|Gender=Fem|Number=Sing|Person=3|Tense=Past|Voice=Act\t0\troot\t_\t_
2\tالطالبة\tطَالِب\tNOUN\tNN\tCase=Nom|Definite=Def|Gender=Fem|Number=Sing\t1\tnsubj\t_\t_
3\tالرسالة\tرِسَالَة\tNOUN\tNN\tCase=Acc|Definite=Def|Gender=Fem|Number=Sing\t1\tobj\t_\t_
4\tالطويلة\tطَوِيل\tADJ\tJJ\tCase=Acc|Definite=Def|Gender=Fem|Number=Sing\t3\tamod\t_\t_
5\tفي\tفِي\tADP\tIN\t_\t6\tcase\t_\t_
6\tالبيت\tبَيت\tNOUN\tNN\tCase=Gen|Definite=Def|Gender=Masc|Number=Sing\t1\tobl\t_\t_
7\t.\t.\tPUNCT\t.\t_\t1\tpunct\t_\t_

"""
NAMES = list(CHECKS)


def measure(text: str) -> dict[str, Agreement]:
    return dict(measure_consistency(parse_conllu(text.splitlines(keepends=True))).checks)


def test_a_sound_sentence_keeps_to_all() -> None:
    found = measure(SOUND)
    assert {name: (one.kept, one.total) for name, one in found.items()} == dict(
        zip(NAMES, [(1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (4, 4), (6, 6)], strict=True)
    )


@pytest.mark.parametrize(
    ("right", "wrong", "broken"),
    [
        ("Case=Acc|Definite=Def|Gender=Fem|Number=Sing\t1\tobj", "Case=Nom|Definite=Def\t1\tobj", [0, 2]),
        ("Case=Gen|", "Case=Nom|", [1]),
        ("Case=Acc|Definite=Def|Gender=Fem|Number=Sing\t3", "Case=Nom|Definite=Def\t3", [2]),
        ("Definite=Def|Gender=Fem|Number=Sing\t3", "Definite=Ind|Gender=Fem|Number=Sing\t3", [3]),
        ("Definite=Def|Gender=Fem|Number=Sing\t3", "Definite=Def|Gender=Masc|Number=Sing\t3", [4]),
        ("Aspect=Perf|Gender=Fem", "Aspect=Perf|Gender=Masc", [5]),
        ("Voice=Act", "Voice=Pass", [6]),
        ("Case=Nom|", "Case=Nom|Mood=Ind|", [7]),
        ("Aspect=Perf|Gender=Fem", "Aspect=Perf|Case=Nom|Gender=Fem", [7]),
        ("VERB\tVBC", "VERB\tNN", [8]),
    ],
)
def test_each_fault_breaks_what_it_is_a_fault_of(right: str, wrong: str, broken: list[int]) -> None:
    assert right in SOUND
    found = measure(SOUND.replace(right, wrong))
    assert [name for name, one in found.items() if one.kept < one.total] == [NAMES[place] for place in broken]


def test_nothing_is_asked_where_a_noun_in_idafa_does_not_show_it() -> None:
    text = SOUND.replace(
        "Definite=Def|Gender=Fem|Number=Sing\t1\tobj", "Definite=Cons|Gender=Fem|Number=Sing\t1\tobj"
    )
    assert measure(text)["adjective has its noun's Definite"] == Agreement(0, 0)
    assert Agreement(0, 0).share is None


@pytest.mark.parametrize("state", ["Com", "Cons"])
def test_nothing_is_asked_of_an_adjective_before_a_genitive(state: str) -> None:
    right = "Definite=Def|Gender=Fem|Number=Sing\t3\tamod"
    assert right in SOUND
    found = measure(SOUND.replace(right, right.replace("Def|", f"{state}|")))
    assert found["adjective has its noun's Definite"] == Agreement(0, 0)
    assert found["adjective has its noun's Case"] == Agreement(1, 1)


def test_the_object_of_a_passive_counts_and_a_pronoun_does_not() -> None:
    passive = SOUND.replace("Voice=Act", "Voice=Pass").replace("\tnsubj\t", "\tnsubj:pass\t")
    assert measure(passive)["object noun is accusative"] == Agreement(1, 1)
    assert measure(passive)["passive verb and nsubj:pass go together"] == Agreement(1, 1)
    pronoun = SOUND.replace("NOUN\tNN\tCase=Acc", "PRON\tPRP\tCase=Gen")
    assert pronoun != SOUND
    assert measure(pronoun)["object noun is accusative"] == Agreement(0, 0)


def test_values_of_verbs_are_counted() -> None:
    found = measure_consistency(parse_conllu((SOUND * 2).splitlines(keepends=True)))
    assert (found.words, found.verbs) == (14, 2)
    assert found.coverage["Voice"] == {"Act": 2, "Pass": 0}
    assert found.coverage["Person"] == {"1": 0, "2": 0, "3": 2}


def test_tags_and_features_are_ud_s() -> None:
    names = {(tag, name) for tag, name, _ in FEATURES}
    assert XPOS_BY_UPOS.keys() <= {tag for tag, _ in names}
    assert {("NOUN", name) for name in NOMINAL_FEATURES} | {("VERB", name) for name in VERBAL_FEATURES} <= names


class TestCommand:
    def test_a_corpus_beside_a_file(self, corpus: CorpusLayout, tmp_path: Path) -> None:
        file = tmp_path / "gold.conllu"
        file.write_text(SOUND, encoding="utf-8")
        corpus.auto_dir.mkdir(parents=True, exist_ok=True)
        (corpus.auto_dir / "article.conllu").write_text(SOUND * 2, encoding="utf-8")
        outcome = CliRunner().invoke(main, ["stats", str(corpus.root), "--beside", str(file)])
        assert outcome.exit_code == 0, outcome.output
        [row] = [line for line in outcome.stdout.splitlines() if line.startswith("object noun")]
        assert " ".join(row.split()) == "object noun is accusative 100.0 % of 2 100.0 % of 1"

    def test_numbers_as_json(self, tmp_path: Path) -> None:
        file = tmp_path / "gold.conllu"
        file.write_text(SOUND, encoding="utf-8")
        outcome = CliRunner().invoke(main, ["stats", str(file), "--json"])
        [found] = json.loads(outcome.stdout)
        assert found["checks"]["object noun is accusative"] == {"kept": 1, "total": 1}
        assert found["coverage"]["Voice"] == {"Act": 1, "Pass": 0}

    def test_a_corpus_without_annotation_says_so(self, corpus: CorpusLayout) -> None:
        outcome = CliRunner().invoke(main, ["stats", str(corpus.root)])
        assert outcome.exit_code == 1
        assert "no *.conllu in it" in outcome.stderr
