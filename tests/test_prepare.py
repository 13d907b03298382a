import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from mudawwana.base.conllu_io import parse_conllu, read_conllu, write_conllu
from mudawwana.base.records import Sentence
from mudawwana.cli import main
from mudawwana.training.augment import augment_sentences
from mudawwana.training.clitic_tokens import join_clitics
from mudawwana.training.edits import normalise_sentence
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.train import split_by_document


def make_sentence(*rows: str, doc_id: str = "d1") -> Sentence:
    """Rows are "form lemma upos feats head deprel misc"."""
    lines = [f"# newdoc id = {doc_id}", "# text = -"]
    for number, row in enumerate(rows, start=1):
        form, lemma, upos, feats, head, deprel, misc = row.split()
        lines.append("\t".join((str(number), form, lemma, upos, "_", feats, head, deprel, "_", misc)))
    [sentence] = parse_conllu([f"{line}\n" for line in [*lines, ""]])
    return sentence


def get_tokens(sentence: Sentence) -> list[tuple[str, list[str]]]:
    return [(token.form, [word.form for word in token.words]) for token in sentence.tokens]


@pytest.mark.parametrize(
    ("rows", "token", "words"),
    [
        (("و وَ CCONJ _ 2 cc SpaceAfter=No", "قال قَال VERB _ 0 root _"), "وقال", ["و", "قال"]),
        (
            ("ل لِ ADP _ 2 case SpaceAfter=No", "لسلطة سُلطَة NOUN Definite=Def 0 root _"),
            "للسلطة",
            ["ل", "السلطة"],
        ),
        (
            ("ل لِ ADP _ 2 case SpaceAfter=No", "لغة لُغَة NOUN Definite=Def 0 root _"),
            "للغة",
            ["ل", "لغة"],
        ),
        (
            ("دراجت دَرّاجَة NOUN Gender=Fem|Number=Sing 0 root SpaceAfter=No", "هم هُوَ PRON _ 1 nmod _"),
            "دراجتهم",
            ["دراجة", "هم"],
        ),
        (
            ("صديقات صَدِيقَة NOUN Gender=Fem|Number=Plur 0 root SpaceAfter=No", "ها هُوَ PRON _ 1 nmod _"),
            "صديقاتها",
            ["صديقات", "ها"],
        ),
        (("وقت وَقت NOUN _ 0 root SpaceAfter=No", "ه هُوَ PRON _ 1 nmod _"), "وقته", ["وقت", "ه"]),
        (("أصدقائ صَدِيق NOUN _ 0 root SpaceAfter=No", "ه هُوَ PRON _ 1 nmod _"), "أصدقائه", ["أصدقاء", "ه"]),
        (("علي عَلَى ADP _ 2 case SpaceAfter=No", "هم هُوَ PRON _ 0 root _"), "عليهم", ["على", "هم"]),
        (
            ("ينفقو أَنفَق VERB Number=Plur 0 root SpaceAfter=No", "ها هُوَ PRON _ 1 obj _"),
            "ينفقوها",
            ["ينفقوا", "ها"],
        ),
        (("م مِن ADP _ 2 case SpaceAfter=No", "ما ما PRON _ 0 root _"), "مما", ["من", "ما"]),
        (("في فِي ADP _ 2 case SpaceAfter=No", "ما ما PRON _ 0 root _"), "فيما", ["في", "ما"]),
    ],
)
def test_clitics_become_multiword_tokens_with_their_forms_restored(
    rows: tuple[str, ...], token: str, words: list[str]
) -> None:
    [prepared] = join_clitics([make_sentence(*rows)])
    assert get_tokens(prepared) == [(token, words)]


def test_words_without_a_clitic_stay_apart() -> None:
    [prepared] = join_clitics(
        [
            make_sentence(
                "سناب سناب PROPN _ 0 root SpaceAfter=No",
                "تشات تشات PROPN _ 1 flat SpaceAfter=No",
                "، ، PUNCT _ 1 punct _",
            )
        ]
    )
    assert get_tokens(prepared) == [("سناب", ["سناب"]), ("تشات", ["تشات"]), ("،", ["،"])]
    assert [token.space_after for token in prepared.tokens] == [False, False, True]


def test_closed_class_features_are_completed() -> None:
    [prepared] = join_clitics(
        [
            make_sentence(
                "هو هُوَ PRON Person=3 4 nsubj _",
                "من مِن ADP _ 4 case _",
                "خلال خِلَال NOUN _ 2 fixed _",
                "عمل عَمَل NOUN _ 0 root _",
            )
        ]
    )
    assert [word.feats for word in prepared.words] == ["Person=3|PronType=Prs", "ExtPos=ADP", "_", "_"]


def test_newdoc_stands_once_a_document() -> None:
    row = "سلام سَلَام NOUN _ 0 root _"
    prepared = join_clitics([make_sentence(row), make_sentence(row), make_sentence(row, doc_id="d2")])
    assert [sentence.get_comment("newdoc id") for sentence in prepared] == ["d1", None, "d2"]


