"""The command line: a thin shell over the library, one file a command.

stdout carries data, stderr progress and hints. Exit status: 0 good, 1 the data or the run failed, 2 wrong usage,
130 Ctrl-C. Whatever ends a command ends it here, with one message (base/explain.py); `--debug`, which all commands
take, shows the traceback, too.
Heavy imports (Stanza, torch, datasets, upath) stand inside the commands, so that `--help` answers at once.
"""

import errno
import traceback
from typing import Any, NoReturn

import click

from mudawwana.base.explain import explain, hide_secrets
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
_VERSION = "Show the version and the digest of the code, as annotations have them, and exit."
_DEBUG = "mudawwana.debug"
"""Where click keeps, for a command and its group, whether `--debug` was given."""


class _Commands(click.Group):
    """Prints what ends a command as one message, with exit status 1, and 130 after Ctrl-C."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        try:
            return super().main(*arguments, **options)
        except KeyboardInterrupt:
            _report_interruption()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        # These are click's own way to end a command; RuntimeErrors, two of them.
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # who reads our output has read enough: click ends without a word
            if ctx.meta.get(_DEBUG):
                click.echo(hide_secrets("".join(traceback.format_exception(error))), err=True, nl=False)
            raise click.ClickException(explain(error)) from error
        except KeyboardInterrupt:
            _report_interruption()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a new user needs them."""
        return list(self.commands)


def _report_interruption() -> NoReturn:
    click.echo("Aborted! What is finished is kept: the same command goes on from there.", err=True)
    raise SystemExit(_INTERRUPTED)


def _keep_debug(ctx: click.Context, _option: click.Parameter, is_set: bool) -> None:
    ctx.meta[_DEBUG] = is_set or ctx.meta.get(_DEBUG, False)


def _print_version(ctx: click.Context, _option: click.Parameter, is_set: bool) -> None:
    if is_set and not ctx.resilient_parsing:
        from mudawwana.annotate.generator import describe_generator

        click.echo(describe_generator())
        ctx.exit()


def _add_debug(command: click.Command) -> None:
    """Gives the command, and those that it has, the option `--debug`."""
    wording = "Show the traceback of an error, too."
    option = click.Option(["--debug"], is_flag=True, expose_value=False, callback=_keep_debug, help=wording)
    command.params.append(option)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _add_debug(inner)


@click.group(cls=_Commands)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help=_VERSION)
def main() -> None:
    """From a folder of raw Arabic text to a valid, searchable Universal Dependencies data set.

    seeds/ -> annotations/ -> corpus/, in the corpus's folder (CORPUS, by default the current one).
    """


for _command in (
    *(init, run, annotate, validate, stats, evaluate, agree, audit, diff),
    *(build, export, publish, remove, query, explore, analyse, train, prepare),
):
    main.add_command(_command)
_add_debug(main)
