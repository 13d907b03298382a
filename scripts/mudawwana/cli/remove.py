from datetime import datetime
from pathlib import Path

import click

from mudawwana.cli.options import (
    corpus_argument,
    hold_corpus,
    tell_overlaps_gone,
    track_validation,
    wait_option,
)


@click.command()
@click.argument("document", metavar="DOC")
@corpus_argument
@click.option("--why", required=True, metavar="TEXT", help="The reason, for seeds/removed.csv.")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    default=datetime.now,
    show_default="today",
    metavar="YYYY-MM-DD",
    help="The day that seeds/removed.csv says.",
)
@wait_option
def remove(document: str, corpus: Path, why: str, date: datetime, wait: bool) -> None:
    """Take the document with the id DOC out of CORPUS, and build the data set anew.

    It goes from seeds/ (the file, or its row of a file with many documents), from documents.csv, from all
    annotations of that seed file, from the samples of audits, and with what killed runs have left.
    seeds/removed.csv keeps its id, the day, the reason and the text's sha256; the card tells its id, and no
    document can have that id or these bytes again. Other files of seeds/ and annotations/ that name it are listed.
    Cut off, it goes on with the same command. What was exported or published before, and git's history, still
    have it: see README.
    """
    from mudawwana.base.errors import BuildError, MudawwanaError
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.dataset.build import build_dataset
    from mudawwana.dataset.removal import has_data_set, remove_document
    from mudawwana.seeds.settings import load_settings

    if not why.strip():
        raise click.BadParameter("say the reason.", param_hint="--why")
    layout = CorpusLayout(corpus)
    settings = load_settings(layout)
    with hold_corpus(corpus, wait):
        removal = remove_document(
            layout, settings, document, reason=" ".join(why.split()), date=date.date().isoformat()
        )
        for path in (*removal.paths, layout.removed_path):
            click.echo(path)
        if layout.audit_path in removal.paths:
            click.echo(
                f"{layout.audit_path} is gone, which spoke of this document, too; `mudawwana audit import` the "
                "checked sample again.",
                err=True,
            )
        for copy in removal.copies:
            click.echo(f"{copy!r} has the same text, and stays; `mudawwana remove {copy}` takes it out.", err=True)
        for path in removal.mentions:
            click.echo(f"{path}: names {document!r}, or has its text; look at it.", err=True)
        if has_data_set(layout):
            try:
                report = build_dataset(layout, settings, track=track_validation)
            except MudawwanaError as error:
                raise BuildError(
                    f"{error}\n{layout.corpus_dir} still has {document!r}: mend this, then run `mudawwana build`."
                ) from error
            for path in report.paths:
                click.echo(path)
            tell_overlaps_gone(report)
    click.echo("What was published before, and git's history, still have the document: see README.", err=True)
