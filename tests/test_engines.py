"""Runs: shards and their keys, what is annotated again and what is not, workers that die, documents that fail."""

import json
import os
import random
import select
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mudawwana
import stand_in
from conftest import ARTICLE, REPOSITORY
from mudawwana.annotate.generator import hash_code
from mudawwana.annotate.task import build_job, build_stamp
from mudawwana.base.errors import EngineError
from mudawwana.base.layout import CorpusLayout
from mudawwana.dataset.removal import remove_document
from mudawwana.engines import assembly
from mudawwana.engines.here import Here, _map_in_processes
from mudawwana.engines.quarantine import QuarantinedDocument, read_quarantine
from mudawwana.engines.run import Engine, Run
from mudawwana.engines.shards import Job, SeedWork, Shard, ShardResult, iter_shards
from mudawwana.seeds.documents import check_seeds
from mudawwana.seeds.settings import EMBEDDED
from mudawwana.validate.corpus import check_corpus

LINE = "كتب الولد رسالة طويلة.\n"  # "the boy wrote a long letter": four words
PACKAGE = Path(mudawwana.__file__).parent
ENGINES: dict[str, Callable[[], Engine]] = {"here-1": lambda: Here(1), "here-2": lambda: Here(2)}


def write_seeds(layout: CorpusLayout) -> None:
    """Three files: one document, forty, and one that is longer than a shard."""
    layout.seeds_dir.mkdir(parents=True)
    rows = [{"id": f"b{number}", "text": LINE * (1 + number % 3)} for number in range(40)]
    (layout.seeds_dir / "a.txt").write_text(LINE, encoding="utf-8")
    write_rows(layout, rows)
    (layout.seeds_dir / "c.txt").write_text(LINE * 30, encoding="utf-8")


