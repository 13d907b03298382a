"""How fast the same models annotate the same text: by Stanza's own modules, and with each speed-up in turn.

The text is the first paragraphs of a file (one a line, packed as .xz or not), each a document. Each row is
measured in processes of its own, models loaded and a few paragraphs done before; two processes share the text and
start together. Rows:

- stock: one call of Stanza's pipeline a document, and one `bulk_process` of all;
- + NAME: the speed-ups of `mudawwana.annotate.accelerate`, one more in each row, by the same `bulk_process`;
- all: as Mudawwana's workers run, one thread each; and with bfloat16 in the parser;
- annotate: documents to CoNLL-U, with segmentation rules, repairs and probabilities;
- with --udpipe FILE and --spacy DIR: UDPipe 1 and spaCy with models of their own.

Rows but the targets' own are measured on fewer paragraphs (--sample). Identical are the words with the same form,
offsets, lemma, tags, features, head and relation as in stock's bulk. The floor is what the floating-point
operations of tagger, parser and tokenizer would take at the rate of a plain matrix product. Finished rows are kept
in --work: the same command goes on. Prints a table, writes JSON (--json) and a figure (--figure FILE.svg).
"""

import argparse
import json
import lzma
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mudawwana.base.files import write_text_atomically
from mudawwana.seeds.settings import EMBEDDED

STOCK = "stock, bulk, two threads"
LOOP = "stock, one by one, two threads"
BEST = "all, two processes"
_WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """One row to measure."""

    name: str
    kind: str
    """bulk, loop, annotate, udpipe, spacy"""
    speedups: tuple[str, ...] = ()
    threads: int = 1
    processes: int = 1
    is_whole: bool = False
    """On all paragraphs."""


def main() -> None:
    arguments = _parse_arguments()
    if arguments.row:
        _measure(arguments, Plan(**json.loads(arguments.row)))
        return
    arguments.work.mkdir(parents=True, exist_ok=True)
    rows = [_get_row(arguments, plan) for plan in _iter_plans(arguments)]
    words = {plan.name: _read_words(arguments.work, plan) for plan in _iter_plans(arguments)}
    for row in rows:
        row["identical"] = _compare(words[STOCK], words[row["name"]]) if words[row["name"]] else None
    floor = _measure_floor(arguments.models)
    print(_build_table(rows))
    print(_describe_floor(floor))
    record = {
        "paragraphs": arguments.paragraphs,
        "sample": arguments.sample,
        "models": Path(arguments.models).name,
        "versions": {name: version(name) for name in ("mudawwana", "stanza", "torch")},
        "floor": floor,
        "rows": rows,
    }
    if arguments.json:
        write_text_atomically(arguments.json, [json.dumps(record, indent=1) + "\n"])
    if arguments.figure:
        draw(rows, arguments.figure)


def _iter_plans(arguments: argparse.Namespace) -> Iterator[Plan]:
    from mudawwana.annotate.accelerate import SPEEDUPS

    names = tuple(SPEEDUPS)
    yield Plan(LOOP, "loop", threads=2)
    yield Plan(STOCK, "bulk", threads=2, is_whole=True)
    yield Plan("stock, bulk", "bulk")
    for place, name in enumerate(names, start=1):
        yield Plan(f"+ {name}", "bulk", names[:place])
    yield Plan("all, one process, two threads", "bulk", names, threads=2)
    yield Plan("all, one process", "bulk", names, is_whole=True)
    yield Plan(BEST, "bulk", names, processes=2, is_whole=True)
    yield Plan("all, bfloat16, one process", "bulk", (*names, "bfloat16"), is_whole=True)
    yield Plan("all, bfloat16, two processes", "bulk", (*names, "bfloat16"), processes=2, is_whole=True)
    yield Plan("annotate, one process", "annotate", names)
    yield Plan("annotate, two processes", "annotate", names, processes=2, is_whole=True)
    if arguments.udpipe:
        yield Plan("UDPipe 1, one process", "udpipe")
    if arguments.spacy:
        yield Plan("spaCy, one process", "spacy")


