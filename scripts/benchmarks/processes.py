"""Measuring in processes of their own, and watching them from outside through Linux's /proc."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

MUDAWWANA = (sys.executable, "-c", "from mudawwana.cli import main; main()")
Result = TypeVar("Result")
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_KEPT_SAMPLES = 600
_PARENT, _USER_TICKS, _SYSTEM_TICKS = 1, 11, 12
"""Fields of /proc/PID/stat, counted from the one behind the name."""


def call_alone(function: Callable[..., Result], *arguments: object) -> Result:
    """What a function of a module returns in a new Python, which has loaded that module and nothing else."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure_call(function: Callable[..., Result], *arguments: object) -> tuple[Result, dict[str, float]]:
    """What it returns, and what it took: seconds, cpu_seconds of all threads, peak_bytes of this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = function(*arguments)
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    # Not getrusage's, which is at least that of the process that has started this one.
    peak = _read_sizes(os.getpid(), "status")["VmHWM"]
    return result, {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": peak}


@dataclass(slots=True)
class ProcessTree:
    """What has been seen of a process and its descendants, as long as `sample` was called while they ran."""

    root: int
    """The process id."""
    peak_bytes: int = 0
    """The most that all held together: proportional set sizes, so what processes share counts once."""
    process_peaks: dict[int, int] = field(default_factory=dict)
    """By process id, the most resident memory: VmHWM, the kernel's own peak, so none falls between samples."""
    series: list[tuple[float, dict[int, int]]] = field(default_factory=list)
    """Seconds since the first sample, and the resident bytes by process id; at most some hundred samples."""
    _seconds: dict[int, float] = field(default_factory=dict)
    _start: float = 0.0
    _every: int = 1
    _count: int = 0

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all processes, but for what each spent behind the last sample of it."""
        return sum(self._seconds.values())

    def sample(self) -> None:
        now = time.monotonic()
        self._start = self._start or now
        together = 0
        resident: dict[int, int] = {}
        for process in list_descendants(self.root):
            # It may end while it is looked at.
            with suppress(OSError):
                status = _read_sizes(process, "status")
                together += _read_sizes(process, "smaps_rollup").get("Pss", 0)
                resident[process] = status.get("VmRSS", 0)
                self.process_peaks[process] = status.get("VmHWM", 0)
                fields = _read_stat(process)
                self._seconds[process] = (int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) / _TICKS
        self.peak_bytes = max(self.peak_bytes, together)
        if self._count % self._every == 0:
            self.series.append((now - self._start, resident))
        if len(self.series) > _KEPT_SAMPLES:
            self.series = self.series[::2]
            self._every *= 2
        self._count += 1

    def list_biggest(self, count: int) -> list[int]:
        """The ids of the processes with the highest peaks."""
        return sorted(self.process_peaks, key=lambda process: -self.process_peaks[process])[:count]


def list_descendants(root: int) -> list[int]:
    """The process and all that it has started, and so on, as they stand now."""
    children: dict[int, list[int]] = defaultdict(list)
    for process in _iter_all():
        with suppress(OSError):
            children[int(_read_stat(process)[_PARENT])].append(process)
    found = [root]
    for process in found:
        found += children[process]
    return found


def read_command(process: int) -> str:
    """Its command line with spaces between the arguments; "" where it has ended."""
    with suppress(OSError):
        raw = (_PROC / str(process) / "cmdline").read_bytes()
        return raw.decode(errors="replace").replace("\0", " ")
    return ""


def _iter_all() -> Iterator[int]:
    return (int(path.name) for path in _PROC.iterdir() if path.name.isdigit())


def _read_stat(process: int) -> list[str]:
    # The name stands in brackets and may hold spaces.
    return (_PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _read_sizes(process: int, name: str) -> dict[str, int]:
    """The lines `Name: 12 kB` of a file in /proc/PID, in bytes."""
    lines = (_PROC / str(process) / name).read_text(encoding="utf-8", errors="replace").splitlines()
    cells = [line.split() for line in lines if line.endswith(" kB")]
    return {line[0].removesuffix(":"): int(line[1]) * 1024 for line in cells if len(line) == 3}
