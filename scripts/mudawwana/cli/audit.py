import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudawwana.cli.options import json_option

if TYPE_CHECKING:
    from mudawwana.compare.audit.corrections import Audit

corpus_option = click.option(
    "--corpus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="CORPUS",
    help="The corpus's folder; by default the current one.",
)


_UNEVEN = 0.75
"""Below this share of the checked words an unevenly spread sample is said to be one."""


@click.group()
def audit() -> None:
    """Estimate how good the automatic layer is from a random sample of its words that people check."""


@audit.command()
@corpus_option
@click.option("-n", "size", type=click.IntRange(min=1), default=200, show_default=True, help="Words to draw.")
@click.option(
    "--by",
    default="upos,confidence",
    show_default=True,
    metavar="LIST",
    help="Strata, with commas between: upos, deprel, confidence (the tier A, B or C), or what the documents' "
    "metadata say, such as genre.",
)
@click.option("--seed", type=int, help="For another sample of the same size; the same seed draws the same words.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to write it; by default annotations/audit.",
)
def sample(corpus: Path, size: int, by: str, seed: int | None, output: Path | None) -> None:
    """Draw a stratified sample of words to check, as sample.csv for spreadsheets and as sample.conllu.

    In sample.csv write `yes` into `checked` for each word that you have checked; where a column is wrong, what it
    should be into `new_` and its name; `wrong` into `segmentation` where the word itself is. Or edit
    sample.conllu, where segmentation can be corrected, too, and set `# audited = yes` in each sentence whose words
    with `Audit=Yes` you have checked. Then `mudawwana audit import` the file.
    """
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.compare.audit.folder import write_sample
    from mudawwana.compare.audit.sample import REST, SEED, draw_sample

    layout = CorpusLayout(corpus)
    criteria = [criterion.strip() for criterion in by.split(",") if criterion.strip()]
    drawn = draw_sample(layout, size, by=criteria, seed=SEED if seed is None else seed)
    for path in write_sample(output or layout.annotations_dir / "audit", drawn, layout):
        click.echo(path)
    joined = f", {drawn.joined} of too few words for such a sample joined as {REST!r}" if drawn.joined else ""
    click.echo(
        f"{len(drawn.words)} of {sum(drawn.strata.values())} words, from {len(drawn.strata)} strata{joined}.",
        err=True,
    )


@audit.command(name="import")
@corpus_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_command(corpus: Path, file: Path, as_json: bool) -> None:
    """Take over a checked sample: FILE is sample.csv or sample.conllu, beside the sample's other files.

    The corrections are checked by UD's validator and against the seeds, and written to annotations/gold/audit/.
    The estimated accuracy of the whole automatic layer is printed, and written to annotations/gold/audit.json.
    """
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.compare.audit.corrections import import_audit
    from mudawwana.seeds.settings import load_settings

    layout = CorpusLayout(corpus)
    result, paths = import_audit(
        layout, load_settings(layout), file, tell=lambda message: click.echo(message, err=True)
    )
    for path in paths:
        click.echo(path, err=True)
    if result.effective_words < _UNEVEN * result.checked:
        click.echo(
            f"The checked words are spread unevenly over the strata: {result.checked} say as much as "
            f"{result.effective_words:.0f} of a plain sample. Check the others, or draw by fewer criteria.",
            err=True,
        )
    click.echo(json.dumps(asdict(result), ensure_ascii=False, indent=1) if as_json else _describe(result))


def _describe(result: "Audit") -> str:
    lines = [
        f"{result.checked} of {result.words} words checked, in strata by {', '.join(result.by) or 'nothing'}",
        "",
        f"{'':<12}  right (%)   95 % interval",
    ]
    lines += [
        f"{measure:<12}  {estimate.value:>9.2f}   {estimate.low:.2f} - {estimate.high:.2f}"
        for measure, estimate in result.measures.items()
    ]
    return "\n".join(lines)
