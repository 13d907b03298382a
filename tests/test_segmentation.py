import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models
from mudawwana.annotate.segmentation import SENTENCE_TOKENS, TokenSpan, segment_text
from mudawwana.annotate.spelling import spell_usual
from mudawwana.annotate.tokenize import TOKEN_CHARS, tokenize_texts
from mudawwana.arabic.script import normalise
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Document, Paragraph, Sentence

WORDS = ["كتب", "الطالب", "رسالة", "طويلة", "عن", "تاريخ", "المدينة", "القديمة", "في", "الصيف"]
"""Ten words: "the student wrote a long letter about the history of the old city in the summer"."""


def read_notation(notation: str) -> tuple[str, list[TokenSpan]]:
    """The text and its tokens from a notation: a space or, without one, "|" parts tokens; "/ " parts sentences."""
    text = ""
    tokens: list[TokenSpan] = []
    for sentence in notation.split("/ "):
        for chunk in sentence.split():
            text += " " * bool(text)
            for piece in chunk.split("|"):
                tokens.append(TokenSpan(len(text), len(text) + len(piece)))
                text += piece
        tokens[-1] = TokenSpan(tokens[-1].start, tokens[-1].end, ends_sentence=True)
    return text, tokens


def write_notation(text: str, sentences: list[list[TokenSpan]]) -> str:
    notation = ""
    end = 0
    for sentence in sentences:
        for token in sentence:
            between = text[end : token.start] or ("|" if notation else "")
            notation += ("/ " if notation and token is sentence[0] else between) + text[token.start : token.end]
            end = token.end
    return notation


