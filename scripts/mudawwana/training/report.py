"""Scores of trained models on the dev documents, from raw text, and the card of each model."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from mudawwana.annotate.models import PROCESSORS, load_models
from mudawwana.annotate.reannotate import annotate_raw_text
from mudawwana.annotate.tiers import FILE_NAME
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.files import hash_file, write_text_atomically
from mudawwana.compare.evaluate import score_conllu
from mudawwana.training.calibration import calibrate, judge_words, write_calibration
from mudawwana.training.curves import draw_curves, parse_log
from mudawwana.training.recipes import COMPACT
from mudawwana.training.train import DEV_SHARE, SEED
from mudawwana.training.vectors import DIMENSIONS, EPOCHS, TYPES

_WHAT = {
    "tokenize": "Stanza's sentence splitter and tokenizer (bidirectional LSTM over characters)",
    "mwt": "Stanza's expander of multi-word tokens (dictionary, then sequence to sequence with copying)",
    "pos": "Stanza's tagger: UPOS, XPOS, FEATS (bidirectional LSTM over words and their characters)",
    "lemma": "Stanza's lemmatizer (dictionary, then sequence to sequence with copying)",
    "depparse": "Stanza's dependency parser (bidirectional LSTM, deep biaffine attention)",
    "vectors": "word vectors that tagger and parser share (skip-gram), over the words that the tokenizer and the "
    "expander beside this file find",
}

_CARD = """# {name}.pt

For Arabic: {what}. Weights in half precision, {size:.1f} MB. Made with stanza {stanza}, mudawwana {mudawwana}.

- **Licence:** {licence}
- **Data:**
{data}
{credits}
- **Command:** `{command}`
- **Seed:** {seed}
- **Settings** beyond the trainer's defaults: `{settings}`
- **Split:** a document is dev where SHA-256 of its id, as a number, is divisible by {share}: {dev} dev sentences;
  {train} for training, with their variants (Arabic punctuation, other quotes and digits, missing hamzas ...).

![Training loss and score on dev by step](curves.svg)

All models of this folder together, on the dev documents from raw text (a document's sentences joined into one
paragraph), by the CoNLL 2018 scorer of udtools {udtools}:

```
{table}
```
"""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the cards say of the data besides what can be computed."""

    treebank_path: Path
    rawtext_paths: Sequence[Path]
    licence: str
    credits: Sequence[str]
    """Whom the data's licences ask to name."""


def score_models(model_dir: Path) -> str:
    """The CoNLL 2018 scorer's table for the models in `model_dir` on its dev documents.

    Writes `work/system-dev.conllu`, F1 in percent by metric with the models' fingerprint to `scores.json`, and
    what their confidence is worth to `calibration.json`.
    """
    gold_path = model_dir / "work" / "gold-dev.conllu"
    system_path = model_dir / "work" / "system-dev.conllu"
    models = load_models(str(model_dir))
    write_conllu(system_path, annotate_raw_text(gold_path, models))
    scores, table = score_conllu(gold_path, system_path)
    record = {"fingerprint": models.fingerprint, "dev": scores}
    write_text_atomically(model_dir / "scores.json", [json.dumps(record, indent=1) + "\n"])
    calibration = calibrate(
        judge_words(gold_path, system_path), fingerprint=models.fingerprint, data="dev documents of the treebank"
    )
    write_calibration(model_dir / FILE_NAME, calibration)
    return table


def write_cards(model_dir: Path, provenance: Provenance, table: str) -> None:
    """Writes `<name>.md` beside each model, and `curves.svg` from the trainers' logs."""
    logs = [model_dir / "work" / f"{processor}.log" for processor in PROCESSORS]
    curves = {log.stem: parse_log(log.read_text(encoding="utf-8")) for log in logs if log.is_file()}
    draw_curves(curves, model_dir / "curves.svg")
    settings = {processor: " ".join(COMPACT.options[processor]) for processor in PROCESSORS}
    settings["vectors"] = f"{DIMENSIONS} dimensions, {TYPES} most frequent words, {EPOCHS} epochs"
    data = [provenance.treebank_path, *provenance.rawtext_paths]
    facts = {
        "licence": provenance.licence,
        "data": "\n".join(f"  - `{path.name}` (sha256 {hash_file(path)[:16]})" for path in data),
        "credits": "\n".join(f"  - {one}" for one in provenance.credits),
        "command": _spell_command(provenance),
        "train": _count_sentences(model_dir / "work" / "train.conllu"),
        "dev": _count_sentences(model_dir / "work" / "dev.conllu"),
        "share": DEV_SHARE,
        "seed": SEED,
        "table": table,
        **{package: version(package) for package in ("mudawwana", "stanza", "udtools")},
    }
    for name in _WHAT:
        if not (model_dir / f"{name}.pt").is_file():
            continue
        size = (model_dir / f"{name}.pt").stat().st_size / 1e6
        card = _CARD.format(name=name, what=_WHAT[name], size=size, settings=settings[name], **facts)
        write_text_atomically(model_dir / f"{name}.md", [card.replace("\n\n- **Command", "\n- **Command")])


def _spell_command(provenance: Provenance) -> str:
    rawtext = "".join(f" --rawtext {path.name}" for path in provenance.rawtext_paths)
    name = provenance.treebank_path.name
    return f"mudawwana train {name}{rawtext} --output DIR"


def _count_sentences(path: Path) -> int:
    return sum(1 for _ in read_conllu(path))
