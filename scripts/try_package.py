"""Builds wheel and sdist, installs the wheel into an empty environment, and runs it there on a text.

    python scripts/try_package.py [PIP_FLAG ...]

Outside of the checkout, in a temporary folder; from the network comes what pip installs. Exit status 1 where a
step fails or the wheel is too large.
"""

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_WHEEL_BYTES = 60_000_000
NOTICES = ("LICENSE", "NOTICE")
TEXT = "افتتحت بلدية المدينة مكتبة عامة. وحضر الافتتاح عدد من الكتّاب.\n"
_LOAD = """\
from datasets import load_dataset
for config in ("sentences", "tokens", "documents"):
    rows = load_dataset("x/corpus", config, split="train")
    print(config, rows.num_rows)
    assert rows.num_rows
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mudawwana-") as folder:
        place = Path(folder)
        call(place, sys.executable, "-m", "build", "--outdir", place / "dist", ROOT)
        (wheel,) = (place / "dist").glob("*.whl")
        call(place, sys.executable, "-m", "twine", "check", "--strict", *(place / "dist").iterdir())
        check_wheel(wheel)
        venv.create(place / "env", with_pip=True)
        python = place / "env" / "bin" / "python"
        pip = (python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", *sys.argv[1:])
        call(place, *pip, wheel)
        mudawwana = place / "env" / "bin" / "mudawwana"
        call(place, mudawwana, "init", "x")
        (place / "x" / "seeds" / "news.txt").write_text(TEXT, encoding="utf-8")
        call(place, mudawwana, "run", "x")
        call(place, python, "-c", _LOAD)


def check_wheel(wheel: Path) -> None:
    """Ends the process where the wheel is too large, or lacks a notice."""
    size = wheel.stat().st_size
    print(f"{wheel.name}: {size:,} bytes")
    if size >= MAX_WHEEL_BYTES:
        sys.exit(f"{wheel.name} has {size:,} bytes, of {MAX_WHEEL_BYTES:,} that it may have")
    names = zipfile.ZipFile(wheel).namelist()
    missing = [notice for notice in NOTICES if not any(name.endswith(f"licenses/{notice}") for name in names)]
    if missing:
        sys.exit(f"{wheel.name} lacks {', '.join(missing)}: see license_files in setup.cfg")


def call(place: Path, *command: str | Path) -> None:
    """Runs it in the place; ends this process where it fails."""
    print("$", *command, flush=True)
    status = subprocess.run(list(map(str, command)), cwd=place, check=False).returncode  # noqa: S603
    if status:
        sys.exit(f"{command[0]} ended with {status}")


if __name__ == "__main__":
    main()
