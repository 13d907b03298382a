"""SQL over the Parquet files, with DuckDB: a frequency list, collocates of a lemma, verbs with their objects.

    pip install duckdb
    python scripts/recipes/query_with_duckdb.py --data corpus --lemma رَئِيس

The queries need nothing but the config `tokens`, a row a word; on the Hub they run over
`hf://datasets/NAME/data/tokens/*.parquet`.
"""

import argparse
import json
from pathlib import Path

import duckdb

FREQUENCIES = """
    SELECT lemma, upos, count(*) AS count, round(1e6 * count(*) / sum(count(*)) OVER (), 1) AS per_million
    FROM words
    WHERE upos NOT IN ('PUNCT', 'SYM')
    GROUP BY ALL
    ORDER BY count DESC, lemma, upos
    LIMIT $limit
"""

# Words at most $window words before or behind, in the same sentence. logDice (Rychlý 2008) is 14 for two words
# that never stand apart, and does not depend on the size of the corpus.
COLLOCATES = """
    WITH counts AS (SELECT lemma, upos, count(*) AS count FROM words GROUP BY ALL),
    pairs AS (
        SELECT near.lemma, near.upos, count(*) AS together, count(*) FILTER (near.word_id < node.word_id) AS before
        FROM words AS node
        JOIN words AS near
          ON node.sent_id = near.sent_id
         AND near.word_id <> node.word_id
         AND abs(near.word_id - node.word_id) <= $window
        WHERE node.lemma = $lemma AND near.upos NOT IN ('PUNCT', 'SYM', 'ADP', 'CCONJ', 'SCONJ', 'PART')
        GROUP BY ALL
    ),
    node AS (SELECT count(*) AS count FROM words WHERE lemma = $lemma)
    SELECT lemma, upos, together, before, together - before AS after,
           round(14 + log2(2 * together / (node.count + counts.count)), 2) AS log_dice
    FROM pairs JOIN counts USING (lemma, upos), node
    ORDER BY log_dice DESC, together DESC, lemma, upos
    LIMIT $limit
"""

# head_lemma and head_upos spare the join of a word with its head.
OBJECTS = """
    SELECT head_lemma AS verb, lemma AS object, count(*) AS count, min(sent_id) AS example
    FROM words
    WHERE deprel = 'obj' AND head_upos = 'VERB'
    GROUP BY ALL
    ORDER BY count DESC, verb, object
    LIMIT $limit
"""


def run_queries(
    data_dir: Path, lemma: str, *, window: int = 5, limit: int = 10
) -> dict[str, list[dict[str, object]]]:
    """The rows of the three tables by the query's name; a lemma that no word has has no collocates."""
    connection = duckdb.connect()
    tokens = connection.read_parquet(str(data_dir / "data" / "tokens" / "*.parquet"))
    # The automatic layer alone: a sentence that also has a gold version must not count twice.
    tokens.filter("layer = 'auto'").create_view("words")
    queries = {
        "frequencies": (FREQUENCIES, {"limit": limit}),
        "collocates": (COLLOCATES, {"lemma": lemma, "window": window, "limit": limit}),
        "objects": (OBJECTS, {"limit": limit}),
    }
    tables = {}
    for name, (query, parameters) in queries.items():
        found = connection.execute(query, parameters)
        columns = [column[0] for column in found.description]
        tables[name] = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("corpus"), help="a data set that Mudawwana built")
    parser.add_argument("--lemma", default="رَئِيس", help="the lemma whose collocates are asked for (president)")
    parser.add_argument("--window", type=int, default=5, help="how many words before and behind count as near")
    parser.add_argument("--limit", type=int, default=10, help="rows a table")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    tables = run_queries(arguments.data, arguments.lemma, window=arguments.window, limit=arguments.limit)
    if arguments.json:
        print(json.dumps(tables, ensure_ascii=False, indent=1))
        return
    for name, rows in tables.items():
        print(f"\n{name}")
        for row in rows:
            print("  " + "\t".join(str(value) for value in row.values()))


if __name__ == "__main__":
    main()
