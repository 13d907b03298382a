#!/usr/bin/env bash
# conllu 6.0.0: what follows the second "=" of a MISC value is gone, and so is the first of two items of one key.
# One would guess: `Gloss=a=b` has the value `a=b` (UD's page on the format asks for no more than a vertical bar between
# items), and parse(...).serialize() gives the text back.
# What happens: the value is cut at its second "="; of two items `Note=p|Note=q` the last stays. No warning.
# `parse(..., field_parsers={"misc": lambda line, i: line[i]})` keeps the column as it stands.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check conllu==6.0.0
printf '# text = كتاب\n1\tكتاب\tكِتَاب\tNOUN\t_\t_\t0\troot\t_\tGloss=a=b|Note=p|Note=q\n\n' > in.conllu  # "book"
venv/bin/python - <<'PYTHON'
from importlib.metadata import version
from pathlib import Path

import conllu

text = Path("in.conllu").read_text(encoding="utf-8")
cut = conllu.parse(text)[0].serialize().rstrip("\n").split("\t")[-1]
whole = conllu.parse(text, field_parsers={"misc": lambda line, i: line[i]})[0].serialize()
print("conllu", version("conllu"))
print("by default:              ", cut)
print("with a parser of strings:", whole.rstrip("\n").split("\t")[-1])
assert cut == "Gloss=a|Note=q" and whole == text, "this has changed"
PYTHON
