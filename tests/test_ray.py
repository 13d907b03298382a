"""The engine of Ray, on a Ray of this machine with two workers: the same bytes as `here`, whatever dies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import stand_in
from conftest import REPOSITORY
from mudawwana.cli import main
from mudawwana.engines.here import Here
from mudawwana.engines.ray_data import RayData
from mudawwana.engines.shards import Job
from mudawwana.layout import CorpusLayout
from test_engines import LINE, map_quarantine, read_annotations, read_rows, write_rows, write_seeds

ray = pytest.importorskip("ray", reason="the extra mudawwana[ray] is not installed")
# Ray's own, of its own modules.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # For the workers: where stand_in is.
        patch.setenv("PYTHONPATH", f"{REPOSITORY / 'tests'}:{REPOSITORY / 'scripts'}")
        ray.init(address="local", num_cpus=3, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        yield
        ray.shutdown()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    layout = CorpusLayout(tmp_path / "corpus")
    write_seeds(layout)
    return stand_in.build_job(layout, shard_words=40)


def test_the_bytes_are_those_of_one_process_and_nothing_is_done_twice(job: Job) -> None:
    rows = read_rows(job.layout)
    rows[7]["text"] = f"{LINE}{stand_in.FAILING}\n"
    write_rows(job.layout, rows)
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
    rows = read_rows(job.layout)
    rows[7]["text"] = f"{LINE}{stand_in.KILLING_ONCE}\n"
    write_rows(job.layout, rows)
    stand_in.run(job, RayData(2))
    assert (job.layout.root / "killed").exists()
    assert not map_quarantine(job.layout)
    found = read_annotations(job.layout)
    for path in job.layout.auto_dir.iterdir():
        path.unlink()
    stand_in.run(job, Here(1))
    assert found == read_annotations(job.layout)


def test_an_address_needs_the_engine() -> None:
    result = CliRunner().invoke(main, ["annotate", "--address", "ray://x:1"])
    assert result.exit_code == 2
    assert "--address goes with --engine ray only" in result.output
