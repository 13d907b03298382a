"""The explorer without a browser: what the server answers, and what the static export writes."""

import csv
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from _thread import interrupt_main
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from conftest import REPOSITORY
from explored_corpus import ANNOTATED, HOSTILE, make_formulas, write_data_set, write_random_data_set
from mudawwana.arabic.spellings import fold_for_search
from mudawwana.base.errors import ExploreError, LimitError
from mudawwana.cli import main
from mudawwana.dataset.statistics import count_corpus
from mudawwana.explore import static_export
from mudawwana.explore.app import PAGE_DIR, build_app
from mudawwana.explore.database import load_database, open_database
from mudawwana.explore.hits import SORTS, Searcher
from mudawwana.explore.interrupts import Interrupter
from mudawwana.explore.overview import count_layer
from mudawwana.explore.query import parse_pattern
from mudawwana.explore.sql import build_sql
from mudawwana.explore.static_export import write_static_page
from naive_patterns import find_naively, make_pattern, make_sentences
from random_patterns import make_text
from test_query import ENDLESS, PLACES

# pytest keeps the types that fixtures name to the very end, where DuckDB calls them leaked.
if TYPE_CHECKING:
    from mudawwana.explore.database import Database


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data_set(tmp_path_factory.mktemp("explore"), ANNOTATED).root


@pytest.fixture(scope="module")
def database(root: Path) -> "Iterator[Database]":
    with load_database(root / "corpus") as database:
        yield database


@pytest.fixture(scope="module")
def client(database: "Database") -> Iterator[TestClient]:
    with TestClient(build_app(database), base_url="http://127.0.0.1") as client:
        yield client