def write_rows(layout: CorpusLayout, rows: list[dict[str, str]]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (layout.seeds_dir / "b.jsonl").write_text(text, encoding="utf-8")


def read_rows(layout: CorpusLayout) -> list[dict[str, str]]:
    lines = (layout.seeds_dir / "b.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def write_into_b7(layout: CorpusLayout, text: str) -> None:
    """Makes the text the second line of a document."""
    rows = read_rows(layout)
    rows[7]["text"] = f"{LINE}{text}\n"
    write_rows(layout, rows)


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    layout = CorpusLayout(tmp_path / "corpus")
    write_seeds(layout)
    return layout


@pytest.fixture
def job(layout: CorpusLayout) -> Job:
    return stand_in.build_job(layout, shard_words=40)


def list_shards(job: Job) -> list[Shard]:
    return [shard for seed in check_seeds(job.layout, job.settings) for shard in iter_shards(job, SeedWork(seed))]


def read_annotations(layout: CorpusLayout) -> dict[str, bytes]:
    """Every file under annotations/, but for the lock and the ledgers."""
    folder = layout.root / "annotations"
    paths = [path for path in folder.rglob("*") if path.is_file() and layout.work_dir not in path.parents]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def check_bytes(job: Job) -> None:
    """That the annotations are those that one process writes anew."""
    found = read_annotations(job.layout)
    for path in job.layout.auto_dir.iterdir():
        path.unlink()
    stand_in.run(job, Here(1))
    assert read_annotations(job.layout) == found


class TestShards:
    def test_all_paragraphs_in_order_and_no_shard_much_longer_than_it_may_be(self, job: Job) -> None:
        shards = list_shards(job)
        assert all(shard.words <= 44 for shard in shards)
        assert sum(shard.words for shard in shards) == sum(
            seed.raw_words for seed in check_seeds(job.layout, job.settings)
        )
        of_c = [shard for shard in shards if shard.seed == "seeds/c.txt"]
        paragraphs = [paragraph.id for shard in of_c for _, ones in shard.units for paragraph in ones]
        assert paragraphs == [f"c-p{number}" for number in range(1, 31)]
        assert [(shard.index, shard.is_last) for shard in of_c] == [(0, False), (1, False), (2, True)]

    def test_documents_travel_without_their_text(self, job: Job) -> None:
        assert all(not document.text for shard in list_shards(job) for document, _ in shard.units)

    @pytest.mark.parametrize("change", ["longer", "gone", "new"])
    def test_a_change_leaves_the_other_keys_of_its_file(self, job: Job, change: str) -> None:
        job = replace(job, shard_words=400)
        rows = [{"id": f"d{number}", "text": LINE * (1 + number % 3)} for number in range(1000)]
        write_rows(job.layout, rows)
        before = [shard.key for shard in list_shards(job)]
        rows[100:101] = {
            "longer": [{"id": "d100", "text": LINE * 7}],
            "gone": [],
            "new": [rows[100], {"id": "new", "text": LINE}],
        }[change]
        write_rows(job.layout, rows)
        after = [shard.key for shard in list_shards(job)]
        assert len(before) > 20
        assert 1 <= len(set(after) - set(before)) <= 3

    def test_keys_hang_on_all_that_the_annotation_says(self, job: Job) -> None:
        keys = {shard.key for shard in list_shards(job)}
        other = stand_in.build_job(job.layout, shard_words=40, stamp="other models")
        assert not keys & {shard.key for shard in list_shards(other)}
        (job.layout.seeds_dir / "a.txt").write_text(LINE + LINE, encoding="utf-8")
        assert len(keys - {shard.key for shard in list_shards(job)}) == 1

    def test_keys_do_not_hang_on_metadata(self, job: Job) -> None:
        keys = [shard.key for shard in list_shards(job)]
        (job.layout.seeds_dir / "documents.csv").write_text("id,file,title\na,a.txt,T\n", encoding="utf-8")
        write_rows(job.layout, [row | {"genre": "news"} for row in read_rows(job.layout)])
        shards = list_shards(job)
        assert [shard.key for shard in shards] == keys
        assert shards[0].comments == {"a": "# title = T\n"}


class TestStamp:
    """What, besides the text, annotates a corpus anew."""

    @pytest.mark.parametrize(
        ("file", "annotates"),
        [
            ("annotate/repair.py", True),
            ("annotate/segmentation.py", True),
            ("annotate/accelerate/arcs.py", True),
            ("arabic/lexicon.tsv", True),
            ("base/records.py", True),
            ("seeds/documents.py", True),
            ("annotate/embedded/README.md", False),
            ("cli/run.py", False),
            ("dataset/card.py", False),
            ("engines/here.py", False),
            ("reports/diff.py", False),
            ("validate/promises.py", False),
        ],
    )
    def test_code_counts_where_it_can_change_an_annotation(
        self, tmp_path: Path, file: str, annotates: bool
    ) -> None:
        package = tmp_path / "mudawwana"
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("*.pt", "__pycache__"))
        before = hash_code(package)
        with (package / file).open("a", encoding="utf-8") as code:
            code.write("# another line\n")
        assert (hash_code(package) != before) is annotates

    def test_the_package_is_the_one_that_is_read(self) -> None:
        assert build_stamp("m", "sha256:0", stock=False).endswith(f"code {hash_code(PACKAGE)}")

    def test_models_and_modules_count(self) -> None:
        stamps = [
            build_stamp("m", "sha256:0", stock=False),
            build_stamp("m", "sha256:1", stock=False),
            build_stamp("m", "sha256:0", stock=True),
        ]
        assert len(set(stamps)) == 3


@pytest.mark.parametrize("name", ENGINES)
class TestEveryEngine:
    """What holds of every engine with one worker and with two."""

    def test_the_bytes_are_those_of_one_process(self, job: Job, name: str) -> None:
        paths, results = stand_in.run(job, ENGINES[name]())
        assert sorted(path.name for path in paths) == ["a.conllu", "b.conllu", "c.conllu"]
        check_bytes(job)
        assert len(results) == len(list_shards(job))
        assert {result.worker for result in results} <= {"1", "2"}

    def test_nothing_is_annotated_twice(self, job: Job, name: str) -> None:
        stand_in.run(job, ENGINES[name]())
        found = read_annotations(job.layout)
        paths, results = stand_in.run(job, ENGINES[name]())
        assert len(paths) == 3
        assert not any(result.worker for result in results)
        assert read_annotations(job.layout) == found

    def test_a_change_annotates_what_depends_on_it(self, job: Job, name: str) -> None:
        stand_in.run(job, ENGINES[name]())
        rows = read_rows(job.layout)
        rows[20]["text"] = LINE * 2 + "سلام.\n"  # "peace"
        write_rows(job.layout, rows)
        _, results = stand_in.run(job, ENGINES[name]())
        again = [result.shard for result in results if result.worker]
        assert 1 <= len(again) <= 3
        assert {shard.seed for shard in again} == {"seeds/b.jsonl"}
        check_bytes(job)

    def test_metadata_is_written_without_annotating(self, job: Job, name: str) -> None:
        rows = read_rows(job.layout)
        stand_in.run(job, ENGINES[name]())
        bare = read_annotations(job.layout)
        for title in ("A", "B"):
            write_rows(job.layout, [row | {"title": title} for row in rows])
            _, results = stand_in.run(job, ENGINES[name]())
            assert not any(result.worker for result in results)
            found = read_annotations(job.layout)
            assert found["auto/b.conllu"].count(f"\n# title = {title}\n# newpar id = ".encode()) == len(rows)
            assert found["auto/b.conllu"].replace(f"# title = {title}\n".encode(), b"") == bare["auto/b.conllu"]
            for path in job.layout.auto_dir.iterdir():
                path.unlink()
            stand_in.run(job, Here(1))
            assert read_annotations(job.layout) == found
        write_rows(job.layout, rows)
        stand_in.run(job, ENGINES[name]())
        assert read_annotations(job.layout) == bare

    def test_a_document_that_fails_is_quarantined_and_the_rest_goes_on(self, job: Job, name: str) -> None:
        rows = read_rows(job.layout)
        write_into_b7(job.layout, stand_in.FAILING)
        (job.layout.seeds_dir / "a.txt").write_text(stand_in.FAILING, encoding="utf-8")
        paths, _ = stand_in.run(job, ENGINES[name]())
        assert sorted(path.name for path in paths if path.exists()) == ["b.conllu", "c.conllu"]
        [document] = read_quarantine(job.layout, "seeds/b.jsonl")
        assert (document.id, document.reason) == ("b7", "RuntimeError: the models fail here")
        text = (job.layout.auto_dir / "b.conllu").read_text(encoding="utf-8")
        assert [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith("# newdoc")] == [
            row["id"] for row in rows if row["id"] != "b7"
        ]
        # The next run tries it again; mended, it leaves no trace.
        _, results = stand_in.run(job, ENGINES[name]())
        assert {result.shard.seed for result in results if result.worker} == {"seeds/a.txt", "seeds/b.jsonl"}
        write_rows(job.layout, rows[:7] + rows[8:])
        stand_in.run(job, ENGINES[name]())
        assert [one.seed for one in map_quarantine(job.layout)] == ["seeds/a.txt"]

    def test_documents_that_fail_together_leave_a_trace(self, job: Job, name: str) -> None:
        write_into_b7(job.layout, stand_in.TOGETHER)
        files = {
            file.name: file
            for file in Run(job, check_seeds(job.layout, job.settings)).annotate(
                ENGINES[name](), advance=lambda _: None
            )
        }
        [batch] = files["seeds/b.jsonl"].failed_batches
        assert batch.reason == "RuntimeError: the models fail on several"
        assert "b7" in batch.documents
        assert not files["seeds/a.txt"].failed_batches
        assert not map_quarantine(job.layout)
        check_bytes(job)

    @pytest.mark.parametrize("damage", ["", '{"version": "1", "sha', "null", '[{"key": 1}]', "[[]]", "\x00"])
    def test_a_damaged_ledger_counts_as_none_and_is_named(self, job: Job, name: str, damage: str) -> None:
        stand_in.run(job, ENGINES[name]())
        (job.layout.work_dir / "b.json").write_text(damage, encoding="utf-8")
        run = Run(job, check_seeds(job.layout, job.settings))
        [problem] = run.problems
        assert problem.startswith(f"{job.layout.work_dir / 'b.json'}: damaged")
        assert "seeds/b.jsonl is annotated anew" in problem
        list(run.annotate(ENGINES[name](), advance=lambda _: None))
        check_bytes(job)
        assert not Run(job, check_seeds(job.layout, job.settings)).problems

    def test_a_long_document_fails_as_a_whole(self, job: Job, name: str) -> None:
        (job.layout.seeds_dir / "c.txt").write_text(LINE * 15 + stand_in.FAILING + "\n" + LINE * 15, "utf-8")
        stand_in.run(job, ENGINES[name]())
        assert [one.id for one in map_quarantine(job.layout)] == ["c"]
        assert not (job.layout.auto_dir / "c.conllu").exists()

    def test_an_annotation_that_was_changed_by_hand_is_made_again(self, job: Job, name: str) -> None:
        stand_in.run(job, ENGINES[name]())
        found = read_annotations(job.layout)
        path = job.layout.auto_dir / "c.conllu"
        raw = bytearray(path.read_bytes())
        raw[-10] = ord("9")
        path.write_bytes(raw)
        _, results = stand_in.run(job, ENGINES[name]())
        assert [(result.shard.seed, result.shard.index) for result in results if result.worker] == [
            ("seeds/c.txt", 2)
        ]
        assert read_annotations(job.layout) == found


@pytest.fixture
def small_files(tmp_path: Path) -> Job:
    """Sixty files of four words, one of them with two documents, beside one that is not small."""
    layout = CorpusLayout(tmp_path / "corpus")
    layout.seeds_dir.mkdir(parents=True)
    for number in range(60):
        (layout.seeds_dir / f"s{number:02}.txt").write_text(LINE, encoding="utf-8")
    write_rows(layout, [{"id": f"b{number}", "text": "سلام."} for number in range(2)])  # "peace"
    (layout.seeds_dir / "c.txt").write_text(LINE * 30, encoding="utf-8")
    return stand_in.build_job(layout, shard_words=1000)


def list_annotated(results: list[ShardResult]) -> list[Shard]:
    return [result.shard for result in results if result.worker]


@pytest.mark.parametrize("name", ENGINES)
class TestSmallFiles:
    """They share shards; their annotation files are as if each stood alone."""

    def test_the_files_are_those_of_each_alone(self, small_files: Job, name: str) -> None:
        paths, results = stand_in.run(small_files, ENGINES[name]())
        assert len(paths) == 62
        assert 2 <= sum(bool(shard.owners) for shard in list_annotated(results)) <= 5
        found = read_annotations(small_files.layout)
        alone = stand_in.build_job(CorpusLayout(small_files.layout.root.with_name("alone")), shard_words=150)
        shutil.copytree(small_files.layout.seeds_dir, alone.layout.seeds_dir)
        _, results = stand_in.run(alone, Here(1))
        assert len(list_annotated(results)) == 62
        assert read_annotations(alone.layout) == found
        assert not [path for path in small_files.layout.work_dir.iterdir() if path.is_dir()]

    def test_nothing_is_annotated_twice(self, small_files: Job, name: str) -> None:
        stand_in.run(small_files, ENGINES[name]())
        found = read_annotations(small_files.layout)
        (small_files.layout.seeds_dir / "documents.csv").write_text("file,title\ns07.txt,T\n", encoding="utf-8")
        _, results = stand_in.run(small_files, ENGINES[name]())
        assert not list_annotated(results)
        after = read_annotations(small_files.layout)
        assert [path for path in found if found[path] != after[path]] == ["auto/s07.conllu"]
        assert b"\n# title = T\n" in after["auto/s07.conllu"]

    def test_a_change_annotates_those_beside_it(self, small_files: Job, name: str) -> None:
        stand_in.run(small_files, ENGINES[name]())
        (small_files.layout.seeds_dir / "s30.txt").write_text("سلام.", encoding="utf-8")
        (small_files.layout.seeds_dir / "s31.txt").unlink()
        _, results = stand_in.run(small_files, ENGINES[name]())
        assert 1 <= len(list_annotated(results)) <= 3
        assert all(shard.owners for shard in list_annotated(results))
        (small_files.layout.auto_dir / "s31.conllu").unlink()
        check_bytes(small_files)

    def test_one_that_fails_is_quarantined_alone(self, small_files: Job, name: str) -> None:
        (small_files.layout.seeds_dir / "s30.txt").write_text(stand_in.FAILING, encoding="utf-8")
        paths, _ = stand_in.run(small_files, ENGINES[name]())
        assert [path.name for path in paths if not path.exists()] == ["s30.conllu"]
        [document] = read_quarantine(small_files.layout, "seeds/s30.txt")
        assert (document.id, document.seed) == ("s30", "seeds/s30.txt")
        assert not read_quarantine(small_files.layout, "seeds/s29.txt")
        _, results = stand_in.run(small_files, ENGINES[name]())
        assert ["s30" in shard.owners for shard in list_annotated(results)] == [True]


def test_a_shard_of_small_files_is_kept_where_a_run_was_cut_off(small_files: Job) -> None:
    layout = small_files.layout
    run = Run(small_files, check_seeds(layout, small_files.settings))
    with closing(run.annotate(Here(1), advance=lambda _: None)) as files:
        done = next(file for file in files if file.path.stem.startswith("s"))
    assert [path.suffix for path in (layout.work_dir / ".bundles").iterdir()] == [".conllu"]
    _, results = stand_in.run(small_files, Here(1))
    assert not any(done.path.stem in shard.owners for shard in list_annotated(results))
    check_bytes(small_files)


def test_what_is_left_of_small_files_goes_with_one_that_is_removed(small_files: Job) -> None:
    (small_files.layout.work_dir / ".bundles").mkdir(parents=True)
    (small_files.layout.work_dir / ".bundles" / "0.conllu").write_text("# newdoc id = s30", encoding="utf-8")
    remove_document(small_files.layout, small_files.settings, "s30", reason="r", date="2026-01-02")
    assert not (small_files.layout.work_dir / ".bundles").exists()


class TestLedger:
    """Which annotation files are read at the beginning of a run."""

    def test_what_was_not_touched_is_not_read(self, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        stand_in.run(job, Here(1))
        monkeypatch.setattr(assembly, "_has_digest", fail_to_check)
        _, results = stand_in.run(job, Here(1))
        assert not any(result.worker for result in results)

    def test_a_change_right_behind_the_run_shows(self, job: Job) -> None:
        """In the time of change, however coarse the file system's clock."""
        stand_in.run(job, Here(1))
        path = job.layout.auto_dir / "c.conllu"
        before = path.stat()
        path.write_bytes(path.read_bytes())
        assert path.stat().st_mtime_ns - before.st_mtime_ns > 10**9

    def test_what_was_copied_is_read_once(self, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        stand_in.run(job, Here(1))
        for path in job.layout.auto_dir.iterdir():
            os.utime(path)
        _, results = stand_in.run(job, Here(1))
        assert not any(result.worker for result in results)
        monkeypatch.setattr(assembly, "_has_digest", fail_to_check)
        stand_in.run(job, Here(1))

    def test_a_ledger_of_earlier_versions_is_understood(self, job: Job) -> None:
        stand_in.run(job, Here(1))
        for path in job.layout.work_dir.glob("*.json"):
            path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))["shards"]), encoding="utf-8")
        _, results = stand_in.run(job, Here(1))
        assert not any(result.worker for result in results)


