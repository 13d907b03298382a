import json
from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument, json_option, track_validation


def _check_suffix(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and path.suffix not in (".html", ".json"):
        raise click.BadParameter(f"{path} ends in neither .html nor .json, which say what the report shall be.")
    return path


@click.command()
@corpus_argument
@json_option
@click.option(
    "--report",
    "report_path",
    metavar="PATH",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_check_suffix,
    help="Also write a report, .html to read or .json to compute with: incidents by kind, trees of the worst "
    "sentences, counts by document.",
)
def validate(corpus: Path, as_json: bool, report_path: Path | None) -> None:
    """Check the annotations by UD's validator (level 5, ar) and against the seeds they were made from.

    Where there is a data set in corpus/, check also that its card says what the data say.

    Prints each incident with file, line and sent_id. Exit status 1 if there is an error; warnings are no errors.
    """
    from mudawwana.base.errors import BuildError
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.dataset.card import check_settings
    from mudawwana.dataset.card_files import check_card
    from mudawwana.reports.validation import write_report
    from mudawwana.seeds.settings import load_settings
    from mudawwana.validate.corpus import check_corpus
    from mudawwana.validate.counts import build_report

    layout = CorpusLayout(corpus)
    settings = load_settings(layout)
    has_data_set = layout.data_set.data_dir.is_dir()
    try:
        check_settings(settings, has_gold=layout.has_gold)
    except BuildError as error:
        # Without it nothing can be said of the card; where there is none yet, it is early to know.
        if has_data_set:
            raise
        click.echo(f"No data set can be built yet: {error}", err=True)
    incidents = check_corpus(layout, settings, track=track_validation)
    if has_data_set:
        incidents += check_card(layout, settings, incidents)
    if report_path:
        write_report(report_path, build_report(layout, settings, incidents))
    if as_json:
        click.echo(json.dumps([incident.to_json() for incident in incidents], ensure_ascii=False, indent=1))
    else:
        for incident in incidents:
            click.echo(incident)
    error_count = sum(incident.severity == "error" for incident in incidents)
    click.echo(f"{error_count} errors, {len(incidents) - error_count} warnings", err=True)
    raise SystemExit(1 if error_count else 0)
