"""How much of Arabic text the analyser knows: raw text, a treebank, vocalised text; and its speed.

    python scripts/benchmarks analyser-coverage --rawtext arwiki.txt.xz --treebank ar_pud.conllu

Prints shares in percent of tokens (or words), and the most frequent misses. On a treebank, a word counts by its
form alone: whether its lemma and UPOS are among its readings, and whether its UPOS is with features that do not
speak against the treebank's. On vocalised text, whether a token has a reading that its signs do not rule out.
"""

import lzma
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from command_line import subcommand
from mudawwana.arabic.analyser import Analysis, analyse_token, analyse_word, load_analyser
from mudawwana.arabic.script import drop_marks
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.records import Word
from mudawwana.training.prepare import prepare_treebank

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TOKEN = re.compile("[\u0621-\u063a\u0640-\u0652\u0670]+")
_FEATURES = ("Gender", "Number", "Person", "Voice", "Mood", "Case")
_FATHA_ALEF = "\u064eا"


@subcommand(__doc__)
@click.option("--rawtext", type=_FILE, multiple=True, help="Text, .xz or not; may be given several times.")
@click.option("--tokens", default=100_000, show_default=True, help="So many tokens of each text.")
@click.option("--treebank", type=_FILE, help="CoNLL-U in UD_Arabic-PUD's style, which is prepared.")
@click.option("--vocalised", type=_FILE, help="A file with tabs, its second column vocalised tokens.")
@click.option("--misses", default=30, show_default=True, help="So many misses are printed.")
def main(
    rawtext: tuple[Path, ...], tokens: int, treebank: Path | None, vocalised: Path | None, misses: int
) -> None:

    start = time.process_time()
    load_analyser()
    click.echo(f"loaded in {time.process_time() - start:.2f} s of a core")
    for path in rawtext:
        _print_coverage(path, islice(_iter_tokens(path), tokens), misses)
    if treebank:
        _print_treebank(treebank, misses)
        _print_segmentation(treebank)
    if vocalised:
        _print_coverage(vocalised, _iter_vocalised(vocalised), misses)


def _iter_tokens(path: Path) -> Iterator[str]:
    """Arabic tokens of every 40th line, so that a sample is of many articles."""
    with lzma.open(path, "rt") if path.suffix == ".xz" else path.open() as file:
        for line in islice(file, 0, None, 40 if path.stat().st_size > 1_000_000 else 1):
            yield from _TOKEN.findall(str(line))


def _iter_vocalised(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        columns = line.split("\t")
        if len(columns) > 1 and _TOKEN.fullmatch(columns[1]):
            yield columns[1]


def _print_coverage(path: Path, tokens: Iterable[str], misses: int) -> None:
    counts = Counter(tokens)
    start = time.process_time()
    readings = {token: analyse_token(token) for token in counts}
    seconds = time.process_time() - start
    total = sum(counts.values())
    exact = sum(count for token, count in counts.items() if _is_exact(readings[token]))
    known = sum(count for token, count in counts.items() if readings[token])
    segmentations = sum(len(readings[token]) * count for token, count in counts.items())
    print(
        f"{path.name}: {total:,} tokens, {len(counts):,} types: as written {100 * exact / total:.2f} %, "
        f"with folded spellings {100 * known / total:.2f} %, {segmentations / total:.1f} readings a token, "
        f"{len(counts) / seconds:,.0f} types/s of a core"
    )
    unknown = [token for token, _ in counts.most_common() if not readings[token]]
    print("  no reading:", " ".join(f"{token}:{counts[token]}" for token in unknown[:misses]))


def _is_exact(segmentations: tuple[tuple[Analysis, ...], ...]) -> bool:
    return bool(segmentations) and not any(word.folded for word in segmentations[0])


def _print_treebank(path: Path, misses: int) -> None:
    totals: Counter[str] = Counter()
    lemmas: Counter[str] = Counter()
    features: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for word in _iter_words(path):
        readings = analyse_word(word.form)
        has_lemma = any(is_lemma(reading, word) for reading in readings)
        has_features = any(is_compatible(reading, word) for reading in readings)
        row = "PROPN, NN" if word.xpos == "NN" and word.upos == "PROPN" else word.upos
        totals[row] += 1
        lemmas[row] += has_lemma
        features[row] += has_features
        if not has_lemma or not has_features:
            what = ("" if has_lemma else "lemma ") + ("" if has_features else "feats")
            missing[f"{row} {word.form} {word.lemma} {word.feats} ({what.strip()})"] += 1
    print(f"{path.name}: words, lemma and UPOS among the readings, UPOS and features among the readings")
    for row in (*sorted(totals), "all"):
        total, *right = (counts.total() if row == "all" else counts[row] for counts in (totals, lemmas, features))
        print(f"  {row:<9}{total:>7,}" + "".join(f"{100 * count / total:>8.2f}" for count in right))
    for entry, count in missing.most_common(misses):
        print(f"  {count:>4} {entry}")


def _print_segmentation(path: Path) -> None:
    """Prints the share of tokens whose words are among their readings, names of one word left out."""
    total, right = Counter[bool](), Counter[bool]()
    for sentence in prepare_treebank(read_conllu(path)):
        for token in sentence.tokens:
            is_name = len(token.words) == 1 and token.words[0].upos == "PROPN"
            if _TOKEN.fullmatch(token.form) and not is_name:
                forms = tuple(drop_marks(word.form) for word in token.words)
                found = {tuple(word.form for word in words) for words in analyse_token(token.form)}
                has_clitics = len(forms) > 1
                total[has_clitics] += 1
                right[has_clitics] += forms in found
    print(
        f"  tokens of one word cut right: {100 * right[False] / total[False]:.2f} % of {total[False]:,}, "
        f"of several: {100 * right[True] / total[True]:.2f} % of {total[True]:,}"
    )


def _iter_words(path: Path) -> Iterator[Word]:
    for sentence in prepare_treebank(read_conllu(path)):
        for word in sentence.words:
            if word.upos not in {"PUNCT", "SYM", "X"} and _TOKEN.fullmatch(word.form):
                yield word


def _fits_tag(reading: Analysis, word: Word) -> bool:
    """Whether the tags agree; what UD_Arabic-PUD has as PROPN NN is a common noun that heads a name."""
    is_head_of_name = (word.upos, word.xpos) == ("PROPN", "NN")
    return reading.upos == word.upos or (is_head_of_name and reading.upos in {"ADJ", "NOUN"})


def is_lemma(reading: Analysis, word: Word) -> bool:
    """Whether tag and lemma are the treebank's; its lemmas without vowel signs are compared without them."""
    if not _fits_tag(reading, word):
        return False
    found, gold = (lemma.replace(_FATHA_ALEF, "ا") for lemma in (reading.lemma, word.lemma))
    return (drop_marks(found) if drop_marks(gold) == gold else found) == gold


def is_compatible(reading: Analysis, word: Word) -> bool:
    found, gold = _parse_feats(reading.feats), _parse_feats(word.feats)
    return _fits_tag(reading, word) and all(
        found.get(name, gold.get(name)) == gold.get(name, found.get(name)) for name in _FEATURES
    )


def _parse_feats(feats: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in feats.split("|") if "=" in pair)
