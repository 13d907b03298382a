"""What the subcommands share. Their modules import what is slow to load (torch, Stanza, spaCy) only to measure."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PATH = click.Path(path_type=Path)
"""A file or a folder, there or not."""
text_argument = click.argument("text", type=FILE)
json_option = click.option("--json", "json_path", type=PATH, metavar="FILE", help="Write the numbers there, too.")
readme_option = click.option("--readme", is_flag=True, help="Write the table into the README, too.")
models_option = click.option(
    "--models",
    default="embedded",
    show_default=True,
    help="An official package, or a folder that `mudawwana train` wrote.",
)


class _Command(click.Command):
    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # As it stands in the module: click would fill lists like paragraphs.
        formatter.write(f"\n{self.help}\n")


def count_option(name: str, default: int, meaning: str | None = None) -> Callable[[Any], Any]:
    return click.option(name, type=int, default=default, show_default=True, metavar="N", help=meaning)


def folder_option(name: str, default: str, meaning: str) -> Callable[[Any], Any]:
    """Of a folder that is made where it is missing."""
    return click.option(name, type=PATH, default=Path(default), show_default=True, metavar="DIR", help=meaning)


def subcommand(docstring: str | None) -> Callable[[Callable[..., Any]], click.Command]:
    """Makes a function the command of its module, with the module's docstring as help."""
    text = (docstring or "").strip()
    return click.command(cls=_Command, help=text, short_help=text.partition("\n")[0])
