"""Raw spans + what lies between them = the raw text: shown with the real models, for text of every kind."""

import lzma
import os
import random
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ARTICLE, REPOSITORY
from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.annotate.spelling import spell_usual
from mudawwana.annotate.tokenize import TOKEN_CHARS
from mudawwana.arabic.script import fold_form, normalise
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Document, Paragraph, Sentence, Token, Word

RAW_TEXT = Path(os.environ.get("MUDAWWANA_RAWTEXT", REPOSITORY.parent / "shared" / "rawtext" / "arwiki.txt.xz"))

# What a document may hold, class by class; words and marks come as they are written.
CLASSES = {
    "words": "قال وقال للسلطة دراجتهم سيكتبونها مما الرئيس في إن ليلى",
    "vocalised": "كَتَبَ الرَّئِيسُ بِسُرْعَةٍ مكتبةً قد\u0651\u064eم قد\u064e\u0651م",
    "tatweel": "العـــربية ـ ـــ الـ ه\u0640 يَـ\u0654ود ـ\u064f\u0654 ﹽ",
    "quran": "ٱلْحَمْدُ عَلَىٰ هٰذا لَهُۥ \u06de \u06dd ٱلرَّحْمَـٰنِ\u06d6 \ufd3f\ufd3e \u06da",
    "presentation": "ﻻ ﻷن وﻻية ﷲ ﷺ ﺳﻼم ﱠ \ufe70 ب\ufe7d \ufcf2 ﷻ ﷼",
    "marks": "\u064b \u0651\u064e \u0653 \u0654 \u0670 \u0301 \u20e3 \ufe0f \u0652",
    "invisible": "\u200f \u200e \u200d \u200c \u202b \u202c \u2067 \u2069 \u00ad \ufeff \u2060 "
    "\u061c \u034f \u180e \ufff9 \u200b",
    "persian and urdu": "می\u200cخواهم گفت پاکستان چه ٹھیک ہے کی ۱۲۳ ۔",
    "emoji": "😀 👨\u200d👩\u200d👧 👍🏽 🇪🇬 🇪 1\ufe0f\u20e3 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 \U0001f3fd \u200d😀",
    "flags": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f \U000e0067",
    "scripts": "ACME é e\u0301 x\u0302\u0302 한 \u1112\u1161\u11ab क्षि 漢字 ไทย שלום İ ﬁ",
    "numbers": "2022 ٢٥٬٠٠٠ 3.5 ١٢ 10:30 50% 1,335 ٪ 1\u064b 24/2/2022",
    "punctuation": ". ، ؛ ؟ ! … ... « » \" ( ) [ ] - – _ | \\ = # ،، ؟! ' / \u066d &amp; <b>",
    "addresses": "https://example.org/a?b=1&c=د a.b@example.org @user #وسم www.example.org،",
}
"""Written with single spaces between; the white space itself is apart."""
SPACES = "\u0020\u00a0\u2003\u202f\u3000\t\v\f\x1c\x85\x01\x7f\x97"
LINE_ENDS = ["\n", "\r\n", "\u2028", "\u2029", "\n\n"]
PIECES = st.one_of(
    *(st.sampled_from(pieces.split(" ")) for pieces in CLASSES.values()),
    st.sampled_from(SPACES),
    st.sampled_from(LINE_ENDS),
)
DOCUMENTS = st.lists(
    st.tuples(PIECES, st.sampled_from(["", "", " ", " "])).map("".join), min_size=1, max_size=40
).map("".join)
# Any character at all but a lone surrogate, which no file can hold.
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TASHKEEL = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"

real_models = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
letters_alone = settings(max_examples=1500, deadline=None, derandomize=True)


def annotate(texts: list[str], models: Models) -> list[list[Sentence]]:
    """The sentences of each text, a paragraph a line."""
    documents = []
    for text in texts:
        lines = [
            match for match in re.finditer("[^\n\u2028\u2029]+", text) if normalise(match.group()).text.strip()
        ]
        paragraphs = [Paragraph(f"d-p{n}", line.start(), line.group()) for n, line in enumerate(lines, start=1)]
        if paragraphs:
            documents.append((Document("d", text, "", "seeds/d.txt"), paragraphs))
    results = {document.text: sentences for document, sentences in annotate_documents(documents, models)}
    return [results.get(text, []) for text in texts]


def get_span(row: Token | Word) -> tuple[int, int]:
    return int(get_misc(row.misc, "start_char") or -1), int(get_misc(row.misc, "end_char") or -1)


def check_document(text: str, sentences: list[Sentence]) -> None:
    tokens = [token for sentence in sentences for token in sentence.tokens]
    spelled = ""
    end = 0
    for token in tokens:
        start_char, end_char = get_span(token)
        assert end <= start_char < end_char <= len(text)
        between = text[end:start_char]
        assert not normalise(between).text.strip(), between
        spelled += between + text[start_char:end_char]
        end = end_char
        check_token(text, token)
    assert not normalise(text[end:]).text.strip()
    assert spelled + text[end:] == text
    for sentence in sentences:
        first, last = get_span(sentence.tokens[0])[0], get_span(sentence.tokens[-1])[1]
        assert sentence.text == " ".join(fold_form(text[first:last]).split())
        assert "".join(token.form + " " * token.space_after for token in sentence.tokens).strip() == sentence.text


