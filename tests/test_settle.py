"""Tags that a form rules out, before the parser sees them."""

import pytest

from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models
from mudawwana.annotate.repair_record import undo_repairs
from mudawwana.annotate.settle import find_allowed_tags
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Document, Paragraph


@pytest.mark.parametrize(
    ("raw", "upos", "allowed"),
    [
        ("قُبِلَ", "ADP", {"VERB"}),  # "was accepted", not "before"
        ("قُبِلَ", "PROPN", set()),  # any word may be a name
        ("قبل", "ADP", set()),
        ("قَبْلَ", "ADP", set()),
        ("هؤلاء", "NOUN", {"DET", "PRON"}),  # "these": the closed classes are whole
        ("هؤلاء", "PROPN", {"DET", "PRON"}),
        ("زبرجدوف", "ADP", set()),
    ],
)
def test_what_a_form_allows(raw: str, upos: str, allowed: set[str]) -> None:
    bare = "".join(letter for letter in raw if not "\u064b" <= letter <= "\u0652")
    assert find_allowed_tags(raw, (bare,), 0, upos) == allowed


def test_the_parser_sees_the_tag_and_the_models_word_is_on_record(models: Models) -> None:
    text = "قُبِلَ طلبها."  # "her application was accepted"
    [(_, [sentence])] = annotate_documents([(Document("d", text, "", "x"), [Paragraph("d-p1", 0, text)])], models)
    verb, noun = sentence.words[:2]
    assert (verb.upos, verb.deprel, noun.deprel) == ("VERB", "root", "nsubj:pass")
    assert {"Voice=Pass", "Aspect=Perf"} <= set(verb.feats.split("|"))
    assert "tag-of-form" in (get_misc(verb.misc, "RepairedBy") or "").split(",")
    [said, *_] = undo_repairs(sentence.words)
    assert said.upos != "VERB"
    assert f"upos:{said.upos}" in (get_misc(verb.misc, "Repaired") or "")
