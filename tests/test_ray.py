"""The engine of Ray, on a Ray of this machine with two workers: the same bytes as `here`, whatever dies."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import stand_in
from conftest import REPOSITORY
from mudawwana.base.errors import EngineError
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.engines.here import Here
from mudawwana.engines.ray_data import RayData, _Books, _keep_books, _stream, group_works, start_ray
from mudawwana.engines.shards import Job, SeedWork
from mudawwana.seeds.documents import check_seeds
from test_engines import (
    LINE,
    check_bytes,
    list_shards,
    map_quarantine,
    read_annotations,
    write_into_b7,
    write_seeds,
)

ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
# Ray's own, of its own modules.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # For the workers: where stand_in is.
        patch.setenv("PYTHONPATH", f"{REPOSITORY / 'tests'}:{REPOSITORY / 'scripts'}")
        start_ray(cpus=3)
        yield
        ray.shutdown()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    layout = CorpusLayout(tmp_path / "corpus")
    write_seeds(layout)
    return stand_in.build_job(layout, shard_words=40)


def test_the_bytes_are_those_of_one_process_and_nothing_is_done_twice(job: Job) -> None:
    write_into_b7(job.layout, stand_in.FAILING)
    _, results = stand_in.run(job, RayData(2))
    assert {result.worker for result in results} <= {"1", "2"}
    assert [(one.id, one.reason) for one in map_quarantine(job.layout)] == [
        ("b7", "RuntimeError: the models fail here")
    ]
    found = read_annotations(job.layout)
    _, again = stand_in.run(job, RayData(2))
    # What failed is tried again, and nothing else.
    assert {result.shard.seed for result in again if result.worker} == {"seeds/b.jsonl"}
    for path in job.layout.auto_dir.iterdir():
        path.unlink()
    stand_in.run(job, Here(1))
    assert found == read_annotations(job.layout)


def test_an_actor_that_is_killed_is_replaced(job: Job) -> None:
    write_into_b7(job.layout, stand_in.KILLING_ONCE)
    stand_in.run(job, RayData(2))
    assert (job.layout.root / "killed").exists()
    assert not map_quarantine(job.layout)
    check_bytes(job)


@pytest.mark.parametrize("shard_words", [40, 1000])
def test_many_small_files_are_read_by_few_tasks_and_the_bytes_stay(job: Job, shard_words: int) -> None:
    """Each a shard, and several in one."""
    job = replace(job, shard_words=shard_words)
    for number in range(60):
        (job.layout.seeds_dir / f"s{number:02}.txt").write_text(LINE, encoding="utf-8")
    works = [SeedWork(seed) for seed in check_seeds(job.layout, job.settings)]
    groups = group_works(works, 4)
    assert len(groups) == 4
    assert [work for group in groups for work in group] == works
    assert max(map(len, groups)) < 60
    assert group_works(works[:1], 4) == [works[:1]]
    paths, results = stand_in.run(job, RayData(2))
    assert len(paths) == len(works)
    assert any(result.shard.owners for result in results) is (shard_words == 1000)
    check_bytes(job)


@pytest.mark.parametrize("most_words", [1, 100])
def test_reading_ahead_is_bounded_in_words(job: Job, most_words: int) -> None:
    """Whatever the corpus's size; the bound may be as low as a shard, and still the run goes on."""
    (job.layout.seeds_dir / "long.txt").write_text(LINE * 400, encoding="utf-8")
    works = [SeedWork(seed) for seed in check_seeds(job.layout, job.settings)]
    books = _keep_books(ray, most_words)
    rows = list(_stream(ray, job, group_works(works, 4), 2, books=books))
    assert len(rows) == len(list_shards(job)) > 40
    assert 40 <= ray.get(books.get_peak.remote()) <= max(44, most_words)


def test_what_is_read_again_after_a_node_was_lost_takes_no_room() -> None:
    books = _Books(100)
    assert books.take("a", "1", 60)
    assert not books.take("a", "2", 60)
    assert books.take("a", "1", 60)
    books.give_back("a", "1")
    assert books.take("a", "1", 60)
    assert books.take("a", "2", 60)
    assert books.take("a", "3", 40)
    assert books.get_peak() == 100


def test_a_node_with_other_versions_is_refused(job: Job) -> None:
    other = replace(job, stamp="models m; torch 2.2", read_stamp=stand_in.read_other_stamp)
    with pytest.raises(EngineError, match=r"node \S+ differs from the driver: torch 2\.1 there, torch 2\.2 here"):
        stand_in.run(other, RayData(2))
    assert not list(job.layout.auto_dir.glob("*"))
    missing = replace(job, read_stamp=stand_in.fail_to_read_stamp)
    with pytest.raises(EngineError, match=r"node \S+: models/: tagger\.pt not found"):
        stand_in.run(missing, RayData(2))


def test_a_corpus_may_be_named_from_the_current_folder(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(job.layout.root)
    here = stand_in.build_job(CorpusLayout(Path()), shard_words=40)
    paths, _ = stand_in.run(here, RayData(2))
    assert sorted(map(str, paths)) == [f"annotations/auto/{name}.conllu" for name in "abc"]


def test_an_address_needs_the_engine() -> None:
    result = CliRunner().invoke(main, ["annotate", "--address", "ray://x:1"])
    assert result.exit_code == 2
    assert "--address goes with --engine ray only" in result.output
