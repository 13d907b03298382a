"""How well annotation of raw text keeps to Arabic grammar, and what its verbs can be; no gold is needed.

    python scripts/benchmarks grammar arwiki.txt.xz --treebank ar_pud.conllu --vocalised wikinewsmax.tsv

Each TEXT has a paragraph a line, packed as .xz or not; of each about --words are annotated, in runs of 200
paragraphs from all over it. Prints what `mudawwana stats` prints of annotations, a column a text, with --treebank
beside that of gold (prepared as for training).

With --vocalised: a file with tabs, bare tokens in its first column, vocalised ones in the third, an empty line
between sentences. The bare text is annotated. A mark is read by the analyser: where all readings that the written
vowels leave have the word's tag and one Case, that Case counts as right; so do Voice and Mood of verbs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from command_line import FILE, count_option, json_option, models_option, subcommand
from corpora import iter_lines, make_documents
from reporting import build_table, write_record

if TYPE_CHECKING:
    from mudawwana.annotate.models import Models
    from mudawwana.base.records import Sentence, Word

_RUN = 200
_COLUMNS = {"Case": frozenset({"ADJ", "NOUN"}), "Voice": frozenset({"VERB"}), "Mood": frozenset({"VERB"})}
"""What is told by marks, and of which tags."""


@subcommand(__doc__)
@click.argument("texts", type=FILE, nargs=-1)
@models_option
@count_option("--words", 100_000, "of each text.")
@click.option("--treebank", type=FILE, help="CoNLL-U in UD_Arabic-PUD's style.")
@click.option("--vocalised", type=FILE, help="Tokens, bare and vocalised.")
@json_option
def main(
    texts: tuple[Path, ...],
    models: str,
    words: int,
    treebank: Path | None,
    vocalised: Path | None,
    json_path: Path | None,
) -> None:
    from mudawwana.annotate.models import load_models
    from mudawwana.base.conllu_io import read_conllu
    from mudawwana.compare.consistency import build_table as build_stats
    from mudawwana.compare.consistency import measure_consistency
    from mudawwana.training.prepare import prepare_treebank

    loaded = load_models(models)
    columns = {text.name: measure_consistency(_annotate(list(_sample(text, words)), loaded)) for text in texts}
    if treebank:
        columns[f"gold: {treebank.name}"] = measure_consistency(prepare_treebank(read_conllu(treebank)))
    if columns:
        print("columns:", ", ".join(columns))
        print(build_stats(list(columns.values())))
    marks = _measure_marks(vocalised, loaded) if vocalised else {}
    for name, counts in marks.items():
        print(_describe_marks(name, counts))
    shares = {name: {check: one.share for check, one in found.checks.items()} for name, found in columns.items()}
    write_record(json_path, {"consistency": shares, "marks": {k: _list_counts(v) for k, v in marks.items()}})


def _sample(text: Path, words: int) -> Iterator[str]:
    """Paragraphs in runs, a tenth of them all; until there are enough words."""
    count = 0
    lines = (line for number, line in enumerate(iter_lines(text)) if line.strip() and number // _RUN % 10 == 0)
    for line in lines:
        yield line
        count += len(line.split())
        if count >= words:
            return


def _annotate(texts: list[str], models: "Models") -> Iterator["Sentence"]:
    from mudawwana.annotate.annotator import annotate_documents

    documents = iter(make_documents(texts))
    while batch := list(islice(documents, _RUN)):
        for _, sentences in annotate_documents(batch, models):
            yield from sentences


def _measure_marks(path: Path, models: "Models") -> dict[str, Counter[tuple[str, str]]]:
    """By feature: how often its value by the marks (first) came out as which (second)."""
    found: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in _COLUMNS}
    sentences = list(_read_vocalised(path))
    texts = [" ".join(bare for bare, _ in sentence) for sentence in sentences]
    spelled = iter([{place: vocalised for place, (_, vocalised) in _place(one)} for one in sentences])
    paragraph: dict[int, str] = {}
    for sentence in _annotate(texts, models):
        if sentence.get_comment("newpar id") is not None:
            paragraph = next(spelled)
        for token in sentence.tokens:
            start = int(dict(item.split("=", 1) for item in token.misc.split("|") if "=" in item)["start_char"])
            if vocalised := paragraph.get(start, ""):
                for name, counts in found.items():
                    counts.update(_judge(token.words, vocalised, name))
    return found


def _read_vocalised(path: Path) -> Iterator[list[tuple[str, str]]]:
    sentence: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        bare, *columns = line.split("\t")
        if bare.strip():
            sentence.append((bare, columns[1] if len(columns) > 1 else ""))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _place(sentence: list[tuple[str, str]]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Each token with the offset where it begins."""
    place = 0
    for pair in sentence:
        yield place, pair
        place += len(pair[0]) + 1


def _judge(words: Iterable["Word"], vocalised: str, name: str) -> Iterator[tuple[str, str]]:
    from mudawwana.arabic.analyser import analyse_token
    from mudawwana.compare.consistency import parse_features

    words = list(words)
    forms = tuple(word.form for word in words)
    readings = [one for one in analyse_token(vocalised) if tuple(word.form for word in one) == forms]
    for place, word in enumerate(words):
        if word.upos in _COLUMNS[name]:
            values = {
                parse_features(one[place].feats).get(name, "") for one in readings if one[place].upos == word.upos
            }
            if len(values) == 1 and (value := values.pop()):
                yield value, parse_features(word.feats).get(name, "none")


def _describe_marks(name: str, counts: Counter[tuple[str, str]]) -> str:
    values = sorted({value for pair in counts for value in pair})
    right = sum(count for (gold, said), count in counts.items() if gold == said)
    rows = [
        [gold, *(counts[gold, said] for said in values)] for gold in values if any(counts[gold, v] for v in values)
    ]
    head = f"{name} by the marks: {100 * right / counts.total():.2f} % of {counts.total():,} words right"
    return f"{head}; rows are the marks', columns the annotation's\n\n{build_table(['', *values], rows)}"


def _list_counts(counts: Counter[tuple[str, str]]) -> list[list[object]]:
    return [[gold, said, count] for (gold, said), count in sorted(counts.items())]