def segment(notation: str) -> str:
    text, tokens = read_notation(notation)
    return write_notation(text, segment_text(normalise(text), tokens))


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("وصل ترمب، مساء", "وصل ترمب|، مساء"),
        ('تدعى "ريديت"', 'تدعى "|ريديت|"'),
        ("قال (كما يبدو) نعم", "قال (|كما يبدو|) نعم"),
        ("نص [1] {ب}", "نص [|1|] {|ب|}"),
        ("كلمة(ب)", "كلمة|(|ب|)"),
        ("زاد 7% أو ٧٪", "زاد 7|% أو ٧|٪"),
        ("ماذا؟! نعم", "ماذا|؟!/ نعم"),
        ("ماذا|؟|! نعم", "ماذا|؟!/ نعم"),
        ("لا!!", "لا|!!"),
        ("ربما|.|.|. نعم", "ربما|... نعم"),
        ("ربما... نعم", "ربما|... نعم"),
        ('قال "لا!"', 'قال "|لا|!|"'),
        ("سنة ق.م.", "سنة ق|.|م|."),
        ("كلمة, وأخرى; ثم:", "كلمة|, وأخرى|; ثم|:"),
        ("عند 10:30 كان ;)", "عند 10:30 كان ;|)"),
        ("انظر https://ar.wikipedia.org/wiki/(x)?a=1,2 هنا", "انظر https://ar.wikipedia.org/wiki/(x)?a=1,2 هنا"),
        ("زوروا www.un.org، ثم", "زوروا www.un.org|، ثم"),
        ('راسل "a.b@c.org".', 'راسل "|a.b@c.org|"|.'),
        ("على (http://x.org/?a=1,2).", "على (|http://x.org/?a=1,2)|."),
        ("هارلي-ديفيدسون وبي-29 -كما قيل-", "هارلي|-|ديفيدسون وبي|-|29 -|كما قيل|-"),
        ("Wi-Fi http://ا-ب.org -5", "Wi-Fi http://ا-ب.org -5"),
        ("الإحصاءـ ـ11 (ـلا", "الإحصاء|ـ ـ|11 (|ـ|لا"),
    ],
)
def test_marks_stand_apart_where_that_is_certain(found: str, right: str) -> None:
    assert segment(found) == right


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("بلغ 3|.|5 مليون", "بلغ 3.5 مليون"),
        ("بلغ 1|,|335|,|000 نسمة", "بلغ 1,335,000 نسمة"),
        ("بلغ ٣|٫|٥ و ١|٬٠٠٠", "بلغ ٣٫٥ و ١٬٠٠٠"),
        ("عند 10|:|30 مساء", "عند 10:30 مساء"),
        ("عام 20|22", "عام 2022"),
        ("بلغ 3|. 5 مليون", "بلغ 3|. 5 مليون"),
        ("بلغ 3|.|5|./ وصل", "بلغ 3.5|./ وصل"),
        ("بين 2013-2014 أو 3–4%", "بين 2013|-|2014 أو 3|–|4|%"),
        ("اتصل على 555-0199-22", "اتصل على 555-0199-22"),
        ("ال|3|%", "ال|3|%"),
        ("شرب 1|/2 كوب و1|/|2 آخر", "شرب 1/2 كوب و1/2 آخر"),
        ("جهاز iPhon|e13 وB|2", "جهاز iPhone13 وB2"),
    ],
)
def test_a_number_is_one_token(found: str, right: str) -> None:
    assert segment(found) == right


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("شباط/2022", "شباط|/|2022"),
        ("15/3/2021", "15|/|3|/|2021"),
        ("15/3|/2021", "15|/|3|/|2021"),
        ("2020|/05/01", "2020|/|05|/|01"),
        ("2022-02-24 و24-2-2022", "2022|-|02|-|24 و24|-|2|-|2022"),
        ("1435/1436", "1435|/|1436"),
        ("4-1", "4|-|1"),
        ("فبراير/شباط", "فبراير|/|شباط"),
        ("الأول|/أكتوبر", "الأول|/|أكتوبر"),
        ("كم/ساعة و/أو TCP/IP", "كم|/|ساعة و|/|أو TCP|/|IP"),
        ("http://a.org/b/c", "http://a.org/b/c"),
    ],
)
def test_each_sign_of_a_date_and_each_slash_outside_a_fraction_is_a_token(found: str, right: str) -> None:
    assert segment(found) == right


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("5€ $50 %20 5٪ ٪5", "5|€ $|50 %|20 5|٪ ٪|5"),
        ("و10£ و£10 ب$5", "و10|£ و|£|10 ب|$|5"),
        ("غيره¹ عام 2019²", "غيره|¹ عام 2019|²"),
        ("20م² كم² م³", "20|م² كم² م³"),
        ("جميل😀 نعم❤ شركة™", "جميل|😀 نعم|❤ شركة|™"),
    ],
)
def test_signs_beside_numbers_raised_digits_and_pictures_are_tokens(found: str, right: str) -> None:
    assert segment(found) == right


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("عام2019 السكان10 ويزن10", "عام|2019 السكان|10 ويزن|10"),
        ("2019م 10كم وبعد10كم و10كم", "2019|م 10|كم وبعد|10|كم و10|كم"),
        ("بيروت/لبنان كوفيد19", "بيروت|/|لبنان كوفيد|19"),
        ("و3 و١٢ ول50 ب20 ب100 بال3 و3.5", "و3 و١٢ ول50 ب20 ب100 بال3 و3.5"),
        ("و|3 ول|5|0", "و3 ول50"),
        ("ق2م م2 ال96 وال96 B2B", "ق2م م2 ال96 وال96 B2B"),
    ],
)
def test_letters_and_digits_are_cut_apart_but_for_clitics(found: str, right: str) -> None:
    assert segment(found) == right


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("قال @محمد في #الرياض، ثم", "قال @محمد في #الرياض|، ثم"),
        ("إن #لا|_|للعنف و #صباح|_الخير!", "إن #لا_للعنف و #صباح_الخير|!"),
        ("و#لا_للعنف و@user_1.", "و|#لا_للعنف و|@user_1|."),
        ("#Qata|r2022 #الرياض#جدة", "#Qatar2022 #الرياض|#جدة"),
        ("رقم #5 راسل a.b@c.org", "رقم #5 راسل a.b@c.org"),
    ],
)
def test_hashtags_and_mentions_are_one_token(found: str, right: str) -> None:
    assert segment(found) == right


def test_a_number_with_its_separator_at_a_sentence_end_is_whole() -> None:
    text = "بلغ 3.5 مليون"
    tokens = [TokenSpan(0, 3), TokenSpan(4, 6, ends_sentence=True), TokenSpan(6, 7), TokenSpan(8, 13)]
    [sentence] = segment_text(normalise(text), tokens)
    assert [text[token.start : token.end] for token in sentence] == ["بلغ", "3.5", "مليون"]


