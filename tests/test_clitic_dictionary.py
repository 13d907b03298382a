"""Tokens that the expander's dictionary lacks, and those whose spelling or sentence tells their reading."""

import pytest

from mudawwana.annotate.clitics import CliticDictionary, spell_apart
from mudawwana.annotate.models import Models
from mudawwana.annotate.tokenize import get_dictionary, tokenize_texts
from mudawwana.arabic.script import normalise


def cut(models: Models, text: str) -> str:
    """The words of the text as the pipeline cuts it, those of a token joined by "+"."""
    [document] = models.pipeline.bulk_process(
        tokenize_texts(models.pipeline, [normalise(text)]), processors=("mwt",)
    )
    tokens = [token for sentence in document.sentences for token in sentence.tokens]
    return " ".join("+".join(word.text for word in token.words) for token in tokens)


@pytest.mark.parametrize(
    "expected",
    [
        *(
            "سيارة+ك",
            "سياسة+ك",
            "سعادة+ك",
            "والدة+ك",
            "والد+نا",
            "كتاب+ك",
            "سنوات+ك",
            "قلم+ك",
            "قصص+ك",
            "ذكريات+ي",
        ),
        *("لعبنا", "سألنا", "سأل+هم", "رأيت+كم", "أخبرت+هم", "س+أزور+كما", "بين+كما", "على+كن", "سؤال+ك", "سفر+ك"),
        *("أ+هذا", "من+ما", "من+من", "و+سيارة+ك", "ب+كتاب+ك", "س+يقولون", "ف+اكتبوا", "و+شاهدنا+هم"),
        *("بلير", "كيري", "بيتهوفن"),  # names
    ],
)
def test_a_token_is_cut_as_the_analyser_knows_it(models: Models, expected: str) -> None:
    token = {"على+كن": "عليكن", "سيارة+ك": "سيارتك", "سياسة+ك": "سياستك", "سعادة+ك": "سعادتك", "والدة+ك": "والدتك"}
    token |= {"و+سيارة+ك": "وسيارتك", "من+ما": "مما", "من+من": "ممن"}
    assert cut(models, token.get(expected, expected.replace("+", ""))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("عليّ أن أذهب", "على+ي أن أذهب"),
        ("ذهب إليّ صديق", "ذهب إلى+ي صديق"),
        ("لديّ كتاب", "لدى+ي كتاب"),
        ("جاء علي", "جاء علي"),
        ("ألم نقل لكم؟", "أ+لم نقل ل+كم ؟"),
        ("أليس هذا صحيحا؟", "أ+ليس هذا صحيحا ؟"),
        ("شعر بألم", "شعر ب+ألم"),
        ("هذا ألم شديد", "هذا ألم شديد"),
    ],
)
def test_spelling_and_question_tell_readings_apart(models: Models, text: str, expected: str) -> None:
    assert cut(models, text) == expected


def test_the_dictionary_has_the_first_word_and_names_of_unheard_parts_stay() -> None:
    places = {"سيارة": 500, "ك": 20, "و": 0}
    dictionary = CliticDictionary({"سيارتك": "سيارتك"}, places)
    assert "سيارتك" in dictionary
    assert dictionary["سيارتك"] == "سيارتك"
    grown = CliticDictionary({}, places)
    assert [token in grown for token in ("سيارتك", "زبرجدوف", "ك", "RT", "2021", "وزبرجد")] == [True] + [False] * 5
    assert grown["سيارتك"] == "سيارة ك"
    assert spell_apart("ألم", "ألم", is_question=False) == "ألم"


def test_the_pipeline_has_one_dictionary(models: Models) -> None:
    assert get_dictionary(models.pipeline) is get_dictionary(models.pipeline)
    assert isinstance(models.pipeline.processors["mwt"].trainer.expansion_dict, CliticDictionary)
