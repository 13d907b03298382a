"""A Hugging Face data set, here a local folder, becomes a seed file."""

import datetime
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from mudawwana.annotate.models import Models
from mudawwana.base.errors import DocumentError
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.seeds.documents import read_documents
from mudawwana.seeds.from_dataset import DatasetSource, import_dataset
from mudawwana.seeds.init import init_corpus
from mudawwana.seeds.settings import load_settings

TEXTS = ["كتب الولد رسالة.", " \n", "ذهب إلى المدرسة.", None]  # "the boy wrote a letter", "he went to school"
COLUMNS = {
    "id": ["https://example.org/1", "2", "3", "4"],
    "content": TEXTS,
    "key": ["k-1", "k-2", "k-3", "k-4"],
    "published": [datetime.date(2024, 1, 5)] * 4,
}


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    init_corpus(tmp_path / "library", "library")
    return CorpusLayout(tmp_path / "library")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    pq.write_table(pa.table(COLUMNS), tmp_path / "news" / "train.parquet")
    return tmp_path / "news"


def make_source(
    folder: Path, *, text: str = "content", key: str | None = None, split: str = "train"
) -> DatasetSource:
    return DatasetSource(str(folder), text, key, split, None)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_rows_are_numbered_and_all_columns_kept(layout: CorpusLayout, folder: Path) -> None:
    report = import_dataset(layout, load_settings(layout), make_source(folder))
    assert (report.path, report.rows, report.blank_rows) == (layout.seeds_dir / "news.jsonl", 2, (2, 4))
    first, third = map(json.loads, report.path.read_text(encoding="utf-8").splitlines())
    facts = {"key": "k-1", "published": "2024-01-05", "original_id": "https://example.org/1"}
    assert first == {"id": "news-1", "text": TEXTS[0], **facts}
    assert (third["id"], third["text"]) == ("news-3", TEXTS[2])
    documents = list(read_documents(layout, load_settings(layout)))
    assert [document.id for document in documents] == ["news-1", "news-3"]
    assert documents[0].metadata.items() > facts.items()


def test_ids_from_a_column(layout: CorpusLayout, folder: Path) -> None:
    report = import_dataset(layout, load_settings(layout), make_source(folder, key="key"))
    first = json.loads(report.path.read_text(encoding="utf-8").splitlines()[0])
    assert (first["id"], "key" in first, first["original_id"]) == ("k-1", False, COLUMNS["id"][0])


def test_the_same_again_is_no_clash_but_another_file_is(layout: CorpusLayout, folder: Path) -> None:
    settings = load_settings(layout)
    before = import_dataset(layout, settings, make_source(folder)).path.read_bytes()
    assert import_dataset(layout, settings, make_source(folder)).path.read_bytes() == before
    with pytest.raises(DocumentError, match=r"news\.jsonl: there already, and not the same as"):
        import_dataset(layout, settings, make_source(folder, key="key"))
    assert (layout.seeds_dir / "news.jsonl").read_bytes() == before
    assert not list(layout.seeds_dir.glob(".*"))


@pytest.mark.parametrize(
    ("text", "key", "split", "expected"),
    [
        ("body", None, "train", "row 1: no column 'body', found 'id', 'content', 'key', 'published'; give the"),
        ("content", "no", "train", "row 1: no column 'no', found"),
        ("content", None, "test", "cannot be read (ValueError: "),
        ("key", None, "train", "has a column 'text' besides the one meant; set text_column and"),
    ],
)
def test_refused(
    layout: CorpusLayout, folder: Path, text: str, key: str | None, split: str, expected: str
) -> None:
    if text == "key":
        pq.write_table(pa.table({**COLUMNS, "text": TEXTS}), folder / "train.parquet")
    with pytest.raises(DocumentError) as caught:
        import_dataset(layout, load_settings(layout), make_source(folder, text=text, key=key, split=split))
    assert expected in str(caught.value)
    assert not list(layout.seeds_dir.glob("*.jsonl"))


def test_bytes_are_no_metadata(layout: CorpusLayout, folder: Path) -> None:
    pq.write_table(pa.table({"text": ["سلام."], "raw": [b"\0"]}), folder / "train.parquet")
    with pytest.raises(DocumentError, match=r"the document 'news-1': found bytes, which is no text; remove that"):
        import_dataset(layout, load_settings(layout), make_source(folder, text="text"))


def test_a_data_set_that_is_nowhere(layout: CorpusLayout) -> None:
    outcome = call("annotate", layout.root, "--from-dataset", "no/such", "--text-column", "text")
    assert outcome.exit_code == 1
    assert "the data set 'no/such' cannot be read (" in outcome.stderr


@pytest.mark.parametrize("command", ["annotate", "run"])
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--from-dataset", "x"], "--from-dataset needs --text-column"),
        (["--split", "test"], "go with --from-dataset only"),
    ],
)
def test_options_that_do_not_go_together(
    layout: CorpusLayout, command: str, arguments: list[str], expected: str
) -> None:
    outcome = call(command, layout.root, *arguments)
    assert outcome.exit_code == 2
    assert expected in " ".join(outcome.stderr.split())


def test_from_a_data_set_to_a_data_set(
    layout: CorpusLayout, folder: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mudawwana.annotate.models.load_models", lambda _, stock: models)
    outcome = call("run", layout.root, "--from-dataset", folder, "--text-column", "content", "--id-column", "key")
    assert outcome.exit_code == 0, outcome.output
    assert "2 rows without text are left out: 2, 4" in outcome.stderr
    assert "documents    2\n" in outcome.stdout
    rows = pq.read_table(layout.corpus_dir / "data" / "documents").to_pylist()
    assert [(row["id"], row["text"], row["path"]) for row in rows] == [
        ("k-1", TEXTS[0], "seeds/news.jsonl"),
        ("k-3", TEXTS[2], "seeds/news.jsonl"),
    ]


def test_of_a_data_set_that_is_refused_nothing_stays(layout: CorpusLayout, folder: Path) -> None:
    (layout.seeds_dir / "a.jsonl").write_text('{"id": "k-1", "text": "سلام."}\n', encoding="utf-8")
    options = ("--from-dataset", folder, "--text-column", "content", "--id-column", "key")
    outcome = call("annotate", layout.root, *options)
    assert outcome.exit_code == 1
    assert "news.jsonl: taken away again" in outcome.stderr
    assert "'k-1'" in outcome.stderr
    assert not (layout.seeds_dir / "news.jsonl").exists()
    # One that stood there before is the user's.
    (layout.seeds_dir / "a.jsonl").unlink()
    import_dataset(layout, load_settings(layout), make_source(folder, key="key"))
    (layout.seeds_dir / "a.jsonl").write_text('{"id": "k-1", "text": "سلام."}\n', encoding="utf-8")
    assert call("annotate", layout.root, *options).exit_code == 1
    assert (layout.seeds_dir / "news.jsonl").exists()


@pytest.mark.parametrize(("name", "raw"), [("news.py", "x = 1\n"), ("train.parquet", "x")])
def test_a_script_or_a_damaged_file_is_one_message(
    layout: CorpusLayout, tmp_path: Path, name: str, raw: str
) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / name).write_text(raw, encoding="utf-8")
    outcome = call("annotate", layout.root, "--from-dataset", tmp_path / "news", "--text-column", "content")
    assert outcome.exit_code == 1
    assert f"the data set '{tmp_path / 'news'}' cannot be read" in outcome.stderr
    assert not list(layout.seeds_dir.glob("*.jsonl"))
