"""Arguments and options that several commands share."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mudawwana.records import Document

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


def track_validation(documents: "Iterable[Document]") -> "Iterable[Document]":
    """Passes the documents on, with a progress bar on stderr where that is a terminal."""
    from tqdm import tqdm

    yield from tqdm(documents, desc="Validating", unit="document", disable=None)
