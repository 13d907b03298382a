"""What an annotation says of the code that made it, in its `# generator`, and so in the data card.

A commit cannot stand there: the shipped annotation would have to name the one that it is a part of. What does is a
digest of the code that decides what an annotation says, the same in a checkout and in an installed package, which
changes with that code alone; `python scripts/find_commits.py DIGEST` finds the commits that have it.
"""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOMS = ("annotate", "arabic", "base", "seeds")
"""The packages whose code and tables decide what an annotation says."""
SUFFIXES = (".py", ".tsv", ".xz")
"""Of the files in them that are code or tables; models have fingerprints."""


@cache
def describe_generator() -> str:
    """Versions, and the code's digest."""
    return f"mudawwana {version('mudawwana')} (code {hash_own_code()}), stanza {version('stanza')}"


@cache
def hash_own_code() -> str:
    return hash_code(Path(__file__).parent.parent)


def hash_code(package: Path) -> str:
    """16 hexadecimal digits over the code and the tables of the package that decide what an annotation says."""
    code = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (package / room).rglob("*.*")):
        if path.suffix in SUFFIXES:
            code.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return code.hexdigest()[:16]
