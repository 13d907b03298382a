#!/usr/bin/env bash
# udtools 0.2.9: `udeval -v`, which prints all metrics, gives a file against itself ELAS 0.00 and EULAS 0.00 where it
# has no enhanced graph (DEPS is "_", as in most treebanks).
# One would guess: 100, as all the other metrics have, or no row, or a dash.
# What happens: precision, recall and F1 are 0.00, which reads as if every enhanced relation were wrong.
# A table of scores made from that output leaves these two rows out where the gold file has no DEPS.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check udtools==0.2.9
printf '# sent_id = 1\n# text = كتاب\n1\tكتاب\tكِتَاب\tNOUN\t_\t_\t0\troot\t_\t_\n\n' > in.conllu  # "book"
venv/bin/udeval -v in.conllu in.conllu > out.txt
venv/bin/pip list --format=freeze --disable-pip-version-check | grep '^udtools=='
grep -E '^(Metric|LAS|ELAS|EULAS)' out.txt
grep -qE '^LAS +\| +100.00' out.txt && [ "$(grep -cE '^(ELAS|EULAS) +\| +0.00 \| +0.00 \| +0.00' out.txt)" = 2 ] ||
    { echo "this has changed"; exit 1; }
