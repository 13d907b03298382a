#!/usr/bin/env bash
# ray 2.60.0: map_batches with its default batch format turns a column of lists of strings into pickled Python objects.
# One would guess: a function that gives each batch back as it came leaves the types of the columns as they were.
# What happens: list<string> becomes ArrowPythonObjectType (large_binary: each cell a pickle), list<int64> a tensor of
# variable shape; Parquet written from that holds pickles. With `batch_format="pyarrow"` both stay lists.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'ray[data]==2.60.0'
RAY_USAGE_STATS_ENABLED=0 venv/bin/python - 2> log.txt <<'PYTHON' || { cat log.txt; exit 1; }
import pyarrow as pa
import ray

ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
ray.data.DataContext.get_current().enable_progress_bars = False
rows = ray.data.from_arrow(pa.table({"tokens": [["و", "قال"], ["في"]], "heads": [[2, 0], [0]]}))  # "and said", "in"
by_default = rows.map_batches(lambda batch: batch).materialize().schema().types
as_arrow = rows.map_batches(lambda batch: batch, batch_format="pyarrow").materialize().schema().types
print("ray", ray.__version__)
print("before:    ", rows.schema().types)
print("by default:", by_default)
print("as pyarrow:", as_arrow)
assert "PythonObject" in str(by_default[0]) and as_arrow == rows.schema().types, "this has changed"
PYTHON
