"""How fast, and in how much memory, CoNLL-U becomes a data set; beside what `datasets` and `conllu` alone do.

The load is a corpus of N words: documents of 20 sentences, drawn at random (with a fixed seed) from CoNLL-U, with
the ids, offsets and probabilities that an annotation has; the probabilities are made, too. Then, each in a process
of its own:

- mudawwana: seeds and annotations -> the three configs, CoNLL-U beside them, rebuilt from the Parquet and compared
  (`write_dataset`: all of a build but the validation and the card);
- datasets: its built-in loader of CoNLL files, with the ten columns named, -> one Parquet file of bare strings,
  without comments, multi-word tokens among the words;
- conllu: `parse_incr` with its defaults -> one Parquet file with seven columns as strings.

Words a second are those of a processor core: syntactic words by the seconds that all threads of the process spent.
"""

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from command_line import FILE, count_option, folder_option, subcommand
from corpora import write_settings
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence, Word
from processes import call_alone, measure_call
from reporting import build_table

SENTENCES_A_DOCUMENT = 20
_BATCH_SENTENCES = 2_000
_SEED = 1
_COLUMNS = ["id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"]


@subcommand(__doc__)
@click.option("--conllu", type=FILE, required=True, help="Sentences to draw from, such as a treebank.")
@count_option("--words", 1_000_000)
@folder_option("--load", "build/load", "The corpus, made if it is not there.")
def main(conllu: Path, words: int, load: Path) -> None:
    if not load.exists():
        build_load(conllu, load, words)
    words = sum(len(sentence.words) for sentence in read_conllu(_get_annotation(load)))
    measured = {name: call_alone(measure, name, load) for name in CANDIDATES}
    rates = {name: words / row["cpu_seconds"] for name, row in measured.items()}
    rows = (
        (
            name,
            f"{rates[name]:,.0f}",
            f"{rates[name] / rates['datasets']:.2f}",
            f"{row['cpu_seconds']:.1f}",
            f"{row['peak_bytes'] / 1e6:,.0f} MB",
        )
        for name, row in measured.items()
    )
    print(build_table(("", "words/s a core", "to `datasets`", "seconds of a core", "peak memory"), rows))


def build_load(source: Path, root: Path, words: int) -> None:
    """Lays out a corpus of at least so many words below `root`."""
    layout = CorpusLayout(root)
    layout.seeds_dir.mkdir(parents=True)
    write_settings(layout)
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
        about = [f"newdoc id = {doc_id}", "generator = made", "models = made sha256:0123456789abcdef"]
        comments = [
            *(about if number == 1 else []),
            f"newpar id = {doc_id}-p{number}",
            f"sent_id = {doc_id}-p{number}-s1",
            f"text = {sentence.text}",
        ]
        misc: dict[int, str] = {}
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


CANDIDATES: dict[str, Callable[[Path, Path], None]] = {
    "mudawwana": write_mudawwana,
    "datasets": write_by_datasets,
    "conllu": write_by_conllu,
}


def measure(name: str, corpus: Path) -> dict[str, float]:
    """What one candidate took in this process, with one thread."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with tempfile.TemporaryDirectory() as folder:
        _, measured = measure_call(CANDIDATES[name], corpus, Path(folder))
    return measured
