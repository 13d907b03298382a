"""Patterns: what they ask, what SQL finds, and the errors that point at a character."""

import json
import random
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from duckdb import DuckDBPyConnection, connect

from explored_corpus import ANNOTATED, write_data_set
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.errors import PatternError
from mudawwana.base.records import Sentence
from mudawwana.cli import main
from mudawwana.dataset.columns import Place, SentenceBatch
from mudawwana.explore.query import describe_error, parse_pattern
from mudawwana.explore.sql import build_sql
from naive_patterns import find_naively, make_pattern, make_sentences
from test_treebank import TREEBANK


def build_tokens(sentences: list[Sentence]) -> pa.Table:
    batch = SentenceBatch()
    for sentence in sentences:
        batch.add(sentence, Place("d", "d-p1", "auto", "-"), ud_level=5, incidents=())
    return batch.build_tables()[1]


def find(connection: DuckDBPyConnection, text: str) -> dict[str, set[tuple[int, ...]]]:
    """The hits by sent_id; each once."""
    hits: dict[str, set[tuple[int, ...]]] = {}
    for _, _, sent_id, *words in connection.execute(build_sql(parse_pattern(text))).fetchall():
        assert tuple(words) not in hits.setdefault(sent_id, set())
        hits[sent_id].add(tuple(words))
    return hits


def test_sql_finds_what_a_naive_matcher_finds() -> None:
    chance = random.Random(9)  # noqa: S311
    sentences = make_sentences(chance, 40)
    found = 0
    with connect() as connection:
        connection.register("tokens", build_tokens(sentences))
        for _ in range(150):
            pattern = make_pattern(chance)
            expected = {sentence.sent_id: find_naively(pattern, sentence) for sentence in sentences}
            assert find(connection, pattern.text) == {key: hits for key, hits in expected.items() if hits}, (
                pattern.text
            )
            found += any(expected.values())
    assert found > 75  # the patterns are not all impossible


PLACES = {
    "": 0,
    '[upos="VERB"': 12,
    '[upos="VERB" "x"]': 13,
    "[upos=VERB]": 6,
    '[uposs="a"]': 1,
    '[upos<"a"]': 5,
    "[word_id=a]": 9,
    "V >obj []": 0,
    "V:[] V:[]": 5,
    "V:[] v:[]": 5,
    "V:[] > V": 5,
    "layer:[]": 0,
    "[] []{3,1} []": 3,
    "[]{2} []": 0,
    "[] []{2}": 8,
    "[] 5": 3,
    "[], ![] X": 8,
    "![]": 0,
    "V:[], !V": 7,
    '"abc': 0,
    '[upos="V"%d]': 9,
    '[is_mwt="yes"]': 8,
    r'[form="a\d"]': 8,
    '[form="a(b"]': 8,
    '[form="a)b"]': 8,
    '[form="*a"]': 7,
    '[form="a**"]': 9,
    '[form="a{,2}"]': 8,
    '[form="a{3,2}"]': 8,
    '[form="a{1,999}"]': 8,
    '[form="[b-a]"]': 9,
    '[form="[a"]': 7,
    '[form="[]"]': 7,
    '[form="^a"]': 7,
    '[lemma="كتاب" & ]': 16,
    r'[form="\"("]': 9,
    # Too large: characters, words, parts, tests, brackets, digits, repetitions written out.
    "a" * 5001: 5000,
    " ".join(["كتاب"] * 200): 150,
    "[] " * 31: 90,
    "[]" + ", ![]" * 11: 54,
    f"[{'|'.join(['word_id=1'] * 101)}]": 1001,
    f"[{'(' * 3000}": 51,
    f'[form="{"(" * 3000}"]': 57,
    f"[word_id={'9' * 400}]": 9,
    '[form="((a{100}){9}){2}"]': 20,
    '[form="' + ".{100}" * 51 + '"]': 307,
    # Not too large: what is wrong with it comes at its end.
    f"[{'!' * 3000}]": 3001,
    f"[{'(' * 50}": 51,
    '[form="((a{100}){9}){1}|' + ".{100}" * 40 + '("]': 264,
    f"[word_id={'9' * 15}": 24,
    # Without vowels and hamza nothing is left of it, or something else.
    '[form="[\u064e]+"%d]': 6,
    '[form="\u064e+"%d]': 6,
    '[form="[ئ-ا]"%d]': 6,
}


@pytest.mark.parametrize(("text", "place"), PLACES.items(), ids=[text[:40] for text in PLACES])
def test_errors_point_at_the_character(text: str, place: int) -> None:
    with pytest.raises(PatternError) as caught:
        parse_pattern(text)
    assert caught.value.place == place
    assert f"character {place + 1} " in describe_error(text, caught.value)


def test_a_value_cannot_leave_its_quotes_in_sql() -> None:
    statement = build_sql(parse_pattern("""[form=="'; DROP TABLE tokens; --"]"""))
    assert "'''; DROP TABLE tokens; --'" in statement


@pytest.mark.parametrize(
    "text",
    [
        *("كتاب " * 30, "[]" + ", ![]" * 10, f"[{'|'.join(['word_id=1'] * 100)}]"),
        *(f'[{"(" * 50}upos="X"{")" * 50}]', '[form="(a{100}){9}"]', '[form="' + "[^ا]{100}" * 12 + '.*"]'),
        *(f'[form="{"(" * 50}.{")" * 50}"]', f'[form="{"كتاب.|" * 800}"]', f"[word_id={'9' * 15}]"),
    ],
)
def test_what_is_not_too_large_runs(text: str) -> None:
    with connect() as connection:
        connection.register("tokens", build_tokens(make_sentences(random.Random(9), 5)))  # noqa: S311
        find(connection, text)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data_set(tmp_path_factory.mktemp("query"), ANNOTATED).root


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["query", *map(str, arguments)])