def fail_to_check(*_: object) -> bool:
    raise AssertionError("read")


def map_quarantine(layout: CorpusLayout) -> list[QuarantinedDocument]:
    return [one for seed in ("a.txt", "b.jsonl", "c.txt") for one in read_quarantine(layout, f"seeds/{seed}")]


class TestWorkersThatDie:
    def test_a_lost_worker_is_replaced(self, job: Job) -> None:
        stand_in.run(job, Here(1))
        write_into_b7(job.layout, stand_in.KILLING_ONCE)
        stand_in.run(job, Here(2))
        assert (job.layout.root / "killed").exists()
        assert not map_quarantine(job.layout)
        check_bytes(job)

    def test_a_shard_that_kills_three_workers_is_quarantined(self, job: Job) -> None:
        (job.layout.seeds_dir / "a.txt").write_text(stand_in.KILLING, encoding="utf-8")
        stand_in.run(job, Here(2))
        [document] = map_quarantine(job.layout)
        assert document.id == "a"
        assert document.reason.startswith("its worker was killed (mostly: out of memory), 3 times")
        assert sorted(path.name for path in job.layout.auto_dir.iterdir()) == ["b.conllu", "c.conllu"]

    def test_workers_that_cannot_load_their_models_end_the_run(self, job: Job) -> None:
        broken = replace(job, load=stand_in.fail_to_load)
        with pytest.raises(EngineError, match="before it had loaded its models"):
            stand_in.run(broken, Here(2))


