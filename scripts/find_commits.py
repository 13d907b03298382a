"""The digest of code in a `# generator` -> the commits of this checkout whose code that is, the newest first.

python scripts/find_commits.py 0123456789abcdef
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mudawwana.annotate.generator import ROOMS, SUFFIXES, hash_code

PACKAGE = "scripts/mudawwana"
PATTERNS = [f":(glob){PACKAGE}/{room}/**/*{suffix}" for room in ROOMS for suffix in SUFFIXES]


def find_commits(repository: Path, digest: str) -> Iterator[str]:
    """Each with its day and its subject; one of several in a row that leave that code alone stands for all."""
    log = _git(repository, "log", "--format=%H %as %s", "--", *PATTERNS).decode()
    for line in log.splitlines():
        if _hash_commit(repository, line.split()[0]) == digest:
            yield line


def _hash_commit(repository: Path, commit: str) -> str:
    rows = _git(repository, "ls-tree", "-r", "-z", commit, "--", PACKAGE).decode().split("\0")[:-1]
    blobs = {name: row.split()[2] for row, _, name in (row.partition("\t") for row in rows)}
    blobs = {name: blob for name, blob in blobs.items() if Path(name).suffix in SUFFIXES}
    raw = _git(repository, "cat-file", "--batch", input="\n".join(blobs.values()).encode())
    with tempfile.TemporaryDirectory() as folder:
        for name in blobs:
            head, _, raw = raw.partition(b"\n")
            size = int(head.split()[2])
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw[:size])
            raw = raw[size + 1 :]
        return hash_code(Path(folder, PACKAGE))


def _git(repository: Path, *arguments: str, input: bytes = b"") -> bytes:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, input=input, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = [*find_commits(Path(__file__).parents[1], sys.argv[1])]
    print("\n".join(found) or f"no commit here has the code {sys.argv[1]}; fetch others, or all history.")
    sys.exit(0 if found else 1)
