"""Scores: udtools' own, with intervals; the tables; the command."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from conftest import REPOSITORY
from mudawwana.annotate.models import Models
from mudawwana.annotate.reannotate import read_raw_documents
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import ConlluError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence, Word
from mudawwana.cli import main
from mudawwana.compare.breakdown import Breakdown, LabelScore
from mudawwana.compare.evaluate import METRICS, Evaluation, evaluate_files, score_conllu, score_gold
from mudawwana.compare.resampling import compute_intervals
from mudawwana.reports.evaluation import build_matrix, render_html, render_text
from two_sentences import SAID, THANKS

GOLD = f"""\
# newdoc id = d
# sent_id = d-p1-s1
# text = وقال سلام كبير.
{SAID}
# sent_id = d-p1-s2
# text = شكرا له.
{THANKS}
"""
# "great" as a noun in another case, below the verb; "to him" unsplit.
SYSTEM = """\
# newdoc id = d
# models = made sha256:0123
# sent_id = x1
# text = وقال سلام كبير.
1-2	وقال	_	_	_	_	_	_	_	_
1	و	وَ	CCONJ	CC	_	2	cc	_	_
2	قال	قَال	VERB	VB	Aspect=Perf	0	root	_	_
3	سلام	سَلَام	NOUN	NN	Case=Nom	2	nsubj	_	_
4	كبير	كَبِير	NOUN	NN	Case=Acc	2	obj	_	SpaceAfter=No
5	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = x2
# text = شكرا له.
1	شكرا	شُكر	NOUN	NN	Case=Acc	0	root	_	_
2	له	لَهُ	PRON	PRP	Case=Gen	1	nmod	_	SpaceAfter=No
3	.	.	PUNCT	.	_	1	punct	_	_

