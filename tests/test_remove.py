"""A document that is removed is nowhere any more, and its id never comes back."""

import csv
import gzip
import json
import os
import re
import shutil
import signal
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from mudawwana.arabic.script import transliterate
from mudawwana.arabic.spellings import to_buckwalter
from mudawwana.base.errors import ConlluError, DocumentError, SettingsError
from mudawwana.base.files import hash_file
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import get_document_id
from mudawwana.cli import main
from mudawwana.compare.audit.corrections import import_audit
from mudawwana.compare.audit.folder import drop_from_sample, read_sample, write_sample
from mudawwana.compare.audit.sample import draw_sample
from mudawwana.dataset.build import build_dataset
from mudawwana.dataset.removal import remove_document
from mudawwana.engines.assembly import forget_bytes
from mudawwana.engines.quarantine import QuarantinedDocument, read_quarantine, write_quarantine
from mudawwana.seeds.documents import check_seeds, read_documents, update_documents_csv
from mudawwana.seeds.settings import load_settings
from mudawwana.seeds.table import read_table
from mudawwana.seeds.tombstones import read_tombstones
from mudawwana.validate.corpus import check_corpus
from small_corpus import ANNOTATION, TEXT, write_corpus
from stand_in import start

SEEDS = {"d1.txt": ["d1"], "many.jsonl": ["a", "b", "c"], "table.csv": ["x", "y", "z"]}
OPERATIONS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"}


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    return write_corpus(tmp_path / "library", SEEDS, gold=("d1", "b", "x", "y"))


def remove(layout: CorpusLayout, document_id: str) -> None:
    remove_document(layout, load_settings(layout), document_id, reason="asked for", date="2026-01-02")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def list_ids(layout: CorpusLayout) -> list[str]:
    return [document.id for document in read_documents(layout, load_settings(layout))]


