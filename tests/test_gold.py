"""The gold article: valid, true to the seed, as the guidelines say; the guidelines' examples are in it."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import udtools

from conftest import REPOSITORY
from mudawwana.arabic.script import normalise
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence, Word
from mudawwana.compare.agreement import compare_annotations
from mudawwana.seeds.documents import check_seeds, iter_documents, split_paragraphs
from mudawwana.seeds.settings import load_settings
from mudawwana.training.conventions import convert_treebank
from mudawwana.validate.corpus import check_corpus, check_ud
from mudawwana.validate.incidents import INCIDENTS
from mudawwana.validate.promises import check_promises

SEED = "000_15940584731ed4aa"
LAYOUT = CorpusLayout(REPOSITORY)
GOLD = LAYOUT.gold_dir / f"{SEED}.conllu"
PASS_A, PASS_B = (LAYOUT.gold_dir / "passes" / name / f"{SEED}.conllu" for name in "ab")
GUIDELINES = REPOSITORY / "annotations" / "GUIDELINES.md"
LOG = LAYOUT.gold_dir / "ADJUDICATION.md"

NOMINAL = {"Case", "Definite", "Gender", "Number"}
VERBAL = {"Aspect", "Gender", "Mood", "Number", "Person", "Tense", "Voice"}
FEATURES = {
    ("VERB", "VBC"): (VERBAL - {"Gender", "Mood"}, VERBAL),
    ("AUX", "VBC"): (VERBAL - {"Gender", "Mood"}, VERBAL),
    ("NOUN", "NN"): ({"Case", "Definite"}, NOMINAL),
    ("ADJ", "JJ"): (NOMINAL, NOMINAL),
    ("ADJ", "JJR"): (NOMINAL, NOMINAL),
    ("ADJ", "VBN"): (NOMINAL | {"VerbForm", "Voice"}, NOMINAL | {"VerbForm", "Voice"}),
    ("PROPN", "NN"): (NOMINAL, NOMINAL),
    ("PROPN", "NNP"): ({"Number"}, {"Case", "Gender", "Number"}),
    ("PRON", "PRP"): (
        {"Case", "Number", "Person", "PronType"},
        {"Case", "Gender", "Number", "Person", "PronType"},
    ),
    ("DET", "PDEM"): ({"Case", "Gender", "Number", "PronType"}, {"Case", "Gender", "Number", "PronType"}),
    ("PRON", "REL"): ({"Case", "Gender", "Number", "PronType"}, {"Case", "Gender", "Number", "PronType"}),
    ("PRON", "WP"): ({"Case", "PronType"}, {"Case", "PronType"}),
    ("PRON", "EX"): (
        {"Case", "Gender", "Number", "Person", "PronType"},
        {"Case", "Gender", "Number", "Person", "PronType"},
    ),
    ("DET", "PDT"): ({"Case", "PronType"}, {"Case", "PronType"}),
}
"""By tags, the features that a word must have and those that it may have (guidelines, F1); others have none."""
VOWELS = re.compile("[\u064b-\u0650\u0670]")


def load_words(path: Path) -> dict[tuple[int, int], Word]:
    """The words by number of the paragraph and id in its one sentence."""
    return {
        (number, word.id): word
        for number, sentence in enumerate(read_conllu(path), start=1)
        for word in sentence.words
    }


@pytest.fixture(scope="module")
def gold() -> list[Sentence]:
    return list(read_conllu(GOLD))


@pytest.fixture(scope="module")
def words() -> dict[tuple[int, int], Word]:
    return load_words(GOLD)


@pytest.mark.parametrize("path", [GOLD, PASS_A, PASS_B], ids=["gold", "a", "b"])
def test_uds_validator_has_nothing_to_say(path: Path) -> None:
    assert [str(incident) for incident in check_ud(path)] == []


@pytest.mark.parametrize("path", [GOLD, PASS_A, PASS_B], ids=["gold", "a", "b"])
def test_no_habit_of_the_treebanks_is_left(path: Path) -> None:
    counts: Counter[str] = Counter()
    assert list(convert_treebank(read_conllu(path), counts)) == list(read_conllu(path)), counts


def test_a_word_before_its_genitive_is_in_construct_state(gold: list[Sentence]) -> None:
    for sentence in gold:
        for word, after in pairwise(sentence.words):
            is_genitive = after.head == str(word.id) and after.deprel == "nmod" and get_case(after) != "Acc"
            if word.upos in {"NOUN", "ADJ"} and is_genitive:
                assert "Definite=Cons" in word.feats, (sentence.sent_id, word.id, word.form)


@pytest.mark.parametrize("path", [GOLD, PASS_A, PASS_B], ids=["gold", "a", "b"])
def test_every_character_of_the_seed_has_its_token(path: Path) -> None:
    settings = load_settings(LAYOUT)
    [document] = [one for one in iter_documents(check_seeds(LAYOUT, settings), settings) if one.id == SEED]
    found = check_promises(path.name, list(read_conllu(path)), document, split_paragraphs(document, settings))
    assert [str(incident) for incident in found if incident.id != "models-missing"] == []


def test_the_corpus_takes_the_gold_layer() -> None:
    found = check_corpus(LAYOUT, load_settings(LAYOUT))
    assert [str(incident) for incident in found if "/gold/" in incident.path] == []


def test_each_paragraph_is_one_sentence(gold: list[Sentence]) -> None:
    assert [sentence.sent_id for sentence in gold] == [f"{SEED}-p{number}-s1" for number in range(1, 12)]


def test_the_first_comments_say_where_it_comes_from(gold: list[Sentence]) -> None:
    assert "corrected" in (gold[0].get_comment("generator") or "")
    assert "every word corrected" in (gold[0].get_comment("models") or "")


def test_gold_has_no_confidence_and_no_repair(gold: list[Sentence]) -> None:
    keys = {
        item.partition("=")[0]
        for sentence in gold
        for row in (*sentence.words, *sentence.multiword_tokens)
        for item in row.misc.split("|")
    }
    assert keys == {"SpaceAfter", "Norm", "Span", "start_char", "end_char"}


def test_every_word_has_the_features_of_its_tag(words: dict[tuple[int, int], Word]) -> None:
    for place, word in words.items():
        names = set() if word.feats == "_" else {item.partition("=")[0] for item in word.feats.split("|")}
        required, allowed = FEATURES.get((word.upos, word.xpos), (set(), set()))
        assert required <= names <= allowed, (place, word.form, word.feats)
        if word.upos == "VERB":
            assert ("Mood" in names) == ("Aspect=Imp" in word.feats), (place, word.form)


def test_lemmas_are_vocalised_citation_forms(words: dict[tuple[int, int], Word]) -> None:
    for place, word in words.items():
        if word.upos in {"VERB", "NOUN", "ADJ", "ADV"} or word.xpos in {"NN", "VBC"}:
            assert VOWELS.search(word.lemma), (place, word.lemma)
            assert not re.search("[\u064b-\u064d\u0652]", word.lemma) or word.form == "أيضا", (place, word.lemma)
            assert word.lemma[-1] not in "\u064e\u064f\u0650", (place, word.lemma)
        if word.upos in {"NOUN", "ADJ", "PROPN"}:
            assert not normalise(word.lemma).text.startswith("ال"), (place, word.lemma)
        assert "Person=" not in word.feats or word.upos != "PRON" or word.lemma == "هُوَ", (place, word.lemma)


def test_one_lexeme_has_one_lemma(words: dict[tuple[int, int], Word]) -> None:
    spellings: dict[tuple[str, str], set[str]] = {}
    for word in words.values():
        if word.upos in {"NOUN", "ADJ", "VERB", "PROPN"}:
            spellings.setdefault((normalise(word.lemma).text, word.upos), set()).add(word.lemma)
    assert [found for found in spellings.values() if len(found) > 1] == []


def test_no_lemma_has_a_clitic_of_its_token(gold: list[Sentence]) -> None:
    for sentence in gold:
        for token in sentence.tokens:
            for left, right in zip(token.words, token.words[1:], strict=False):
                joined = left.form + right.form
                assert joined not in {normalise(word.lemma).text for word in (left, right)}, (token.form, joined)


def get_case(word: Word) -> str | None:
    return dict(item.split("=") for item in word.feats.split("|") if item != "_").get("Case")


def expect_case(word: Word, sentence: Sentence) -> str | None:
    """The case that the word's construction asks for; its own where any will do."""
    head = sentence.words[int(word.head) - 1]
    siblings = [other for other in sentence.words if other.head == word.head]
    is_governed = any(other.head == str(word.id) and other.deprel == "case" for other in sentence.words)
    is_adverbial = word.form in {"الخميس", "اليوم"}  # p8:5 and p6:9, in the accusative of time
    if is_governed or (word.deprel == "nmod" and not is_adverbial):
        return "Gen"
    if word.deprel == "obj":
        return "Acc"
    if word.deprel.startswith("nsubj") and word.xpos != "REL":
        # Where an expletive takes the accusative of أن, the subject is nominative.
        is_bound = any(other.lemma in {"أَنَّ", "إِنَّ"} for other in siblings)
        return "Acc" if is_bound and not any(other.deprel == "expl" for other in siblings) else "Nom"
    is_agreeing = word.deprel in {"amod", "acl", "det", "conj", "appos"}
    return (get_case(head) if is_agreeing else None) or get_case(word)