def check_token(text: str, token: Token) -> None:
    start_char, end_char = get_span(token)
    raw = text[start_char:end_char]
    assert token.form == fold_form(raw)
    assert token.form
    assert unicodedata.is_normalized("NFC", token.form)
    norm = get_misc(token.misc, "Norm")
    # The models' own text of a multi-word token is not in the file: it is what Norm says, or the form.
    seen = spell_usual(normalise(raw).text)[:TOKEN_CHARS]
    assert seen
    assert (norm or "").replace("\\p", "|").replace("\\\\", "\\") == ("" if seen == token.form else seen)
    if len(token.words) == 1:
        return
    places = [get_span(word) for word in token.words]
    assert places == sorted(places)
    for word, (low, high) in zip(token.words, places, strict=True):
        assert start_char <= low < high <= end_char
        is_approximate = get_misc(word.misc, "Span") == "approx"
        assert is_approximate == (normalise(text[low:high]).text != word.form)


@letters_alone
@given(st.one_of(DOCUMENTS, ANYTHING))
def test_letters_lead_back_and_forms_are_stable(raw: str) -> None:
    seen = normalise(raw)
    assert len(seen.text) == len(seen.starts) == len(seen.ends)
    end = 0
    for place, (low, high) in enumerate(zip(seen.starts, seen.ends, strict=True)):
        assert 0 <= low < high <= len(raw)
        if place and not seen.is_cut(place):
            assert (low, high) == (seen.starts[place - 1], seen.ends[place - 1])
            continue
        assert not normalise(raw[end:low]).text
        end = high
    assert not normalise(raw[end:]).text
    form = fold_form(raw)
    assert unicodedata.is_normalized("NFC", form)
    assert fold_form(form) == form
    assert normalise(form).text == seen.text
    assert normalise(seen.text).text == seen.text


@letters_alone
@given(st.one_of(DOCUMENTS, ANYTHING), st.data())
def test_forms_of_parts_spell_the_form_of_the_whole(raw: str, data: st.DataObject) -> None:
    seen = normalise(raw)
    cuts = [
        seen.starts[place] for place in range(1, len(seen.text)) if seen.is_cut(place) and data.draw(st.booleans())
    ]
    bounds = [0, *cuts, len(raw)]
    parts = [raw[low:high] for low, high in pairwise(bounds)]
    assert "".join(map(fold_form, parts)) == fold_form(raw)


@real_models
@given(st.lists(st.one_of(DOCUMENTS, ANYTHING), min_size=8, max_size=8))
def test_spans_and_what_lies_between_are_the_raw_text(models: Models, texts: list[str]) -> None:
    for text, sentences in zip(texts, annotate(texts, models), strict=True):
        check_document(text, sentences)


def test_a_ligature_that_two_words_share_is_approximate(models: Models) -> None:
    text = "قال ﻷخيه إنه سعيد."
    [sentences] = annotate([text], models)
    check_document(text, sentences)


@pytest.mark.skipif(not RAW_TEXT.is_file(), reason="needs arwiki.txt.xz: set MUDAWWANA_RAWTEXT to its path")
def test_spans_of_real_text(models: Models) -> None:
    with lzma.open(RAW_TEXT, "rt", encoding="utf-8") as file:
        lines = [line for _, line in zip(range(20_000), file, strict=False)]
    chosen = random.Random(1).sample(lines, 60)  # noqa: S311 - a choice that can be repeated
    slices = ["".join(chosen[start : start + 6])[start : start + 1500] for start in range(0, 60, 6)]
    for text, sentences in zip(slices, annotate(slices, models), strict=True):
        check_document(text, sentences)


def mark_letters(text: str, chance: random.Random) -> str:
    """The text with vowels, superscript alefs and, inside words, tatweel behind some letters."""
    marked = "".join(
        letter + ("".join(chance.sample(TASHKEEL, chance.randint(1, 2))) if chance.random() < 0.5 else "")
        if "\u0621" <= letter <= "\u064a"
        else letter
        for letter in text
    )
    return re.sub("\u0640(?![\u0621-\u064a])", "", marked)


def describe(sentence: Sentence) -> list[tuple[str, ...]]:
    """What the models said; signs put in by chance may rule it out (`RepairedBy=reading-of-form`)."""
    words = undo_repairs(sentence.words)
    return [(word.lemma, word.upos, word.xpos, word.feats, word.head, word.deprel) for word in words]


@pytest.mark.parametrize("seed", range(4))
def test_vocalised_text_is_annotated_as_its_plain_twin(seed: int, models: Models) -> None:
    plain = normalise_lines(ARTICLE)
    vocalised = mark_letters(plain, random.Random(seed))  # noqa: S311 - a choice that can be repeated
    [[*with_marks], [*without]] = annotate([vocalised, plain], models)
    for one, twin in zip(with_marks, without, strict=True):
        # A tag that the signs rule out gives way before the parser sees it.
        is_settled = any("tag-of-form" in word.misc for word in (*one.words, *twin.words))
        assert is_settled or describe(one) == describe(twin)
        assert [normalise(token.form).text for token in one.tokens] == [token.form for token in twin.tokens]
        assert one.text != twin.text
    check_document(vocalised, with_marks)


def normalise_lines(text: str) -> str:
    return "\n".join(normalise(line).text.strip() for line in text.split("\n"))
