"""The analyser's readings against grammar: cases that models got wrong, paradigms, declension, clitics."""

import lzma
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest

from mudawwana.arabic.analyser import Analysis, analyse_token, analyse_word
from mudawwana.arabic.analyser_files import TABLE_PATH
from mudawwana.arabic.tagset import FEATURES, TAGS

PARADIGMS_PATH = Path(__file__).with_name("analyser_paradigms.tsv")
PERSONS = {
    "3ms": {"Person": "3", "Gender": "Masc", "Number": "Sing"},
    "3fs": {"Person": "3", "Gender": "Fem", "Number": "Sing"},
    "3md": {"Person": "3", "Gender": "Masc", "Number": "Dual"},
    "3mp": {"Person": "3", "Gender": "Masc", "Number": "Plur"},
    "3fp": {"Person": "3", "Gender": "Fem", "Number": "Plur"},
    "2ms": {"Person": "2", "Gender": "Masc", "Number": "Sing"},
    "2fs": {"Person": "2", "Gender": "Fem", "Number": "Sing"},
    "2mp": {"Person": "2", "Gender": "Masc", "Number": "Plur"},
    "2fp": {"Person": "2", "Gender": "Fem", "Number": "Plur"},
    "1s": {"Person": "1", "Number": "Sing"},
    "1p": {"Person": "1", "Number": "Plur"},
}
FORMS = {
    "perf": {"Aspect": "Perf", "Voice": "Act"},
    "pass": {"Aspect": "Perf", "Voice": "Pass"},
    "ind": {"Aspect": "Imp", "Mood": "Ind", "Voice": "Act"},
    "sub": {"Aspect": "Imp", "Mood": "Sub", "Voice": "Act"},
    "jus": {"Aspect": "Imp", "Mood": "Jus", "Voice": "Act"},
    "imp": {"Aspect": "Imp", "Mood": "Imp", "Voice": "Act"},
    "ind-pass": {"Aspect": "Imp", "Mood": "Ind", "Voice": "Pass"},
}
DECLENSION = [
    ("الْمُدَرِّسُونَ", "مُدَرِّس", "Case=Nom|Definite=Def|Gender=Masc|Number=Plur"),
    ("الْمُدَرِّسِينَ", "مُدَرِّس", "Case=Acc|Definite=Def|Gender=Masc|Number=Plur"),
    ("مُدَرِّسُو", "مُدَرِّس", "Case=Nom|Definite=Cons|Gender=Masc|Number=Plur"),
    ("دَارِسِي", "دَارِس", "Case=Gen|Definite=Cons|Gender=Masc|Number=Plur"),
    ("الْمُعَلِّمَاتِ", "مُعَلِّم", "Case=Acc|Definite=Def|Gender=Fem|Number=Plur"),
    ("كِتَابًا", "كِتَاب", "Case=Acc|Definite=Ind|Gender=Masc|Number=Sing"),
    ("كِتَابَانِ", "كِتَاب", "Case=Nom|Definite=Ind|Gender=Masc|Number=Dual"),
    ("وَزِيرَا", "وَزِير", "Case=Nom|Definite=Cons|Gender=Masc|Number=Dual"),
    ("مَدِينَتَيْنِ", "مَدِينَة", "Case=Gen|Definite=Ind|Gender=Fem|Number=Dual"),
    ("مَدَارِسَ", "مَدرَسَة", "Case=Gen|Definite=Ind|Gender=Fem|Number=Plur"),
    ("مَدَارِسِ", "مَدرَسَة", "Case=Gen|Definite=Cons|Gender=Fem|Number=Plur"),
    ("أَصْدِقَاءَ", "صَدِيق", "Case=Acc|Definite=Ind|Gender=Masc|Number=Plur"),
    ("اجْتِمَاعَاتٍ", "اِجتِمَاع", "Case=Gen|Definite=Ind|Gender=Masc|Number=Plur"),
    ("قَاضٍ", "قَاضِي", "Case=Nom|Definite=Ind|Gender=Masc|Number=Sing"),
    ("الْقَاضِي", "قَاضِي", "Case=Gen|Definite=Def|Gender=Masc|Number=Sing"),
    ("قَاضِيًا", "قَاضِي", "Case=Acc|Definite=Ind|Gender=Masc|Number=Sing"),
    ("مُسْتَشْفًى", "مُستَشفَى", "Case=Gen|Definite=Ind|Gender=Masc|Number=Sing"),
    ("أَغَانٍ", "أُغنِيَة", "Case=Nom|Definite=Ind|Gender=Fem|Number=Plur"),
    ("جُزْءًا", "جُزء", "Case=Acc|Definite=Ind|Gender=Masc|Number=Sing"),
    ("شَيْئًا", "شَيء", "Case=Acc|Definite=Ind|Gender=Masc|Number=Sing"),
    ("الْحَرْبِ", "حَرب", "Case=Gen|Definite=Def|Gender=Fem|Number=Sing"),
    ("السَّنَةِ", "سَنَة", "Case=Gen|Definite=Def|Gender=Fem|Number=Sing"),
    ("أَبْنَاءٌ", "اِبن", "Case=Nom|Definite=Ind|Gender=Masc|Number=Plur"),
    ("صَوَارِيخَ", "صَارُوخ", "Case=Gen|Definite=Ind|Gender=Masc|Number=Plur"),
    ("قَضَايَا", "قَضِيَّة", "Case=Nom|Definite=Ind|Gender=Fem|Number=Plur"),
    ("حَيَاةٌ", "حَيَاة", "Case=Nom|Definite=Ind|Gender=Fem|Number=Sing"),
    ("قُضَاةً", "قَاضِي", "Case=Acc|Definite=Ind|Gender=Masc|Number=Plur"),
    ("أَشْيَاءَ", "شَيء", "Case=Gen|Definite=Ind|Gender=Masc|Number=Plur"),
    ("صَحْرَاءَ", "صَحرَاء", "Case=Gen|Definite=Ind|Gender=Fem|Number=Sing"),
    ("أَبُو", "أَب", "Case=Nom|Definite=Cons|Gender=Masc|Number=Sing"),
]
TOKENS = [
    # passive
    ("وُلد", "ولد VERB وَلَد Voice=Pass"),
    ("قُتل", "قتل VERB قَتَل Voice=Pass"),
    ("بُني", "بني VERB بَنَى Voice=Pass"),
    ("سئل", "سئل VERB سَأَل Voice=Pass"),
    ("تُستخدم", "تستخدم VERB اِستَخدَم Voice=Pass"),
    ("سيُعقد", "س AUX سَ", "يعقد VERB عَقَد Voice=Pass"),
    ("اعتُقل", "اعتقل VERB اِعتَقَل Voice=Pass"),
    # a verb's ت is no ة
    ("نسيتها", "نسيت VERB نَسِي Number=Sing", "ها PRON هُوَ Case=Acc"),
    ("أجبته", "أجبت VERB أَجَاب Person=1", "ه PRON هُوَ Case=Acc"),
    ("فأجبته", "ف CCONJ فَ", "أجبت VERB أَجَاب Person=1", "ه PRON هُوَ"),
    ("ظننته", "ظننت VERB ظَنّ", "ه PRON هُوَ"),
    ("لقتلته", "ل PART لَ", "قتلت VERB قَتَل", "ه PRON هُوَ"),
    ("أعطيناهم", "أعطينا VERB أَعطَى Person=1|Number=Plur", "هم PRON هُوَ Case=Acc"),
    ("رأيتكم", "رأيت VERB رَأَى", "كم PRON هُوَ Person=2"),
    ("أخبرتهم", "أخبرت VERB أَخبَر", "هم PRON هُوَ"),
    ("قابلتهن", "قابلت VERB قَابَل", "هن PRON هُوَ Gender=Fem"),
    ("سنواتك", "سنوات NOUN سَنَة Number=Plur", "ك PRON هُوَ Person=2"),
    ("سكوته", "سكوت NOUN سُكُوت", "ه PRON هُوَ"),
    ("كتبوه", "كتبوا VERB كَتَب Number=Plur", "ه PRON هُوَ"),
    ("كتبتموها", "كتبتم VERB كَتَب Person=2|Number=Plur", "ها PRON هُوَ"),
    ("سأزوركما", "س AUX سَ", "أزور VERB زَار Person=1", "كما PRON هُوَ Number=Dual"),
    ("وبحثا", "و CCONJ وَ", "بحثا VERB بَحَث Number=Dual"),
    ("فتحت", "فتحت VERB فَتَح"),
    ("فبكت", "ف CCONJ فَ", "بكت VERB بَكَى Gender=Fem"),
    ("كتبها", "كتب VERB كَتَب", "ها PRON هُوَ Case=Acc"),
    # nouns
    ("بلديهما", "بلدي NOUN بَلَد Number=Dual|Case=Gen", "هما PRON هُوَ Number=Dual"),
    ("واقفون", "واقفون ADJ وَاقِف Case=Nom|Number=Plur"),
    ("جارتها", "جارة NOUN جَار Gender=Fem", "ها PRON هُوَ Case=Gen"),
    ("إجراؤها", "إجراء NOUN إِجرَاء Case=Nom", "ها PRON هُوَ Case=Gen"),
    ("لإجرائه", "ل ADP لِ", "إجراء NOUN إِجرَاء Case=Gen", "ه PRON هُوَ"),
    ("موكبهم", "موكب NOUN مَوكِب", "هم PRON هُوَ"),
    ("ابنه", "ابن NOUN اِبن", "ه PRON هُوَ"),
    ("ووالدته", "و CCONJ وَ", "والدة NOUN وَالِد Gender=Fem", "ه PRON هُوَ"),
    ("للقوات", "ل ADP لِ", "القوات NOUN قُوَّة Definite=Def|Case=Gen"),
    ("للغة", "ل ADP لِ", "اللغة NOUN لُغَة Definite=Def"),
    ("للغة", "ل ADP لِ", "لغة NOUN لُغَة Definite=Ind"),
    ("بالمدرسة", "ب ADP بِ", "المدرسة NOUN مَدرَسَة Definite=Def|Case=Gen"),
    ("مستواهم", "مستوى NOUN مُستَوَى", "هم PRON هُوَ"),
    # what belongs to the stem stays
    ("سفرك", "سفر NOUN سَفَر", "ك PRON هُوَ"),
    ("سيارتك", "سيارة NOUN سَيَّارَة", "ك PRON هُوَ"),
    ("سياستك", "سياسة NOUN سِيَاسَة", "ك PRON هُوَ"),
    ("سعادتك", "سعادة NOUN سَعَادَة", "ك PRON هُوَ"),
    ("والدتك", "والدة NOUN وَالِد", "ك PRON هُوَ"),
    ("والدنا", "والد NOUN وَالِد", "نا PRON هُوَ"),
    ("والداهما", "والدا NOUN وَالِد Number=Dual|Case=Nom", "هما PRON هُوَ"),
    ("كتابك", "كتاب NOUN كِتَاب", "ك PRON هُوَ"),
    ("لعبنا", "لعبنا VERB لَعِب Person=1|Number=Plur"),
    ("سألنا", "سألنا VERB سَأَل Person=1|Number=Plur"),
    ("سألهم", "سأل VERB سَأَل", "هم PRON هُوَ"),
    ("اتفقنا", "اتفقنا VERB اِتَّفَق Person=1|Number=Plur"),
    # ي and ك
    ("عليّ", "على ADP عَلَى", "ي PRON هُوَ Person=1"),
    ("لديّ", "لدى ADP لَدَى", "ي PRON هُوَ Person=1"),
    ("إليّ", "إلى ADP إِلَى", "ي PRON هُوَ Person=1"),
    ("عليه", "على ADP عَلَى", "ه PRON هُوَ Case=Gen"),
    ("قلبي", "قلب NOUN قَلب", "ي PRON هُوَ Person=1"),
    ("أمي", "أم NOUN أُمّ Gender=Fem", "ي PRON هُوَ Person=1"),
    ("بيتي", "بيت NOUN بَيت", "ي PRON هُوَ Person=1"),
    ("ذكرياتي", "ذكريات NOUN ذِكرَى Number=Plur", "ي PRON هُوَ Person=1"),
    ("معلميّ", "معلمي NOUN مُعَلِّم Number=Plur", "ي PRON هُوَ Person=1"),
    ("قلمك", "قلم NOUN قَلَم", "ك PRON هُوَ"),
    ("قصصك", "قصص NOUN قِصَّة Number=Plur", "ك PRON هُوَ"),
    ("بينكما", "بين ADP بَينَ", "كما PRON هُوَ Number=Dual|Person=2"),
    ("عليكن", "على ADP عَلَى", "كن PRON هُوَ Gender=Fem|Number=Plur"),
    ("منّي", "من ADP مِن", "ي PRON هُوَ"),
    ("منهم", "من ADP مِن", "هم PRON هُوَ"),
    ("لنا", "ل ADP لِ", "نا PRON هُوَ Case=Gen"),
    ("إنني", "إن PART إِنَّ", "ني PRON هُوَ Case=Acc"),
    ("بأنني", "ب ADP بِ", "أن SCONJ أَنَّ", "ني PRON هُوَ Case=Acc"),
    ("لأنهم", "ل ADP لِ", "أن SCONJ أَنَّ", "هم PRON هُوَ Case=Acc"),
    ("أنكم", "أن SCONJ أَنَّ", "كم PRON هُوَ Person=2|Number=Plur"),
    ("فإنها", "ف CCONJ فَ", "إن PART إِنَّ", "ها PRON هُوَ"),
    ("إياها", "إيا PART إِيَّا", "ها PRON هُوَ Case=Acc"),
    # fused
    ("مما", "من ADP مِن", "ما PRON ما PronType=Rel"),
    ("ممن", "من ADP مِن", "من PRON مَن PronType=Rel"),
    ("عما", "عن ADP عَن", "ما PRON ما"),
    ("بما", "ب ADP بِ", "ما PRON ما"),
    ("ألا", "أن SCONJ أَن", "لا PART لَا Polarity=Neg"),
    ("كيلا", "كي SCONJ كَي", "لا PART لَا"),
    ("لئلا", "ل ADP لِ", "أن SCONJ أَن", "لا PART لَا"),
    ("لكي", "ل ADP لِ", "كي SCONJ كَي"),
    ("لأن", "ل ADP لِ", "أن SCONJ أَنَّ"),
    ("فيما", "فيما SCONJ فِيما"),
    ("أهذا", "أ PART أَ", "هذا PRON هٰذا PronType=Dem"),
    ("ألم", "أ PART أَ", "لم PART لَم Polarity=Neg"),
    ("أليس", "أ PART أَ", "ليس AUX لَيس Aspect=Perf"),
    ("لقد", "ل PART لَ", "قد AUX قَد"),
    ("وليكن", "و CCONJ وَ", "ل PART لِ", "يكن AUX كَان Mood=Jus"),
    ("ليكتب", "ل SCONJ لِ", "يكتب VERB كَتَب Mood=Sub"),
    ("والله", "و CCONJ وَ", "الله PROPN اللّٰه"),
    ("لله", "ل ADP لِ", "الله PROPN اللّٰه Case=Gen"),
    ("للذين", "ل ADP لِ", "الذين PRON الَّذِي PronType=Rel"),
    ("بسم", "ب ADP بِ", "اسم NOUN اِسم Case=Gen|Definite=Cons"),
    ("كالذي", "ك ADP كَ", "الذي PRON الَّذِي"),
    # persons
    ("كتبتم", "كتبتم VERB كَتَب Person=2|Number=Plur"),
    ("تكتبين", "تكتبين VERB كَتَب Person=2|Gender=Fem"),
    ("اكتبوا", "اكتبوا VERB كَتَب Mood=Imp|Number=Plur"),
    ("لست", "لست AUX لَيس Person=1"),
    ("يستقيل", "يستقيل VERB اِستَقَال Mood=Sub"),
    ("ينس", "ينس VERB نَسِي Mood=Jus"),
    ("تقل", "تقل VERB قَال Mood=Jus|Gender=Fem|Person=3"),
    ("هنأ", "هنأ VERB هَنَّأ Aspect=Perf"),
    ("مضى", "مضى VERB مَضَى Aspect=Perf"),
    # the letters say the case
    ("كتابا", "كتابا NOUN كِتَاب Case=Acc|Definite=Ind"),
    ("دولارا", "دولارا NOUN دُولَار Case=Acc|Definite=Ind"),
    ("وزيرا", "وزيرا NOUN وَزِير Case=Nom|Number=Dual|Definite=Cons"),
    ("ومازالت", "و CCONJ وَ", "ما PART مَا Polarity=Neg", "زالت VERB زَال Gender=Fem"),
    ("لكلٍّ", "ل ADP لِ", "كل NOUN كُلّ Case=Gen|Definite=Ind"),
    ("كم", "كم NOUN كِيلُومِتر"),
    ("ذوي", "ذوي NOUN ذُو Number=Plur|Case=Gen"),
    ("أخوك", "أخو NOUN أَخ Case=Nom|Definite=Cons", "ك PRON هُوَ"),
    ("مكافآت", "مكافآت NOUN مُكَافَأَة Number=Plur"),
    # closed classes
    ("نعم", "نعم INTJ نَعَم"),
    ("يا", "يا PART يَا"),
    ("نحن", "نحن PRON هُوَ Person=1|Number=Plur"),
    ("أحد", "أحد NOUN أَحَد"),
    ("كيف", "كيف ADV كَيفَ"),
]


