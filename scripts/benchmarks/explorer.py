"""How fast the explorer answers on a million words; beside the same statements over the Parquet files.

The load is raw text (a paragraph a line, such as arwiki.txt.xz), annotated by the embedded models and packaged as
`mudawwana build` does, without UD's validator; a document is a run of paragraphs of about 800 space-separated
words. It is laid out and annotated if it is not there yet (about half an hour a million words and core), and kept.

Measured are answers of `mudawwana explore` to twenty patterns over HTTP, none asked twice of one server, the
median of three rounds with a server each:

- first page: from the request to the last byte of the first 25 hits;
- all hits: the same until all are found and counted;
- sorted: the first 25 of all hits, sorted by what stands before them, after they were found;
- Parquet: the pattern's SQL as `mudawwana query --count` runs it, by DuckDB over the Parquet files, the baseline.

Prints tables, writes JSON (--json). The page's weight is that of its files, as they are and packed by gzip.
"""

import gzip
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_line import count_option, folder_option, json_option, subcommand, text_argument
from corpora import lay_out
from mudawwana.base.layout import CorpusLayout
from processes import MUDAWWANA
from reporting import build_table, list_versions, write_record

if TYPE_CHECKING:
    from mudawwana.explore.database import Database

PATTERNS = (
    "كتاب",
    "رئيس الوزراء",
    "في",
    "وقال",
    '[upos="VERB"]',
    '[lemma="رئيس"%d & feats.Definite="Def"]',
    '[form=".*ات" & upos!="VERB"]',
    '[feats.Case="" & upos="NOUN|ADJ"]',
    "[upos_prob<0.5]",
    '[lemma="مدينة"%d] [upos="ADJ"]',
    '[upos="VERB"] []{0,2} [upos="PROPN"]',
    '[upos="CCONJ"] + [upos="VERB"]',
    '[upos="NUM"] ... [lemma="سنة"%d]',
    '[upos="ADP"] [upos="NOUN"] [upos="ADJ"]',
    '[upos="VERB"] >nsubj [upos="PROPN"]',
    'V:[upos="VERB"] >nsubj S:[upos="PROPN"], V >obj []',
    'V:[upos="VERB"], !V >nsubj:* []',
    '[upos="ADJ"] <amod [upos="NOUN"]',
    'V:[upos="VERB"] >obj O:[], V ... O',
    'N:[lemma="حرب"%d] >nmod A:[] >amod B:[feats.Gender="Fem"]',
)
ROUNDS = 3
PAGE_SIZE = 25
FILE_WORDS = 20_000
"""Raw words a seed file, about: the annotation of each is a file of its own."""
MOST_FIRST_SECONDS = 0.2
MOST_ALL_SECONDS = 1.0
MOST_PAGE_BYTES = 1_000_000


@subcommand(__doc__)
@text_argument
@count_option("--words", 830_000, "Space-separated ones, at least.")
@folder_option("--load", "build/explore", "The corpus, made if it is not there.")
@json_option
def main(text: Path, words: int, load: Path, json_path: Path | None) -> None:
    data_dir = CorpusLayout(load).corpus_dir
    if not data_dir.exists():
        build_load(text, load, words)
    record = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "versions": list_versions("duckdb", "starlette", "uvicorn"),
        **measure_load(data_dir),
        "page": weigh_page(),
        "patterns": measure_patterns(load, data_dir),
    }
    record["summary"] = summarize(record["patterns"])
    print(build_report(record))
    write_record(json_path, record)