def test_case_follows_from_the_construction(gold: list[Sentence]) -> None:
    for sentence in gold:
        for word in sentence.words:
            if get_case(word):
                assert get_case(word) == expect_case(word, sentence), (sentence.sent_id, word.id, word.form)


def find_examples(text: str) -> Iterator[tuple[int, int, str]]:
    for number, place, form in re.findall(r"`p(\d+):(\d+) ([^`]+)`", text):
        yield int(number), int(place), form


@pytest.mark.parametrize("path", [GUIDELINES, LOG], ids=lambda path: path.stem)
def test_each_example_is_in_the_gold_article(path: Path, words: dict[tuple[int, int], Word]) -> None:
    examples = list(find_examples(path.read_text(encoding="utf-8")))
    assert len(examples) > 10
    assert [one for one in examples if words[one[:2]].form != one[2]] == []


def test_each_example_of_the_phenomena_is_there() -> None:
    folder = REPOSITORY / "tests" / "phenomena"
    known = {sentence.sent_id for path in folder.glob("*.conllu") for sentence in read_conllu(path)}
    cited = set(re.findall(r"\[([a-z][a-z-]*-\d+)\]", GUIDELINES.read_text(encoding="utf-8")))
    assert cited
    assert cited <= known


def test_each_section_that_is_cited_is_there() -> None:
    text = GUIDELINES.read_text(encoding="utf-8")
    sections = re.findall(r"^### ([A-Z]\d+) ", text, flags=re.MULTILINE)
    assert len(sections) == len(set(sections))
    cited = re.findall(r"[( |]([SLTFRP]\d+)(?=[),:; |])", text)
    cited += re.findall(r"`([SLTFRP]\d+)`", LOG.read_text(encoding="utf-8"))
    assert set(cited) <= set(sections)