def ask(client: TestClient, name: str, **asked: object) -> Any:
    answer = client.get(f"/api/{name}", params={key: str(value) for key, value in asked.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_page_of_hits(client: TestClient) -> None:
    found = ask(client, "search", q="وَقال", layer="auto")
    [hit] = found["hits"]
    # "and said": the token is asked for, its first word is found
    assert (hit["sent_id"], hit["first"], hit["last"], hit["items"]) == ("d1-p1-s1", 1, 1, [1])
    assert [word[3] for word in hit["words"]] == ["و", "قال", "رئيس", "كلمة", "ب", "المدينتين", "."]
    assert ask(client, "count", q="كتبوا", layer="auto") == {"total": 2, "capped": False}
    assert ask(client, "search", q="كتبوا", layer="auto", start=1, size=1)["hits"][0]["sent_id"] == "d1-p2-s2"


def test_plain_arabic_is_form_or_lemma_with_or_without_vowels_and_hamza(client: TestClient) -> None:
    for text in ("رئيس", "رَئِيس", "رييس", "رَئيس"):
        assert ask(client, "count", q=text, layer="auto")["total"] == 1
    assert ask(client, "count", q="مدينة", layer="auto")["total"] == 1  # the lemma of المدينتين


# "president word", "and said president", "said president", "word the-two-cities" (there stands "in" between).
PAIRS = {
    "رئيس كلمة": 1,
    "وقال رئيس": 1,
    "قال رئيس": 1,
    "كلمة بالمدينتين": 1,
    "كلمة المدينتين": 0,
    "رئيس كلمة مدينة": 0,
}


@pytest.mark.parametrize(("text", "count"), PAIRS.items())
def test_plain_words_are_tokens_side_by_side(
    client: TestClient, database: "Database", text: str, count: int
) -> None:
    assert ask(client, "count", q=text, layer="auto")["total"] == count
    assert len(database.query(build_sql(parse_pattern(text), layer="auto"))) == count


def test_random_patterns_find_what_a_naive_matcher_finds(tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311
    sentences = make_sentences(chance, 40)
    with load_database(write_random_data_set(tmp_path / "data-set", sentences)) as database:
        searcher = Searcher(database)
        for _ in range(60):
            pattern = make_pattern(chance)
            expected = {(one.sent_id, hit) for one in sentences for hit in find_naively(pattern, one)}
            page = searcher.find_page(pattern.text, "auto", sort="hit", start=0, size=len(expected) + 1)
            assert {(hit["sent_id"], tuple(hit["items"])) for hit in page["hits"]} == expected
            assert page["total"] == len(expected)
            # Also from the corpus's head, where that suffices.
            head = searcher.find_page(pattern.text, "auto", sort="corpus", start=0, size=5)
            assert {(hit["sent_id"], tuple(hit["items"])) for hit in head["hits"]} <= expected
            assert len(head["hits"]) == min(5, len(expected))


@pytest.mark.parametrize("sort", SORTS)
def test_hits_are_sorted_from_the_hit_on(database: "Database", sort: str) -> None:
    hits = Searcher(database).find_page("[]", "auto", sort=sort, start=0, size=1000)["hits"]
    place = {layer_id: number for number, layer_id in enumerate(dict.fromkeys(hit["sent_id"] for hit in hits))}

    def get_key(hit: dict[str, Any]) -> Any:
        folded = [fold_for_search(word[3]) for word in hit["words"]]
        before = folded[: hit["first"] - 1][::-1][:5]
        after = folded[hit["last"] :][:5]
        corpus = (place[hit["sent_id"]], hit["first"])
        keys = {"corpus": corpus, "before": before, "hit": (folded[hit["first"] - 1], after), "after": after}
        return keys[sort]

    assert [get_key(hit) for hit in hits] == sorted(map(get_key, hits))
    assert len(hits) == 98


def test_frequencies_collocates_and_documents(client: TestClient) -> None:
    counted = ask(client, "values", q='[upos="VERB"]', layer="auto", attribute="lemma")
    assert counted == {"types": 2, "total": 3, "rows": [["كَتَب", 2], ["قَال", 1]]}
    near = ask(client, "collocates", q="كلمات", layer="auto", attribute="form", window=2)
    assert [row[:3] for row in near["rows"]] == [["كلمات", 80, 80]]
    documents = ask(client, "documents", q='[upos="VERB"]', layer="auto")["rows"]
    assert documents == [["d1", None, 3, 13], ["d2", None, 0, 5], ["d3", None, 0, 80]]


def test_csv_has_a_row_a_hit(client: TestClient) -> None:
    answer = client.get("/api/csv", params={"q": 'V:[upos="VERB"] >obj O:[]', "layer": "auto"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert answer.headers["content-disposition"] == 'attachment; filename="hits.csv"'
    assert rows[0] == {
        **{"layer": "auto", "doc_id": "d1", "sent_id": "d1-p1-s1"},
        **{"before": "", "hit": "وقال", "after": "رئيس كلمة بالمدينتين.", "V": "2:قال", "O": "4:كلمة"},
    }
    assert len(rows) == 2


def test_conllu_is_that_of_the_annotation_files(client: TestClient) -> None:
    answer = client.get("/api/conllu", params={"q": '[upos="VERB"]', "layer": "auto"})
    assert answer.text == ANNOTATED["auto"]["d1"]


def test_a_sentence_with_its_raw_text_and_the_other_layer(client: TestClient) -> None:
    found = ask(client, "sentence", layer="auto", sent_id="d1-p1-s1")
    assert (found["raw"], found["ud_level"], found["previous"], found["next"]) == (
        *("وقال رئيس كلمة بالمدينتين.", 5),
        *(None, "d1-p2-s1"),
    )
    assert [(other["layer"], other["sent_id"]) for other in found["others"]] == [("gold", "d1-p1-s1")]
    assert ask(client, "sentence", layer="auto", sent_id="d2-p1-s1")["raw"] == f"كتاب {HOSTILE} ."
    assert client.get("/api/sentence", params={"layer": "auto", "sent_id": "x"}).status_code == 404


@pytest.mark.parametrize("layer", ["auto", "gold"])
def test_every_bar_of_the_overview_finds_what_it_counts(database: "Database", root: Path, layer: str) -> None:
    overview = count_layer(database, layer)
    searcher = Searcher(database)
    for chart, rows in overview["charts"].items():
        for label, count, pattern in rows:
            assert searcher.count(pattern, layer)["total"] == count, (chart, label, pattern)
    counted = count_corpus(root / "corpus")[layer]
    assert {row[0]: row[1] for row in overview["charts"]["upos"]} == counted.upos_counts
    assert {row[0]: row[1] for row in overview["charts"]["deprel"]} == counted.deprel_counts
    assert {row[0]: row[1] for row in overview["charts"]["feats"]} == counted.feature_counts
    assert {row[0]: row[1] for row in overview["charts"]["clitics"]} == counted.clitic_counts
    assert {row[0]: row[1] for row in overview["charts"]["tokens"]} == counted.clitic_pattern_counts
    assert overview["sizes"]["words"] == counted.words


@pytest.mark.parametrize(
    ("name", "asked", "message"),
    [
        ("search", {"q": "[]", "sort": "size"}, "sort is one of corpus"),
        ("search", {"q": "[]", "start": "-1"}, "start is a whole number"),
        ("search", {"q": "[]", "start": "9223372036854775808"}, "start is a whole number from 0 to 1000000"),
        ("search", {"q": "[]", "size": "9" * 5000}, "size is a whole number from 0 to 1000000"),
        ("collocates", {"q": "[]", "window": "9" * 20}, "window is a whole number from 0 to 1000000"),
        ("search", {"q": "[upos"}, "= or != is missing"),
        ("values", {"q": "[]", "attribute": "word_id"}, "cannot be counted by"),
        ("values", {"q": "V:[]", "item": "W"}, "names no word W"),
        ("overview", {"layer": "silver"}, "layer is one of auto, gold"),
        ("csv", {"q": "["}, "something to compare is missing"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(
    client: TestClient, name: str, asked: dict[str, str], message: str
) -> None:
    answer = client.get(f"/api/{name}", params=asked)
    assert answer.status_code == 400
    assert message in answer.json()["error"]


@pytest.mark.parametrize("name", ["search", "count", "values", "collocates", "documents", "sql", "csv", "conllu"])
def test_a_wrong_or_too_large_pattern_is_refused_with_its_place(client: TestClient, name: str) -> None:
    for text, place in PLACES.items():
        answer = client.get(f"/api/{name}", params={"q": text})
        assert (answer.status_code, answer.json()["place"]) == (400, place), text


@pytest.mark.parametrize("name", ["search", "count", "values", "collocates", "documents", "csv", "conllu"])
def test_an_endless_pattern_is_refused(database: "Database", name: str) -> None:
    app = build_app(replace(database, limit_seconds=0.2))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get(f"/api/{name}", params={"q": ENDLESS, "layer": "auto", "sort": "hit"})
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("the search was stopped after 0.2 seconds; ask for less")
        assert answer.json()["place"] is None
        # Nothing is left of it, and the server goes on.
        assert ask(client, "count", q="كتبوا", layer="auto") == {"total": 2, "capped": False}


PATTERNS = int(os.environ.get("MUDAWWANA_PATTERNS", "500"))
"""So many random patterns are asked; 20,000 take a quarter of an hour."""


def test_random_patterns_are_answered_or_refused(tmp_path: Path) -> None:
    chance = random.Random(20_000)  # noqa: S311
    sentences = make_sentences(random.Random(1), 40)  # noqa: S311
    counts: Counter[int] = Counter()
    with (
        load_database(write_random_data_set(tmp_path / "data-set", sentences)) as database,
        TestClient(build_app(database), base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
    ):
        for _ in range(PATTERNS):
            text = make_text(chance)
            answer = client.get("/api/search", params={"q": text, "layer": "auto", "size": "5"})
            assert answer.status_code in (200, 400), text
            if answer.status_code == 400:
                assert answer.json()["error"] and 0 <= answer.json()["place"] <= len(text), text
            counts[answer.status_code] += 1
    assert min(counts[200], counts[400]) > PATTERNS / 4


class _ToldInterrupter(Interrupter):
    """Tells when a query begins."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = Event()

    def run(self, *arguments: Any, **named: Any) -> Any:
        self.has_begun.set()
        return super().run(*arguments, **named)


def test_one_search_does_not_wait_for_another(database: "Database") -> None:
    interrupter = _ToldInterrupter()
    slow = replace(database, interrupter=interrupter, limit_seconds=100)
    searcher = Searcher(slow)
    with ThreadPoolExecutor() as threads:
        try:
            endless = threads.submit(searcher.find, ENDLESS, "auto")
            assert interrupter.has_begun.wait(60)
            same = threads.submit(searcher.find, ENDLESS, "auto")
            assert searcher.count("كتبوا", "auto")["total"] == 2
            assert not endless.done() and not same.done()
        finally:
            interrupter.stop()
        for future in (endless, same):
            with pytest.raises(LimitError, match="the explorer has been stopped"):
                future.result()
        with pytest.raises(LimitError, match="the explorer has been stopped"):
            searcher.find("هل", "auto")


def test_hits_stay_while_somebody_reads_them(database: "Database") -> None:
    searcher = Searcher(database)
    rows = searcher.iter_csv_rows(searcher.find("[]", "auto"))
    assert next(rows)[:3] == ["layer", "doc_id", "sent_id"]
    for number in range(1, 40):
        searcher.find(f"[word_id={number}]", "auto")
    assert len(list(rows)) == 98
    del rows
    names = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'hits_%'"
    [(kept,)] = database.query(names)
    del searcher
    [(left,)] = database.query(names)
    assert kept - left == 16  # those of other tests may be there


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    folder = write_random_data_set(tmp_path / "data-set", [make_formulas()])
    with load_database(folder) as database:
        searcher = Searcher(database)
        rows = list(searcher.iter_csv_rows(searcher.find("[]", "auto")))[1:]
    assert [row[4] for row in rows] == ["'=1+1", "'+1", "'-", "'@SUM", "''=", "كتاب"]
    assert [row[3] for row in rows[:3]] == ["", "'=1+1", "'=1+1 +1"]
    assert rows[2][5] == "'@SUM '= كتاب"
    assert rows[0][6] == "1:=1+1"  # a digit begins no formula


def test_nothing_of_the_page_comes_from_elsewhere(client: TestClient) -> None:
    answer = client.get("/")
    assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
    assert client.get("/", headers={"host": "example.org"}).status_code == 400
    for path in PAGE_DIR.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text and "https://" not in text, path


def test_a_data_set_that_was_built_anew_is_not_served(root: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "corpus"
    shutil.copytree(root / "corpus", data_dir)
    with (
        load_database(data_dir) as database,
        TestClient(build_app(database), base_url="http://127.0.0.1") as client,
    ):
        [sentence] = ask(client, "search", q="[]", size=1)["hits"]
        asked = {"layer": "auto", "sent_id": sentence["sent_id"]}
        assert client.get("/api/sentence", params=asked).status_code == 200
        path = data_dir / "data" / "sentences" / "train-00000-of-00001.parquet"
        copy = path.with_suffix(".new")
        shutil.copy(path, copy)
        copy.replace(path)
        for name in ("corpus", "search", "sentence", "csv", "conllu", "overview"):
            answer = client.get(f"/api/{name}", params=asked | {"q": "[]"})
            assert answer.status_code == 409
            assert "start `mudawwana explore` again" in answer.json()["error"]


def test_the_page_weighs_less_than_a_megabyte() -> None:
    assert sum(path.stat().st_size for path in PAGE_DIR.iterdir()) < 1_000_000


def test_the_static_export_is_the_page_and_the_corpus(root: Path, tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, ["explore", str(root), "--static", str(tmp_path / "site")])
    assert outcome.exit_code == 0, outcome.output
    written = {Path(line) for line in outcome.stdout.splitlines()}
    assert written == {path for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert {path.name for path in PAGE_DIR.iterdir()} < {path.name for path in written}
    described = json.loads((tmp_path / "site" / "data" / "corpus.json").read_text(encoding="utf-8"))
    assert described["documents"] == ["d1", "d2", "d3"]
    texts = json.loads(gzip.decompress((tmp_path / "site" / "data" / "texts" / "0.json.gz").read_bytes()))
    assert texts[0]["raw"] == "وقال رئيس كلمة بالمدينتين."
    # Once more: the same bytes; beside other files: not at all.
    before = {path: path.read_bytes() for path in written}
    assert CliRunner().invoke(main, ["explore", str(root), "--static", str(tmp_path / "site")]).exit_code == 0
    assert {path: path.read_bytes() for path in written} == before
    refused = CliRunner().invoke(main, ["explore", str(root), "--static", str(root)])
    assert (refused.exit_code, "holds something else" in refused.stderr) == (1, True)


def test_what_a_browser_cannot_hold_is_not_exported(
    database: "Database", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_export, "MOST_WORDS", 100)
    with pytest.raises(ExploreError, match="a static page holds 100 at most: use `mudawwana explore`"):
        list(write_static_page(database, tmp_path / "site"))


@contextmanager
def start_server(root: Path, folder: Path, *arguments: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """A server in a process of its own, with temporary files in `folder`, and its address."""
    # Whatever the shell that started the tests has set.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heed}; from mudawwana.cli import main; main()"
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, "explore", str(root), "--no-browse", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(folder)},
    ) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            assert [path.name.rpartition("-")[0] for path in folder.iterdir()] == ["mudawwana-explore"]
            yield process, address
        finally:
            process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGINT, 0)])
@pytest.mark.parametrize("is_busy", [False, True])
def test_a_stopped_server_leaves_nothing_behind(
    root: Path, tmp_path: Path, number: signal.Signals, status: int, *, is_busy: bool
) -> None:
    """stdout is the address alone, stderr empty, and the temporary database goes, also while a search runs."""
    with (
        start_server(root, tmp_path, "--time-limit", "100000") as (process, address),
        ThreadPoolExecutor() as threads,
    ):
        if is_busy:
            search = threads.submit(ask_in_vain, f"{address}api/search?layer=auto&q={quote(ENDLESS)}")
            # Answered after the other one was taken on.
            assert json.load(urlopen(f"{address}api/count?q={quote('كتبوا')}"))["total"] == 4  # noqa: S310
            assert not search.done()
        process.send_signal(number)
        assert process.communicate(timeout=100) == ("", "")
        assert process.returncode == status
        assert not list(tmp_path.iterdir())


def test_a_server_stopped_while_it_loads_leaves_nothing_behind(root: Path, tmp_path: Path) -> None:
    code = "from mudawwana.cli import main; main()"
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, "explore", str(root), "--no-browse"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as process:
        while not list(tmp_path.iterdir()):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=100)[1] == ""
    assert process.returncode == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_a_query_of_the_main_thread(database: "Database") -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests' own shell has set
    statement = build_sql(parse_pattern(ENDLESS), key=("ordinal",), first_column="is_first")

    def search() -> object:
        time.sleep(0.5)  # until the main thread waits
        interrupt_main()
        return cursor.execute(statement).fetchall()

    try:
        with database.connection.cursor() as cursor, pytest.raises(KeyboardInterrupt):
            Interrupter().run(cursor, search, seconds=1000)
    finally:
        signal.signal(signal.SIGINT, before)


def ask_in_vain(address: str) -> None:
    with suppress(URLError, ConnectionError):
        urlopen(address).read()  # noqa: S310


def test_duckdb_writes_no_progress_to_stdout(database: "Database") -> None:
    assert database.query("SELECT current_setting('enable_progress_bar')") == [(False,)]


def test_what_searching_imports_comes_with_the_package() -> None:
    setup = ConfigParser(interpolation=None)
    setup.read(REPOSITORY / "setup.cfg", encoding="utf-8")
    core = setup["options"]["install_requires"].split()
    assert {"duckdb", "starlette", "uvicorn"} <= {*core}


def test_without_a_data_set_it_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(ExploreError, match="mudawwana build"), open_database(tmp_path):
        pass
