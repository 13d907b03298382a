"""How valid the annotations of raw text are, before and after the repairs, by UD's validator at level 5.

Prints, for the first paragraphs of a raw text that make up N sentences: the share of sentences at level 2 and
above and at level 5, the errors and warnings by incident, the repairs by rule, and words a second of annotation.
With --gold, what the repairs do to the scores: UPOS, UAS and LAS (F1 in percent by the CoNLL 2018 scorer, from raw
text) as the models gave them, after repairs by fixed rules alone, and after repairs by the models' next choice.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from command_line import FILE, count_option, models_option, subcommand
from corpora import iter_lines, make_documents
from mudawwana.annotate.repair_record import count_repairs, undo_repairs
from mudawwana.base.conllu_io import write_conllu
from mudawwana.base.records import Document, Paragraph, Sentence
from mudawwana.validate.ud_validator import UD_LEVELS, check_ud, compute_ud_levels
from reporting import build_table

if TYPE_CHECKING:
    from mudawwana.annotate.models import Models

CHUNK_WORDS = 20_000
"""About so many space-separated words are annotated and checked at a time."""
METRICS = ("UPOS", "UAS", "LAS")

Inputs = list[tuple[Document, list[Paragraph]]]


@dataclass(slots=True)
class Validity:
    """Counts over sentences and incidents."""

    levels: Counter[int] = field(default_factory=Counter)
    """Sentences by the highest level that they pass."""
    incidents: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)

    def get_share(self, level: int) -> float:
        """Percent of the sentences that pass this level."""
        return 100 * sum(count for passed, count in self.levels.items() if passed >= level) / self.levels.total()


@subcommand(__doc__)
@click.argument("text", type=FILE, required=False)
@count_option("--sentences", 10_000, "Stop after N.")
@models_option
@click.option("--stock", is_flag=True, help="Stanza's own modules: no scores, repairs by fixed rules.")
@click.option("--gold", type=FILE, metavar="CONLLU", help="Gold annotation to score the repairs on.")
def main(text: Path | None, sentences: int, models: str, stock: bool, gold: Path | None) -> None:
    if not text and not gold:
        raise click.UsageError("Give a raw text, or --gold, or both.")
    from mudawwana.annotate.models import load_models

    if text:
        print_validity(text, sentences, load_models(models, stock=stock))
    if gold:
        print_scores(gold, models)


def print_validity(path: Path, sentence_count: int, models: "Models") -> None:
    from mudawwana.annotate.annotator import annotate_documents

    before, after, repairs = Validity(), Validity(), Counter[str]()
    seconds, words, repaired = 0.0, 0, 0
    for inputs in _iter_chunks(path):
        start = time.perf_counter()
        sentences = [sentence for _, each in annotate_documents(inputs, models) for sentence in each]
        seconds += time.perf_counter() - start
        words += sum(len(sentence.words) for sentence in sentences)
        repairs += _count_all(sentences)
        repaired += sum(undo_repairs(sentence.words) != list(sentence.words) for sentence in sentences)
        _add_validity(before, _undo(sentences))
        _add_validity(after, sentences)
        if after.levels.total() >= sentence_count:
            break
    total = after.levels.total()
    print(
        f"{total:,} sentences ({repaired / total:.1%} repaired), {words:,} words, {words / seconds:,.0f} words/s\n"
    )
    print(_compare_validity({"as parsed": before, "repaired": after}))
    print(_compare_counts("incident", {"as parsed": before.incidents, "repaired": after.incidents}))
    print(_compare_counts("rule", {"words": repairs}))


def _iter_chunks(path: Path) -> Iterator[Inputs]:
    """The text's paragraphs as documents of one paragraph, in groups of about `CHUNK_WORDS`."""
    texts: list[str] = []
    size = 0
    for text in filter(None, map(str.strip, iter_lines(path))):
        texts.append(text)
        size += len(text.split())
        if size >= CHUNK_WORDS:
            yield make_documents(texts)
            texts, size = [], 0
    if texts:
        yield make_documents(texts)


def _count_all(sentences: Iterable[Sentence]) -> Counter[str]:
    return sum((count_repairs(sentence.words) for sentence in sentences), Counter[str]())


def _undo(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [replace(sentence, words=tuple(undo_repairs(sentence.words))) for sentence in sentences]


def _add_validity(validity: Validity, sentences: list[Sentence]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "chunk.conllu")
        write_conllu(path, sentences)
        incidents = check_ud(path)
    validity.incidents.update(incident.id for incident in incidents)
    validity.severities.update(incident.severity for incident in incidents)
    validity.levels.update(compute_ud_levels(incidents, [sentence.sent_id for sentence in sentences]).values())


def print_scores(gold_path: Path, spec: str) -> None:
    """F1 in percent by kind of repair and metric."""
    from mudawwana.annotate.models import load_models
    from mudawwana.annotate.reannotate import annotate_raw_text
    from mudawwana.compare.evaluate import score_conllu

    ours, stock = (
        list(annotate_raw_text(gold_path, load_models(spec, stock=is_stock))) for is_stock in (False, True)
    )
    rows = []
    for kind, sentences in (("no repairs", _undo(ours)), ("fixed rules", stock), ("next choice", ours)):
        with TemporaryDirectory() as folder:
            path = Path(folder, "system.conllu")
            write_conllu(path, sentences)
            f1, _ = score_conllu(gold_path, path)
        rows.append((kind, *(f"{f1[metric]:.2f}" for metric in METRICS), _count_all(sentences).total()))
    print(build_table(("", *METRICS, "repairs"), rows))


def _compare_validity(columns: dict[str, Validity]) -> str:
    rows = (
        (
            name,
            *(f"{validity.get_share(level):.2f} %" for level in (2, UD_LEVELS)),
            *(f"{validity.severities[severity]:,}" for severity in ("error", "warning")),
        )
        for name, validity in columns.items()
    )
    return build_table(("", "level >= 2", "level 5", "errors", "warnings"), rows) + "\n"


def _compare_counts(title: str, columns: dict[str, Counter[str]]) -> str:
    """By name, the most frequent first."""
    names = [name for name, _ in sum(columns.values(), Counter[str]()).most_common()]
    rows = ((name, *(f"{counts[name]:,}" for counts in columns.values())) for name in names)
    return build_table((title, *columns), rows) + "\n"
