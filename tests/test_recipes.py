"""The recipes: each runs as a script on the shipped data set, and what it says is right."""

import importlib.util
from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from datasets import Dataset, Features

from conftest import REPOSITORY
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.records import Sentence, Word
from mudawwana.compare.evaluate import METRICS
from mudawwana.dataset.schema import SENTENCES, UPOS_NAMES

RECIPES_DIR = REPOSITORY / "scripts" / "recipes"
LEMMA = "رَئِيس"


def load(name: str) -> ModuleType:
    """A recipe as a module."""
    spec = importlib.util.spec_from_file_location(name, RECIPES_DIR / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


readme = load("update_readme")


def iter_shipped() -> Iterator[Sentence]:
    for path in sorted((REPOSITORY / "corpus" / "conllu" / "auto").glob("*.conllu")):
        yield from read_conllu(path)


def iter_arcs() -> Iterator[tuple[Word, Word]]:
    """Each word that is not a root, with its head."""
    for sentence in iter_shipped():
        yield from ((word, sentence.words[int(word.head) - 1]) for word in sentence.words if word.head != "0")


@pytest.mark.parametrize("name", ["query_with_duckdb", "dependency_distance"])
def test_the_readme_shows_what_the_recipe_says(name: str) -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert readme.render_row(name, readme.run_recipe(name)) in text, "run scripts/recipes/update_readme.py"


def test_the_readme_has_a_row_for_each_recipe() -> None:
    scripts = {path.stem for path in RECIPES_DIR.glob("*.py")} - {"update_readme"}
    assert set(readme.RECIPES) == scripts
    table = (
        (REPOSITORY / "README.md").read_text(encoding="utf-8").partition(readme.BEGIN)[2].partition(readme.END)[0]
    )
    assert [row.split("`")[1] for row in table.splitlines()[2:]] == [f"{name}.py" for name in readme.RECIPES]


def test_rows_take_the_place_of_rows() -> None:
    text = f"before\n{readme.BEGIN}{readme.END}after\n"
    head = "| recipe | does | result |\n|---|---|---|\n"
    rows = {name: f"| `{name}.py` | new |\n" for name in ("train_stanza", "train_spacy")}
    for name in rows:
        text = readme.update_table(text, {name: f"| `{name}.py` | old |\n"})
    assert readme.update_table(text, rows) == (
        f"before\n{readme.BEGIN}{head}{rows['train_spacy']}{rows['train_stanza']}{readme.END}after\n"
    )
    with pytest.raises(SystemExit, match="put them where the table shall stand"):
        readme.update_table("nothing", {})


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, Any]]]:
    """All rows of the three queries."""
    found: dict[str, list[dict[str, Any]]] = readme.run_recipe("query_with_duckdb", "--limit", "100000")
    return found


