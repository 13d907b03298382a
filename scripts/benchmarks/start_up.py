"""How long it takes until the first word is annotated, and until `--help` is there.

Every row is measured in fresh processes, --rounds times in turn with the others; the medians count, in seconds
from the start of the interpreter to its end. The floor is what nobody can do without: importing torch and Stanza,
and reading the weights of the embedded models. Prints a table, writes JSON (--json).
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import mudawwana
from command_line import count_option, json_option, subcommand
from reporting import build_table, list_versions, write_record

_FLOOR = "floor: torch, Stanza, weights"
_IMPORTS = "import torch, stanza"
_READ = """
import sys
from pathlib import Path
for path in sorted(Path(sys.argv[1]).glob("*.pt")):
    torch.load(path, map_location="cpu", weights_only=False)
"""
_LOAD = """
from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import load_models
from mudawwana.base.records import Document, Paragraph
models = load_models("embedded")
"""
_ANNOTATE = """
document = Document("d", "سلام", "", "seeds/d.txt")
[(_, [sentence])] = annotate_documents([(document, [Paragraph("d-p1", 0, document.text)])], models)
assert sentence.words
"""
_ROWS = {
    "python": "",
    "import torch and Stanza": _IMPORTS,
    _FLOOR: _IMPORTS + _READ,
    "mudawwana, models loaded": _LOAD,
    "mudawwana, first word": _LOAD + _ANNOTATE,
    "mudawwana --help": 'from mudawwana.cli import main; main(["--help"])',
}


@subcommand(__doc__)
@count_option("--rounds", 7)
@json_option
def main(rounds: int, json_path: Path | None) -> None:
    for code in _ROWS.values():  # compiles what is not compiled yet, and brings all files into memory
        _run(code)
    measured = [{name: _run(code) for name, code in _ROWS.items()} for _ in range(rounds)]
    rows = [_summarise(name, measured) for name in _ROWS]
    columns = ("seconds", "cpu_seconds", "to_floor")
    cells = ((row["name"], *(f"{row[column]:.2f}" for column in columns)) for row in rows)
    print(build_table(("", "seconds", "of a core", "to the floor"), cells))
    write_record(json_path, {"rounds": rounds, "versions": list_versions("stanza", "torch"), "rows": rows})


def _run(code: str) -> dict[str, float]:
    """Seconds on the clock and of the processor."""
    embedded = Path(mudawwana.__file__).parent / "annotate" / "embedded"
    before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(embedded)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    seconds, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    return {
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }


def _summarise(name: str, rounds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    """The row's medians, and the median over the rounds of its ratio to the floor of the same round."""
    medians = {key: statistics.median(one[name][key] for one in rounds) for key in ("seconds", "cpu_seconds")}
    ratio = statistics.median(one[name]["cpu_seconds"] / one[_FLOOR]["cpu_seconds"] for one in rounds)
    return (
        {"name": name} | {key: round(value, 3) for key, value in medians.items()} | {"to_floor": round(ratio, 3)}
    )
