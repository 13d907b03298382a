"""The command line: a thin shell over the library, one file a command.

stdout carries data, stderr progress and hints. Exit status: 0 good, 1 the data or the run failed, 2 wrong usage,
130 Ctrl-C.
Heavy imports (Stanza, torch, datasets, upath) stand inside the commands, so that `--help` answers at once.
"""

from typing import Any

import click

from mudawwana import __version__
from mudawwana.base.errors import MudawwanaError
from mudawwana.cli.agree import agree
from mudawwana.cli.analyse import analyse
from mudawwana.cli.annotate import annotate
from mudawwana.cli.audit import audit
from mudawwana.cli.build import build
from mudawwana.cli.diff import diff
from mudawwana.cli.evaluate import evaluate
from mudawwana.cli.explore import explore
from mudawwana.cli.export import export
from mudawwana.cli.init import init
from mudawwana.cli.prepare import prepare
from mudawwana.cli.publish import publish
from mudawwana.cli.query import query
from mudawwana.cli.remove import remove
from mudawwana.cli.run import run
from mudawwana.cli.stats import stats
from mudawwana.cli.train import train
from mudawwana.cli.validate import validate

_INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it: 128 and the signal's number."""


class _Commands(click.Group):
    """Prints errors that a user can mend as one message, with exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MudawwanaError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("Aborted! What is finished is kept: the same command goes on from there.", err=True)
            raise SystemExit(_INTERRUPTED) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a new user needs them."""
        return list(self.commands)


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="mudawwana")
def main() -> None:
    """From a folder of raw Arabic text to a valid, searchable Universal Dependencies data set.

    seeds/ -> annotations/ -> corpus/, in the corpus's folder (CORPUS, by default the current one).
    """


for _command in (
    *(init, run, annotate, validate, stats, evaluate, agree, audit, diff),
    *(build, export, publish, remove, query, explore, analyse, train, prepare),
):
    main.add_command(_command)