def parse_feats(feats: str) -> set[str]:
    return set(feats.split("|")) - {"_"}


def fits(word: Analysis, expected: str) -> bool:
    form, upos, lemma, *feats = expected.split()
    asked = parse_feats(feats[0]) if feats else set()
    right = unicodedata.normalize("NFC", lemma)
    return (word.form, word.upos, word.lemma) == (form, upos, right) and asked <= parse_feats(word.feats)


def show(words: Iterable[Analysis]) -> str:
    return " + ".join(f"{word.form} {word.upos} {word.lemma} {word.feats}" for word in words)


@pytest.mark.parametrize(("token", "expected"), [(token, words) for token, *words in TOKENS])
def test_right_reading_is_found(token: str, expected: list[str]) -> None:
    readings = analyse_token(token)
    assert any(len(words) == len(expected) and all(map(fits, words, expected)) for words in readings), "\n".join(
        map(show, readings)
    )


def list_cells() -> list[list[str]]:
    """Lemma, cell such as "perf-3ms", vocalised form: written by hand, from no analyser."""
    return [line.split("\t") for line in PARADIGMS_PATH.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("lemma", "cell", "form"), list_cells())
def test_verb_paradigm(lemma: str, cell: str, form: str) -> None:
    kind, person = cell.rsplit("-", 1)
    asked = {f"{name}={value}" for name, value in (FORMS[kind] | PERSONS[person]).items()}
    vocalised = unicodedata.normalize("NFC", form)
    readings = [word for word in analyse_word(form) if word.lemma == lemma and word.upos == "VERB"]
    right = [word for word in readings if asked <= parse_feats(word.feats)]
    assert vocalised in {word.vocalised for word in right}, show(readings)


