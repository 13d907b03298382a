"""The engine of Ray on two nodes, of which one dies; both are on this machine, each with a raylet of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stand_in
from conftest import REPOSITORY
from mudawwana.base.layout import CorpusLayout
from mudawwana.engines.ray_data import RayData
from mudawwana.engines.run import Run
from mudawwana.engines.shards import ShardResult
from mudawwana.seeds.documents import check_seeds
from test_engines import LINE, check_bytes, map_quarantine, write_seeds

ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
cluster_utils = pytest.importorskip("ray.cluster_utils")
# Ray's own, of its own modules.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # For the workers: where stand_in is.
    monkeypatch.setenv("PYTHONPATH", f"{REPOSITORY / 'tests'}:{REPOSITORY / 'scripts'}")
    head = {"num_cpus": 3, "include_dashboard": False, "_system_config": {"worker_niceness": 0}}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def test_the_bytes_stay_where_a_node_dies(cluster: Any, tmp_path: Path) -> None:
    node = cluster.add_node(num_cpus=2)
    layout = CorpusLayout(tmp_path / "corpus")
    write_seeds(layout)
    (layout.seeds_dir / "long.txt").write_text(LINE * 400, encoding="utf-8")
    job = stand_in.build_job(layout, shard_words=40)
    results: list[ShardResult] = []

    def advance(result: ShardResult) -> None:
        results.append(result)
        if len(results) == 5:
            cluster.remove_node(node, allow_graceful=False)

    seeds = check_seeds(layout, job.settings)
    files = list(Run(job, seeds).annotate(RayData(2, cluster.address), advance=advance))
    assert len(files) == len(seeds)
    assert not map_quarantine(layout)
    check_bytes(job)
