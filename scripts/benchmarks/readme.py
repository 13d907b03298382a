"""Tables that benchmarks write into README.md, each between two comments of its name."""

from pathlib import Path

from mudawwana.base.files import write_text_atomically

README = Path(__file__).parent.parent.parent / "README.md"


def write_block(name: str, content: str, path: Path = README) -> None:
    """Puts Markdown between `<!-- NAME: begin -->` and `<!-- NAME: end -->`; all else stays."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, found_begin, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        raise SystemExit(f"{path}: no {begin.strip()} ... {end.strip()}; put them where the table shall stand.")
    write_text_atomically(path, [before, begin, content.strip("\n"), "\n", end, after])
