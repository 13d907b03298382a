import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from mudawwana.base.layout import AUTO, LAYERS
from mudawwana.cli.options import corpus_argument, json_option, time_limit_option


@click.command()
@click.argument("pattern")
@corpus_argument
@click.option("--count", "is_count", is_flag=True, help="Print the number of hits alone.")
@click.option(
    "--count-by",
    metavar="[NAME.]ATTRIBUTE",
    help="Print how often hits have each value, such as lemma, or V.lemma of the word that the pattern names V.",
)
@click.option(
    "--layer",
    type=click.Choice([*LAYERS, "all"]),
    default=AUTO,
    help="The layer to search; all counts what is hand-corrected twice.",
)
@click.option("--sql", "is_sql", is_flag=True, help="Print the SQL statement alone, over the table tokens.")
@click.option("--table", metavar="NAME", default="tokens", help="With --sql: its name (on the Hub: train).")
@time_limit_option
@json_option
def query(
    pattern: str,
    corpus: Path,
    *,
    is_count: bool,
    count_by: str | None,
    layer: str,
    is_sql: bool,
    table: str,
    limit_seconds: float,
    as_json: bool,
) -> None:
    """Find words, sequences and trees in the data set in corpus/.

    PATTERN is plain Arabic, or a pattern such as '[upos="VERB"] []{0,2} [lemma="رئيس"%d]' or
    'V:[upos="VERB"] >nsubj S:[upos="PROPN"], !V >obj []'; the page of `mudawwana explore` explains the language.

    Prints the hits, one a line: layer, document, sentence, and each word as number:form.
    """
    from mudawwana.base.errors import PatternError
    from mudawwana.explore.query import describe_error, parse_pattern
    from mudawwana.explore.sql import build_sql

    if sum((is_count, count_by is not None, is_sql)) > 1:
        raise click.UsageError("--count, --count-by and --sql exclude each other.")
    try:
        parsed = parse_pattern(pattern)
    except PatternError as error:
        raise click.BadParameter(describe_error(pattern, error), param_hint="PATTERN") from error
    statement = build_sql(parsed, table=table if is_sql else "tokens", layer=None if layer == "all" else layer)
    if is_sql:
        click.echo(statement)
        return
    from mudawwana.explore.database import find_data_dir, open_database
    from mudawwana.explore.listing import count_hits, count_hits_by, list_hits

    with open_database(find_data_dir(corpus), limit_seconds=limit_seconds) as database:
        if layer not in (*database.layers, "all"):
            raise click.BadParameter(f"the data set has {', '.join(database.layers)}", param_hint="--layer")
        if is_count:
            header, rows = count_hits(database, statement)
        elif count_by is not None:
            header, rows = count_hits_by(database, statement, parsed, by=count_by)
        else:
            header, rows = list_hits(database, statement, parsed)
        _print(header, rows, as_json=as_json)


def _print(header: list[str], rows: Iterable[tuple[object, ...]], *, as_json: bool) -> None:
    import json

    if as_json:
        found = [dict(zip(header, row, strict=True)) for row in rows]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    csv.writer(sys.stdout, delimiter="\t", lineterminator="\n").writerows(rows)