def find_errors(layout: CorpusLayout) -> list[str]:
    return [str(one) for one in check_corpus(layout, load_settings(layout)) if one.severity == "error"]


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestEverywhere:
    @pytest.mark.parametrize("document_id", ["d1", "a", "b", "c", "x", "z"])
    def test_all_others_stay_as_they_are(self, layout: CorpusLayout, tmp_path: Path, document_id: str) -> None:
        remove(layout, document_id)
        left = {name: [one for one in ids if one != document_id] for name, ids in SEEDS.items()}
        gold = [one for one in ("d1", "b", "x", "y") if one != document_id]
        expected = write_corpus(tmp_path / "expected", {name: ids for name, ids in left.items() if ids}, gold=gold)
        tombstones = read_tombstones(layout)
        layout.removed_path.unlink()
        assert read_files(layout.root) == read_files(expected.root)
        [tombstone] = tombstones.values()
        assert (tombstone.id, tombstone.date, tombstone.reason) == (document_id, "2026-01-02", "asked for")
        # the others have the same text, but for d1 with its line end
        assert len(tombstone.sha256) == (64 if document_id == "d1" else 0)

    def test_the_command_builds_the_data_set_anew(self, layout: CorpusLayout) -> None:
        build_dataset(layout, load_settings(layout))
        (layout.root / "annotations" / "NOTES.md").write_text("see b, sentence 1", encoding="utf-8")
        sample = layout.root / "annotations" / "audit" / "sample.csv"
        sample.parent.mkdir()
        sample.write_text("document,word\nb,سلام\n", encoding="utf-8")
        outcome = call("remove", "b", layout.root, "--why", "the publisher\nasked", "--date", "2026-03-04")
        assert outcome.exit_code == 0, outcome.output
        removed = (layout.seeds_dir / "removed.csv").read_text(encoding="utf-8").splitlines()
        assert removed[0] == "id,date,reason,sha256"
        assert removed[1].startswith("b,2026-03-04,the publisher asked,")
        assert "NOTES.md: names 'b', or has its text; look at it" in outcome.stderr
        assert "sample.csv: names 'b', or has its text; look at it" in outcome.stderr
        assert "'a' has the same text, and stays; `mudawwana remove a` takes it out." in outcome.stderr
        assert "git's history, still have the document" in outcome.stderr
        assert str(layout.seeds_dir / "many.jsonl") in outcome.stdout
        rows = pq.read_table(layout.corpus_dir / "data" / "documents").to_pylist()
        assert [row["id"] for row in rows] == ["d1", "a", "c", "x", "y", "z"]
        card = (layout.corpus_dir / "README.md").read_text(encoding="utf-8")
        assert "1 document was removed" in card and "`b`" in card
        assert call("validate", layout.root).exit_code == 0

    def test_no_data_set_is_built_where_there_was_none(self, layout: CorpusLayout) -> None:
        assert call("remove", "b", layout.root, "--why", "x").exit_code == 0
        assert not layout.corpus_dir.exists()

    def test_a_data_set_that_cannot_be_built_is_said_to_have_it_still(self, layout: CorpusLayout) -> None:
        build_dataset(layout, load_settings(layout))
        (layout.auto_dir / "d1.conllu").unlink()
        outcome = call("remove", "b", layout.root, "--why", "x")
        assert outcome.exit_code == 1
        assert "still has 'b': mend this, then run `mudawwana build`" in outcome.stderr

    def test_packed_files_stay_packed(self, layout: CorpusLayout) -> None:
        path = layout.seeds_dir / "many.jsonl"
        packed = path.with_name("many.jsonl.gz")
        packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()
        layout.documents_path.unlink()
        remove(layout, "b")
        lines = gzip.decompress(packed.read_bytes()).decode().splitlines()
        assert [json.loads(line)["id"] for line in lines] == ["a", "c"]

    def test_parquet(self, layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mudawwana.dataset.removal._BATCH_ROWS", 2)
        path = layout.seeds_dir / "rows.parquet"
        ids = [f"p{number}" for number in range(5)]
        table = pa.table({"id": ids, "text": [TEXT] * 5, "page": pa.array(range(5), pa.int8())})
        pq.write_table(table, path, compression="zstd")
        remove(layout, "p3")
        after = pq.read_table(path)
        assert after.schema == table.schema
        assert after.to_pylist() == [row for row in table.to_pylist() if row["id"] != "p3"]
        assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"

    def test_other_copies_and_lists_lose_it(self, layout: CorpusLayout) -> None:
        passes = layout.gold_dir / "passes"
        passes.mkdir()
        for stem, ids in (("many", "abc"), ("d1", ["d1"])):
            (passes / f"{stem}.conllu").write_text("".join(map(ANNOTATION.format, ids)), encoding="utf-8")
        lists = [QuarantinedDocument(one, "seeds/many.jsonl", "fails") for one in "ab"]
        write_quarantine(layout, "many.jsonl", lists)
        remove(layout, "b")
        remove(layout, "d1")
        assert (passes / "many.conllu").read_text(encoding="utf-8") == "".join(map(ANNOTATION.format, "ac"))
        assert not (passes / "d1.conllu").exists()
        assert [one.id for one in read_quarantine(layout, "many.jsonl")] == ["a"]

    def test_annotation_that_was_out_of_date_stays_so(self, layout: CorpusLayout) -> None:
        text = layout.documents_path.read_text(encoding="utf-8")
        sha256 = hash_file(layout.seeds_dir / "many.jsonl")
        layout.documents_path.write_text(text.replace(sha256, "0" * 64), encoding="utf-8")
        remove(layout, "b")
        [row] = [row for _, row in read_table(layout).rows if row["file"] == "many.jsonl"]
        assert row["sha256"] == "0" * 64

    def test_the_ledger_forgets_only_what_lost_something(self, layout: CorpusLayout) -> None:
        layout.work_dir.mkdir()
        path = layout.work_dir / "many.json"
        sizes = [100, 50, 70]
        path.write_text(json.dumps([{"key": str(size), "size": size, "sha256": "s"} for size in sizes]))
        forget_bytes(layout, "seeds/many.jsonl", 90, 110)
        ledger = json.loads(path.read_text())
        assert [(shard["key"], shard["size"]) for shard in ledger["shards"]] == [("", 90), ("", 40), ("70", 70)]
        assert ledger["version"] == ""


HIDDEN = "خفية"  # "secretly", four letters as in the other documents
SPREADSHEET = "annotations/audit/sample of Layla.csv"


@pytest.fixture
def secretive(layout: CorpusLayout) -> CorpusLayout:
    """The corpus with a text in `b` that no other document has, which stands wherever it may stand."""
    (layout.gold_dir / "passes").mkdir()
    shutil.copy(layout.gold_dir / "many.conllu", layout.gold_dir / "passes")
    seed = layout.seeds_dir / "many.jsonl"
    seed.write_text("".join(map(disclose, seed.read_text(encoding="utf-8").splitlines(True))), encoding="utf-8")
    for path in layout.annotations_dir.rglob("many.conllu"):
        path.write_text(disclose_blocks(path.read_text(encoding="utf-8")), encoding="utf-8")
    update_documents_csv(layout, check_seeds(layout, load_settings(layout)))
    folder = layout.annotations_dir / "audit"
    for one in (folder, layout.root / "elsewhere"):
        write_sample(one, draw_sample(layout, 14, by=["upos"]), layout)
    fill_sheet(folder / "sample.csv")
    import_audit(layout, load_settings(layout), folder / "sample.csv")
    text = (folder / "sample.csv").read_text(encoding="utf-8-sig")
    (layout.root / SPREADSHEET).write_text(text.replace(",", ";"), encoding="utf-16", newline="")
    build_dataset(layout, load_settings(layout))
    lists = [QuarantinedDocument(one, "seeds/many.jsonl", HIDDEN) for one in "b"]
    write_quarantine(layout, "many.jsonl", lists)
    for left in (
        "corpus/.build.1-0123abcd.tmp/old/conllu/auto/many.conllu",
        "annotations/gold/passes/.many.conllu.1-0123abcd.tmp",
        "annotations/auto/.many.conllu.1-0123abcd.tmp",
        "annotations/.work/many/0001.conllu",
        "annotations/.work/gone/.0001.conllu.1-0123abcd.tmp",
        "seeds/.many.jsonl.1-0123abcd.tmp",
    ):
        (layout.root / left).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(layout.auto_dir / "many.conllu", layout.root / left)
    return layout


def disclose(line: str) -> str:
    return line.replace("سلام", HIDDEN) if '"id": "b"' in line else line


def disclose_blocks(text: str) -> str:
    blocks = text.split("\n\n")
    return "\n\n".join(
        block.replace("سلام", HIDDEN).replace("سَلَام", HIDDEN) if "b-p1-s1" in block else block for block in blocks
    )


def fill_sheet(path: Path) -> None:
    """As an annotator who finds everything right."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row | {"checked": "yes"} for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def find_text(folder: Path, text: str) -> list[str]:
    """The files that have the text, in any encoding, in Parquet, or packed; hidden ones, too."""
    needles = [text.encode(one) for one in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1256", "iso8859-6")]
    needles += [json.dumps(text).strip('"').encode(), to_buckwalter(text).encode(), transliterate(text).encode()]
    found = []
    for name, raw in read_files(folder).items():
        readings = [raw, gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else b""]
        if raw.startswith(b"PAR1"):
            rows = pq.read_table(pa.BufferReader(raw)).to_pylist()
            readings.append(json.dumps(rows, ensure_ascii=False).encode())
        if any(needle in reading for needle in needles for reading in readings):
            found.append(name)
    return found


class TestNothingStays:
    def test_the_text_is_nowhere(self, secretive: CorpusLayout) -> None:
        before = find_text(secretive.root, HIDDEN)
        assert {Path(name).parts[0] for name in before} == {"annotations", "corpus", "elsewhere", "seeds"}
        assert {"annotations/gold/audit/many.conllu", SPREADSHEET} < {*before}
        assert "corpus/data/sentences/train-00000-of-00001.parquet" in before
        outcome = call("remove", "b", secretive.root, "--why", "asked")
        assert outcome.exit_code == 0, outcome.output
        assert find_text(secretive.root, HIDDEN) == []
        assert find_text(secretive.root, "سلام")
        assert "look at it" not in outcome.stderr
        assert "audit.json is gone" in outcome.stderr
        assert not (secretive.corpus_dir / ".build.1-0123abcd.tmp").exists()

    def test_the_card_speaks_of_no_word_that_is_gone_and_the_audit_is_imported_again(
        self, secretive: CorpusLayout
    ) -> None:
        def read_card() -> str:
            return (secretive.corpus_dir / "README.md").read_text(encoding="utf-8")

        assert "people checked 14 words" in read_card()
        assert call("remove", "b", secretive.root, "--why", "asked").exit_code == 0
        assert "people checked" not in read_card()
        path = secretive.annotations_dir / "audit" / "sample.csv"
        outcome = call("audit", "import", "--corpus", secretive.root, path)
        assert outcome.exit_code == 0, outcome.output
        assert outcome.stdout.startswith("12 of 12 words checked")
        assert call("build", secretive.root).exit_code == 0
        assert "people checked 12 words, drawn at random from the 12" in read_card()

    def test_a_sample_outside_of_the_corpus_can_be_imported(self, secretive: CorpusLayout, tmp_path: Path) -> None:
        folder = tmp_path / "at home"
        shutil.copytree(secretive.annotations_dir / "audit", folder)
        assert call("remove", "b", secretive.root, "--why", "asked").exit_code == 0
        for name in ("sample.csv", "sample.conllu"):
            marked = (folder / name).read_text(encoding="utf-8-sig").replace("# audited = no", "# audited = yes")
            (folder / name).write_text(marked, encoding="utf-8", newline="")
            outcome = call("audit", "import", "--corpus", secretive.root, folder / name)
            assert outcome.exit_code == 0, outcome.output
            assert "2 words of documents that were removed since are left out." in outcome.stderr
            assert outcome.stdout.startswith("12 of 12 words checked")
        assert find_text(secretive.root, HIDDEN) == []

    def test_a_sample_of_the_document_alone_goes(self, secretive: CorpusLayout) -> None:
        folder = secretive.root / "elsewhere"
        for document_id in ("a", "c", "d1", "x", "y", "z"):
            drop_from_sample(folder, document_id)
        assert read_sample(folder).words
        drop_from_sample(folder, "b")
        assert [*folder.iterdir()] == []

    def test_a_sample_that_was_cut_off_goes_on(self, secretive: CorpusLayout) -> None:
        folder = secretive.root / "elsewhere"
        original = (folder / "original.conllu").read_bytes()
        drop_from_sample(folder, "b")
        (folder / "original.conllu").write_bytes(original)
        drop_from_sample(folder, "b")
        assert {get_document_id(word.sent_id) for word in read_sample(folder).words} == {*"acxyz", "d1"}

    def test_one_that_somebody_changed_is_not_taken_for_sound(self, secretive: CorpusLayout) -> None:
        folder = secretive.root / "elsewhere"
        path = folder / "original.conllu"
        path.write_text(path.read_text(encoding="utf-8").replace("NOUN", "PROPN"), encoding="utf-8")
        drop_from_sample(folder, "b")
        with pytest.raises(ConlluError, match="changed since it was drawn"):
            read_sample(folder)

    def test_what_people_put_beside_is_listed(self, secretive: CorpusLayout) -> None:
        seed = secretive.seeds_dir / "long.txt"
        seed.write_text("ذهب الولد الصغير إلى المدرسة البعيدة صباحاً\n", encoding="utf-8")
        (secretive.auto_dir / "long.conllu").write_text(ANNOTATION.format("long"), encoding="utf-8")
        for name, encoding in (("a.txt", "utf-16"), ("b.txt", "cp1256")):
            shutil.copy(seed, secretive.annotations_dir / name)
            (secretive.annotations_dir / name).write_text(seed.read_text(encoding="utf-8"), encoding=encoding)
        with zipfile.ZipFile(secretive.annotations_dir / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("sheet.xml", "see long-p1-s1")
        removal = remove_document(secretive, load_settings(secretive), "long", reason="asked", date="2026-01-02")
        assert [path.name for path in removal.mentions] == ["a.txt", "b.txt", "c.xlsx"]


class TestTombstones:
    def test_the_same_bytes_do_not_come_back_under_another_name(self, layout: CorpusLayout) -> None:
        text = (layout.seeds_dir / "d1.txt").read_bytes()
        remove(layout, "d1")
        (layout.seeds_dir / "other.txt").write_bytes(text)
        outcome = call("annotate", layout.root)
        assert outcome.exit_code == 1
        assert "the document 'other' has the text of 'd1', which was removed on 2026-01-02 (asked for;" in (
            outcome.stderr
        )
        remove(layout, "other")
        assert list_ids(layout) == ["a", "b", "c", "x", "y", "z"]
        (layout.seeds_dir / "other.txt").write_bytes(text)
        (layout.seeds_dir / "new.txt").write_bytes(text)
        removed = layout.removed_path.read_text(encoding="utf-8")
        layout.removed_path.write_text(re.sub("[0-9a-f]{64}", "", removed), encoding="utf-8")
        with pytest.raises(DocumentError, match="'other' was removed") as caught:
            check_seeds(layout, load_settings(layout))
        assert "'new'" not in str(caught.value)

    @pytest.mark.parametrize("document_id", ["b", "B"])
    def test_an_id_never_comes_back(self, layout: CorpusLayout, document_id: str) -> None:
        remove(layout, "b")
        (layout.seeds_dir / f"{document_id}.txt").write_text(TEXT, encoding="utf-8")
        for command in ("validate", "build", "annotate"):
            outcome = call(command, layout.root)
            assert outcome.exit_code == 1
            assert f"the document '{document_id}' was removed on 2026-01-02 (asked for;" in outcome.stderr

    def test_removing_it_again_takes_it_out_and_keeps_the_first_tombstone(self, layout: CorpusLayout) -> None:
        remove(layout, "b")
        before = layout.removed_path.read_bytes()
        (layout.seeds_dir / "b.txt").write_text(TEXT, encoding="utf-8")
        remove_document(layout, load_settings(layout), "b", reason="again", date="2027-01-01")
        assert layout.removed_path.read_bytes() == before
        assert "b" not in list_ids(layout)

    def test_tombstones_are_no_seed(self, layout: CorpusLayout) -> None:
        remove(layout, "b")
        remove(layout, "x")
        assert list_ids(layout) == ["d1", "a", "c", "y", "z"]
        assert find_errors(layout) == []
        assert [*read_tombstones(layout)] == ["b", "x"]

    @pytest.mark.parametrize("text", ["", "id,date\n", "id,date,reason,sha256\nb,2026-01-02\n", '"'])
    def test_a_damaged_list_is_refused(self, layout: CorpusLayout, text: str) -> None:
        layout.removed_path.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"removed\.csv"):
            check_seeds(layout, load_settings(layout))


class TestRefusals:
    def test_no_such_document(self, layout: CorpusLayout) -> None:
        before = read_files(layout.seeds_dir)
        with pytest.raises(DocumentError, match="no document 'nobody'"):
            remove(layout, "nobody")
        assert read_files(layout.seeds_dir) == before

    def test_the_only_document(self, tmp_path: Path) -> None:
        layout = write_corpus(tmp_path, {"one.jsonl": ["only"]})
        before = read_files(layout.root)
        with pytest.raises(DocumentError, match="'only' is the corpus's only document"):
            remove(layout, "only")
        assert read_files(layout.root) == before

    def test_wrong_usage(self, layout: CorpusLayout) -> None:
        assert call("remove", "b", layout.root).exit_code == 2
        assert call("remove", "b", layout.root, "--why", " ").exit_code == 2
        assert call("remove", "b", layout.root, "--why", "x", "--date", "yesterday").exit_code == 2


def _remove_and_die(layout: CorpusLayout, document_id: str, kill_at: int) -> None:
    settings = load_settings(layout)
    count = 0

    def count_operation(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        # Reading changes nothing.
        if event not in OPERATIONS or (event == "open" and arguments[1] in ("r", "rb")):
            return
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_operation)
    remove_document(layout, settings, document_id, reason="asked for", date="2026-01-02")


@pytest.mark.parametrize("document_id", ["d1", "b"])
def test_cut_off_anywhere_it_is_before_or_goes_on(tmp_path: Path, document_id: str) -> None:
    whole = write_corpus(tmp_path / "whole", SEEDS, gold=("d1", "b"))
    remove(whole, document_id)
    kill_at, is_finished = 0, False
    while not is_finished:
        kill_at += 1
        layout = write_corpus(tmp_path / str(kill_at), SEEDS, gold=("d1", "b"))
        before = read_files(layout.root)
        process = start(_remove_and_die, layout, document_id, kill_at)
        process.join()
        is_finished = process.exitcode == 0
        assert is_finished or process.exitcode == -signal.SIGKILL
        if not layout.removed_path.exists():
            left = {
                name: content for name, content in read_files(layout.root).items() if not name.endswith(".tmp")
            }
            assert left == before
        elif document_id in _read_raw_ids(layout):
            with pytest.raises(DocumentError, match="was removed"):
                check_seeds(layout, load_settings(layout))
        remove(layout, document_id)
        assert read_files(layout.root) == read_files(whole.root)
    assert kill_at > 5


def _read_raw_ids(layout: CorpusLayout) -> set[str]:
    records = (layout.seeds_dir / "many.jsonl").read_text(encoding="utf-8").splitlines()
    ids = {json.loads(record)["id"] for record in records}
    return ids | {path.stem for path in layout.seeds_dir.glob("*.txt")}
