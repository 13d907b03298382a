"""What the benchmarks of scaling and training make of their rows; nothing is measured here."""

import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY

sys.path.append(str(REPOSITORY / "scripts" / "benchmarks"))

import plan
import readme
import scaling
import training


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
    assert "here 1.96 (held), ray 1.96 (held)" in scaling.build_table(scaling.summarize(rows))


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
    found = plan.build_plan(record, 10**9, None)
    assert "| core-hours | 139 |" in found
    assert "| actors for one day | 6 |" in found
    assert "0.05 $ a core-hour, an assumption" in found
    assert "| cost at 0.1 $ a core-hour | 14 $ |" in plan.build_plan(record, 10**9, 0.1)
    with pytest.raises(SystemExit, match="no rows on Ray"):
        plan.choose_row([row for row in record["rows"] if row["engine"] == "here"])


def test_a_block_of_the_readme_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n", encoding="utf-8")
    readme.write_block("x", "new\n", path)
    assert path.read_text(encoding="utf-8") == "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n"
    with pytest.raises(SystemExit, match="no <!-- y: begin -->"):
        readme.write_block("y", "", path)
    text = readme.README.read_text(encoding="utf-8")
    assert all(f"<!-- {name}: begin -->\n" in text for name in ("scaling", "kills", "plan"))


def _score_all(value: float) -> dict[str, float]:
    columns = [*training.METRICS, *map(training._name_column, training.PHENOMENA_METRICS), "MB"]
    return dict.fromkeys(columns, value)


def test_a_step_is_measured_against_the_variant_that_its_name_begins_with() -> None:
    record = {
        "compact": _score_all(90.0),
        "without the lexicon": _score_all(88.5),
        "gold tags": _score_all(89.0),
        "gold tags, without word vectors": _score_all(85.0),
    }
    header, _, *rows = training.build_ablation_table(record).splitlines()
    assert header.endswith("| LAS (phenomena) | MB |")
    first = [row.strip("| ").split(" | ")[:2] for row in rows]
    assert first == [
        ["compact", "90.00"],
        ["without the lexicon", "-1.50"],
        ["gold tags", "-1.00"],
        ["gold tags, without word vectors", "-4.00"],
    ]
    assert {training._get_base(name) for name in training.VARIANTS} <= set(training.VARIANTS)


def test_folds_have_a_mean_and_an_interval_once_all_are_there() -> None:
    record = {f"fold-{fold}": _score_all(80.0 + fold) for fold in range(5)}
    # Student's t, 4 degrees of freedom: 2.776 * sqrt(2.5) / sqrt(5).
    assert training.build_folds_table(record).splitlines()[-1].startswith("| mean | 82.00 ± 1.96 |")
    del record["fold-4"]
    assert "mean" not in training.build_folds_table(record)
