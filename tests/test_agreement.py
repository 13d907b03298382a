"""Agreement of two annotators: known numbers, every difference, the command."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from mudawwana.base.errors import ConlluError
from mudawwana.cli import main
from mudawwana.compare.agreement import Agreement, compare_annotations, compute_kappa
from two_sentences import SAID, THANKS

FIRST = f"# sent_id = a1\n{SAID}\n# sent_id = a2\n{THANKS}\n"
# One sentence, "to him" unsplit; "great" a noun below the verb, "peace" with another lemma and case.
SECOND = """\
# sent_id = b1
1-2	وقال	_	_	_	_	_	_	_	_
1	و	وَ	CCONJ	CC	_	2	cc	_	_
2	قال	قَال	VERB	VB	Aspect=Perf	0	root	_	_
3	سلام	سِلم	NOUN	NN	Case=Nom	2	nsubj	_	_
4	كبير	كَبِير	NOUN	JJ	Case=Acc	2	obj	_	SpaceAfter=No
5	.	.	PUNCT	.	_	2	punct	_	_
6	شكرا	شُكر	NOUN	NN	Case=Acc	2	parataxis	_	_
7	له	لَهُ	PRON	PRP	Case=Gen	6	nmod	_	SpaceAfter=No
8	.	.	PUNCT	.	_	6	punct	_	_

