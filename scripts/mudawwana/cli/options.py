"""Arguments and options that several commands share."""

from pathlib import Path

import click

corpus_argument = click.argument(
    "corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(), required=False
)
models_option = click.option(
    "--models",
    metavar="NAME",
    help="Stanza models: embedded (default), an official package such as padt (downloaded by Stanza), "
    "or a folder that `mudawwana train` wrote. Overrides corpus.toml.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print numbers as JSON on stdout.")