@pytest.mark.parametrize(
    ("found", "right"),
    [
        # Ends that the tokenizer missed.
        ("وصل الوزير|. وقال إنه سعيد|.", "وصل الوزير|./ وقال إنه سعيد|."),
        ("متى تنتهي الحرب|؟ لا أحد يعرف|.", "متى تنتهي الحرب|؟/ لا أحد يعرف|."),
        ("انتبهوا|! وصل القطار", "انتبهوا|!/ وصل القطار"),
        ("حدث عام 2004|. وقال", "حدث عام 2004|./ وقال"),
        ("ارتفعت 7|%|. وقال", "ارتفعت 7|%|./ وقال"),
        ('قال "|نعم|"|. ثم ذهب', 'قال "|نعم|"|./ ثم ذهب'),
        ("سنة 1445 هـ|. وقال".replace("ـ", ""), "سنة 1445 ه|./ وقال"),
        # Ends that are none.
        ("قال الوزير|،/ إنه سعيد", "قال الوزير|، إنه سعيد"),
        ("توقف المطر|؛/ فخرجوا", "توقف المطر|؛ فخرجوا"),
        ("لن نستسلم|!/ ، قالت", "لن نستسلم|! ، قالت"),
        ("قال د|./ محمد علي", "قال د|. محمد علي"),
        ("قال أ|.|د|./ محمد", "قال أ|.|د|. محمد"),
        ("وكالة ا|.|ف|.|ب|./ للأنباء", "وكالة ا|.|ف|.|ب|. للأنباء"),
        ("الممثل J|./ فوكس", "الممثل J|. فوكس"),
        ("الممثل J./ فوكس", "الممثل J. فوكس"),
        ("كتاب Dr|./ Smith الأول", "كتاب Dr|. Smith الأول"),
        ("1|./ المقدمة", "1|. المقدمة"),
        ("في فبراير|//|شباط 2023".replace("//", "/"), "في فبراير|/|شباط 2023"),
        ("هل جاء ؟ نعم جاء .", "هل جاء ؟/ نعم جاء ."),
        ("جميل 😀|. نعم وصل ❤|. ثم ذهب", "جميل 😀|./ نعم وصل ❤|./ ثم ذهب"),
        ("الحقوق محفوظة ©|. نعم", "الحقوق محفوظة ©|./ نعم"),
        ("وصل الوزير۔ ثم ذهب ۔ نعم", "وصل الوزير|۔/ ثم ذهب ۔/ نعم"),
        ("لا!! نعم؟! وصل", "لا|!!/ نعم|؟!/ وصل"),
        ("وصل|. #الرياض", "وصل|./ #الرياض"),
        # An ellipsis is a pause.
        ("ربما… نعم.. لا... ثم", "ربما|… نعم|.. لا|... ثم"),
        # Closing marks belong to the sentence that ends.
        ("قال|: «|نعم|./ |»".replace("/ |", "|") + " وذهب|.", "قال|: «|نعم|.|» وذهب|."),
        ("(|انظر ص|. 5|) هنا", "(|انظر ص|. 5|) هنا"),
        # What is not certain stays as it is.
        ("من أين الطاقة|؟ أو ذلك الصوت|؟", "من أين الطاقة|؟ أو ذلك الصوت|؟"),
        ("في الواقع|... إنه أمر", "في الواقع|... إنه أمر"),
        ("سأل|: " + '"|متى|؟|" ثم ذهب', 'سأل|: "|متى|؟|" ثم ذهب'),
        ("انظر (|وصل الوزير|. وذهب|)", "انظر (|وصل الوزير|. وذهب|)"),
        ("رقم 5|. 3 مرات", "رقم 5|. 3 مرات"),
        ("سنة 300 ق|.|م|. في مصر", "سنة 300 ق|.|م|. في مصر"),
        ("سنة 300 ق|.|م|./ وفي مصر", "سنة 300 ق|.|م|./ وفي مصر"),
        ("عنوان الخبر/ وصل الوزير", "عنوان الخبر/ وصل الوزير"),
    ],
)
def test_sentences_end_where_that_is_certain(found: str, right: str) -> None:
    assert segment(found) == right


@pytest.mark.parametrize("closing", ["»", "”", ")", "]", '"'])
def test_a_sentence_ends_behind_its_closing_marks(closing: str) -> None:
    text = f"قال نعم.{closing} وذهب"
    tokens = [
        TokenSpan(0, 3),
        TokenSpan(4, 7),
        TokenSpan(7, 8, ends_sentence=True),
        TokenSpan(8, 9),
        TokenSpan(10, 14),
    ]
    assert write_notation(text, segment_text(normalise(text), tokens)) == f"قال نعم|.|{closing}/ وذهب"


def test_no_token_ends_inside_a_ligature_or_before_a_mark() -> None:
    seen = normalise("ﻻ x\u0302")
    tokens = [TokenSpan(0, 1), TokenSpan(1, 2), TokenSpan(3, 4), TokenSpan(4, 5)]
    assert [(token.start, token.end) for token in segment_text(seen, tokens)[0]] == [(0, 2), (3, 5)]


