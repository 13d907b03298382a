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
in --work: the same command goes on. Prints a table, writes JSON (--json).

With --default-sizes, in place of --models: tagger and parser as Stanza's trainers make them where nothing is said
of sizes, trained for a moment, in WORK/default-sizes. What they say is poor; their time is that of good ones.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from typing import Any

import click

from command_line import (
    FILE,
    PATH,
    count_option,
    folder_option,
    json_option,
    models_option,
    subcommand,
    text_argument,
)
from corpora import iter_lines, make_documents
from mudawwana.base.files import write_text_atomically
from processes import call_alone, measure_call
from reporting import (
    build_table,
    list_versions,
    read_record,
    write_record,
)

STOCK = "stock, bulk, two threads"
LOOP = "stock, one by one, two threads"
_WARM_UP = 20
_SHARD = 400
"""Paragraphs, about."""
_COLUMNS = ("text", "start_char", "end_char", "lemma", "upos", "xpos", "feats", "deprel")


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


@dataclass(frozen=True, slots=True)
class Inputs:
    """What all rows are measured on."""

    text: Path
    paragraphs: int
    sample: int
    """Paragraphs of the rows that are not on all."""
    models: str
    udpipe: Path | None
    spacy: Path | None
    work: Path


Annotate = Callable[[Sequence[str]], "list[list[list[Any]]] | int"]
"""Paragraphs -> the words of each, or how many they are together."""


@subcommand(__doc__)
@text_argument
@count_option("--paragraphs", 2_000)
@count_option("--sample", 300, "Paragraphs of the smaller rows.")
@models_option
@click.option("--default-sizes", "treebank", type=FILE, metavar="TREEBANK", help="Models of these, trained on it.")
@click.option("--udpipe", type=FILE, metavar="FILE", help="A model of UDPipe 1.")
@click.option("--spacy", type=PATH, metavar="DIR", help="A spaCy pipeline.")
@folder_option("--work", "build/speed", "Finished rows.")
@json_option
def main(treebank: Path | None, json_path: Path | None, **inputs: Any) -> None:
    if treebank:
        from default_sizes import train_default_sizes

        inputs["models"] = str(inputs["work"] / "default-sizes")
        train_default_sizes(treebank, Path(inputs["models"]))
    record = measure_all(Inputs(**inputs))
    print(build_report(record))
    write_record(json_path, record)


def measure_all(inputs: Inputs) -> dict[str, Any]:
    plans = list(_iter_plans(inputs))
    rows = [_get_row(inputs, plan) for plan in plans]
    stock = _read_words(inputs.work, plans[1])
    for row, plan in zip(rows, plans, strict=True):
        words = _read_words(inputs.work, plan)
        row["identical"] = _compare(stock, words) if words else None
    return {
        "paragraphs": inputs.paragraphs,
        "sample": inputs.sample,
        "models": Path(inputs.models).name,
        "versions": list_versions("stanza", "torch"),
        "floor": call_alone(measure_floor, inputs.models),
        "rows": rows,
    }


def _iter_plans(inputs: Inputs) -> Iterator[Plan]:
    names = call_alone(list_speedups)
    yield Plan(LOOP, "loop", threads=2)
    yield Plan(STOCK, "bulk", threads=2, is_whole=True)
    yield Plan("stock, bulk", "bulk")
    for place, name in enumerate(names, start=1):
        yield Plan(f"+ {name}", "bulk", names[:place])
    yield Plan("all, one process, two threads", "bulk", names, threads=2)
    yield Plan("all, one process", "bulk", names, is_whole=True)
    yield Plan("all, two processes", "bulk", names, processes=2, is_whole=True)
    yield Plan("all, bfloat16, one process", "bulk", (*names, "bfloat16"), is_whole=True)
    yield Plan("all, bfloat16, two processes", "bulk", (*names, "bfloat16"), processes=2, is_whole=True)
    yield Plan("annotate, one process", "annotate", names)
    yield Plan("annotate, two processes", "annotate", names, processes=2, is_whole=True)
    if inputs.udpipe:
        yield Plan("UDPipe 1, one process", "udpipe")
    if inputs.spacy:
        yield Plan("spaCy, one process", "spacy")


def list_speedups() -> tuple[str, ...]:
    from mudawwana.annotate.accelerate import SPEEDUPS

    return tuple(SPEEDUPS)


def _get_row(inputs: Inputs, plan: Plan) -> dict[str, Any]:
    path = inputs.work / f"{plan.name}.json"
    if not path.exists():
        row = _measure_row(inputs, plan)
        print(row, file=sys.stderr)
        write_record(path, row)
    return read_record(path)


def _measure_row(inputs: Inputs, plan: Plan) -> dict[str, Any]:
    """Measures one row in new processes, which begin together."""
    os.environ["OMP_NUM_THREADS"] = str(plan.threads)
    context = get_context("spawn")
    barrier = context.Barrier(plan.processes)
    with ProcessPoolExecutor(plan.processes, context, _keep_barrier, (barrier,)) as pool:
        parts = [pool.submit(_measure_part, inputs, plan, part) for part in range(plan.processes)]
        measured = [part.result() for part in parts]
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


_barriers: list[Barrier] = []
"""In a process of a row: where its parts wait for each other."""