@pytest.mark.parametrize(("form", "lemma", "feats"), DECLENSION)
def test_declension(form: str, lemma: str, feats: str) -> None:
    readings = [word for word in analyse_word(form) if word.upos == "NOUN"]
    right = [word for word in readings if (word.lemma, word.feats) == (lemma, feats)]
    assert unicodedata.normalize("NFC", form) in {_drop_first_vowel(word.vocalised) for word in right}, show(
        readings
    )


def _drop_first_vowel(vocalised: str) -> str:
    """As nearly all write it: no vowel sign on the alef of hamzat al-wasl."""
    return vocalised[0] + vocalised[2:] if vocalised.startswith("اِ") else vocalised


@pytest.mark.parametrize(
    ("form", "upos", "feats"),
    [
        ("كَتَبْتُ", "VERB", "Person=1"),
        ("كُتِبَ", "VERB", "Voice=Pass"),
        ("مَنْ", "PRON", "PronType"),
        ("مِنْ", "ADP", "_"),
        ("عَلِمَ", "VERB", "Aspect=Perf"),
    ],
)
def test_written_vowels_decide(form: str, upos: str, feats: str) -> None:
    readings = [word for words in analyse_token(form) if len(words) == 1 for word in words]
    assert readings
    assert all(word.upos == upos and feats in word.feats for word in readings), show(readings)