def test_documents_without_an_id_stay_apart() -> None:
    row = "سلام سَلَام NOUN _ 0 root _"
    sentences = [
        replace(make_sentence(row), comments=(comment, "# text = -"))
        for comment in ("# newdoc", "# newdoc", "# newdoc id = d1", "# newdoc")
    ]
    assert [sentence.comments for sentence in join_clitics(sentences)] == [one.comments for one in sentences]


def test_misc_stays_and_what_goes_is_said(tmp_path: Path) -> None:
    rows = (
        "و وَ CCONJ _ 2 cc Gloss=and|SpaceAfter=No",
        "قال قَال VERB _ 0 root Gloss=say|LId=qAl_1",
        "علي عَلِي PROPN _ 2 nsubj LId=Ealiy_1|Proper=True|SpaceAfter=No",
        ". . PUNCT _ 2 punct _",
    )
    sentence = make_sentence(*rows)
    source, target = tmp_path / "source.conllu", tmp_path / "target.conllu"
    write_conllu(source, [sentence, sentence, make_sentence(*rows, doc_id="d2")])
    outcome = CliRunner().invoke(main, ["prepare", str(source), str(target)])
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stderr.startswith("1 repeated `# newdoc id` are left out")
    [first, *_] = read_conllu(target)
    assert [word.misc for word in first.words] == ["Gloss=and", "Gloss=say|LId=qAl_1", rows[2].split()[-1], "_"]
    assert [token.misc for token in first.multiword_tokens] == ["_"]


FUTURE = (
    "س سَ PART _ 2 compound:prt SpaceAfter=No",
    "يصل وَصَل VERB Aspect=Imp|Mood=Ind|Person=3|Tense=Pres 0 root _",
    "هذا هٰذا PRON Case=Nom|Gender=Masc|Number=Sing 4 det _",
    "الضيف ضَيف NOUN Case=Nom|Definite=Def 2 nsubj _",
)
"""This guest will arrive, as UD_Arabic-PUD has it."""
CHANGES = {"auxiliary-particle": 1, "demonstrative": 1, "mood-of-particle": 1}


def test_tags_and_trees_become_uds_and_changes_are_counted() -> None:
    counts: Counter[str] = Counter()
    [prepared] = prepare_treebank([make_sentence(*FUTURE)], counts)
    assert get_tokens(prepared)[0] == ("سيصل", ["س", "يصل"])
    assert [(word.upos, word.deprel) for word in prepared.words[:3]] == [
        ("AUX", "aux"),
        ("VERB", "root"),
        ("DET", "det"),
    ]
    assert counts == CHANGES
    assert list(prepare_treebank([make_sentence(*FUTURE)])) == [prepared]


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_the_command_says_what_each_rule_changed(option: list[str], tmp_path: Path) -> None:
    source = tmp_path / "source.conllu"
    write_conllu(source, [make_sentence(*FUTURE)])
    outcome = CliRunner().invoke(main, ["prepare", str(source), str(tmp_path / "out.conllu"), *option])
    assert outcome.exit_code == 0, outcome.output
    if option:
        assert (json.loads(outcome.stdout), outcome.stderr) == (CHANGES, "")
    else:
        assert outcome.stdout == ""
        assert outcome.stderr.splitlines() == [
            "1 sentences; words changed by each rule (docs/conventions.md):",
            *(f"{1:>7} {rule}" for rule in CHANGES),
        ]


def test_the_split_is_by_document_and_fixed() -> None:
    row = "سلام سَلَام NOUN _ 0 root _"
    sentences = [make_sentence(row, doc_id=f"d{number}") for number in range(40)]
    train, dev = split_by_document([one for sentence in sentences for one in (sentence, sentence)])
    assert {one.get_comment("newdoc id") for one in train}.isdisjoint(one.get_comment("newdoc id") for one in dev)
    assert len(train) + len(dev) == 80
    assert [one.get_comment("newdoc id") for one in dev[::2]] == ["d12", "d16", "d24", "d28"]


def test_augmentation_is_repeatable_and_spells_its_text() -> None:
    sentence = normalise_sentence(
        make_sentence(
            '" " PUNCT _ 2 punct SpaceAfter=No',
            "قال قَال VERB _ 0 root SpaceAfter=No",
            '" " PUNCT _ 2 punct SpaceAfter=No',
            ", , PUNCT _ 2 punct _",
            "و وَ CCONJ _ 6 cc SpaceAfter=No",
            "2006 2006 NUM _ 2 conj SpaceAfter=No",
            ". . PUNCT _ 2 punct _",
        )
    )
    variants = list(augment_sentences([sentence] * 50, seed=1))
    assert variants == list(augment_sentences([sentence] * 50, seed=1))
    texts = {variant.text for variant in variants}
    assert any("،" in text for text in texts)
    assert any("«" in text and "»" in text for text in texts)
    assert any("٢٠٠٦" in text for text in texts)
    assert any(not text.endswith(".") for text in texts)
    for variant in variants:
        assert variant.text == "".join(token.form + " " * token.space_after for token in variant.tokens).rstrip()
