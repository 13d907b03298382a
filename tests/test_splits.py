"""Which split a document is in, what is nearly the same, what a known test set shares."""

import json
from collections import Counter
from pathlib import Path

import datasets
import pytest
from click.testing import CliRunner

from mudawwana.base.conllu_io import write_conllu
from mudawwana.base.errors import BuildError, SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Document, Sentence, Word
from mudawwana.cli import main
from mudawwana.dataset.build import build_dataset
from mudawwana.dataset.overlap import KnownSentences
from mudawwana.dataset.rebuild import export_conllu
from mudawwana.dataset.rows import pack_comments
from mudawwana.dataset.schema import CONFIGS
from mudawwana.dataset.splits import SPLIT_DOCUMENTS, SPLIT_WORDS, SplitPlan, choose_side
from mudawwana.seeds.settings import load_settings
from small_corpus import SETTINGS, write_corpus

# "the minister opened a new library in the old city this morning and said that its doors are open to everyone"
TEXT = "افتتح الوزير مكتبة جديدة في المدينة القديمة صباح اليوم وقال إن أبوابها مفتوحة للجميع"


def plan(documents: list[Document], raw_words: int = SPLIT_WORDS) -> SplitPlan:
    plan = SplitPlan(raw_words)
    assert list(plan.watch(documents)) == documents
    return plan


def make_documents(count: int) -> list[Document]:
    return [Document(f"d{number}", f"نص {number} " * 9, "", "seeds/d.jsonl") for number in range(count)]


def test_sides_are_eight_one_one() -> None:
    sides = Counter(choose_side(f"document-{number}") for number in range(10_000))
    assert sides == {"train": 8000, "validation": 1000, "test": 1000} or all(
        abs(sides[side] - share) < 150 for side, share in (("train", 8000), ("validation", 1000), ("test", 1000))
    )


def test_a_side_stays_when_documents_come() -> None:
    documents = make_documents(3 * SPLIT_DOCUMENTS)
    before, after = plan(documents[SPLIT_DOCUMENTS:]), plan(documents)
    for document in documents[SPLIT_DOCUMENTS:]:
        assert before.get_split(document.id, "auto") == after.get_split(document.id, "auto")


@pytest.mark.parametrize(
    ("count", "raw_words"), [(SPLIT_DOCUMENTS - 1, SPLIT_WORDS), (SPLIT_DOCUMENTS, SPLIT_WORDS - 1)]
)
def test_a_small_corpus_is_not_split(count: int, raw_words: int) -> None:
    documents = make_documents(count)
    small = plan(documents, raw_words)
    assert {small.get_split(document.id, "auto") for document in documents} == {"train"}
    assert {small.get_split(document.id, "gold") for document in documents} == {"gold"}


def test_a_small_corpus_is_split_on_demand() -> None:
    documents = make_documents(60)
    small = SplitPlan(600, "60/0/40")
    assert list(small.watch(documents)) == documents
    sides = Counter(small.get_split(document.id, "auto") for document in documents)
    assert sides.keys() == {"train", "test"}
    assert 24 <= sides["train"] <= 48
    for document in documents:
        assert small.get_split(document.id, "gold") == f"gold_{small.get_split(document.id, 'auto')}"


def test_a_data_set_of_few_documents_has_the_splits_of_its_settings(tmp_path: Path) -> None:
    layout = write_corpus(tmp_path, {"d.jsonl": ["d0", "d1"]})
    settings = SETTINGS + 'splits = "1/0/99"\n'
    layout.settings_path.write_text(settings, encoding="utf-8")
    build_dataset(layout, load_settings(layout))
    names = {path.name for path in layout.data_set.data_dir.rglob("*.parquet")}
    # One side, as they have the same text.
    assert names == {"test-00000-of-00001.parquet"}