def test_a_closed_syllable_opens_before_an_article() -> None:
    assert "ADP" in {word.upos for word in analyse_word("مِنَ")}
    assert "PRON" not in {word.upos for word in analyse_word("مِنَ")}
    assert {word.upos for word in analyse_word("هُمُ")} == {"PRON"}


def test_vowels_that_contradict_leave_no_exact_reading() -> None:
    assert not analyse_token("كِتِبِ")
    assert all(word.feats != "_" for word in analyse_word("الدَّرْسَ"))
    assert {word.feats.split("|")[0] for word in analyse_word("الدَّرْسَ")} == {"Case=Acc"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("انا", "أنا PRON هُوَ Person=1"),
        ("تاخر", "تأخر VERB تَأَخَّر Aspect=Perf"),
        ("الى", "إلى ADP إِلَى"),
        ("المدرسه", "المدرسة NOUN مَدرَسَة Definite=Def"),
        ("فى", "في ADP فِي"),
        ("شاطىء", "شاطئ NOUN شَاطِئ"),
        ("جاءوا", "جاؤوا VERB جَاء Number=Plur"),
    ],
)
def test_folded_spelling(form: str, expected: str) -> None:
    readings = [words[0] for words in analyse_token(form, folded=True) if len(words) == 1]
    assert any(fits(word, expected) and word.folded for word in readings), show(readings)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("اليه", ["إلى ADP إِلَى", "ه PRON هُوَ"]),
        ("لانهم", ["ل ADP لِ", "أن SCONJ أَنَّ", "هم PRON هُوَ Case=Acc"]),
        ("الا", ["أن SCONJ أَن", "لا PART لَا"]),
        ("وابناؤه", ["و CCONJ وَ", "أبناء NOUN اِبن Number=Plur", "ه PRON هُوَ"]),
    ],
)
def test_folded_spelling_inside_a_token(token: str, expected: list[str]) -> None:
    readings = [words for words in analyse_token(token, folded=True) if any(word.folded for word in words)]
    assert any(len(words) == len(expected) and all(map(fits, words, expected)) for words in readings), token


