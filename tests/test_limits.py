"""What a container allows of the machine's cores and memory, by control groups of both versions."""

import os
from pathlib import Path

import pytest

from mudawwana.engines.limits import count_cores, measure_memory

V1 = "5:cpu,cpuacct:/docker/a\n4:memory:/docker/a\n0::/\n"
PHYSICAL = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def build_root(root: Path, groups: str, files: dict[str, str]) -> Path:
    for name, text in {"proc/self/cgroup": groups, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def _many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)), raising=False)


@pytest.mark.parametrize(
    ("groups", "files", "cores"),
    [
        ("0::/a/b\n", {"sys/fs/cgroup/a/b/cpu.max": "250000 100000\n"}, 2),
        (
            "0::/a/b\n",
            {"sys/fs/cgroup/a/b/cpu.max": "max 1000\n", "sys/fs/cgroup/a/cpu.max": "3000 1000\n"},
            3,
        ),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "50000 100000\n"}, 1),
        ("0::/machine/a\n", {"sys/fs/cgroup/cpu.max": "400000 100000\n"}, 4),
        (
            V1,
            {
                "sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us": "500000\n",
                "sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_period_us": "100000\n",
            },
            5,
        ),
        (
            V1,
            {
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            },
            64,
        ),
        ("0::/\n", {}, 64),
    ],
)
def test_cores(tmp_path: Path, groups: str, files: dict[str, str], cores: int) -> None:
    assert count_cores(build_root(tmp_path, groups, files)) == cores


@pytest.mark.parametrize(
    ("groups", "files", "memory_bytes"),
    [
        ("0::/a\n", {"sys/fs/cgroup/a/memory.max": "max\n", "sys/fs/cgroup/memory.max": "1000000\n"}, 1_000_000),
        (V1, {"sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes": "2000000\n"}, 2_000_000),
        (V1, {"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, PHYSICAL),
        ("0::/a\n", {}, PHYSICAL),
    ],
)
def test_memory(tmp_path: Path, groups: str, files: dict[str, str], memory_bytes: int) -> None:
    assert measure_memory(build_root(tmp_path, groups, files)) == memory_bytes


def test_without_control_groups(tmp_path: Path) -> None:
    assert (count_cores(tmp_path), measure_memory(tmp_path)) == (64, PHYSICAL)