def _keep_barrier(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _measure_part(inputs: Inputs, plan: Plan, part: int) -> dict[str, float]:
    """What one process of a row took, from when all are ready."""
    paragraphs = _read_paragraphs(inputs)[: None if plan.is_whole else inputs.sample]
    mine = paragraphs[part :: plan.processes]
    [barrier] = _barriers
    try:
        annotate = KINDS[plan.kind](inputs, plan)
        annotate(mine[:_WARM_UP])
    except BaseException:
        barrier.abort()
        raise
    barrier.wait()
    found, measured = measure_call(annotate, mine)
    if isinstance(found, int):
        return {"words": found, **measured}
    numbered = dict(zip(range(part, len(paragraphs), plan.processes), found, strict=True))
    path = inputs.work / f"{plan.name}.{part}.words"
    write_text_atomically(path, [json.dumps(numbered, ensure_ascii=False)])
    return {"words": sum(map(len, found)), **measured}


def _load_stanza(inputs: Inputs, plan: Plan) -> Annotate:
    import stanza
    import torch

    from mudawwana.annotate.accelerate import accelerate_pipeline
    from mudawwana.annotate.models import load_models

    torch.set_num_threads(plan.threads)
    pipeline = load_models(inputs.models, stock=True).pipeline
    accelerate_pipeline(pipeline, plan.speedups)
    if plan.kind == "loop":
        return lambda paragraphs: [_list_words(pipeline(one)) for one in paragraphs]
    return lambda paragraphs: [
        _list_words(one) for one in pipeline.bulk_process([stanza.Document([], text=one) for one in paragraphs])
    ]


def _list_words(document: Any) -> list[list[Any]]:
    return [
        [*(getattr(word, name) for name in _COLUMNS), int(word.head)]
        for sentence in document.sentences
        for word in sentence.words
    ]


def _load_annotate(inputs: Inputs, plan: Plan) -> Annotate:
    import torch

    from mudawwana.annotate.annotator import annotate_documents
    from mudawwana.annotate.models import load_models
    from mudawwana.base.conllu_io import serialize_sentence

    torch.set_num_threads(plan.threads)
    models = load_models(inputs.models)

    def annotate(paragraphs: Sequence[str]) -> int:
        units = make_documents(paragraphs)
        shards = (units[start : start + _SHARD] for start in range(0, len(units), _SHARD))
        documents = chain.from_iterable(annotate_documents(shard, models) for shard in shards)
        return sum(len(one.words) for _, sentences in documents for one in sentences if serialize_sentence(one))

    return annotate


def _load_udpipe(inputs: Inputs, plan: Plan) -> Annotate:
    from ufal.udpipe import Model, Pipeline, ProcessingError

    model = Model.load(str(inputs.udpipe))

    def annotate(paragraphs: Sequence[str]) -> int:
        # Here, since the pipeline does not keep the model alive.
        pipeline = Pipeline(model, "tokenize", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
        found = pipeline.process("\n\n".join(paragraphs), ProcessingError())
        return sum(line.partition("\t")[0].isdigit() for line in found.splitlines())

    return annotate


def _load_spacy(inputs: Inputs, plan: Plan) -> Annotate:
    import spacy

    pipeline = spacy.load(inputs.spacy)
    return lambda paragraphs: sum(len(document) for document in pipeline.pipe(paragraphs))


KINDS: dict[str, Callable[[Inputs, Plan], Annotate]] = {
    "bulk": _load_stanza,
    "loop": _load_stanza,
    "annotate": _load_annotate,
    "udpipe": _load_udpipe,
    "spacy": _load_spacy,
}


def _read_paragraphs(inputs: Inputs) -> list[str]:
    from mudawwana.arabic.script import normalise

    lines = (line.strip() for line in iter_lines(inputs.text))
    return [normalise(line).text for line in islice(filter(None, lines), inputs.paragraphs)]


def _read_words(work: Path, plan: Plan) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for part in range(plan.processes):
        found |= read_record(work / f"{plan.name}.{part}.words")
    return found


def _compare(stock: dict[str, list[list[Any]]], ours: dict[str, list[list[Any]]]) -> float:
    """The share of stock's words that are the same, all columns, in their place."""
    total = same = 0
    for number, words in ours.items():
        total += len(stock[number])
        same += sum(one == other for one, other in zip(stock[number], words, strict=False))
    return same / total


def measure_floor(models: str) -> dict[str, Any]:
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


def build_report(record: dict[str, Any]) -> str:
    """Markdown; ratios to stock's bulk and loop on two threads."""
    rates = {row["name"]: row["words_a_second"] for row in record["rows"]}
    columns = ("", "cores", "words/s", "to bulk", "to one by one", "words/s a core", "peak memory")
    cells = (
        (
            row["name"],
            row["threads"],
            f"{row['words_a_second']:,}",
            *(f"{row['words_a_second'] / rates[base]:.2f}" for base in (STOCK, LOOP)),
            f"{row['cpu_words_a_second']:,}",
            f"{row['peak_bytes'] / 1e6:,.0f} MB",
            "" if row["identical"] is None else f"{100 * row['identical']:.3f} %",
        )
        for row in record["rows"]
    )
    floor = record["floor"]
    return (
        f"{build_table((*columns, 'identical words'), cells)}\n\n"
        f"floor: {floor['operations_a_word'] / 1e6:.1f} million operations a word; a matrix product reaches "
        f"{floor['operations_a_second'] / 1e9:.0f} GFLOP/s: {floor['words_a_second']:,} words/s a core"
    )
