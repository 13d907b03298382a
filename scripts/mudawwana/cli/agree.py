import json
from dataclasses import asdict
from pathlib import Path

import click

from mudawwana.cli.options import html_option, json_option


@click.command()
@click.argument("first", type=click.Path(exists=True, path_type=Path))
@click.argument("second", type=click.Path(exists=True, path_type=Path))
@json_option
@html_option
def agree(first: Path, second: Path, as_json: bool, html: Path | None) -> None:
    """Compare two annotations of the same text: FIRST and SECOND, CoNLL-U files or folders of some.

    Prints Cohen's kappa for UPOS and relations, F1 of the segmentation, UAS, LAS, agreement in the other columns,
    with 95 % intervals, and every difference. Words are told by their places in the text: the two may segment it
    differently. Documents that only one of them has are left out. Exit status 0 whether or not they agree.
    """
    from mudawwana.base.files import write_text_atomically
    from mudawwana.compare.agreement import compare_annotations
    from mudawwana.reports.agreement import render_html, render_text

    agreement = compare_annotations(first, second)
    for path, count in zip((first, second), agreement.documents_of_one, strict=True):
        if count:
            click.echo(f"{count} documents that only {path} has are not compared.", err=True)
    if html:
        write_text_atomically(html, [render_html(agreement)])
    click.echo(json.dumps(asdict(agreement), ensure_ascii=False, indent=1) if as_json else render_text(agreement))