def _get_row(arguments: argparse.Namespace, plan: Plan) -> dict[str, Any]:
    path = arguments.work / f"{plan.name}.json"
    if not path.exists():
        row = _run(arguments, plan)
        print(row, file=sys.stderr)
        write_text_atomically(path, [json.dumps(row)])
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _run(arguments: argparse.Namespace, plan: Plan) -> dict[str, Any]:
    """Measures one row in new processes, which begin together."""
    environment = os.environ | {"OMP_NUM_THREADS": str(plan.threads)}
    running = []
    for part in range(plan.processes):
        fields = {name: getattr(plan, name) for name in Plan.__slots__}
        command = [sys.executable, __file__, *sys.argv[1:], "--row", json.dumps(fields), "--part", str(part)]
        running.append(
            subprocess.Popen(  # noqa: S603
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        )
    for one in running:
        if one.stdout is None or one.stdout.readline() != "ready\n":
            raise SystemExit(f"{plan.name}: a process has failed")
    for one in running:
        if one.stdin:
            one.stdin.write("go\n")
            one.stdin.flush()
    measured = [json.loads(one.communicate()[0].splitlines()[-1]) for one in running]
    words = sum(one["words"] for one in measured)
    seconds = max(one["seconds"] for one in measured)
    return {
        "name": plan.name,
        "threads": plan.threads * plan.processes,
        "words": words,
        "words_a_second": round(words / seconds),
        "cpu_words_a_second": round(words / sum(one["cpu_seconds"] for one in measured)),
        "peak_bytes": sum(one["peak_bytes"] for one in measured),
    }


def _measure(arguments: argparse.Namespace, plan: Plan) -> None:
    """One process of a row: says when it is ready, waits for the word to go, prints what it took as JSON."""
    paragraphs = _read_paragraphs(arguments)[: None if plan.is_whole else arguments.sample]
    mine = paragraphs[arguments.part :: plan.processes]
    annotate = KINDS[plan.kind](arguments, plan)
    annotate(mine[:_WARM_UP])
    print("ready", flush=True)
    sys.stdin.readline()
    cpu, wall = time.process_time(), time.perf_counter()
    found = annotate(mine)
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    words = found if isinstance(found, int) else sum(map(len, found))
    if not isinstance(found, int):
        numbered = dict(zip(range(arguments.part, len(paragraphs), plan.processes), found, strict=True))
        path = arguments.work / f"{plan.name}.{arguments.part}.words"
        write_text_atomically(path, [json.dumps(numbered, ensure_ascii=False)])
    print(json.dumps({"words": words, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": peak}))


def _load_bulk(arguments: argparse.Namespace, plan: Plan) -> Callable[[Sequence[str]], Any]:
    import stanza

    pipeline = _load_pipeline(arguments, plan)

    def annotate(paragraphs: Sequence[str]) -> list[list[list[Any]]]:
        return list(map(_list_words, pipeline.bulk_process([stanza.Document([], text=one) for one in paragraphs])))

    return annotate


def _load_loop(arguments: argparse.Namespace, plan: Plan) -> Callable[[Sequence[str]], Any]:
    pipeline = _load_pipeline(arguments, plan)
    return lambda paragraphs: [_list_words(pipeline(one)) for one in paragraphs]


def _load_pipeline(arguments: argparse.Namespace, plan: Plan) -> Any:
    import torch

    from mudawwana.annotate.accelerate import accelerate_pipeline
    from mudawwana.annotate.models import load_models

    torch.set_num_threads(plan.threads)
    pipeline = load_models(arguments.models, stock=True).pipeline
    accelerate_pipeline(pipeline, plan.speedups)
    return pipeline


def _list_words(document: Any) -> list[list[Any]]:
    return [
        [
            word.text,
            word.start_char,
            word.end_char,
            word.lemma,
            word.upos,
            word.xpos,
            word.feats,
            int(word.head),
            word.deprel,
        ]
        for sentence in document.sentences
        for word in sentence.words
    ]


def _load_annotate(arguments: argparse.Namespace, plan: Plan) -> Callable[[Sequence[str]], Any]:
    import torch

    from mudawwana.annotate.annotator import annotate_documents
    from mudawwana.annotate.models import load_models
    from mudawwana.base.conllu_io import serialize_sentence
    from mudawwana.base.records import Document, Paragraph

    torch.set_num_threads(plan.threads)
    models = load_models(arguments.models)

    def annotate(paragraphs: Sequence[str]) -> int:
        units = [
            (Document(f"d{i}", "", "", "seeds/d.txt"), [Paragraph(f"d{i}-p1", 0, one)])
            for i, one in enumerate(paragraphs)
        ]
        count = 0
        for start in range(0, len(units), 400):  # about a shard
            for _, sentences in annotate_documents(units[start : start + 400], models):
                count += sum(len(sentence.words) for sentence in sentences if serialize_sentence(sentence))
        return count

    return annotate


def _load_udpipe(arguments: argparse.Namespace, plan: Plan) -> Callable[[Sequence[str]], Any]:
    from ufal.udpipe import Model, Pipeline, ProcessingError

    model = Model.load(str(arguments.udpipe))

    def annotate(paragraphs: Sequence[str]) -> int:
        # Here, since the pipeline does not keep the model alive.
        pipeline = Pipeline(model, "tokenize", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
        found = pipeline.process("\n\n".join(paragraphs), ProcessingError())
        return sum(line.partition("\t")[0].isdigit() for line in found.splitlines())

    return annotate


def _load_spacy(arguments: argparse.Namespace, plan: Plan) -> Callable[[Sequence[str]], Any]:
    import spacy

    pipeline = spacy.load(arguments.spacy)
    return lambda paragraphs: sum(len(document) for document in pipeline.pipe(paragraphs))


KINDS: dict[str, Callable[[argparse.Namespace, Plan], Callable[[Sequence[str]], Any]]] = {
    "bulk": _load_bulk,
    "loop": _load_loop,
    "annotate": _load_annotate,
    "udpipe": _load_udpipe,
    "spacy": _load_spacy,
}


def _read_paragraphs(arguments: argparse.Namespace) -> list[str]:
    from mudawwana.arabic.script import normalise

    opened = lzma.open if arguments.text.suffix == ".xz" else open
    with opened(arguments.text, "rt", encoding="utf-8") as lines:
        stripped = (normalise(line.strip()).text for line in lines if line.strip())
        return [text for text, _ in zip(stripped, range(arguments.paragraphs), strict=False)]


def _read_words(work: Path, plan: Plan) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for part in range(plan.processes):
        path = work / f"{plan.name}.{part}.words"
        found |= json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _compare(stock: dict[str, list[list[Any]]], ours: dict[str, list[list[Any]]]) -> float:
    """The share of stock's words that are the same, all columns, in their place."""
    total = same = 0
    for number, words in ours.items():
        total += len(stock[number])
        same += sum(one == other for one, other in zip(stock[number], words, strict=False))
    return same / total


def _measure_floor(models: str) -> dict[str, Any]:
    """Operations a word: two for each weight that tagger, parser and tokenizer use for it, 5.5 characters a word.

    Left out: what is looked up by word type, what depends on the length of the sentence.
    """
    import torch

    from mudawwana.annotate.models import load_models

    torch.set_num_threads(1)
    pipeline = load_models(models, stock=True).pipeline
    weights = 0.0
    for name, times in (("tokenize", 5.5), ("pos", 1.0), ("depparse", 1.0)):
        for key, tensor in pipeline.processors[name].trainer.model.named_parameters():
            is_looked_up = any(part in key for part in ("emb", "char", "pretrained", "_init"))
            # The tags' scorers are matrices of one tag each.
            share = 1 / tensor.shape[-1] if key.startswith("tag_clf") and tensor.dim() == 3 else 1
            weights += 0 if tensor.dim() < 2 or is_looked_up else times * tensor.numel() * share
    product = torch.randn(1024, 1024)
    seconds = []
    for _ in range(20):
        start = time.process_time()
        torch.ops.mkldnn._linear_pointwise(product, product, None, "none", [], "")
        seconds.append(time.process_time() - start)
    rate = 2 * 1024**3 / min(seconds)
    return {
        "operations_a_word": 2 * weights,
        "operations_a_second": rate,
        "words_a_second": round(rate / (2 * weights)),
    }


def _describe_floor(floor: dict[str, Any]) -> str:
    return (
        f"\nfloor: {floor['operations_a_word'] / 1e6:.1f} million operations a word; a matrix product reaches "
        f"{floor['operations_a_second'] / 1e9:.0f} GFLOP/s: {floor['words_a_second']:,} words/s a core"
    )


def _build_table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown; ratios to stock's bulk and loop on two threads."""
    rates = {row["name"]: row["words_a_second"] for row in rows}
    lines = [
        "| | cores | words/s | to bulk | to one by one | words/s a core | peak memory | identical words |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        rate, peak = row["words_a_second"], row["peak_bytes"] / 1e6
        ratios = f"{rate / rates[STOCK]:.2f} | {rate / rates[LOOP]:.2f}"
        identical = "" if row["identical"] is None else f"{100 * row['identical']:.3f} %"
        lines.append(
            f"| {row['name']} | {row['threads']} | {rate:,} | {ratios} | "
            f"{row['cpu_words_a_second']:,} | {peak:,.0f} MB | {identical} |"
        )
    return "\n".join(lines)


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Bars of words a second; dashed, five times stock's bulk."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "mudawwana", "svg.fonttype": "none"})
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 0.32 * len(rows) + 1.2), layout="constrained")
    axes = figure.add_subplot()
    rates = [row["words_a_second"] for row in rows]
    bars = axes.barh([row["name"] for row in rows], rates, color="#3b6ea5")
    axes.bar_label(bars, [f" {rate:,}" for rate in rates])
    [stock] = (row["words_a_second"] for row in rows if row["name"] == STOCK)
    axes.axvline(5 * stock, color="#b04a3a", linestyle="--")
    axes.set_xlim(right=max(rates) * 1.2)
    axes.invert_yaxis()
    axes.set_xlabel("words a second (dashed: five times stock's bulk)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, help="one paragraph a line, such as arwiki.txt.xz")
    parser.add_argument("--paragraphs", type=int, default=2_000, metavar="N")
    parser.add_argument("--sample", type=int, default=300, metavar="N", help="paragraphs of the smaller rows")
    parser.add_argument("--models", default=EMBEDDED, help="embedded (default) or a folder of models")
    parser.add_argument("--udpipe", type=Path, metavar="FILE", help="a model of UDPipe 1")
    parser.add_argument("--spacy", type=Path, metavar="DIR", help="a spaCy pipeline")
    parser.add_argument("--work", type=Path, default=Path("build/speed"), metavar="DIR", help="finished rows")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--figure", type=Path, metavar="FILE.svg")
    parser.add_argument("--row", help=argparse.SUPPRESS)
    parser.add_argument("--part", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