def build_load(text: Path, root: Path, words: int) -> None:
    """A data set below `root` of at least so many space-separated words of the text, annotated."""
    from mudawwana.dataset.build import write_dataset
    from mudawwana.seeds.documents import check_seeds, update_documents_csv
    from mudawwana.seeds.settings import load_settings

    layout = CorpusLayout(root)
    lay_out(text, root, words, file_words=FILE_WORDS)
    # Goes on where it was, if it was stopped.
    subprocess.run([*MUDAWWANA, "annotate", str(root)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    settings = load_settings(layout)
    update_documents_csv(layout, check_seeds(layout, settings))
    unfinished = root / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    write_dataset(layout, settings, unfinished)
    unfinished.rename(layout.corpus_dir)


def measure_load(data_dir: Path) -> dict[str, Any]:
    """The corpus's size, what it takes to open it, and its static export."""
    from mudawwana.explore.database import load_database
    from mudawwana.explore.static_export import write_static_page

    start = time.perf_counter()
    with load_database(data_dir) as database, tempfile.TemporaryDirectory() as folder:
        seconds = time.perf_counter() - start
        [sizes] = database.query(
            "SELECT count(DISTINCT doc_id), count(*), sum(word_count)::BIGINT FROM sentence_index"
        )
        exported = {path: path.stat().st_size for path in write_static_page(database, Path(folder))}
        start_up = [size for path, size in exported.items() if path.name in ("corpus.json", "sentences.json.gz")]
    return {
        **dict(zip(("documents", "sentences", "words"), sizes, strict=True)),
        "open_seconds": round(seconds, 1),
        "static_bytes": sum(exported.values()),
        "static_start_bytes": sum(start_up),
    }


def weigh_page() -> dict[str, int]:
    """Bytes of HTML, CSS and JavaScript: all that is loaded before the first data."""
    from mudawwana.explore.app import PAGE_DIR

    contents = [path.read_bytes() for path in sorted(PAGE_DIR.iterdir())]
    return {"bytes": sum(map(len, contents)), "gzip_bytes": sum(len(gzip.compress(one)) for one in contents)}


def measure_patterns(root: Path, data_dir: Path) -> list[dict[str, Any]]:
    """Median seconds over the rounds, by pattern."""
    from mudawwana.explore.database import open_database

    rounds = [_measure_round(root) for _ in range(ROUNDS)]
    rows = []
    with open_database(data_dir) as database:
        for number, pattern in enumerate(PATTERNS):
            own = [one[number] for one in rounds]
            row = {"pattern": pattern, "hits": own[0]["hits"]}
            for name in ("first", "all", "sorted"):
                row[name] = round(statistics.median(one[name] for one in own), 4)
            row["parquet"] = round(
                statistics.median(_count_in_parquet(database, one) for one in [pattern] * ROUNDS), 4
            )
            rows.append(row)
            print(row, file=sys.stderr)
    return rows


def _measure_round(root: Path) -> list[dict[str, Any]]:
    """Each pattern asked once, the first page before all else."""
    with _serve(root) as address:
        first = [_ask(address, "search", pattern, size=PAGE_SIZE) for pattern in PATTERNS]
    with _serve(root) as address:
        rows = []
        for pattern, (_, seconds) in zip(PATTERNS, first, strict=True):
            counted, all_seconds = _ask(address, "count", pattern)
            _, sorted_seconds = _ask(address, "search", pattern, size=PAGE_SIZE, sort="before")
            rows.append({"hits": counted["total"], "first": seconds, "all": all_seconds, "sorted": sorted_seconds})
        return rows


@contextmanager
def _serve(root: Path) -> Iterator[str]:
    command = [*MUDAWWANA, "explore", str(root), "--no-browse"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout  # noqa: S101
            address = process.stdout.readline().strip()
            if not address:
                raise SystemExit(f"mudawwana explore {root}: ended before it printed its address")
            # A reader opens the page before asking: this starts the server's threads.
            with urllib.request.urlopen(f"{address}api/corpus") as answer:  # noqa: S310
                answer.read()
            yield address
        finally:
            process.terminate()


def _ask(address: str, name: str, pattern: str, **asked: object) -> tuple[Any, float]:
    """The answer, and the seconds until its last byte."""
    query = urllib.parse.urlencode({"q": pattern, "layer": "auto", **asked})
    start = time.perf_counter()
    with urllib.request.urlopen(f"{address}api/{name}?{query}") as answer:  # noqa: S310
        content = answer.read()
    return json.loads(content), time.perf_counter() - start


def _count_in_parquet(database: "Database", pattern: str) -> float:
    from mudawwana.explore.query import parse_pattern
    from mudawwana.explore.sql import build_sql

    statement = build_sql(parse_pattern(pattern), layer="auto")
    start = time.perf_counter()
    database.query(f"SELECT count(*) FROM ({statement})")  # noqa: S608
    return time.perf_counter() - start


def summarize(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Median, 95th percentile and maximum over the patterns, by what was measured; the ratio to the baseline."""
    found = {}
    for name in ("first", "all", "sorted", "parquet"):
        seconds = [row[name] for row in rows]
        # The 19th of twenty.
        percentile = sorted(seconds)[-(-95 * len(seconds) // 100) - 1]
        found[name] = {"median": statistics.median(seconds), "p95": percentile, "max": max(seconds)}
        found[name]["to_parquet"] = round(statistics.median(row[name] / row["parquet"] for row in rows), 3)
    return found


def build_report(record: dict[str, Any]) -> str:
    """Markdown: the summary, then the patterns, in milliseconds."""
    titles = {
        "first": f"first page, {MOST_FIRST_SECONDS * 1000:.0f} ms",
        "all": f"all hits, {MOST_ALL_SECONDS * 1000:.0f} ms at the 95th percentile",
        "sorted": "sorted page, after that",
        "parquet": "the same SQL over the Parquet files",
    }
    page = record["page"]
    facts = (
        f"{record['words']:,} words, {record['sentences']:,} sentences, {record['documents']:,} documents; opened"
        f" in {record['open_seconds']} s; load average {record['load_average']} on {record['cores']} cores.",
        f"Page: {page['bytes']:,} bytes of {MOST_PAGE_BYTES:,} ({page['gzip_bytes']:,} packed). Static export:"
        f" {record['static_bytes'] / 1e6:.1f} MB; {record['static_start_bytes'] / 1e6:.1f} MB at its start.",
    )
    summary = (
        (title, *(f"{one[key] * 1000:,.0f} ms" for key in ("median", "p95", "max")), f"{one['to_parquet']:.2f}")
        for title, one in ((title, record["summary"][name]) for name, title in titles.items())
    )
    patterns = (
        (
            f"`{row['pattern'].replace('|', chr(92) + '|')}`",
            f"{row['hits']:,}",
            *(f"{row[name] * 1000:,.0f}" for name in titles),
        )
        for row in record["patterns"]
    )
    columns = ("twenty patterns", "median", "95th percentile", "slowest", "to Parquet (median)")
    tables = (
        build_table(columns, summary),
        build_table(("pattern", "hits", "first page", "all hits", "sorted", "Parquet"), patterns),
    )
    return "\n\n".join((*facts, *tables))