def test_a_pronoun_has_the_case_that_its_host_governs() -> None:
    cases = {"كتابها": "Gen", "كتبها": "Acc", "إنها": "Acc", "منها": "Gen"}
    for token, case in cases.items():
        hosts = {"كتابها": "NOUN", "كتبها": "VERB", "إنها": "PART", "منها": "ADP"}[token]
        found = [words[1] for words in analyse_token(token) if len(words) == 2 and words[0].upos == hosts]
        assert {word.feats.split("|")[0] for word in found} == {f"Case={case}"}


def test_exact_spelling_is_not_marked_and_hides_folded_ones() -> None:
    assert all(not word.folded for words in analyse_token("كتاب") for word in words)
    more = analyse_token("علي", folded=True)
    assert [words for words in more if not any(word.folded for word in words)] == list(analyse_token("علي"))
    assert any(words[0].form == "على" for words in more)


def test_root_pattern_and_gloss() -> None:
    (word,) = {(word.root, word.pattern, word.gloss) for word in analyse_word("كِتَابٌ")}
    assert word == ("ك.ت.ب", "فِعَال", "book")


def test_unicode_spellings_are_one() -> None:
    assert analyse_word("ٱلكتاب") == analyse_word("الكتاب")
    assert analyse_word(unicodedata.normalize("NFD", "أسئلة")) == analyse_word("أسئلة") != ()
    assert analyse_word("كتـــاب") == analyse_word("كتاب")