"""


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["agree", *map(str, arguments)])


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "a.conllu", tmp_path / "b.conllu"
    first.write_text(FIRST, encoding="utf-8")
    second.write_text(SECOND, encoding="utf-8")
    return first, second


@pytest.fixture
def agreement(paths: tuple[Path, Path]) -> Agreement:
    return compare_annotations(*paths)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),
        # Cohen 1960, table 1 (proportions there; counts of 200 here): 0.492
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.492),
        ([[7, 0], [0, 3]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
        ([[9]], 1.0),
    ],
)
def test_kappa(table: list[list[int]], kappa: float) -> None:
    assert compute_kappa(np.array(table, dtype=float)) == pytest.approx(kappa, abs=0.001)


class TestMeasures:
    def test_segmentation(self, agreement: Agreement) -> None:
        assert (agreement.words, agreement.shared_words) == ((9, 8), 7)
        values = {name: measure.value for name, measure in agreement.measures.items()}
        assert values["Tokens"] == 100
        assert values["Sentences"] == 0
        assert values["Words"] == pytest.approx(100 * 14 / 17)

    def test_columns_and_trees(self, agreement: Agreement) -> None:
        values = {name: measure.value for name, measure in agreement.measures.items()}
        assert values["Forms"] == values["XPOS"] == 100
        for name, right in {"UPOS": 6, "Features": 6, "Lemmas": 6, "Relations": 4, "UAS": 5, "LAS": 4}.items():
            assert values[name] == pytest.approx(100 * right / 7), name

    def test_kappas(self, agreement: Agreement) -> None:
        # UPOS of the shared words: CCONJ, VERB, NOUN, ADJ/NOUN, PUNCT, NOUN, PUNCT
        expected = (1 * 1 + 1 * 1 + 2 * 3 + 1 * 0 + 2 * 2) / 49
        assert agreement.measures["kappa UPOS"].value == pytest.approx((6 / 7 - expected) / (1 - expected))
        assert agreement.measures["kappa relations"].value < agreement.measures["kappa UPOS"].value

    def test_one_annotation_agrees_with_itself(self, paths: tuple[Path, Path]) -> None:
        agreement = compare_annotations(paths[0], paths[0])
        assert agreement.differences == []
        for name, measure in agreement.measures.items():
            best = 1 if name.startswith("kappa") else 100
            assert (measure.value, measure.low, measure.high) == (best, best, best)

    def test_more_sentences_narrow_the_interval(self, tmp_path: Path) -> None:
        second = FIRST.replace("سَلَام	NOUN", "سَلَام	ADJ")
        widths = []
        for times in (2, 32):
            for name, text in (("a.conllu", FIRST), ("b.conllu", second)):
                (tmp_path / name).write_text(text * times, encoding="utf-8")
            measure = compare_annotations(tmp_path / "a.conllu", tmp_path / "b.conllu").measures["kappa UPOS"]
            assert measure.low <= measure.value <= measure.high
            widths.append(measure.high - measure.low)
        assert widths[1] < widths[0]


class TestDifferences:
    def test_each_is_listed_once(self, agreement: Agreement) -> None:
        assert [(one.column, one.form, one.values) for one in agreement.differences] == [
            ("lemma", "سلام", ("سَلَام", "سِلم")),
            ("feats", "سلام", ("Case=Acc|Number=Sing", "Case=Nom")),
            ("deprel", "سلام", ("obj", "nsubj")),
            ("upos", "كبير", ("ADJ", "NOUN")),
            ("head", "كبير", ("سلام 3", "قال 2")),
            ("deprel", "كبير", ("amod", "obj")),
            ("sentence", "شكرا", ("begins", "")),
            ("head", "شكرا", ("0", "قال 2")),
            ("deprel", "شكرا", ("root", "parataxis")),
            ("word", "ل", ("ل", "")),
            ("word", "له", ("", "له")),
            ("word", "ه", ("ه", "")),
        ]

    def test_they_say_where(self, agreement: Agreement) -> None:
        great = next(one for one in agreement.differences if one.column == "upos")
        assert (great.sent_ids, great.word_ids) == (("a1", "b1"), (4, 4))
        assert (great.before, great.after) == ("و قال سلام", ".")
        lacking = next(one for one in agreement.differences if one.values == ("", "له"))
        assert (lacking.sent_ids, lacking.word_ids) == (("", "b1"), (0, 7))
        assert lacking.before == "و قال سلام كبير . شكرا"


class TestCommand:
    def test_text(self, paths: tuple[Path, Path]) -> None:
        outcome = call(*paths)
        assert outcome.exit_code == 0, outcome.output
        assert "words that both have 7" in outcome.stdout
        assert "12 differences" in outcome.stdout
        assert "  4|4     upos     ADJ | NOUN   [و قال سلام >>كبير<< .]" in outcome.stdout

    def test_json_and_html(self, paths: tuple[Path, Path], tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        outcome = call(*paths, "--json", "--html", page)
        assert outcome.exit_code == 0, outcome.output
        found = json.loads(outcome.stdout)
        assert found["measures"]["UAS"]["value"] == pytest.approx(500 / 7)
        assert len(found["differences"]) == 12
        text = page.read_text(encoding="utf-8")
        assert text.count("<tr>") == 1 + 13 + 1 + 12
        assert '<td dir="rtl" lang="ar">و قال سلام <strong>كبير</strong> .</td>' in text

    def test_other_texts_and_documents(self, paths: tuple[Path, Path], tmp_path: Path) -> None:
        other = tmp_path / "other.conllu"
        other.write_text(SECOND.replace("شكرا", "عفوا"), encoding="utf-8")
        assert call(paths[0], other).exit_code == 1
        for name, path in zip("ab", paths, strict=True):
            path.write_text(f"# newdoc id = {name}\n{FIRST}", encoding="utf-8")
        with pytest.raises(ConlluError, match="no document in both"):
            compare_annotations(*paths)

    def test_documents_of_one_side_are_left_out_and_said(self, paths: tuple[Path, Path]) -> None:
        for names, path in zip(("ab", "cbd"), paths, strict=True):
            path.write_text("".join(f"# newdoc id = {name}\n{FIRST}" for name in names), encoding="utf-8")
        outcome = call(*paths, "--json")
        assert outcome.exit_code == 0, outcome.output
        agreement = json.loads(outcome.stdout)
        assert (agreement["documents"], agreement["documents_of_one"]) == (1, [1, 2])
        assert agreement["measures"]["LAS"]["value"] == 100
        assert outcome.stderr.splitlines() == [
            f"1 documents that only {paths[0]} has are not compared.",
            f"2 documents that only {paths[1]} has are not compared.",
        ]

    def test_wrong_usage(self, paths: tuple[Path, Path]) -> None:
        assert call(paths[0]).exit_code == 2
        assert call(paths[0], "/no/such/file").exit_code == 2
