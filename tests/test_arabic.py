import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudawwana.arabic.script import Normalised, _read_unusual, drop_marks, fold_form, normalise, transliterate
from mudawwana.arabic.spellings import fold_for_search

VOCALISED = "كَتَبَ الرَّئِيسُ رِسَالَةً"  # "the president wrote a letter"
PLAIN = "كتب الرئيس رسالة"
characters = st.text(
    st.sampled_from(
        'ابتلسقدي ةىءأآٱ،.؟"(12١٢aB\u064b\u064e\u0651\u0652\u0670\u0640\u0653\u200f\u200d\u00ad\u00a0ﻻﷲﷺ😀é\u0301'
    )
)


@given(characters)
def test_usual_words_are_seen_as_letter_by_letter(raw: str) -> None:
    pieces = _read_unusual(raw)
    starts, ends = (tuple(piece[column] for piece in pieces) for column in range(2))
    assert normalise(raw) == Normalised("".join(piece[2] for piece in pieces), starts, ends)


def test_vocalised_text_is_seen_as_its_unvocalised_twin() -> None:
    assert normalise(VOCALISED).text == PLAIN


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("العـــربية", "العربية"),
        ("ﻻ", "لا"),
        ("سلام\u200f", "سلام"),
        ("ا\u0653", "آ"),
        ("ي\u0654", "ئ"),
        ("هٰذا", "هذا"),
        ("سنة\u00a02022", "سنة 2022"),
        ("قدّم", "قدم"),
        ("قدم ً ،", "قدم ً ،"),
        ("قدم ًمن", "قدم من"),
        ("سلام \u200f ،", "سلام  ،"),
        ("الإحصاءـ ويبدو ـــ ـ11 (ـلا) فقطـ.", "الإحصاءـ ويبدو ـ ـ11 (ـلا) فقطـ."),
        ("1445هـ الـ96 وبالـ96 كـ«نص» العامّـ", "1445ه ال96 وبال96 ك«نص» العامـ"),
        ("ٱلْحَمْدُ لِلَّهِ", "الحمد لله"),
        ("ٱلرَّحْمَـٰنِ\u06d6", "الرحمن"),
        ("يَـ\u0654ود", "يئود"),
        ("مَس\u06e1ـ\u064f\u0654ولا", "مسئولا"),
        ("شي\ufe7d\u200f\u0654ا", "شيئا"),
        ("ب\ufe7d", "ب"),
        ("ا\tب\x85ج\x97د\x01ه", "ا ب ج د ه"),
        ("پاکستان می\u200cخواهم", "پاکستان میخواهم"),
        ("👨\u200d👩\u200d👧 👍🏽 ❤\ufe0f\u200d🔥", "👨 👍 ❤"),
        ("1\ufe0f\u20e3 🇪🇬", "1 🇪🇬"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("", ""),
    ],
)
def test_what_the_models_see(raw: str, seen: str) -> None:
    assert normalise(raw).text == seen


def test_each_letter_leads_back_to_its_marks() -> None:
    seen = normalise(VOCALISED)
    start, end = seen.get_raw_span(PLAIN.index("الرئيس"), PLAIN.index("الرئيس") + len("الرئيس"))
    assert VOCALISED[start:end] == "الرَّئِيسُ"


def test_a_dash_has_a_place_of_its_own() -> None:
    seen = normalise("الإحصاءــ")
    assert [seen.get_raw_span(place, place + 1) for place in (6, 7)] == [(6, 7), (7, 9)]


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("ا\u200d😀\u200d", "ا😀"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("العـــربية", "العـــربية"),
        ("ٱلْحَمْدُ", "ٱلْحَمْدُ"),
        ("كت\u00adاب\ufeff", "كتاب"),
        ("ا\tب", "ا ب"),
        ("ﷺ", "ﷺ"),
    ],
)
def test_what_a_form_shows(raw: str, form: str) -> None:
    assert fold_form(raw) == form


@pytest.mark.parametrize(("raw", "cuts"), [("ﻻن", [2]), ("x\u0302ب", [2]), ("🇪🇬ب", [2]), ("ab", [1])])
def test_where_a_text_can_be_cut(raw: str, cuts: list[int]) -> None:
    seen = normalise(raw)
    assert [place for place in range(1, len(seen.text)) if seen.is_cut(place)] == cuts


def test_a_ligature_of_two_letters_is_one_place() -> None:
    seen = normalise("ﻻ")
    assert seen.get_raw_span(0, 1) == seen.get_raw_span(1, 2) == (0, 1)


@given(characters)
def test_spans_are_ordered_and_inside(raw: str) -> None:
    seen = normalise(raw)
    assert len(seen.text) == len(seen.starts) == len(seen.ends)
    assert all(start < end for start, end in zip(seen.starts, seen.ends, strict=True))
    assert list(seen.starts) == sorted(seen.starts)
    assert list(seen.ends) == sorted(seen.ends)
    assert not seen.ends or seen.ends[-1] <= len(raw)


@given(characters)
def test_normalising_again_changes_nothing(raw: str) -> None:
    once = normalise(raw).text
    assert normalise(once).text == once


@given(characters)
def test_forms_are_nfc_and_look_the_same_to_the_models(raw: str) -> None:
    form = fold_form(raw)
    assert unicodedata.is_normalized("NFC", form)
    assert normalise(form).text == normalise(raw).text


def test_forms_keep_their_vowels() -> None:
    assert fold_form(VOCALISED) == unicodedata.normalize("NFC", VOCALISED)


@given(st.one_of(characters, st.text("ءابتىةـ\u064b\u064e\u0651\u0652\u0653\u0654\u0670 ", max_size=6)))
def test_dropping_marks_is_normalising(raw: str) -> None:
    assert drop_marks(raw) == normalise(raw).text


@given(characters)
def test_the_search_form_is_latin_only(raw: str) -> None:
    assert set(transliterate(raw)) <= set("abcdefghijklmnopqrstuvwxyz ")


@pytest.mark.parametrize(
    "one, other",
    [
        ("ـها", "ها"),  # "her", as grammars write it
        ("قرءان", "قُرْآن"),  # Qur'an
        ("إلی البیت", "الى البيت"),  # "to the house", on a Persian keyboard
        ("ہذا", "هذا"),  # "this", on an Urdu one
        ("هـٔذا", "هئذا"),
        ("كتاب ـ قلم", "كتاب قلم"),
    ],
)
def test_spellings_that_a_search_does_not_keep_apart(one: str, other: str) -> None:
    assert fold_for_search(one) == fold_for_search(other) != ""
