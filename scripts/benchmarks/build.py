"""How fast, and in how much memory, CoNLL-U becomes a data set; beside what `datasets` and `conllu` alone do.

The load is a corpus of N words: documents of 20 sentences, drawn at random (with a fixed seed) from CoNLL-U, with
the ids, offsets and probabilities that an annotation has; the probabilities are made, too. Then, each in a process
of its own:

- mudawwana: seeds and annotations -> the three configs, CoNLL-U beside them, rebuilt from the Parquet and compared
  (`write_dataset`: all of a build but the validation and the card);
- mudawwana, whole build (with --whole): UD's validator, our own checks and the card, too;
- datasets: its built-in loader of CoNLL files, with the ten columns named, -> one Parquet file of bare strings,
  without comments, multi-word tokens among the words;
- conllu: `parse_incr` with its defaults -> one Parquet file with seven columns as strings.

Words a second are those of a processor core: syntactic words by the seconds that all threads of the process spent.
Prints a table, writes JSON (--json) and a figure (--figure FILE.svg).
"""

import argparse
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import MultiwordToken, Sentence, Word

SENTENCES_A_DOCUMENT = 20
TARGET = 40_000
_BATCH_SENTENCES = 2_000
_SEED = 1
_SETTINGS = """\
[corpus]
name = "load"
title = "A load"
description = "Made to measure."
licence = "CC0-1.0"
curators = ["scripts/benchmarks/build.py"]
text_source = "Made"
text_licence = "CC0-1.0"
version = "1.0"
released = "2025-03-04"
contact = "nobody@example.org"
personal_data = "None."
"""
_COLUMNS = ["id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"]


def main() -> None:
    arguments = _parse_arguments()
    if arguments.measure:
        _measure(arguments.measure, arguments.corpus)
        return
    if not arguments.load.exists():
        build_load(arguments.conllu, arguments.load, arguments.words)
    words = sum(len(sentence.words) for sentence in read_conllu(_get_annotation(arguments.load)))
    names = [name for name in CANDIDATES if name != WHOLE or arguments.whole]
    rows = [_run(name, arguments.load, words) for name in names]
    print(_build_table(rows))
    record = {
        "words": words,
        "processor": platform.processor() or platform.machine(),
        "versions": {name: version(name) for name in ("mudawwana", "datasets", "conllu", "pyarrow")},
        "rows": rows,
    }
    if arguments.json:
        write_text_atomically(arguments.json, [json.dumps(record, indent=1) + "\n"])
    if arguments.figure:
        draw(rows, words, arguments.figure)


def build_load(source: Path, root: Path, words: int) -> None:
    """Lays out a corpus of at least so many words below `root`."""
    layout = CorpusLayout(root)
    layout.seeds_dir.mkdir(parents=True)
    layout.settings_path.write_text(_SETTINGS, encoding="utf-8")
    sentences = list(read_conllu(source))
    seed = random.Random(_SEED)  # noqa: S311
    count = 0

    def iter_sentences() -> Iterator[Sentence]:
        nonlocal count
        with (layout.seeds_dir / "load.jsonl").open("w", encoding="utf-8") as file:
            number = 0
            while count < words:
                number += 1
                drawn = seed.choices(sentences, k=SENTENCES_A_DOCUMENT)
                text = "\n".join(sentence.text for sentence in drawn)
                file.write(json.dumps({"id": f"d{number}", "text": text}, ensure_ascii=False) + "\n")
                count += sum(len(sentence.words) for sentence in drawn)
                yield from _annotate(f"d{number}", drawn, seed)

    write_conllu(_get_annotation(root), iter_sentences())


def _get_annotation(corpus: Path) -> Path:
    return CorpusLayout(corpus).auto_dir / "load.conllu"


def _annotate(doc_id: str, sentences: Sequence[Sentence], seed: random.Random) -> Iterator[Sentence]:
    start = 0
    for number, sentence in enumerate(sentences, start=1):
        about = ["generator = made", "models = made sha256:0123456789abcdef"] if number == 1 else []
        comments = [*([f"newdoc id = {doc_id}"] if number == 1 else []), *about]
        comments += [
            f"newpar id = {doc_id}-p{number}",
            f"sent_id = {doc_id}-p{number}-s1",
            f"text = {sentence.text}",
        ]
        misc: dict[int, str] = {}
        ranges: list[MultiwordToken] = []
        place = 0
        for token in sentence.tokens:
            place = sentence.text.index(token.form, place)
            offsets = f"start_char={start + place}|end_char={start + place + len(token.form)}"
            place += len(token.form)
            misc |= dict.fromkeys((word.id for word in token.words), offsets)
        words = [_add_misc(word, misc[word.id], seed) for word in sentence.words]
        ranges = [replace(one, misc=_join(one.misc, misc[one.first])) for one in sentence.multiword_tokens]
        yield Sentence(tuple(f"# {comment}" for comment in comments), tuple(words), tuple(ranges))
        start += len(sentence.text) + 1