def test_every_tag_and_feature_is_allowed_by_ud() -> None:
    text = lzma.decompress(TABLE_PATH.read_bytes()).decode()
    feats, classes, lexemes = (part.split("\n") for part in text.split("\n\n"))
    used = set()
    for line in filter(None, lexemes):
        upos, _, _, _, _, *stems = line.split("\t")
        used |= {(upos, int(stem.split(":")[0])) for stem in stems}
    assert {upos for upos, _ in used} <= TAGS
    for upos, number in used:
        for cell in classes[number].split(";"):
            for pair in feats[int(cell.split(",")[3])].split("|"):
                name, value = pair.split("=")
                assert (upos, name, value) in FEATURES


def test_function_words_are_allowed_by_ud() -> None:
    for word in ("هذا", "الذي", "كل", "لم", "هو", "ه", "من", "ما", "قد", "س", "ألا", "اللذان"):
        for analysis in analyse_word(word):
            assert analysis.upos in TAGS
            for pair in parse_feats(analysis.feats):
                name, value = pair.split("=")
                assert (analysis.upos, name, value) in FEATURES


def test_what_is_no_arabic_word_has_no_reading() -> None:
    assert analyse_token("") == analyse_token("\u064e") == analyse_word("\u064e") == ()
    assert analyse_token("abc") == ()
    assert analyse_token("ظظظظ") == ()
    assert [word.upos for word in analyse_word("٢٣")] == ["NUM"]