"""


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    return evaluate_files(write(tmp_path / "gold.conllu", GOLD), write(tmp_path / "system.conllu", SYSTEM))


@pytest.fixture
def tables(evaluation: Evaluation) -> Breakdown:
    return evaluation.breakdown


class TestScores:
    def test_precision_recall_f1(self, evaluation: Evaluation) -> None:
        assert (evaluation.documents, evaluation.sentences, evaluation.words) == (1, 2, 9)
        assert evaluation.models == ("made sha256:0123",)
        words = evaluation.scores["Words"]
        assert (words.precision, words.recall) == (pytest.approx(100 * 7 / 8), pytest.approx(100 * 7 / 9))
        assert evaluation.scores["UPOS"].f1 == pytest.approx(100 * 12 / 17)
        assert evaluation.scores["LAS"].f1 == pytest.approx(100 * 2 * 5 / 17)
        assert evaluation.scores["Sentences"].f1 == 100

    def test_they_are_the_scorers_own(self, tmp_path: Path) -> None:
        """Block by block as over the whole, where sentences are joined and words are wrong."""
        [path] = (REPOSITORY / "annotations" / "auto").glob("*.conllu")
        sentences = [*read_conllu(path)]
        changed = [
            replace(sentence, words=tuple(spoil(word, number) for word in sentence.words))
            for number, sentence in enumerate(sentences)
        ]
        system_path = tmp_path / "system.conllu"
        write_conllu(system_path, [join(changed[0], changed[1]), *changed[2:]])
        expected, _ = score_conllu(path, system_path)
        scores = evaluate_files(path, system_path).scores
        assert {metric: score.f1 for metric, score in scores.items()} == pytest.approx(expected)
        assert 0 < expected["Sentences"] < 100
        assert 0 < expected["LAS"] < expected["UAS"] < 100

    def test_intervals(self, evaluation: Evaluation, tmp_path: Path) -> None:
        for score in evaluation.scores.values():
            assert score.low <= score.f1 <= score.high
        assert evaluation.scores["UPOS"].low < evaluation.scores["UPOS"].high
        path = tmp_path / "gold.conllu"
        perfect = evaluate_files(path, path)
        assert {(score.f1, score.low, score.high) for score in perfect.scores.values()} == {(100.0, 100.0, 100.0)}
        assert evaluate_files(path, tmp_path / "system.conllu") == evaluation

    def test_intervals_of_a_mean_are_as_wide_as_theory_says(self) -> None:
        values = np.random.RandomState(1).normal(size=400)

        def average(draws: NDArray[np.int64]) -> NDArray[np.float64]:
            return np.array([draws @ values / len(values)])

        [(low, high)] = compute_intervals(average, len(values))
        assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
        assert compute_intervals(average, len(values)) == [(low, high)]

    def test_a_broken_tree_is_named(self, tmp_path: Path) -> None:
        broken = write(tmp_path / "b.conllu", GOLD.replace("3	amod", "4	amod"))
        with pytest.raises(ConlluError, match=r"b\.conllu: d, sentence d-p1-s1: There is a cycle"):
            evaluate_files(broken, broken)


def spoil(word: Word, number: int) -> Word:
    """Some words of some sentences with another tag, relation or head (never a cycle: the root's dependents)."""
    if number % 3 == 0 and word.upos == "NOUN":
        return replace(word, upos="ADJ")
    if number % 3 == 1 and word.deprel in ("nsubj", "obj", "obl"):
        return replace(word, deprel="nmod")
    if number % 2 == 0 and word.deprel == "punct":
        return replace(word, head=str(word.id - 1) if word.id > 1 else word.head)
    return word


def join(first: Sentence, second: Sentence) -> Sentence:
    """One sentence of two; the second's root hangs below the first one's."""
    root = next(str(word.id) for word in first.words if word.head == "0")
    shift = len(first.words)
    words = tuple(
        replace(word, id=word.id + shift, head=root, deprel="parataxis")
        if word.head == "0"
        else replace(word, id=word.id + shift, head=str(int(word.head) + shift))
        for word in second.words
    )
    tokens = tuple(
        replace(token, first=token.first + shift, last=token.last + shift) for token in second.multiword_tokens
    )
    return Sentence(first.comments, (*first.words, *words), (*first.multiword_tokens, *tokens))


class TestTables:
    def test_labels(self, tables: Breakdown) -> None:
        noun = next(row for row in tables.upos.labels if row.label == "NOUN")
        assert noun == LabelScore("NOUN", 2, 3, 2, pytest.approx(200 / 3), 100.0, 80.0)
        assert {(one.gold, one.system, one.count) for one in tables.upos.confusions} == {
            ("ADJ", "NOUN", 1),
            ("ADP", "", 1),
            ("PRON", "", 1),
            ("", "PRON", 1),
        }

    def test_features(self, tables: Breakdown) -> None:
        assert {(one.gold, one.system, one.count) for one in tables.feats.confusions} == {
            ("Case=Acc", "Case=Nom", 1),
            ("Number=Sing", "", 1),
            ("Case=Gen", "", 1),
            ("", "Case=Gen", 1),
        }

    def test_relations(self, tables: Breakdown) -> None:
        confused = {(one.gold, one.system) for one in tables.deprels.confusions}
        assert confused == {("obj", "nsubj"), ("amod", "obj"), ("case", ""), ("nmod", ""), ("", "nmod")}

    def test_accuracies(self, tables: Breakdown) -> None:
        [length] = tables.by_length
        assert (length.group, length.words) == ("1-10", 9)
        assert length.las == pytest.approx(100 * 5 / 9)
        assert [(row.group, row.words, row.uas) for row in tables.by_distance] == [
            ("root", 2, 100.0),
            ("1", 4, 50.0),
            ("2", 1, 0.0),
            ("3-4", 2, 100.0),
        ]
        assert {row.group: row.las for row in tables.by_relation} == {
            "punct": 100.0,
            "root": 100.0,
            "amod": 0.0,
            "case": 0.0,
            "cc": 100.0,
            "nmod": 0.0,
            "obj": 0.0,
        }

    def test_the_matrix_adds_up(self, evaluation: Evaluation) -> None:
        labels, counts = build_matrix(evaluation.breakdown.upos)
        assert labels[-1] == ""
        assert sum(map(sum, counts[:-1])) == evaluation.words
        assert counts[labels.index("NOUN")][labels.index("NOUN")] == 2
        assert counts[labels.index("ADJ")][labels.index("NOUN")] == 1


class TestReports:
    def test_text(self, evaluation: Evaluation) -> None:
        text = render_text(evaluation)
        assert "1 documents, 2 sentences, 9 words" in text
        assert "      1  ADJ > NOUN\n" in text
        assert f"{evaluation.scores['LAS'].low:.2f} - {evaluation.scores['LAS'].high:.2f}" in text

    def test_html(self, evaluation: Evaluation) -> None:
        page = render_html(replace(evaluation, system="<script>"))
        assert "<script>" not in page
        assert page.count("<svg") == page.count("</svg>") == 4
        assert "58.82" in page
        assert "://" not in page


class TestRawText:
    def test_sentence_ends_are_not_given_away(self, tmp_path: Path) -> None:
        path = write(tmp_path / "gold.conllu", GOLD)
        [(document, [paragraph])] = read_raw_documents(path)
        assert document.id == "d"
        assert document.text == paragraph.text == "وقال سلام كبير. شكرا له."

    def test_paragraphs_stay(self, tmp_path: Path) -> None:
        text = GOLD.replace("# sent_id = d-p1-s2", "# newpar id = d-p2\n# sent_id = d-p2-s1")
        [(document, paragraphs)] = read_raw_documents(write(tmp_path / "gold.conllu", text))
        assert [paragraph.id for paragraph in paragraphs] == ["d-p1", "d-p2"]
        for paragraph in paragraphs:
            start = paragraph.start_char
            assert document.text[start : start + len(paragraph.text)] == paragraph.text
        assert document.text == "وقال سلام كبير.\nشكرا له."


class TestCorpus:
    def test_without_gold(self, tmp_path: Path) -> None:
        assert score_gold(CorpusLayout(tmp_path)) is None
        outcome = call(tmp_path)
        assert outcome.exit_code == 1
        assert "annotate a document by hand, or give --gold" in outcome.stderr

    def test_layers(self, tmp_path: Path) -> None:
        layout = CorpusLayout(tmp_path)
        write(layout.gold_dir / "d.conllu", GOLD)
        with pytest.raises(ConlluError, match=r"no d\.conllu; run `mudawwana annotate`"):
            score_gold(layout)
        other = SYSTEM.replace("newdoc id = d", "newdoc id = e")
        write(layout.auto_dir / "d.conllu", SYSTEM + other)
        write(layout.auto_dir / "unscored.conllu", SYSTEM)
        evaluation = score_gold(layout)
        assert evaluation
        assert (evaluation.words, evaluation.documents_without_gold) == (9, 1)
        outcome = call(tmp_path, "--json")
        assert outcome.exit_code == 0
        assert json.loads(outcome.stdout)["scores"]["LAS"]["f1"] == evaluation.scores["LAS"].f1
        assert "1 documents without gold" in outcome.stderr

    def test_a_document_that_is_lacking(self, tmp_path: Path) -> None:
        gold = write(tmp_path / "gold.conllu", GOLD)
        system = write(tmp_path / "system.conllu", SYSTEM.replace("newdoc id = d", "newdoc id = e"))
        with pytest.raises(ConlluError, match=r"system\.conllu: does not have the document 'd'"):
            evaluate_files(gold, system)


class TestCommand:
    def test_two_files(self, tmp_path: Path) -> None:
        gold, system = write(tmp_path / "gold.conllu", GOLD), write(tmp_path / "system.conllu", SYSTEM)
        page = tmp_path / "report.html"
        outcome = call("--gold", gold, "--system", system, "--html", page)
        assert outcome.exit_code == 0, outcome.output
        assert outcome.stdout.splitlines()[0] == f"gold    {gold}: 1 documents, 2 sentences, 9 words"
        assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        scores = json.loads(call("--gold", gold, "--system", system, "--json").stdout)["scores"]
        assert list(scores) == list(METRICS)

    def test_raw_text_annotated_anew(
        self, tmp_path: Path, models: Models, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mudawwana.annotate.models.load_models", lambda _name: models)
        gold = write(tmp_path / "gold.conllu", GOLD)
        outcome = call("--gold", gold, "--models", "embedded", "--json")
        assert outcome.exit_code == 0, outcome.output
        evaluation = json.loads(outcome.stdout)
        assert evaluation["models"] == [f"embedded {models.fingerprint}"]
        assert evaluation["scores"]["Tokens"]["f1"] > 0

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (f"# newdoc id = a\n{GOLD}# newdoc id = a\n{GOLD}", "two documents 'a'"),
            (GOLD.replace("\t0\troot", "\t1\troot", 1), "cycle|root"),
            (GOLD + "1\n\n", "expected 10"),
        ],
    )
    def test_gold_that_is_none_is_refused_before_the_models_are_loaded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
    ) -> None:
        def load(_name: str) -> Models:
            raise AssertionError

        monkeypatch.setattr("mudawwana.annotate.models.load_models", load)
        outcome = call("--gold", write(tmp_path / "gold.conllu", text), "--models", "embedded")
        assert outcome.exit_code == 1
        assert re.search(problem, outcome.stderr)

    def test_other_texts(self, tmp_path: Path) -> None:
        gold = write(tmp_path / "gold.conllu", GOLD)
        system = write(tmp_path / "system.conllu", SYSTEM.replace("شكرا", "عفوا"))
        outcome = call("--gold", gold, "--system", system)
        assert outcome.exit_code == 1
        assert "not two annotations of one text" in outcome.stderr

    @pytest.mark.parametrize("options", [["--system", "."], ["--models", "embedded"], ["--nonsense"]])
    def test_wrong_usage(self, options: list[str]) -> None:
        assert call(*options).exit_code == 2
