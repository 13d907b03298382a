#!/usr/bin/env bash
# udapi 0.5.2: a round trip with nothing between rewrites the MISC of the words of multi-word tokens, and of no others.
# One would guess: read.Conllu and write.Conllu give the file back, or treat all lines alike.
# What happens: MISC of a word that is a token of its own stays as it is written; that of the words (not of the range's
# line) of a multi-word token is sorted by its keys without regard to case, and of two items of one key the last stays.
# A file whose MISC has each key once, in that order, comes back byte for byte.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check udapi==0.5.2
cat > in.conllu <<'CONLLU'
# sent_id = 1
# text = قرأ كتابهم
1	قرأ	قَرَأ	VERB	_	_	0	root	_	start_char=0|Note=p|Note=q
2-3	كتابهم	_	_	_	_	_	_	_	start_char=4|Note=p|Note=q
2	كتاب	كِتَاب	NOUN	_	_	1	obj	_	start_char=4|Note=p|Note=q
3	هم	هُوَ	PRON	_	_	2	nmod	_	_

CONLLU
sed 's/start_char=4|Note=p|Note=q$/start_char=4/' in.conllu > once.conllu  # "he read their book"
for name in in once; do venv/bin/udapy -q read.Conllu files=$name.conllu write.Conllu > $name.out; done
venv/bin/pip list --format=freeze --disable-pip-version-check | grep '^udapi=='
diff in.conllu in.out || true
sed '/^2\t/s/start_char=4|Note=p|Note=q$/Note=q|start_char=4/' in.conllu > expected.conllu
cmp in.out expected.conllu && cmp once.out once.conllu || { echo "this has changed"; exit 1; }