class TestQueries:
    def test_frequencies(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        expected = Counter(
            (word.lemma, word.upos)
            for sentence in iter_shipped()
            for word in sentence.words
            if word.upos not in {"PUNCT", "SYM"}
        )
        assert {(row["lemma"], row["upos"]): row["count"] for row in tables["frequencies"]} == expected
        assert sum(row["per_million"] for row in tables["frequencies"]) == pytest.approx(1e6, rel=1e-3)

    def test_collocates(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        expected: Counter[tuple[str, str]] = Counter()
        for sentence in iter_shipped():
            for node in sentence.words:
                if node.lemma == LEMMA:
                    near = sentence.words[max(node.id - 6, 0) : node.id + 5]
                    expected.update((word.lemma, word.upos) for word in near if word is not node)
        assert expected
        left_out = {"PUNCT", "SYM", "ADP", "CCONJ", "SCONJ", "PART"}
        assert {(row["lemma"], row["upos"]): row["together"] for row in tables["collocates"]} == {
            pair: count for pair, count in expected.items() if pair[1] not in left_out
        }
        assert all(row["before"] + row["after"] == row["together"] for row in tables["collocates"])
        scores = [row["log_dice"] for row in tables["collocates"]]
        assert scores == sorted(scores, reverse=True)

    def test_objects(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        expected = Counter(
            (head.lemma, word.lemma) for word, head in iter_arcs() if word.deprel == "obj" and head.upos == "VERB"
        )
        assert {(row["verb"], row["object"]): row["count"] for row in tables["objects"]} == expected


def test_dependency_distance() -> None:
    result = readme.run_recipe("dependency_distance")
    distances = [head.id - word.id for word, head in iter_arcs() if word.upos != "PUNCT"]
    assert result["words"] == len(distances)
    assert result["mean_distance"] == pytest.approx(sum(map(abs, distances)) / len(distances), abs=5e-4)
    assert result["head_first"] == pytest.approx(sum(one < 0 for one in distances) / len(distances), abs=5e-4)
    subjects = [head.id - word.id for word, head in iter_arcs() if word.deprel == "nsubj"]
    [row] = [row for row in result["relations"] if row["deprel"] == "nsubj"]
    assert row["count"] == len(subjects)
    assert row["mean_distance"] == pytest.approx(sum(map(abs, subjects)) / len(subjects), abs=5e-4)


class TestTagging:
    def test_labels_of_tokens_give_back_those_of_words(self) -> None:
        recipe = load("tag_with_transformers")
        features = Features({name: SENTENCES[name] for name in ("tokens", "upos", "mwt")})
        rows = [
            {
                "tokens": [word.form for word in sentence.words],
                "upos": [UPOS_NAMES.index(word.upos) for word in sentence.words],
                "mwt": [
                    {"id": f"{one.first}-{one.last}", "form": one.form, "feats": None, "misc": None}
                    for one in sentence.multiword_tokens
                ],
            }
            for sentence in iter_shipped()
        ]
        labelled = list(recipe.iter_labelled(Dataset.from_list(rows, features=features)))
        for sentence, tokens in zip(iter_shipped(), labelled, strict=True):
            assert [form for form, _ in tokens] == [token.form for token in sentence.tokens]
            assert [upos for _, label in tokens for upos in label.split("+")] == [w.upos for w in sentence.words]

        tokenizer = recipe.train_tokenizer(labelled)
        inputs, begins = recipe.encode(labelled, tokenizer, {"CCONJ+VERB": 7, "NOUN": 3})
        for row, tokens in enumerate(labelled):
            assert [number for number in begins[row] if number is not None] == list(range(len(tokens)))
            for place, number in enumerate(begins[row]):
                label = {"CCONJ+VERB": 7, "NOUN": 3}.get(tokens[number][1]) if number is not None else None
                assert inputs["labels"][row, place] == (recipe.IGNORED if label is None else label)

    def test_scores(self) -> None:
        recipe = load("tag_with_transformers")
        gold = [[("وقال", "CCONJ+VERB"), ("نعم", "PART")], [("له", "ADP+PRON")]]
        scores = recipe.score(gold, [["PART+VERB", None], ["ADP+PRON"]])
        assert scores == {"tokens": round(1 / 3, 4), "words": round(3 / 5, 4)}
        assert recipe.predict_by_form(gold, [[("له", "X"), ("لا", "X")]]) == [["ADP+PRON", "CCONJ+VERB"]]

    def test_training(self) -> None:
        result = readme.run_recipe("tag_with_transformers", "--steps", "2")
        assert result["train_sentences"] + result["held_out_sentences"] == sum(1 for _ in iter_shipped())
        assert all(
            0 <= result[name][unit] <= 1 for name in ("accuracy", "baseline") for unit in ("tokens", "words")
        )
        assert readme.render_row("tag_with_transformers", result).count("%") == 4


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("train_stanza", ["--steps", "12"]),
        ("train_udpipe", ["--epochs", "1", "--iterations", "1"]),
    ],
)
def test_training_and_scoring(name: str, options: list[str]) -> None:
    result = readme.run_recipe(name, *options)
    assert result["train_sentences"] + result["held_out_sentences"] == sum(1 for _ in iter_shipped())
    assert set(result["scores"]) == set(METRICS)
    assert result["scores"]["Tokens"] > 0
    assert "UPOS" in readme.render_row(name, result)


def test_training_with_spacy() -> None:
    result = readme.run_recipe("train_spacy", "--steps", "2")
    assert result["train_paragraphs"] > result["held_out_paragraphs"] > 0
    assert result["scores"]["token_f"] > 80
    assert 0 <= result["scores"]["dep_las"] <= result["scores"]["dep_uas"] <= 100
