"""What models cost: size, time to load, words a second; the first folder is the baseline of the ratios.

    python scripts/benchmarks/cost.py TEXT BASELINE [FOLDER ...]

TEXT has a paragraph a line (.txt or .txt.xz), of which the first --paragraphs are annotated, each a document, on
one thread. Every folder (or "embedded") is measured in a process of its own, in turn, --rounds times; the median
counts.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--paragraphs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.text, arguments.models[0], arguments.paragraphs)))
        return
    rounds = [[_run(arguments, models) for models in arguments.models] for _ in range(arguments.rounds)]
    print("| | MB | load (s) | words/s | to the first: load | words/s |\n|---|--:|--:|--:|--:|--:|")
    medians = [
        {key: statistics.median(one[key] for one in column) for key in column[0]}
        for column in zip(*rounds, strict=True)
    ]
    for models, row in zip(arguments.models, medians, strict=True):
        ratios = f"{row['load'] / medians[0]['load']:.2f} | {row['speed'] / medians[0]['speed']:.2f}"
        print(f"| {models} | {row['MB']:.1f} | {row['load']:.2f} | {row['speed']:,.0f} | {ratios} |")


def _run(arguments: argparse.Namespace, models: str) -> dict[str, float]:
    command = [sys.executable, __file__, str(arguments.text), models, "--paragraphs", str(arguments.paragraphs)]
    done = subprocess.run([*command, "--measure"], check=True, capture_output=True, text=True)  # noqa: S603
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(text: Path, models: str, paragraphs: int) -> dict[str, float]:
    """Megabytes, seconds to load (imports included), and words of UD a second after a first document."""
    start = time.perf_counter()
    import torch

    from mudawwana.annotate.annotator import annotate_documents
    from mudawwana.annotate.models import get_embedded_dir, load_models
    from mudawwana.base.records import Document, Paragraph
    from mudawwana.seeds.settings import EMBEDDED
    from mudawwana.training.rawtext import read_paragraphs

    torch.set_num_threads(1)
    loaded = load_models(models)
    load = time.perf_counter() - start
    texts = list(islice(read_paragraphs([text]), paragraphs))
    units = [(Document(f"d{n}", one, "", "text"), [Paragraph(f"d{n}-p1", 0, one)]) for n, one in enumerate(texts)]
    list(annotate_documents(units[:1], loaded))
    start = time.perf_counter()
    words = sum(len(one.words) for _, sentences in annotate_documents(units, loaded) for one in sentences)
    folder = get_embedded_dir() if models == EMBEDDED else Path(models)
    megabytes = sum(path.stat().st_size for path in folder.glob("*.pt")) / 1e6
    return {"MB": megabytes, "load": load, "speed": words / (time.perf_counter() - start)}


if __name__ == "__main__":
    main()
