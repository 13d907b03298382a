from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument, time_limit_option


@click.command()
@corpus_argument
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; by default any that is free.")
@click.option("--browse/--no-browse", default=True, help="Open the page in the browser.")
@click.option(
    "--static",
    "static_dir",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the page and the corpus to this folder instead, for any static host; up to two million words.",
)
@time_limit_option
def explore(corpus: Path, *, port: int, browse: bool, static_dir: Path | None, limit_seconds: float) -> None:
    """Search the data set in corpus/ and look at its trees, on a page of this machine alone.

    Prints the page's address; ends with Ctrl-C.
    """
    from mudawwana.explore.database import find_data_dir, load_database
    from mudawwana.explore.server import heed_sigterm, serve

    data_dir = find_data_dir(corpus)
    heed_sigterm()
    with load_database(data_dir, limit_seconds=limit_seconds) as database:
        if static_dir:
            from mudawwana.explore.static_export import write_static_page

            for path in write_static_page(database, static_dir):
                click.echo(path)
            return
        serve(database, port=port, report=lambda address: _report(address, browse=browse))


def _report(address: str, *, browse: bool) -> None:
    click.echo(address)
    if browse:
        click.launch(address)
