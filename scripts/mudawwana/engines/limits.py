"""What of this machine a run may use: the cores and the memory that the system, or a container around us, allows.

Containers set limits by control groups, in one of two versions (https://docs.kernel.org/admin-guide/cgroup-v2.html,
https://docs.kernel.org/admin-guide/cgroup-v1/): a process has what its own group and all groups above it leave.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_GROUPS = Path("sys", "fs", "cgroup")


def count_cores(root: Path = Path("/")) -> int:
    """The cores that this process may keep busy, 1 at least; `root` is where /proc and /sys are."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([cores, *_iter_quotas(root)]))


def measure_memory(root: Path = Path("/")) -> int:
    """The bytes of memory that this process and its like may have together."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    names = {"memory.max", "memory.limit_in_bytes"}
    return min([physical, *(int(text) for text in _iter_limits(root, "memory", names) if text.isdigit())])


def _iter_quotas(root: Path) -> Iterator[int]:
    """How many whole cores each group may keep busy."""
    for text in _iter_limits(root, "cpu", {"cpu.max"}):
        quota, _, period = text.partition(" ")
        if quota.isdigit():
            yield int(quota) // int(period)
    quotas = _iter_limits(root, "cpu", {"cpu.cfs_quota_us"})
    periods = _iter_limits(root, "cpu", {"cpu.cfs_period_us"})
    for quota, period in zip(quotas, periods, strict=False):
        if quota.isdigit():  # -1 where there is none
            yield int(quota) // int(period)


def _iter_limits(root: Path, controller: str, names: set[str]) -> Iterator[str]:
    """What files of these names say in the process's groups for the controller, and in all above them."""
    for group in _iter_groups(root, controller):
        for name in sorted(names):
            with suppress(OSError):
                yield (group / name).read_text(encoding="utf-8").strip()


def _iter_groups(root: Path, controller: str) -> Iterator[Path]:
    try:
        lines = (root / "proc" / "self" / "cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # no Linux
    for line in lines:
        number, controllers, path = line.split(":", 2)
        if number == "0" or controller in controllers.split(","):
            top = root / _GROUPS / ("" if number == "0" else controllers)
            inner = Path(path.lstrip("/"))
            # In a container the path may be that of the machine around it, and the group is the top one here.
            yield from (top / one for one in (inner, *inner.parents))