def test_a_token_with_a_space_is_two() -> None:
    [sentence] = segment_text(normalise("وقال ترمب،"), [TokenSpan(0, 10, is_multiword=True)])
    assert [(token.start, token.end, token.is_multiword) for token in sentence] == [
        (0, 4, True),
        (5, 9, True),
        (9, 10, False),
    ]


@given(st.text(st.sampled_from('ابو د.،؛؟!…"«»()[]1٢%, a-Bه@/:'), max_size=60), st.data())
def test_every_character_stays_in_its_place(text: str, data: st.DataObject) -> None:
    seen = normalise(text.strip())
    tokens: list[TokenSpan] = []
    for number, character in enumerate(seen.text):
        if character == " ":
            continue
        is_glued = bool(tokens) and tokens[-1].end == number and data.draw(st.booleans())
        start = tokens.pop().start if is_glued else number
        tokens.append(TokenSpan(start, number + 1, ends_sentence=data.draw(st.booleans())))
    found = [token for sentence in segment_text(seen, tokens) for token in sentence]
    covered = [place for token in found for place in range(token.start, token.end)]
    assert covered == [place for place, character in enumerate(seen.text) if character != " "]
    assert all(sentence for sentence in segment_text(seen, tokens))


def cut_long(words: list[str]) -> list[list[str]]:
    text, tokens = read_notation(" ".join(words))
    sentences = segment_text(normalise(text), tokens)
    assert [sentence[0].begins_by_force for sentence in sentences] == [False, *[True] * (len(sentences) - 1)]
    assert max(map(len, sentences)) <= SENTENCE_TOKENS
    return [[text[token.start : token.end] for token in sentence] for sentence in sentences]


@pytest.mark.parametrize(
    ("marks", "last"),
    [
        ({120: "؛", 150: "،", 190: ":"}, 120),
        ({150: "،", 180: "،", 190: ":"}, 150),
        ({160: "،", 180: ":"}, 160),
        ({180: ":"}, 180),
        ({60: "؛"}, SENTENCE_TOKENS - 1),
    ],
)
def test_a_long_sentence_is_cut_at_the_best_boundary(marks: dict[int, str], last: int) -> None:
    words = ["كلمة"] * (SENTENCE_TOKENS + 50)
    for place, mark in marks.items():
        words[place] = mark
    words[151] = "ولكن"
    first, second = cut_long(words)
    assert (len(first), first + second) == (last + 1, words)


def test_a_sentence_within_the_limit_is_not_cut() -> None:
    assert len(cut_long(["كلمة"] * SENTENCE_TOKENS)) == 1


def annotate(text: str, models: Models) -> list[Sentence]:
    documents = [(Document("d", text, "", "seeds/d.txt"), [Paragraph("d-p1", 0, text)])]
    [(_, sentences)] = annotate_documents(documents, models)
    return sentences


def test_twenty_thousand_words_without_a_stop_are_many_sentences(models: Models) -> None:
    seen = normalise(" ".join(WORDS * 2_000))
    [document] = tokenize_texts(models.pipeline, [seen])
    assert " ".join(token.text for sentence in document.sentences for token in sentence.tokens) == seen.text
    assert max(len(sentence.tokens) for sentence in document.sentences) <= SENTENCE_TOKENS
    assert len(document.sentences) >= 100


def test_a_sentence_that_begins_by_force_says_so(models: Models) -> None:
    text = " ".join(WORDS * 45)
    sentences = annotate(text, models)
    assert " ".join(token.form for sentence in sentences for token in sentence.tokens) == text
    marked = [[get_misc(token.misc, "SentSplit") for token in sentence.tokens] for sentence in sentences]
    assert {mark for marks in marked for mark in marks[1:]} == {None}
    assert marked[0][0] is None
    assert marked[-1][0] == "forced"


