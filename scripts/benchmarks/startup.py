"""How long it takes until the first word is annotated, and until `--help` is there.

Every row is measured in fresh processes, --rounds times in turn with the others; the medians count, in seconds
from the start of the interpreter to its end. The floor is what nobody can do without: importing torch and Stanza,
and reading the weights of the embedded models. Prints a table, writes JSON (--json).
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mudawwana.base.files import write_text_atomically

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    for code in _ROWS.values():  # compiles what is not compiled yet, and brings all files into memory
        _run(code)
    rounds = [{name: _run(code) for name, code in _ROWS.items()} for _ in range(arguments.rounds)]
    rows = [_summarise(name, rounds) for name in _ROWS]
    print(_build_table(rows))
    if arguments.json:
        versions = {name: version(name) for name in ("mudawwana", "stanza", "torch")}
        record = {"rounds": arguments.rounds, "versions": versions, "rows": rows}
        write_text_atomically(arguments.json, [json.dumps(record, indent=1) + "\n"])


def _run(code: str) -> dict[str, float]:
    """Seconds on the clock and of the processor."""
    from resource import RUSAGE_CHILDREN, getrusage

    import mudawwana

    embedded = Path(mudawwana.__file__).parent / "embedded"
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


def _build_table(rows: list[dict[str, Any]]) -> str:
    lines = ["| | seconds | of a core | to the floor |", "|---|--:|--:|--:|"]
    lines += [
        f"| {row['name']} | {row['seconds']:.2f} | {row['cpu_seconds']:.2f} | {row['to_floor']:.2f} |"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