def test_the_terminal_prints_hits_counts_and_sql(root: Path) -> None:
    hits = call("رئيس", root)
    assert hits.exit_code == 0, hits.output
    assert hits.stdout == "auto\td1\td1-p1-s1\t3:رئيس\n"
    assert call('[upos="NOUN"]', root, "--count").stdout == "4\n"
    assert call('[upos="NOUN"]', root, "--count", "--layer", "all").stdout == "7\n"
    counted = call('V:[upos="VERB"] > S:[]', root, "--count-by", "S.deprel", "--json")
    assert json.loads(counted.stdout)[0] == {"S.deprel": "punct", "count": 3}
    by_feature = call('[upos="NOUN"]', root, "--count-by", "feats.Case")
    assert by_feature.stdout.splitlines()[0] == "Gen\t2"
    shown = call('[upos="NOUN"]', "--sql", "--table", "train")
    assert shown.stdout.splitlines() == [
        "SELECT w1.layer, w1.doc_id, w1.sent_id, w1.word_id AS w1",
        "FROM train AS w1",
        "WHERE w1.layer = 'auto'",
        "  AND w1.upos = 'NOUN'",
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["[upos"], 2, "character 6"),
        (["[]", "--count", "--sql"], 2, "exclude each other"),
        (["[]", "--layer", "silver"], 2, "'auto', 'gold', 'all'"),
        (["[]", "--count-by", "nonsense"], 1, "cannot be counted by"),
    ],
)
def test_wrong_queries_say_what_is_wrong(root: Path, arguments: list[str], status: int, message: str) -> None:
    outcome = call(arguments[0], root, *arguments[1:])
    assert (outcome.exit_code, message in outcome.stderr) == (status, True), outcome.stderr


# In a sentence of eighty words there are more ways to choose the five than any machine tries in a day.
ENDLESS = "A:[], B:[], C:[], D:[], E:[], !A ... B, !B ... C, !C ... D, !D ... E, !E ... A"


@pytest.mark.parametrize("options", [(), ("--count",), ("--count-by", "lemma"), ("--json",)])
def test_a_query_ends_at_its_time_limit(root: Path, options: tuple[str, ...]) -> None:
    outcome = call(ENDLESS, root, "--time-limit", "0.2", *options)
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr == (
        "Error: the search was stopped after 0.2 seconds;"
        " ask for less at once, or give it more time by --time-limit.\n"
    )


def test_without_a_data_set_it_says_how_to_build_one(tmp_path: Path) -> None:
    outcome = call("[]", tmp_path)
    assert outcome.exit_code == 1
    assert "mudawwana build" in outcome.stderr


UDAPI = {
    '[upos="VERB"]': lambda node: node.upos == "VERB",
    '[lemma="رَئِيس"]': lambda node: node.lemma == "رَئِيس",
    '[feats.Definite="Def" & upos="NOUN"]': lambda node: node.feats["Definite"] == "Def" and node.upos == "NOUN",
    '[] >nsubj V:[upos="PROPN"]': lambda node: (
        node.udeprel == node.deprel == "nsubj" and node.upos == "PROPN" and not node.parent.is_root()
    ),
    'V:[upos="VERB"], !V >nsubj []': lambda node: (
        node.upos == "VERB" and not any(c.deprel == "nsubj" for c in node.children)
    ),
    'V:[upos="VERB"], !V >nsubj:* []': lambda node: (
        node.upos == "VERB" and not any(c.udeprel == "nsubj" for c in node.children)
    ),
    '[upos="ADJ"] <amod [upos="NOUN"]': lambda node: (
        node.upos == "ADJ" and node.deprel == "amod" and node.parent.upos == "NOUN"
    ),
    '[upos="ADP"] [upos="NOUN"]': lambda node: (
        node.upos == "ADP" and node.next_node is not None and node.next_node.upos == "NOUN"
    ),
    '[upos="NOUN"], ![upos="VERB"]': lambda node: (
        node.upos == "NOUN" and not any(other.upos == "VERB" for other in node.root.descendants)
    ),
    '[form=".*ة"]': lambda node: node.form.endswith("ة"),
    '[upos!="NOUN|PUNCT" & word_id<=3]': lambda node: node.upos not in ("NOUN", "PUNCT") and node.ord <= 3,
    '[feats.Case="" & upos="ADJ"]': lambda node: node.feats["Case"] == "" and node.upos == "ADJ",
    '[deprel="root"] ... V:[deprel="root"]': lambda node: False,
}


@pytest.mark.skipif(
    not TREEBANK.is_file(), reason="needs ar_pud.conllu of UD_Arabic-PUD: set MUDAWWANA_TREEBANK to its path"
)
def test_counts_are_those_of_udapi() -> None:
    from udapi.core.document import Document

    with connect() as connection:
        connection.register("tokens", build_tokens(list(read_conllu(TREEBANK))))
        counts = {text: sum(map(len, find(connection, text).values())) for text in UDAPI}
    document = Document()
    document.from_conllu_string(TREEBANK.read_text(encoding="utf-8"))
    nodes = list(document.nodes)
    assert counts == {text: sum(map(bool, map(check, nodes))) for text, check in UDAPI.items()}
    assert sum(map(bool, counts.values())) == len(UDAPI) - 1
