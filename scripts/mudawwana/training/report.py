"""Scores of trained models on the dev documents, from raw text, and the card of each model."""

import json
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from mudawwana.annotate import annotate_documents
from mudawwana.conllu_io import read_conllu, write_conllu
from mudawwana.evaluate import score_conllu
from mudawwana.files import write_text_atomically
from mudawwana.models import PROCESSORS, load_models
from mudawwana.records import Document, Paragraph, Sentence
from mudawwana.training.train import DEV_SHARE, RECIPE, SEED

_WHAT = {
    "tokenize": "sentence splitter and tokenizer (bidirectional LSTM over characters)",
    "mwt": "expander of multi-word tokens (dictionary, then sequence to sequence with copying)",
    "pos": "tagger: UPOS, XPOS, FEATS (bidirectional LSTM over words and their characters)",
    "lemma": "lemmatizer (dictionary, then sequence to sequence with copying)",
    "depparse": "dependency parser (bidirectional LSTM, deep biaffine attention)",
}

_CARD = """# {processor}.pt

Stanza {stanza} `{processor}` model for Arabic: {what}. Weights in half precision, {size:.1f} MB.

- **Data:** `{treebank}`, a part of UD_Arabic-PUD (Uszkoreit, Macketanz, Burchardt, Harris, Marheinecke, Petrov,
  Kayadelen, Attia, Elkahky, Yu, Pitler, Lertpradit, Ateyah, Popel, Zeman, Habash, Taji; CC BY-SA 3.0), prepared
  (`mudawwana prepare`) and augmented with Arabic punctuation and digits: {train} training sentences and as many
  variants of them, {dev} dev sentences. A document is dev where SHA-256 of its id is divisible by {share}.
- **Licence:** CC BY-SA 4.0.
- **Command:** `mudawwana train {treebank} --output DIR` (mudawwana {mudawwana}), seed {seed}, Stanza's trainer
  with `{options}` beyond its defaults.

All five models together, on the dev documents from raw text (a document's sentences joined into one paragraph),
by the CoNLL 2018 scorer of udtools {udtools}:

```
{table}
```
"""


def score_models(model_dir: Path) -> tuple[dict[str, float], str]:
    """(F1 in percent by metric, the scorer's table) of the models in `model_dir` on its dev documents.

    Writes `work/system-dev.conllu`, and the scores with the models' fingerprint to `scores.json`.
    """
    gold_path = model_dir / "work" / "gold-dev.conllu"
    system_path = model_dir / "work" / "system-dev.conllu"
    models = load_models(str(model_dir))
    annotated = annotate_documents(list(_read_raw_documents(gold_path)), models)
    write_conllu(system_path, [sentence for _, sentences in annotated for sentence in sentences])
    scores, table = score_conllu(gold_path, system_path)
    record = {"fingerprint": models.fingerprint, "dev": scores}
    write_text_atomically(model_dir / "scores.json", [json.dumps(record, indent=1) + "\n"])
    return scores, table


def write_cards(model_dir: Path, treebank_path: Path, table: str) -> None:
    """Writes `<processor>.md` beside each model."""
    for processor in PROCESSORS:
        card = _CARD.format(
            processor=processor,
            what=_WHAT[processor],
            size=(model_dir / f"{processor}.pt").stat().st_size / 1e6,
            treebank=treebank_path.name,
            train=_count_sentences(model_dir / "work" / "train.conllu") // 2,
            dev=_count_sentences(model_dir / "work" / "dev.conllu"),
            share=DEV_SHARE,
            seed=SEED,
            options=" ".join(RECIPE[processor]),
            table=table,
            **{name: version(name) for name in ("mudawwana", "stanza", "udtools")},
        )
        write_text_atomically(model_dir / f"{processor}.md", [card])


def _read_raw_documents(gold_path: Path) -> list[tuple[Document, list[Paragraph]]]:
    """The gold documents as raw text: one paragraph each, so that sentence ends are not given away."""
    documents: list[tuple[Document, list[Paragraph]]] = []
    doc_id = ""

    def get_doc_id(sentence: Sentence) -> str:
        nonlocal doc_id
        doc_id = sentence.get_comment("newdoc id") or doc_id
        return doc_id

    for current, sentences in groupby(read_conllu(gold_path), key=get_doc_id):
        text = " ".join(sentence.text for sentence in sentences)
        document = Document(current, text, sha256="", path=f"{current}.txt")
        documents.append((document, [Paragraph(f"{current}-p1", 0, text)]))
    return documents


def _count_sentences(path: Path) -> int:
    return sum(1 for _ in read_conllu(path))
