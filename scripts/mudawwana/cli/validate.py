import json
from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument, json_option, track_validation


@click.command()
@corpus_argument
@json_option
def validate(corpus: Path, as_json: bool) -> None:
    """Check the annotations by UD's validator (level 5, ar) and against the seeds they were made from.

    Prints each incident with file, line and sent_id. Exit status 1 if there is an error; warnings are no errors.
    """
    from mudawwana.layout import CorpusLayout
    from mudawwana.settings import load_settings
    from mudawwana.validate import check_corpus

    layout = CorpusLayout(corpus)
    incidents = check_corpus(layout, load_settings(layout), track=track_validation)
    if as_json:
        click.echo(json.dumps([incident.to_json() for incident in incidents], ensure_ascii=False, indent=1))
    else:
        for incident in incidents:
            click.echo(incident)
    error_count = sum(incident.severity == "error" for incident in incidents)
    click.echo(f"{error_count} errors, {len(incidents) - error_count} warnings", err=True)
    raise SystemExit(1 if error_count else 0)
