import json
from dataclasses import asdict
from pathlib import Path

import click

from mudawwana.cli.options import html_option, json_option


@click.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@json_option
@html_option
@click.option("--changelog", is_flag=True, help="Print Markdown for the change log of a release.")
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    metavar="N",
    default=5,
    show_default=True,
    help="How many of each kind of change to show.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where the versions differ, as git does.")
def diff(
    old: Path, new: Path, as_json: bool, html: Path | None, changelog: bool, examples: int, exit_code: bool
) -> None:
    """Tell what changed between two versions: OLD and NEW, corpora, built data sets, or CoNLL-U files or folders.

    Documents, sentences, tokens and words that came or went; of the words that both versions have every column:
    counts and examples. Words are told by their places in the text; where that has changed, by the tokens that
    stayed. Exit status 0 also where they differ, unless --exit-code says otherwise.
    """
    if as_json and changelog:
        raise click.UsageError("--json and --changelog both print to stdout; choose one.")
    from mudawwana.base.files import write_text_atomically
    from mudawwana.compare.diff import compare_versions
    from mudawwana.reports.diff import render_html, render_markdown, render_text

    diffs = compare_versions(old, new, example_count=examples)
    if html:
        write_text_atomically(html, [render_html(diffs)])
    if as_json:
        content = {
            # asdict() would count the pairs of a Counter, and not copy it.
            layer: vars(one) | {"examples": {kind: list(map(asdict, some)) for kind, some in one.examples.items()}}
            for layer, one in diffs.items()
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        click.echo(render_markdown(diffs) if changelog else render_text(diffs), nl=False)
    raise SystemExit(1 if exit_code and any(one.counts for one in diffs.values()) else 0)
