import gc
import re
from dataclasses import replace
from pathlib import Path

import pytest
import stanza
from stanza.models.common.doc import Word as StanzaWord

from conftest import ARTICLE, REPOSITORY
from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models, load_models
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.annotate.word_spans import align_words
from mudawwana.arabic.script import normalise
from mudawwana.base.errors import ModelError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.misc import PROBABILITIES, drop_misc, get_misc
from mudawwana.base.records import Document, Paragraph, Sentence
from mudawwana.seeds.documents import read_documents, split_paragraphs
from mudawwana.seeds.settings import EMBEDDED, load_settings


def annotate(text: str, models: Models) -> list[Sentence]:
    paragraphs = []
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        paragraphs.append(Paragraph(f"d-p{number}", start, line.rstrip("\n")))
        start += len(line)
    [(_, sentences)] = annotate_documents([(Document("d", text, "", "seeds/d.txt"), paragraphs)], models)
    return sentences


def get_forms(sentence: Sentence) -> list[tuple[str, ...]]:
    return [tuple(word.form for word in token.words) for token in sentence.tokens]


def test_the_seed_keeps_its_eleven_paragraphs(models: Models) -> None:
    layout = CorpusLayout(REPOSITORY)
    settings = load_settings(layout)
    [document] = read_documents(layout, settings)
    paragraphs = split_paragraphs(document, settings)
    assert len(paragraphs) == 11
    [(_, sentences)] = annotate_documents([(document, paragraphs)], models)
    starts = [sentence.get_comment("newpar id") for sentence in sentences]
    assert [start for start in starts if start] == [paragraph.id for paragraph in paragraphs]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("وقال ترمب، إنه قادم.", [("و", "قال"), ("ترمب",), ("،",)]),
        ("انتقلت السلطة للرئيس.", [("انتقلت",), ("السلطة",), ("ل", "الرئيس")]),
    ],
)
def test_punctuation_and_clitics_are_separated(text: str, tokens: list[tuple[str, ...]], models: Models) -> None:
    [sentence] = annotate(text, models)
    assert get_forms(sentence)[: len(tokens)] == tokens


def test_vocalised_text_is_annotated_as_its_unvocalised_twin(models: Models) -> None:
    vocalised = "وَقَالَ الرَّئِيسُ إِنَّ الحَرْبَ سَتَنْتَهِي بِسُرْعَةٍ."  # "the president said the war would end quickly"
    [with_vowels], [without] = annotate(vocalised, models), annotate(normalise(vocalised).text, models)
    assert [(w.upos, w.lemma, w.head, w.deprel) for w in with_vowels.words] == [
        (w.upos, w.lemma, w.head, w.deprel) for w in without.words
    ]
    assert with_vowels.text == vocalised
    assert without.text == normalise(vocalised).text
    last = next(token for token in with_vowels.tokens if token.form == "الرَّئِيسُ")
    assert get_misc(last.misc, "Norm") == "الرئيس"


def test_spans_lead_back_to_the_raw_text(models: Models) -> None:
    sentences = annotate(ARTICLE, models)
    end = 0
    for token in (token for sentence in sentences for token in sentence.tokens):
        assert token.start_char is not None
        assert token.end_char is not None
        assert not normalise(ARTICLE[end : token.start_char]).text.strip()
        assert normalise(ARTICLE[token.start_char : token.end_char]).text == normalise(token.form).text
        for word in token.words:
            start_char, end_char = (int(get_misc(word.misc, key) or -1) for key in ("start_char", "end_char"))
            assert token.start_char <= start_char < end_char <= token.end_char
        end = token.end_char
    assert not ARTICLE[end:].strip()


def test_each_word_says_how_sure_the_models_were(models: Models) -> None:
    sentences = annotate(ARTICLE, models)
    for word in (word for sentence in sentences for word in sentence.words):
        for key in PROBABILITIES:
            assert re.fullmatch(r"[01]\.[0-9]{3}", get_misc(word.misc, key) or "")
    assert not any("Prob=" in token.misc for sentence in sentences for token in sentence.multiword_tokens)


def test_a_gpu_at_hand_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stanza.pipeline.core.default_device", lambda: "meta")  # holds no numbers
    models = load_models(EMBEDDED)
    assert models.pipeline.device == "cpu"
    assert annotate("قال الرئيس إنه قادم.", models)


def test_stock_models_give_the_same_annotation_without_probabilities(models: Models) -> None:
    stock = annotate("قال ترمب، إنه قادم.", load_models(EMBEDDED, stock=True))
    assert not any("Prob=" in word.misc for sentence in stock for word in sentence.words)
    ours = annotate("قال ترمب، إنه قادم.", models)
    # Labels that were repaired are chosen by their probabilities, which Stanza's own modules do not tell.
    bare = [replace(word, misc=drop_misc(word.misc, PROBABILITIES)) for word in undo_repairs(ours[0].words)]
    assert [replace(ours[0], words=tuple(bare))] == stock


@pytest.mark.parametrize(("said", "written"), [("ن\u0651\u064eظر", "ن\u064e\u0651ظر"), ("a b", "ab"), (None, "_")])
def test_lemmas_are_in_normal_form(
    said: str | None, written: str, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    lemmatizer = models.pipeline.processors["lemma"]
    process = lemmatizer.process

    def spell(document: stanza.Document) -> stanza.Document:
        for sentence in process(document).sentences:
            for word in sentence.words:
                word.lemma = said
        return document

    monkeypatch.setattr(lemmatizer, "process", spell)
    [sentence] = annotate("وصل بوتين.", models)
    assert [word.lemma for word in sentence.words] == [written, written, "."]  # a sign is its own lemma


def test_stanza_s_words_are_free_without_a_search_for_garbage(models: Models) -> None:
    gc.collect()
    gc.disable()
    try:
        assert annotate(ARTICLE, models)
        assert not [one for one in gc.get_objects() if type(one) is StanzaWord]
    finally:
        gc.enable()


def test_ids_are_unique_and_tell_the_place(models: Models) -> None:
    sentences = annotate("قال ترمب. وصل بوتين.\nانتهى الاجتماع.", models)
    assert [sentence.sent_id for sentence in sentences] == ["d-p1-s1", "d-p1-s2", "d-p2-s1"]
    assert sentences[0].get_comment("newdoc id") == "d"
    assert sentences[0].get_comment("models") == f"embedded {models.fingerprint}"


@pytest.mark.parametrize(
    ("token", "forms", "spans"),
    [
        ("وقال", ["و", "قال"], [(0, 1), (1, 4)]),
        ("للسلطة", ["ل", "السلطة"], [(0, 1), (1, 6)]),
        ("دراجتهم", ["دراجة", "هم"], [(0, 5), (5, 7)]),
        ("مما", ["من", "ما"], [(0, 1), (1, 3)]),
        ("عن", ["ال", "من", "ما"], [(0, 1), (1, 2), (1, 2)]),
    ],
)
def test_each_word_of_a_token_has_its_span(token: str, forms: list[str], spans: list[tuple[int, int]]) -> None:
    assert align_words(token, forms) == spans


def test_a_folder_without_models_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tokenize\.pt, mwt\.pt, pos\.pt, lemma\.pt, depparse\.pt not found"):
        load_models(str(tmp_path))