def _add_misc(word: Word, offsets: str, seed: random.Random) -> Word:
    made = "|".join(f"{name}Prob={seed.random():.3f}" for name in ("Upos", "Head", "Deprel"))
    return replace(word, misc=_join(word.misc, f"{offsets}|{made}"))


def _join(misc: str, more: str) -> str:
    return more if misc == "_" else f"{misc}|{more}"


def write_mudawwana(corpus: Path, output: Path) -> None:
    from mudawwana.dataset.build import write_dataset
    from mudawwana.seeds.settings import load_settings

    layout = CorpusLayout(corpus)
    write_dataset(layout, load_settings(layout), output)


def build_mudawwana(corpus: Path, output: Path) -> None:
    from mudawwana.dataset.build import build_dataset
    from mudawwana.seeds.settings import load_settings

    layout = CorpusLayout(corpus)
    build_dataset(layout, load_settings(layout))


def write_by_datasets(corpus: Path, output: Path) -> None:
    import datasets

    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(
        "conll",
        data_files=str(_get_annotation(corpus)),
        column_names=_COLUMNS,
        delimiter="\t",
        comment_prefix="#",
        cache_dir=str(output / "cache"),
    )
    loaded["train"].to_parquet(str(output / "train.parquet"))


def write_by_conllu(corpus: Path, output: Path) -> None:
    import conllu
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["form", "lemma", "upos", "xpos", "feats", "head", "deprel"]
    schema = pa.schema([(name, pa.list_(pa.string())) for name in names])
    with (
        _get_annotation(corpus).open(encoding="utf-8") as file,
        pq.ParquetWriter(output / "train.parquet", schema) as writer,
    ):
        sentences = conllu.parse_incr(file)
        for group in iter(lambda: list(islice(sentences, _BATCH_SENTENCES)), []):
            columns = {name: [[str(token[name]) for token in sentence] for sentence in group] for name in names}
            writer.write_table(pa.table(columns, schema=schema))


WHOLE = "mudawwana, whole build"
CANDIDATES: dict[str, Callable[[Path, Path], None]] = {
    "mudawwana": write_mudawwana,
    WHOLE: build_mudawwana,
    "datasets": write_by_datasets,
    "conllu": write_by_conllu,
}


def _run(name: str, corpus: Path, words: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", name, "--corpus", str(corpus)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    measured = json.loads(found.stdout.splitlines()[-1])
    row = {"name": name, "words_a_second": round(words / measured["cpu_seconds"]), **measured}
    print(row, file=sys.stderr)
    return row


def _measure(name: str, corpus: Path) -> None:
    """Runs one candidate in this process, with one thread; prints what it took as JSON."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with tempfile.TemporaryDirectory() as folder:
        cpu, wall = time.process_time(), time.perf_counter()
        CANDIDATES[name](corpus, Path(folder))
        measured = {"cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({**{key: round(value, 2) for key, value in measured.items()}, "peak_bytes": peak}))


def _build_table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown; ratios to the built-in loader of `datasets`."""
    base = next(row["words_a_second"] for row in rows if row["name"] == "datasets")
    lines = ["| | words/s a core | to `datasets` | seconds of a core | peak memory |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {row['name']} | {row['words_a_second']:,} | {row['words_a_second'] / base:.2f} | "
        f"{row['cpu_seconds']:.1f} | {row['peak_bytes'] / 1e6:,.0f} MB |"
        for row in rows
    ]
    return "\n".join(lines)


def draw(rows: Sequence[dict[str, Any]], words: int, path: Path) -> None:
    """Bars of words a second, with the memory beside each."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "mudawwana", "svg.fonttype": "none"})
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 0.6 * len(rows) + 1.2), layout="constrained")
    axes = figure.add_subplot()
    names = [row["name"] for row in rows]
    bars = axes.barh(names, [row["words_a_second"] for row in rows], color="#3b6ea5")
    axes.bar_label(bars, [f" {row['words_a_second']:,} ({row['peak_bytes'] / 1e6:,.0f} MB)" for row in rows])
    axes.axvline(TARGET, color="#b04a3a", linestyle="--", linewidth=1)
    axes.set_xlim(right=max(max(row["words_a_second"] for row in rows), TARGET) * 1.35)
    axes.invert_yaxis()
    axes.set_xlabel(f"words a second of one core, CoNLL-U to Parquet, {words:,} words (dashed: the target)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conllu", type=Path, metavar="FILE", help="sentences to draw from, such as a treebank")
    parser.add_argument("--words", type=int, default=1_000_000, metavar="N")
    parser.add_argument(
        "--load", type=Path, default=Path("build/load"), metavar="DIR", help="the corpus, made if it is not there"
    )
    parser.add_argument("--whole", action="store_true", help="measure a whole build, too; takes minutes")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--figure", type=Path, metavar="FILE.svg")
    parser.add_argument("--measure", choices=CANDIDATES, help=argparse.SUPPRESS)
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not (arguments.conllu or arguments.measure):
        parser.error("--conllu FILE is needed")
    return arguments


if __name__ == "__main__":
    main()