def test_seeds_that_are_gone_leave_nothing_behind(job: Job) -> None:
    (job.layout.seeds_dir / "a.txt").write_text(stand_in.FAILING, encoding="utf-8")
    stand_in.run(job, Here(1))
    (job.layout.auto_dir / ".c.conllu.1.tmp").touch()
    for name in ("a.txt", "c.txt"):
        (job.layout.seeds_dir / name).unlink()
    stand_in.run(job, Here(1))
    assert sorted(path.name for path in job.layout.work_dir.iterdir()) == ["b.json"]
    assert not map_quarantine(job.layout)
    # An annotation without a seed is for `mudawwana validate` to report.
    assert sorted(path.name for path in job.layout.auto_dir.iterdir()) == ["b.conllu", "c.conllu"]


class TestKilled:
    """Real processes, killed with SIGKILL before a random file operation of theirs."""

    @pytest.mark.parametrize("seed", range(10))
    def test_the_same_bytes_and_nothing_twice(self, tmp_path: Path, seed: int) -> None:
        undisturbed, killed = build_corpus(tmp_path / "undisturbed"), build_corpus(tmp_path / "killed")
        operations = stand_in.run_killed(undisturbed, Here(1), 0)
        assert operations > 100
        chance = random.Random(seed)  # noqa: S311
        for _ in range(3):
            stand_in.run_killed(killed, Here(1), chance.randrange(1, operations))
        check_same(killed, undisturbed)

    def test_with_two_workers(self, tmp_path: Path) -> None:
        undisturbed, killed = build_corpus(tmp_path / "undisturbed"), build_corpus(tmp_path / "killed")
        operations = stand_in.run_killed(undisturbed, Here(2), 0)
        chance = random.Random(0)  # noqa: S311
        for _ in range(3):
            stand_in.run_killed(killed, Here(2), chance.randrange(operations // 2, operations))
        check_same(killed, undisturbed)

    def test_the_workers_end_with_their_run(self, job: Job) -> None:
        with stop_worker(job.layout) as (process, is_ended):
            process.kill()
            assert is_ended()
            process.join()
            # The lock has ended with it.
            stop_nothing(job.layout)
            stand_in.run_killed(job.layout, Here(1), 0)

    def test_ctrl_c_ends_at_once_and_leaves_nothing(self, job: Job) -> None:
        with stop_worker(job.layout) as (process, is_ended):
            os.kill(process.pid, signal.SIGINT)
            assert is_ended()
            process.join()
        assert process.exitcode == 130
        assert not list((job.layout.root / "annotations").rglob("*.tmp"))
        assert not list(job.layout.auto_dir.glob("c.conllu"))
        stop_nothing(job.layout)
        process = stand_in.start(stand_in.run_command, job.layout)
        process.join()
        assert process.exitcode == 0

    def test_documents_that_fail_together_are_said_on_stderr(self, job: Job) -> None:
        write_into_b7(job.layout, stand_in.TOGETHER)
        shutil.copy(REPOSITORY / "seeds" / "corpus.toml", job.layout.seeds_dir)
        process = stand_in.start(stand_in.run_command, job.layout, "--workers", "2")
        process.join()
        assert process.exitcode == 0
        error = (job.layout.root / "stderr").read_text(encoding="utf-8")
        [line] = [line for line in error.splitlines() if line.startswith("seeds/b.jsonl: ")]
        assert "together (RuntimeError: the models fail on several), and not one by one" in line

    def test_a_second_run_says_who_holds_the_corpus(self, job: Job) -> None:
        with stop_worker(job.layout) as (process, is_ended):
            second = stand_in.start(stand_in.run_command, job.layout)
            second.join()
            assert second.exitcode == 1
            error = (job.layout.root / "stderr").read_text(encoding="utf-8")
            assert f"another run works on this corpus: process {process.pid}, host {socket.gethostname()}" in error
            assert "--wait" in error
            stop_nothing(job.layout)
            waiting = stand_in.start(stand_in.run_command, job.layout, "--wait")
            process.kill()
            assert is_ended()
            waiting.join()
            assert waiting.exitcode == 0


@contextmanager
def stop_worker(layout: CorpusLayout) -> Iterator[tuple[Any, Callable[[], bool]]]:
    """A `mudawwana annotate` of two workers, of which one stands still, and what waits for that one's end."""
    shutil.copy(REPOSITORY / "seeds" / "corpus.toml", layout.seeds_dir)
    (layout.seeds_dir / "c.txt").write_text(stand_in.STOPPING, encoding="utf-8")
    os.mkfifo(layout.root / "alive")
    pipe = os.open(layout.root / "alive", os.O_RDONLY | os.O_NONBLOCK)

    def read() -> bytes | None:
        """What the worker says; b"" when it has ended, None where it does neither."""
        return os.read(pipe, 5) if select.select([pipe], [], [], 60)[0] else None

    process = stand_in.start(stand_in.run_command, layout, "--workers", "2")
    try:
        assert read() == b"alive"
        yield process, lambda: read() == b""
    finally:
        process.kill()
        process.join()
        os.close(pipe)


def stop_nothing(layout: CorpusLayout) -> None:
    (layout.seeds_dir / "c.txt").write_text(LINE, encoding="utf-8")


def build_corpus(root: Path) -> CorpusLayout:
    """With a document that fails, and with what an earlier run has left."""
    layout = CorpusLayout(root)
    write_seeds(layout)
    stand_in.run(stand_in.build_job(layout, shard_words=40), Here(1))
    rows = read_rows(layout)
    rows[7]["text"] = f"{LINE}{stand_in.FAILING}\n"
    rows[30]["text"] = LINE * 9
    write_rows(layout, rows)
    (layout.seeds_dir / "c.txt").write_text(LINE * 50, encoding="utf-8")
    return layout


def check_same(killed: CorpusLayout, undisturbed: CorpusLayout) -> None:
    """After the same command once more."""
    stand_in.run_killed(killed, Here(1), 0)
    assert read_annotations(killed) == read_annotations(undisturbed)
    assert sorted(path.name for path in killed.work_dir.iterdir()) == ["a.json", "b.json", "c.json"]


def test_stanza_gives_the_same_valid_bytes_in_any_number_of_processes(layout: CorpusLayout) -> None:
    (layout.seeds_dir / "c.txt").write_text(ARTICLE, encoding="utf-8")
    job = replace(build_job(layout, stand_in.SETTINGS, EMBEDDED), shard_words=80)
    found = []
    for workers in (1, 2):
        shutil.rmtree(layout.root / "annotations", ignore_errors=True)
        stand_in.run(job, Here(workers))
        found.append(read_annotations(layout))
    assert found[0] == found[1]
    incidents = check_corpus(layout, stand_in.SETTINGS)
    # Nobody has written documents.csv here.
    assert {incident.id for incident in incidents if incident.severity == "error"} <= {"seed-not-listed"}


def test_memory_holds_a_shard_for_each_worker_and_no_more(job: Job) -> None:
    """Documents are read as they are annotated."""
    shards = list_shards(job)
    read: list[int] = []

    def iter_read() -> Iterator[Shard]:
        for number, shard in enumerate(shards, start=1):
            read.append(number)
            yield shard

    for number, _ in enumerate(_map_in_processes(job, iter_read(), 2), start=1):
        assert len(read) <= number + 2
