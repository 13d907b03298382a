"""What models cost: size, time to load, words a second; the first folder is the baseline of the ratios.

    python scripts/benchmarks model-cost TEXT BASELINE [FOLDER ...]

TEXT has a paragraph a line (.txt or .txt.xz), of which the first --paragraphs are annotated, each a document, on
one thread. Every folder (or "embedded") is measured in a process of its own, in turn, --rounds times; the median
counts.
"""

import statistics
import time
from itertools import islice
from pathlib import Path

import click

from command_line import count_option, subcommand, text_argument
from corpora import iter_lines, make_documents
from processes import call_alone
from reporting import build_table


@subcommand(__doc__)
@text_argument
@click.argument("models", nargs=-1, required=True)
@count_option("--paragraphs", 200)
@count_option("--rounds", 3)
def main(text: Path, models: tuple[str, ...], paragraphs: int, rounds: int) -> None:
    measured = [[call_alone(measure, text, one, paragraphs) for one in models] for _ in range(rounds)]
    medians = [
        {key: statistics.median(one[key] for one in column) for key in column[0]}
        for column in zip(*measured, strict=True)
    ]
    first = medians[0]
    rows = (
        (
            *(name, f"{row['MB']:.1f}", f"{row['load']:.2f}", f"{row['speed']:,.0f}"),
            *(f"{row[key] / first[key]:.2f}" for key in ("load", "speed")),
        )
        for name, row in zip(models, medians, strict=True)
    )
    print(build_table(("", "MB", "load (s)", "words/s", "to the first: load", "words/s"), rows))


def measure(text: Path, models: str, paragraphs: int) -> dict[str, float]:
    """Megabytes, seconds to load (imports included), and words of UD a second after a first document."""
    start = time.perf_counter()
    import torch

    from mudawwana.annotate.annotator import annotate_documents
    from mudawwana.annotate.models import get_embedded_dir, load_models

    torch.set_num_threads(1)
    loaded = load_models(models)
    load = time.perf_counter() - start
    units = make_documents(islice(filter(str.strip, iter_lines(text)), paragraphs))
    list(annotate_documents(units[:1], loaded))
    start = time.perf_counter()
    words = sum(len(one.words) for _, sentences in annotate_documents(units, loaded) for one in sentences)
    seconds = time.perf_counter() - start
    folder = get_embedded_dir() if models == "embedded" else Path(models)
    megabytes = sum(path.stat().st_size for path in folder.glob("*.pt")) / 1e6
    return {"MB": megabytes, "load": load, "speed": words / seconds}