@pytest.mark.parametrize("splits", ["80/10", "80/10/11", "a/b/c", "80-10-10", "110/-10/0", "0/0/100"])
def test_splits_are_percents(tmp_path: Path, splits: str) -> None:
    layout = write_corpus(tmp_path, {"d.txt": ["d"]})
    layout.settings_path.write_text(SETTINGS + f'splits = "{splits}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[corpus\] splits: .* must be three whole percents that make 100"):
        load_settings(layout)


def test_the_layers_of_a_document_are_on_one_side() -> None:
    documents = make_documents(SPLIT_DOCUMENTS)
    big = plan(documents)
    for document in documents:
        assert big.get_split(document.id, "gold") == f"gold_{big.get_split(document.id, 'auto')}"
    assert len({big.get_split(document.id, "auto") for document in documents}) == 3


def test_near_duplicates_are_on_one_side() -> None:
    long_text = " ".join(f"{word}{number}" for number in range(20) for word in TEXT.split())
    vocalised = long_text.replace("الوزير", "الوَزِير").replace("مكتبة0", "مكتبه0، ")
    copies = [Document(f"copy{number}", text, "", "") for number, text in enumerate([long_text, vocalised] * 10)]
    others = make_documents(SPLIT_DOCUMENTS)
    big = plan([*copies, *others])
    assert len({big.get_split(document.id, "auto") for document in copies}) == 1
    assert len({choose_side(document.id) for document in copies}) > 1
    # Others differ by one word in two: none has followed another.
    assert all(big.get_split(document.id, "auto") == choose_side(document.id) for document in others)


def make_sentence(sent_id: str, text: str) -> Sentence:
    words = tuple(
        Word(number, form, "_", "X", "_", "_", str(number - 1), "root" if number == 1 else "dep", "_", "_")
        for number, form in enumerate(text.split(), start=1)
    )
    comments = [f"# sent_id = {sent_id}"] if sent_id else []
    return Sentence((*comments, f"# text = {text}"), words)


def test_what_comes_behind_many_of_one_text_is_on_their_side() -> None:
    same = [Document(f"same{number}", TEXT, "", "seeds/d.jsonl") for number in range(2 * SPLIT_DOCUMENTS)]
    near = Document("near", f"{TEXT} اليوم", "", "seeds/d.jsonl")
    other = Document("other", "نص آخر", "", "seeds/d.jsonl")
    found = plan([*same, other, near])
    assert {found.get_split(one.id, "auto") for one in [*same, near]} == {choose_side("same0")}
    assert found.get_split("other", "auto") == choose_side("other")


def test_what_a_known_file_shares(tmp_path: Path) -> None:
    path = tmp_path / "known.conllu"
    unshared = "كتب الطالب رسالة طويلة"  # "the student wrote a long letter"
    write_conllu(path, [make_sentence("a", TEXT), make_sentence("", unshared), make_sentence("b", TEXT + " .")])
    known = KnownSentences(path)
    known.compare("s1", "train", TEXT.replace("الوزير", "الوَزير") + "!")
    known.compare("s2", "test", TEXT.replace("صباح", "مساء"))
    known.compare("s3", "train", "لا علاقة لهذه الجملة بما سبق")  # "this sentence is not related to the above"
    known.compare("s4", "train", "...")
    report = known.report()
    assert (report.known_sentences, report.exact_sentences, report.near_sentences) == (3, 2, 0)
    assert report.corpus_sentences == {"train": 1, "test": 1}
    assert [(one.sent_id, one.known, one.similarity == 1) for one in report.shared] == [
        ("s1", "a", True),
        ("s1", "b", True),
        ("s2", "a", False),
        ("s2", "b", False),
    ]
    assert str(report).startswith("known.conllu: of 3 sentences the corpus shares 2 exactly and 0 nearly")


def test_a_known_sentence_that_is_there_nearly(tmp_path: Path) -> None:
    path = tmp_path / "known.conllu"
    write_conllu(path, [make_sentence("", TEXT)])
    known = KnownSentences(path)
    known.compare("s1", "train", TEXT.replace("صباح", "مساء"))
    report = known.report()
    assert (report.exact_sentences, report.near_sentences) == (0, 1)
    assert [one.known for one in report.shared] == ["line 1"]


ANNOTATION = """\
# newdoc id = {0}
# generator = mudawwana 0.1.0, stanza 1.15.0
# models = embedded sha256:0123456789abcdef
# newpar id = {0}-p1
# sent_id = {0}-p1-s1
# text = {1}
1\t{1}\t_\tNOUN\t_\t_\t0\troot\t_\tstart_char=0|end_char={2}

"""


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CorpusLayout:
    """One seed file of many documents; some of them have a gold version."""
    monkeypatch.setattr("mudawwana.dataset.splits.SPLIT_WORDS", 1)
    monkeypatch.setattr("mudawwana.dataset.splits.SPLIT_DOCUMENTS", 1)
    layout = CorpusLayout(tmp_path / "many")
    for folder in (layout.seeds_dir, layout.auto_dir, layout.gold_dir):
        folder.mkdir(parents=True)
    texts = {f"d{number}": "سلام" + "ا" * number for number in range(40)}
    layout.settings_path.write_text(SETTINGS, encoding="utf-8")
    seeds = "".join(json.dumps({"id": doc_id, "text": text}) + "\n" for doc_id, text in texts.items())
    (layout.seeds_dir / "many.jsonl").write_text(seeds, encoding="utf-8")
    annotations = {doc_id: ANNOTATION.format(doc_id, text, len(text)) for doc_id, text in texts.items()}
    (layout.auto_dir / "many.conllu").write_text("".join(annotations.values()), encoding="utf-8")
    gold = "".join(annotations[f"d{number}"] for number in range(10, 30))
    (layout.gold_dir / "many.conllu").write_text(gold, encoding="utf-8")
    return layout


def test_a_split_corpus_is_whole(layout: CorpusLayout, tmp_path: Path) -> None:
    build_dataset(layout, load_settings(layout))
    loaded = datasets.load_dataset(str(layout.corpus_dir), cache_dir=str(tmp_path / "cache"))
    splits = [f"{prefix}{side}" for prefix in ("", "gold_") for side in ("train", "validation", "test")]
    assert sorted(loaded) == sorted(splits)
    assert sum(len(loaded[side]) for side in splits[:3]) == 40
    assert sum(len(loaded[side]) for side in splits[3:]) == 20
    for split, rows in loaded.items():
        assert set(rows["layer"]) == {"gold" if split.startswith("gold_") else "auto"}
        assert {choose_side(doc_id) for doc_id in rows["doc_id"]} == {split.removeprefix("gold_")}
        assert len(set(rows["sent_id"])) == len(rows)
    documents = datasets.load_dataset(str(layout.corpus_dir), "documents", cache_dir=str(tmp_path / "cache"))
    assert sorted(number for rows in documents.values() for number in rows["number"]) == list(range(40))
    exported = list(export_conllu(layout.corpus_dir, tmp_path / "out"))
    assert [path.relative_to(tmp_path / "out").as_posix() for path in exported] == [
        "auto/many.conllu",
        "gold/many.conllu",
    ]
    for path in exported:
        assert path.read_bytes() == (layout.root / "annotations" / path.relative_to(tmp_path / "out")).read_bytes()


def test_build_against_a_known_file(layout: CorpusLayout, tmp_path: Path) -> None:
    known = tmp_path / "known.conllu"
    write_conllu(known, [make_sentence("k1", "سلام"), make_sentence("k2", "حرب")])
    built = CliRunner().invoke(main, ["build", str(layout.root), "--against", str(known)])
    assert built.exit_code == 0, built.output
    assert "known.conllu: of 2 sentences the corpus shares 1 exactly and 0 nearly" in built.stderr
    assert str(layout.corpus_dir / "overlap.json") in built.stdout.splitlines()
    [report] = json.loads((layout.corpus_dir / "overlap.json").read_text(encoding="utf-8"))
    assert report["shared"] == [
        {"sent_id": "d0-p1-s1", "split": choose_side("d0"), "known": "k1", "similarity": 1.0}
    ]
    again = CliRunner().invoke(main, ["build", str(layout.root)])
    assert again.exit_code == 0, again.output
    assert "overlap.json is gone: it held an earlier data set against known.conllu." in again.stderr
    assert not (layout.corpus_dir / "overlap.json").exists()
    assert CliRunner().invoke(main, ["build", str(layout.root)]).stderr == ""


def test_a_row_that_would_not_come_back_fails_the_build(
    layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(sentence: Sentence) -> list[str]:
        return pack_comments(sentence)[: 2 if sentence.sent_id == "d7-p1-s1" else None]

    build_dataset(layout, load_settings(layout))
    before = {path: path.read_bytes() for path in layout.corpus_dir.rglob("*.*")}
    monkeypatch.setattr("mudawwana.dataset.columns.pack_comments", lose)
    with pytest.raises(
        BuildError, match=r"annotations/auto/many\.conllu:59: the Parquet files would not give this"
    ):
        build_dataset(layout, load_settings(layout))
    assert {path: path.read_bytes() for path in layout.corpus_dir.rglob("*.*")} == before
    monkeypatch.undo()


def test_files_are_cut_into_shards(layout: CorpusLayout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mudawwana.dataset.tables.ROW_GROUP_WORDS", 4)
    monkeypatch.setattr("mudawwana.dataset.tables.ROW_GROUP_CHARS", 40)
    monkeypatch.setattr("mudawwana.dataset.tables.SHARD_BYTES", 4_000)
    build_dataset(layout, load_settings(layout))
    for config in CONFIGS:
        shards = sorted(path.name for path in (layout.corpus_dir / "data" / config).glob("train-*"))
        assert len(shards) > 1
        assert shards == [f"train-{number:05}-of-{len(shards):05}.parquet" for number in range(len(shards))]
    rows = datasets.load_dataset(str(layout.corpus_dir), split="train", streaming=True)
    assert [row["doc_id"] for row in rows] == [
        f"d{number}" for number in range(40) if choose_side(f"d{number}") == "train"
    ]
    for path in export_conllu(layout.corpus_dir, tmp_path / "out"):
        assert path.read_bytes() == (layout.root / "annotations" / path.relative_to(tmp_path / "out")).read_bytes()
