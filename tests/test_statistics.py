"""The numbers of the data set, against a second count by other means."""

import shutil
from collections import Counter
from pathlib import Path
from statistics import mean, median

import pyarrow as pa
import pytest

from conftest import REPOSITORY
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.layout import CorpusLayout
from mudawwana.dataset.build import build_dataset
from mudawwana.dataset.statistics import CorpusStatistics, _Runs, count_corpus, measure_lengths
from mudawwana.seeds.settings import load_settings


def count_again(paths: list[Path]) -> dict[str, object]:
    """Word by word from the CoNLL-U files."""
    sentences = [sentence for path in paths for sentence in read_conllu(path)]
    words = [word for sentence in sentences for word in sentence.words]
    tokens = [token for sentence in sentences for token in sentence.tokens]
    forms = Counter(word.form for word in words)
    features = Counter(item for word in words if word.feats != "_" for item in word.feats.split("|"))
    patterns = Counter("+".join(word.upos for word in token.words) for token in tokens if len(token.words) > 1)
    return {
        "sentences": len(sentences),
        "tokens": len(tokens),
        "multiword_tokens": sum(len(token.words) > 1 for token in tokens),
        "words": len(words),
        "form_types": len(forms),
        "form_hapaxes": sum(count == 1 for count in forms.values()),
        "lemma_types": len({word.lemma for word in words}),
        "upos_counts": Counter(word.upos for word in words),
        "deprel_counts": Counter(word.deprel for word in words),
        "feature_counts": features,
        "clitic_pattern_counts": patterns,
        "sentence_length_counts": Counter(len(sentence.words) for sentence in sentences),
    }


def build_seed(root: Path, row_group_words: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, CorpusStatistics]:
    for name in ("seeds", "annotations"):
        shutil.copytree(REPOSITORY / name, root / name)
    monkeypatch.setattr("mudawwana.dataset.tables.ROW_GROUP_WORDS", row_group_words)
    layout = CorpusLayout(root)
    build_dataset(layout, load_settings(layout))
    return count_corpus(layout.corpus_dir)


@pytest.mark.parametrize("row_group_words", [7, 100_000])
def test_a_second_count_agrees(tmp_path: Path, row_group_words: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = build_seed(tmp_path, row_group_words, monkeypatch)["auto"]
    expected = count_again(sorted((REPOSITORY / "annotations" / "auto").glob("*.conllu")))
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.sentence_words.mean == round(mean(Counter(expected["sentence_length_counts"]).elements()), 2)
    assert (found.documents, found.paragraphs) == (1, 11)
    assert found.document_words.max == found.words
    for counts in (found.deprel_counts, found.clitic_counts):
        assert list(counts.items()) == sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def test_runs_go_on_over_row_groups() -> None:
    runs = _Runs()
    for keys, values in ((["a", "a", "b"], [1, 2, 4]), (["b", "c"], [8, 16]), ([], [])):
        runs.add(pa.array(keys, pa.string()), pa.array(values, pa.int32()))
    runs.close()
    assert runs.counts == {3: 1, 12: 1, 16: 1}


def test_lengths() -> None:
    lengths = measure_lengths(Counter(range(1, 101)))
    assert (lengths.p5, lengths.p25, lengths.median, lengths.p75, lengths.p95, lengths.max) == (
        5,
        25,
        50,
        75,
        95,
        100,
    )
    assert lengths.mean == 50.5
    assert measure_lengths(Counter([7])).median == median([7])
    assert measure_lengths({}).max == 0
