"""What comes out of a benchmark: a record as JSON, a table in Markdown, a block of a README, a drawing."""

import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudawwana.base.files import write_text_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RESULTS = Path(__file__).parent / "results"
REPOSITORY = Path(__file__).resolve().parents[2]
README = REPOSITORY / "README.md"
LIMIT_COLOUR = "#b04a3a"


def write_record(path: Path | None, record: object) -> None:
    """Writes JSON; without a path, nothing."""
    if path:
        write_text_atomically(path, [json.dumps(record, ensure_ascii=False, indent=1) + "\n"])


def read_record(path: Path) -> dict[str, Any]:
    """What was written there; nothing where nothing was."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return record


def list_versions(*packages: str) -> dict[str, str]:
    return {name: version(name) for name in ("mudawwana", *packages)}


def build_table(header: Sequence[str], rows: Iterable[Iterable[object]], *, left: Sequence[int] = (0,)) -> str:
    """Markdown; columns of numbers, so all but the 0-based `left` ones stand on the right."""
    rules = "|".join("---" if place in left else "--:" for place in range(len(header)))
    cells = [header, *rows]
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in cells]
    return "\n".join([lines[0].replace("|  |", "| |"), f"|{rules}|", *lines[1:]])


def write_block(name: str, content: str, path: Path = README) -> None:
    """Puts Markdown between `<!-- NAME: begin -->` and `<!-- NAME: end -->`; all else stays."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, found_begin, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        raise SystemExit(f"{path}: no {begin.strip()} ... {end.strip()}; put them where the table shall stand.")
    write_text_atomically(path, [before, begin, content.strip("\n"), "\n", end, after])


def open_drawing(width: float, height: float) -> "Figure":
    """Inches; equal numbers give equal bytes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update(
        {"svg.hashsalt": "mudawwana", "svg.fonttype": "none", "axes.spines.top": False, "axes.spines.right": False}
    )
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def write_drawing(figure: "Figure", path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
