"""Short gold sentences for each phenomenon of Arabic grammar: they are valid, and the models keep their scores."""

from collections import Counter
from pathlib import Path

import pytest

from conftest import REPOSITORY
from mudawwana.annotate.models import Models
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.errors import SettingsError
from mudawwana.training.conventions import convert_sentence
from mudawwana.training.phenomena import (
    ALL,
    FLOOR_METRICS,
    find_failures,
    raise_floors,
    read_floors,
    score_phenomena,
    write_floors,
)
from mudawwana.validate.corpus import check_ud

FOLDER = REPOSITORY / "tests" / "phenomena"
PATHS = sorted(FOLDER.glob("*.conllu"))
FLOORS = FOLDER / "floors.json"
CLITIC_PHENOMENA = {
    *("proclitic-w-f", "proclitic-b-l-k", "future-s", "article-after-l"),
    *("enclitics-verb", "enclitics-noun", "enclitics-preposition", "enclitics-inna", "enclitics-hosts"),
    *("numerals-clitics",),
}
PHENOMENA = {
    *CLITIC_PHENOMENA,
    "stem-letters",
    *("negation", "copula", "relative-clauses", "idafa", "verbal-nouns", "numerals", "names"),
    *("quotation", "headlines", "punctuation", "dates", "reported-speech"),
    *("passive-perfect", "passive-imperfect", "first-person", "second-person", "dual", "feminine-plural"),
    *("imperative", "prohibition", "vocative", "interjections", "oaths", "exclamations", "laysa"),
    *("subjunctive-jussive", "absolute-negation", "closed-words", "vowel-signs"),
}
INFLECTED = {"NOUN", "ADJ", "VERB", "PRON", "DET"}
SCORES = {"copula": dict.fromkeys(FLOOR_METRICS, 90.0)}


def test_each_phenomenon_has_its_file() -> None:
    assert {path.stem for path in PATHS} == PHENOMENA


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_gold_is_valid(path: Path) -> None:
    assert [str(incident) for incident in check_ud(path)] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_gold_follows_the_conventions(path: Path) -> None:
    assert {rule for sentence in read_conllu(path) for rule in convert_sentence(sentence)[1]} == set()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_inflected_word_has_features(path: Path) -> None:
    words = [word for sentence in read_conllu(path) for word in sentence.words if word.form != "كم"]  # "km"
    assert [word.form for word in words if word.upos in INFLECTED and word.feats == "_"] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_sentence_has_an_id_and_a_translation(path: Path) -> None:
    for number, sentence in enumerate(read_conllu(path), start=1):
        assert sentence.sent_id == f"{path.stem}-{number}"
        assert sentence.get_comment("text_en")


def test_there_are_enough_sentences_and_none_twice() -> None:
    sentences = [sentence for path in PATHS for sentence in read_conllu(path)]
    assert len(sentences) >= 300
    texts = Counter(sentence.text for sentence in sentences)
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("phenomenon", sorted(CLITIC_PHENOMENA))
def test_clitics_are_multiword_tokens(phenomenon: str) -> None:
    sentences = list(read_conllu(FOLDER / f"{phenomenon}.conllu"))
    assert any(sentence.multiword_tokens for sentence in sentences)


def test_headlines_have_no_final_stop() -> None:
    headlines = read_conllu(FOLDER / "headlines.conllu")
    assert [headline.text for headline in headlines if headline.words[-1].upos == "PUNCT"] == []


def test_floors_are_of_known_phenomena() -> None:
    assert set(read_floors(FLOORS)) <= {*PHENOMENA, ALL}


def test_the_models_keep_their_scores(models: Models) -> None:
    assert find_failures(score_phenomena(PATHS, models), read_floors(FLOORS)) == []


def test_a_score_below_its_floor_is_named() -> None:
    assert find_failures(SCORES, {"copula": {"UAS": 92.4, "LAS": 92.6}}) == [
        "copula: LAS is 90.00, its floor is 92.60"
    ]


def test_floors_rise_and_never_fall() -> None:
    floors = {"copula": {"LAS": 95.0, "UAS": 50.0}, "idafa": {"LAS": 70.0}}
    raised = raise_floors({"copula": {**SCORES["copula"], "UAS": 66.6789}}, floors)
    assert raised == {
        "copula": {"Words": 90.0, "UPOS": 90.0, "UFeats": 90.0, "Lemmas": 90.0, "UAS": 66.67, "LAS": 95.0},
        "idafa": {"LAS": 70.0},
    }


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    write_floors(path, SCORES)
    assert read_floors(path) == SCORES


def test_a_floor_of_an_unknown_metric_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    write_floors(path, {"copula": {"Lemma": 90.0}})
    with pytest.raises(SettingsError, match="no metric Lemma; known are Words"):
        read_floors(path)