@pytest.mark.parametrize("letter", ["ا", "a", "!", "7", "😀", "a."])
def test_a_token_without_end_is_whole_and_the_models_see_its_beginning(letter: str, models: Models) -> None:
    long = letter * (12_000 // len(letter))
    sentences = annotate(f"هذا {long} نص", models)
    tokens = [token for sentence in sentences for token in sentence.tokens]
    assert "".join(token.form for token in tokens) == f"هذا{long}نص"
    longest = max(tokens, key=lambda token: len(token.form))
    if len(longest.form) > TOKEN_CHARS:
        assert len(longest.words) == 1
        assert get_misc(longest.misc, "Norm") == longest.form[:TOKEN_CHARS]


def test_a_number_with_clitics_is_one_token_of_several_words(models: Models) -> None:
    [sentence] = annotate("وصلت و3 نساء و١٢ رجلا ول50 شخصا بـ20 ريالا ولل96 وو10£", models)
    words = {token.form: [word.form for word in token.words] for token in sentence.tokens}
    assert [words[form] for form in ("و3", "و١٢", "ول50", "بـ20")] == [
        ["و", "3"],
        ["و", "١٢"],
        ["و", "ل", "50"],
        ["ب", "20"],
    ]
    assert words["ولل96"] == ["و", "ل", "ال96"]


SIGNS = ["؟؟؟", "***", "||", "😀", "❤️", "=", "+", "←", "€", "£", "©", "۔", "§", "~"]


def test_signs_are_marks_or_symbols_without_features_and_their_own_lemma(models: Models) -> None:
    sentences = annotate(" كلمة ".join(["ماذا", *SIGNS, "نعم"]), models)
    found = {word.form: word for sentence in sentences for word in sentence.words if word.form in SIGNS}
    assert set(found) == set(SIGNS)
    assert {word.upos for word in found.values()} == {"PUNCT", "SYM"}
    assert {word.feats for word in found.values()} == {"_"}
    assert [word.lemma for word in found.values()] == list(found)


def test_hashtags_and_mentions_are_names_and_their_own_lemmas(models: Models) -> None:
    tags = ["@محمد", "#الرياض", "#لا_للعنف", "#صباح_الخير", "@user_1"]
    [sentence] = annotate(f"قال {' و '.join(tags)}", models)
    found = [(word.form, word.lemma, word.upos, word.feats) for word in sentence.words if word.form[0] in "@#"]
    assert found == [(tag, tag, "PROPN", "_") for tag in tags]


def test_the_lemma_of_what_is_not_all_arabic_letters_is_the_form_without_article(models: Models) -> None:
    [sentence] = annotate("RT أعلن ق2م اليوم || الـmeeting في Wi-Fi والـGPS و iPhone13 الـ96", models)
    lemmas = {word.form: word.lemma for word in sentence.words}
    assert [lemmas[form] for form in ("RT", "ق2م", "||", "iPhone13")] == [
        "RT",
        "ق2م",
        "||",
        "iPhone13",
    ]
    assert (lemmas["الـmeeting"], lemmas["الGPS"], lemmas["الـ96"]) == ("meeting", "GPS", "96")
    assert lemmas["اليوم"] == "يَوم"


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("جميييييل", "جميل"),
        ("مبرووووك", "مبروك"),
        ("وجمييييل", "وجميل"),
        ("شكراااا", "شكرا"),
        ("مممتاز", "ممتاز"),
        ("الللله", "الله"),
        ("تتتبع", "تتتبع"),
        ("ههههه", "ههههه"),
        ("إلی", "إلى"),
        ("علی", "على"),
        ("فی", "في"),
        ("الذی", "الذي"),
        ("البیت", "البيت"),
        ("المدینہ", "المدينة"),
        ("علیہ", "عليه"),
        ("وکان", "وكان"),
        ("که", "که"),
        ("ہے", "ہے"),
        ("گرگی", "گرگی"),
        ("کتابخانه", "کتابخانه"),
    ],
)
def test_models_see_stretched_and_persian_letters_in_the_usual_spelling(written: str, usual: str) -> None:
    assert spell_usual(written) == usual


def test_the_form_keeps_stretched_and_persian_letters(models: Models) -> None:
    [sentence] = annotate("ذهب إلی البیت وکان جميييييلا", models)
    tokens = {token.form: token for token in sentence.tokens}
    assert list(tokens) == ["ذهب", "إلی", "البیت", "وکان", "جميييييلا"]
    norms = [get_misc(token.misc, "Norm") for token in tokens.values()]
    assert norms == [None, "إلى", "البيت", "وكان", "جميلا"]
    lemmas = [word.lemma for form in ("إلی", "البیت", "جميييييلا") for word in tokens[form].words]
    assert lemmas == ["إِلَى", "بَيت", "جَمِيل"]
    assert [word.form for word in tokens["وکان"].words] == ["و", "كان"]
    assert sentence.text == "ذهب إلی البیت وکان جميييييلا"


def test_a_row_of_initials_without_end_is_read_in_proportion_to_its_length() -> None:
    seen = normalise("ا." * 100_000)
    tokens = [token for sentence in segment_text(seen, [TokenSpan(0, 200_000)]) for token in sentence]
    assert [(token.start, token.end) for token in tokens] == [(place, place + 1) for place in range(200_000)]
