"""The runner of the benchmarks, and what they make of their rows; nothing is measured here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY

sys.path.append(str(REPOSITORY / "scripts" / "benchmarks"))

import cluster_plan
import crash_resume
import processes
import recipe_scores
import reporting
import scaling

BENCHMARKS = REPOSITORY / "scripts" / "benchmarks"
SLOW = {"datasets", "matplotlib", "ray", "spacy", "stanza", "torch"}
_SHOW_HELP = """
import runpy, sys
from click.testing import CliRunner
sys.path.insert(0, sys.argv[1])
main = runpy.run_path(sys.argv[1])["main"]
assert CliRunner().invoke(main, ["--help"]).exit_code == 0
for name in main.list_commands(None):
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown
    assert sys.modules[name.replace("-", "_")].__doc__ in shown.stdout, shown.stdout
print(*sys.modules)
"""


def test_each_subcommand_shows_its_docstring_and_loads_nothing_slow_for_it() -> None:
    command = [sys.executable, "-c", _SHOW_HELP, str(BENCHMARKS)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "scripts")}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    assert not SLOW & set(done.stdout.split())


def test_no_module_has_a_name_of_the_librarys() -> None:
    library = REPOSITORY / "scripts" / "mudawwana"
    taken = {part for path in library.rglob("*.py") for part in path.relative_to(library).with_suffix("").parts}
    assert {path.stem for path in BENCHMARKS.glob("*.py")} & taken <= {"__main__"}


def test_peak_memory_is_that_of_the_measured_process_alone() -> None:
    held = bytearray(200_000_000)
    count, measured = processes.call_alone(processes.measure_call, len, "abc")
    assert count == 3
    assert 0 < measured["peak_bytes"] < len(held)


def _read_results(name: str) -> Any:
    return json.loads((reporting.RESULTS / name).read_text(encoding="utf-8"))


def test_tables_are_what_the_results_say() -> None:
    readme = reporting.README.read_text(encoding="utf-8")
    results = _read_results("scaling.json")
    assert scaling.build_report(results["rows"]) in readme
    assert cluster_plan.build_plan(results, 10**9, None) in readme
    assert crash_resume.build_kills_table(_read_results("kills.json")["rows"]) in readme
    history = recipe_scores.HISTORY.read_text(encoding="utf-8")
    assert recipe_scores.build_ablation_table(_read_results("training-ablation.json")) in history
    assert recipe_scores.build_folds_table(_read_results("training-folds.json")) in history


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Ten seconds to start, 2,000 words/s a worker from then on."""
    return [
        {
            "engine": engine,
            "workers": workers,
            "size": size,
            "words": size,
            "seconds": 10 + size / 2_000 / workers,
            "cpu_seconds": 10 + size / 2_000,
            "worker_peak_bytes": 10**9,
            "peak_bytes": 2 * 10**9,
            "sha256": f"of {size}",
            "conllu_bytes": size * 170,
            "seed_bytes": size * 11,
            "series": [[float(second), *[900 + second // 100] * workers] for second in range(400)],
            "stamp": "stamp",
        }
        for engine in ("here", "ray")
        for workers in (1, 2)
        for size in (0, 1_000, 1_000_000)
    ]


def test_the_start_is_told_apart_and_the_ratio_is_to_one_worker(rows: list[dict[str, Any]]) -> None:
    last = scaling.summarize(rows)[-1]
    assert (last["engine"], last["workers"], last["size"]) == ("ray", 2, 1_000_000)
    assert last["start_seconds"] == 10
    assert last["words_a_second_without_start"] == 4_000
    assert last["ratio"] == pytest.approx(510 / 260)
    # From 901 MiB in the second quarter to 903 in the last.
    assert last["growth_bytes"] == 2 << 20
    assert "here 1.96 (held), ray 1.96 (held)" in scaling.build_report(scaling.summarize(rows))


def test_rows_of_one_size_with_other_bytes_are_refused(rows: list[dict[str, Any]]) -> None:
    scaling.check_bytes(rows)
    rows[-1]["sha256"] = "other"
    with pytest.raises(SystemExit, match="1,000,000 words: the annotations differ"):
        scaling.check_bytes(rows)


def test_the_estimate_is_the_one_that_a_run_prints(rows: list[dict[str, Any]]) -> None:
    from mudawwana.cli.progress import Progress

    progress = Progress(1_000_000, 1_000_000, workers=1)
    progress._samples.append(2_000)
    found = scaling._find_estimate([(3.0, "another line"), (5.0, progress.describe_estimate())], end=505.0)
    assert found == {"estimated_seconds": 500, "took_seconds": 500}


def test_a_plan_follows_from_the_biggest_run_on_ray(rows: list[dict[str, Any]]) -> None:
    record = {"rows": scaling.summarize(rows), "check_words_a_second": 10**6}
    found = cluster_plan.build_plan(record, 10**9, None)
    assert "| core-hours | 139 |" in found
    assert "| actors for one day | 6 |" in found
    assert "0.05 $ a core-hour, an assumption" in found
    assert "| cost at 0.1 $ a core-hour | 14 $ |" in cluster_plan.build_plan(record, 10**9, 0.1)
    with pytest.raises(SystemExit, match="no rows on Ray"):
        cluster_plan.choose_row([row for row in record["rows"] if row["engine"] == "here"])


def test_a_block_of_the_readme_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n", encoding="utf-8")
    reporting.write_block("x", "new\n", path)
    assert path.read_text(encoding="utf-8") == "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n"
    with pytest.raises(SystemExit, match="no <!-- y: begin -->"):
        reporting.write_block("y", "", path)
    text = reporting.README.read_text(encoding="utf-8")
    assert all(f"<!-- {name}: begin -->\n" in text for name in ("scaling", "kills", "plan"))


def _score_all(value: float) -> dict[str, float]:
    columns = [*recipe_scores.METRICS, *map(recipe_scores._name_column, recipe_scores.PHENOMENA_METRICS), "MB"]
    return dict.fromkeys(columns, value)


def test_a_step_is_measured_against_the_variant_that_its_name_begins_with() -> None:
    record = {
        "compact": _score_all(90.0),
        "without the lexicon": _score_all(88.5),
        "gold tags": _score_all(89.0),
        "gold tags, without word vectors": _score_all(85.0),
    }
    header, _, *rows = recipe_scores.build_ablation_table(record).splitlines()
    assert header.endswith("| LAS (phenomena) | MB |")
    first = [row.strip("| ").split(" | ")[:2] for row in rows]
    assert first == [
        ["compact", "90.00"],
        ["without the lexicon", "-1.50"],
        ["gold tags", "-1.00"],
        ["gold tags, without word vectors", "-4.00"],
    ]
    assert {recipe_scores._get_base(name) for name in recipe_scores.VARIANTS} <= set(recipe_scores.VARIANTS)


def test_folds_have_a_mean_and_an_interval_once_all_are_there() -> None:
    record = {f"fold-{fold}": _score_all(80.0 + fold) for fold in range(5)}
    # Student's t, 4 degrees of freedom: 2.776 * sqrt(2.5) / sqrt(5).
    assert recipe_scores.build_folds_table(record).splitlines()[-1].startswith("| mean | 82.00 ± 1.96 |")
    del record["fold-4"]
    assert "mean" not in recipe_scores.build_folds_table(record)
