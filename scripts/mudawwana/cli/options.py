"""Arguments and options that several commands share."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudawwana.cli.progress import LINE_SECONDS

if TYPE_CHECKING:
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.dataset.build import BuildReport
    from mudawwana.engines.run import Engine
    from mudawwana.seeds.documents import SeedFile
    from mudawwana.seeds.from_dataset import DatasetSource
    from mudawwana.seeds.settings import Settings


STDIN = Path("-")
"""In a corpus's place: a text on stdin."""


class _CorpusType(click.Path):
    """A folder; or, where this parameter takes them, the URL of one in an object store, and `STDIN`."""

    def __init__(self, *, takes_url: bool) -> None:
        super().__init__(exists=True, file_okay=False, path_type=Path)
        self._takes_url = takes_url

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if self._takes_url and str(value) == str(STDIN):
            return STDIN
        if "://" not in str(value):
            return super().convert(value, param, ctx)
        if not self._takes_url:
            self.fail(
                f"{value!r}: only `mudawwana annotate` and `mudawwana run` work on a corpus in an object store; "
                "copy it to a folder first.",
                param,
                ctx,
            )
        from mudawwana.base.stores import open_store

        return open_store(value)


corpus_argument = click.argument("corpus", type=_CorpusType(takes_url=False), default=Path(), required=False)
url_or_corpus_argument = click.argument("corpus", type=_CorpusType(takes_url=True), default=Path(), required=False)
"""Of commands that work in object stores, too."""
models_option = click.option(
    "--models",
    metavar="NAME",
    help="Stanza models: embedded (default), an official package such as padt (downloaded by Stanza), "
    "or a folder that `mudawwana train` wrote. Overrides corpus.toml.",
)
wait_option = click.option(
    "--wait", is_flag=True, help="Where another run works on the corpus, wait for its end instead of giving up."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print numbers as JSON on stdout.")
time_limit_option = click.option(
    "--time-limit",
    "limit_seconds",
    metavar="SECONDS",
    type=click.FloatRange(0, 1_000_000, min_open=True),
    default=10,
    show_default=True,
    help="End a search that takes longer.",
)
html_option = click.option(
    "--html",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a page to read, which needs no other file.",
)

_ANNOTATION_OPTIONS = (
    url_or_corpus_argument,
    models_option,
    click.option(
        "--stock",
        is_flag=True,
        help="Run Stanza's own modules, without Mudawwana's speed-ups: slower, without the models' probabilities "
        "and the repairs that need them.",
    ),
    click.option(
        "--from-dataset",
        metavar="PATH_OR_NAME",
        help="First write the rows of this Hugging Face data set (a folder, or a name on the Hub) to "
        "seeds/NAME.jsonl.",
    ),
    click.option("--text-column", metavar="NAME", help="With --from-dataset: the column that holds the text."),
    click.option(
        "--id-column",
        metavar="NAME",
        help="With --from-dataset: the column that holds the ids; without it documents are numbered.",
    ),
    click.option("--split", metavar="NAME", help="With --from-dataset: the split to read, by default train."),
    click.option(
        "--config", metavar="NAME", help="With --from-dataset: the config, where the data set has several."
    ),
    click.option(
        "--engine",
        type=click.Choice(["here", "ray"]),
        default="here",
        show_default=True,
        help="Where to annotate: in processes of this machine, or on a Ray cluster (extra `ray`).",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many at a time, by default as many as there are cores, and 1.5 GB of memory, for.",
    ),
    click.option(
        "--address",
        metavar="ADDRESS",
        help="With --engine ray: the cluster's; by default RAY_ADDRESS, or else a new one on this machine.",
    ),
    wait_option,
)


@dataclass(frozen=True, slots=True)
class AnnotationOptions:
    """What `annotate` and `run` are told; `annotation_options` gives them the arguments of these names."""

    corpus: Path
    models: str | None
    stock: bool
    from_dataset: str | None
    text_column: str | None
    id_column: str | None
    split: str | None
    config: str | None
    engine: str
    workers: int | None
    address: str | None
    wait: bool

    def __post_init__(self) -> None:
        if self.address and self.engine != "ray":
            raise click.UsageError("--address goes with --engine ray only.")
        if self.from_dataset and not self.text_column:
            raise click.UsageError("--from-dataset needs --text-column, the column that holds the text.")
        if not self.from_dataset and any((self.text_column, self.id_column, self.split, self.config)):
            raise click.UsageError("--text-column, --id-column, --split and --config go with --from-dataset only.")

    @property
    def source(self) -> "DatasetSource | None":
        """The data set whose rows become a seed file first."""
        from mudawwana.seeds.from_dataset import DatasetSource

        if not (self.from_dataset and self.text_column):
            return None
        return DatasetSource(
            self.from_dataset, self.text_column, self.id_column, self.split or "train", self.config
        )

    def build_engine(self, words: int) -> "Engine":
        """The engine for so many words to annotate."""
        from mudawwana.engines.here import Here, count_workers
        from mudawwana.engines.ray_data import RayData

        workers = self.workers or count_workers(words)
        return RayData(workers, self.address) if self.engine == "ray" else Here(workers)


def annotation_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command what `AnnotationOptions` has, which it gets as its first argument; its own come by name."""

    @wraps(command)
    def call(**arguments: Any) -> None:
        own = {field.name: arguments.pop(field.name) for field in fields(AnnotationOptions)}
        command(AnnotationOptions(**own), **arguments)

    for option in reversed(_ANNOTATION_OPTIONS):
        call = option(call)
    return call


@contextmanager
def hold_corpus(corpus: Path, wait: bool) -> Iterator[None]:
    """Keeps other runs off the corpus (see `lock_corpus`), and turns what its store raises into one message."""
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.base.locks import lock_corpus
    from mudawwana.base.stores import translate_errors

    layout = CorpusLayout(corpus)
    with (
        translate_errors(corpus),
        lock_corpus(layout, wait=wait, tell=lambda message: click.echo(message, err=True)),
    ):
        yield


def check_seeds_aloud(layout: "CorpusLayout", settings: "Settings") -> "list[SeedFile]":
    """The seed files (see `check_seeds`), with a line on stderr for each name in them that may be a slip."""
    from mudawwana.seeds.documents import check_seeds, describe_near_misses

    seeds = check_seeds(layout, settings)
    for line in describe_near_misses(seeds):
        click.echo(f"{layout.seeds_dir}: {line}", err=True)
    return seeds


def tell_overlaps_gone(report: "BuildReport") -> None:
    """Says on stderr which comparisons with known test sets the data set has no more."""
    if report.overlaps_gone:
        click.echo(
            f"corpus/overlap.json is gone: it held an earlier data set against {', '.join(report.overlaps_gone)}. "
            "For this one: `mudawwana build --against FILE.conllu`.",
            err=True,
        )


def track_validation(numbers: Iterable[int]) -> Iterator[int]:
    """Passes the sentences' numbers on, and says on stderr how many: a bar in a terminal, else a line a minute."""
    from tqdm import tqdm

    due = time.monotonic() + LINE_SECONDS
    for number in tqdm(numbers, desc="Validating", unit="sentence", disable=None):
        if time.monotonic() >= due and not sys.stderr.isatty():
            click.echo(f"Validating: {number:,} sentences", err=True)
            due += LINE_SECONDS
        yield number