def test_each_section_has_an_example_and_uds_page() -> None:
    sections = re.split("^##+ ", GUIDELINES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for section in (one for one in sections if re.match(r"[A-Z]\d+ ", one)):
        assert "https://universaldependencies.org/" in section, section[:60]
        assert re.search(r"`p\d+:\d+ |\[[a-z-]+-\d+\]", section), section[:60]


def test_each_incident_that_is_cited_is_known() -> None:
    text = GUIDELINES.read_text(encoding="utf-8")
    cited = {
        one for part in re.findall(r"Enforced:([^#]*?)\.\n", text) for one in re.findall(r"`([a-z-]+)`", part)
    }
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(udtools.__file__).parent.rglob("*.py"))
    # udtools builds some ids of parts: leaf-{deprel}, right-to-left-{relation}, rel-upos-{relation}.
    families = ("leaf-", "right-to-left-", "rel-upos-")
    assert cited
    assert [
        one for one in cited if one not in INCIDENTS and one not in sources and not one.startswith(families)
    ] == []


def test_the_guidelines_stay_short() -> None:
    assert len(GUIDELINES.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_log_has_the_agreement_of_the_passes() -> None:
    agreement = compare_annotations(PASS_A, PASS_B)
    counts = Counter(difference.column for difference in agreement.differences)
    text = LOG.read_text(encoding="utf-8")
    for name, measure in agreement.measures.items():
        decimals, unit = (4, "") if name.startswith("kappa") else (2, " %")
        figures = (f"{number:.{decimals}f}" for number in (measure.value, measure.low, measure.high))
        assert "| {} | {}{} | {} - {} |".format(name, next(figures), unit, *figures) in text
    assert counts == {"lemma": 11, "head": 3, "feats": 1}
    assert "11 lemmas, 3 heads and the features of one word" in text


def test_every_difference_in_the_tree_is_settled_in_the_log(words: dict[tuple[int, int], Word]) -> None:
    one, other = load_words(PASS_A), load_words(PASS_B)
    settled = {
        example[:2] for example in find_examples(LOG.read_text(encoding="utf-8").partition("Where both")[0])
    }
    for place, word in words.items():
        a, b = one[place], other[place]
        if (a.head, a.deprel) != (b.head, b.deprel):
            assert place in settled
        for key in ("form", "lemma", "upos", "xpos", "feats", "head", "deprel"):
            assert getattr(word, key) in {getattr(a, key), getattr(b, key)}, (place, key)
