#!/usr/bin/env bash
# pyconll 3.3.1: a MISC value with commas comes back sorted, and without what it says twice.
# One would guess: values of MISC are strings, as UD's page on the format has them, and an untouched file is written as
# it was read.
# What happens: pyconll splits each value at its commas into a Python set; writing sorts it. `Alt=b,a,b` becomes
# `Alt=a,b`: an order of alternatives, or a list in which something stands twice, is lost.
# Who writes lists into MISC separates them by something else than a comma.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyconll==3.3.1
printf '# sent_id = 1\n# text = كتاب\n1\tكتاب\tكِتَاب\tNOUN\t_\t_\t0\troot\t_\tAlt=b,a,b\n\n' > in.conllu  # "book"
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

import pyconll

treebank = pyconll.load_from_file("in.conllu")
print("pyconll", version("pyconll"))
print("read:   ", treebank[0]["1"].misc)
written = treebank.conll().rstrip("\n").split("\t")[-1]
print("written:", written)
assert treebank[0]["1"].misc == {"Alt": {"a", "b"}} and written == "Alt=a,b", "this has changed"
PYTHON
