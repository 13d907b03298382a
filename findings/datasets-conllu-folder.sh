#!/usr/bin/env bash
# datasets 5.2.0: load_dataset on a folder of .conllu files succeeds, with a single column that holds the ids.
# One would guess: as the library has had a loader of CoNLL files since 5.0 and takes it for .conllu by itself, the ten
# columns of CoNLL-U come out, or an error that asks for them.
# What happens: one column `tokens` with the first column of the file ("1", "2-3", ...); forms, tags, heads and
# comments are gone, without a warning. With `column_names` and `delimiter="\t"` the columns are there, and the lines of
# multi-word tokens stand among the words.
# Who publishes CoNLL-U beside Parquet names the Parquet under `data_files`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datasets==5.2.0
mkdir folder
printf '# sent_id = 1\n# text = كتابهم\n1-2\tكتابهم\t_\t_\t_\t_\t_\t_\t_\t_\n' > folder/train.conllu  # "their book"
printf '1\tكتاب\tكِتَاب\tNOUN\t_\t_\t0\troot\t_\t_\n2\tهم\tهُوَ\tPRON\t_\t_\t1\tnmod\t_\t_\n\n' >> folder/train.conllu
HF_HUB_OFFLINE=1 HF_HOME=$folder/cache venv/bin/python - 2> log.txt <<'PYTHON' || { cat log.txt; exit 1; }
from importlib.metadata import version

from datasets import load_dataset

rows = load_dataset("folder", split="train")
print("datasets", version("datasets"))
print(rows.column_names, rows[0])
assert rows.to_list() == [{"tokens": ["1-2", "1", "2"]}], "this has changed"
PYTHON
