"""UDPipe 1 trained on the sentences that the embedded models learnt from, scored on the same dev documents.

    python scripts/benchmarks/comparison.py TREEBANK --build build/comparison

Its own trainer with the options of a first trial (tokenizer 50 epochs, parser 15 iterations), without variants of
the sentences and without raw text. Scored from raw text, F1 in percent by the CoNLL 2018
scorer, beside the embedded models' own scores; written to scripts/benchmarks/results/comparison.json.
"""

import argparse
import json
from pathlib import Path

from ufal.udpipe import InputFormat, Model, Pipeline, ProcessingError, Sentence, Sentences, Trainer

from mudawwana.conllu_io import read_conllu, write_conllu
from mudawwana.evaluate import score_conllu
from mudawwana.files import write_text_atomically
from mudawwana.models import load_models
from mudawwana.reannotate import annotate_raw_text, read_raw_documents
from mudawwana.settings import EMBEDDED
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.train import split_by_document

RESULTS = Path(__file__).parent / "results" / "comparison.json"
METRICS = ("Tokens", "Sentences", "Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS", "MLAS")
_TOKENIZER = "dimension=24;epochs=50;allow_spaces=0"
_PARSER = "iterations=15;embedding_form=50;embedding_upostag=20;embedding_feats=20;embedding_deprel=20"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("treebank", type=Path)
    parser.add_argument("--build", type=Path, required=True, help="where files and UDPipe's model go; it is kept")
    arguments = parser.parse_args()
    train, dev = split_by_document(prepare_treebank(read_conllu(arguments.treebank)))
    gold, system, model = (arguments.build / name for name in ("dev.conllu", "system.conllu", "udpipe.model"))
    write_conllu(gold, dev)
    if not model.is_file():
        write_conllu(arguments.build / "train.conllu", train)
        train_udpipe(arguments.build / "train.conllu", model)
    write_text_atomically(system, [annotate(model, gold)])
    record = {"UDPipe 1": score_conllu(gold, system)[0]}
    write_conllu(system, annotate_raw_text(gold, load_models(EMBEDDED)))
    record["embedded"] = score_conllu(gold, system)[0]
    record = {name: {metric: round(scores[metric], 2) for metric in METRICS} for name, scores in record.items()}
    write_text_atomically(RESULTS, [json.dumps(record, indent=1) + "\n"])
    print("| | " + " | ".join(METRICS) + " |\n|---|" + "--:|" * len(METRICS))
    for name, scores in record.items():
        print(f"| {name} | " + " | ".join(f"{scores[metric]:.2f}" for metric in METRICS) + " |")


def train_udpipe(train_path: Path, model_path: Path) -> None:
    reader = InputFormat.newConlluInputFormat()
    reader.setText(train_path.read_text(encoding="utf-8"))
    error = ProcessingError()
    sentences = Sentences()
    while reader.nextSentence(sentence := Sentence(), error):
        sentences.append(sentence)
    model = Trainer.train(
        "morphodita_parsito", sentences, Sentences(), _TOKENIZER, Trainer.DEFAULT, _PARSER, error
    )
    if error.occurred():
        raise SystemExit(f"{train_path}: {error.message}")
    model_path.write_bytes(model)


def annotate(model_path: Path, gold_path: Path) -> str:
    """UDPipe's CoNLL-U for the raw text of the gold file; an empty line ends a paragraph."""
    error = ProcessingError()
    model = Model.load(str(model_path))  # the pipeline does not keep it alive
    pipeline = Pipeline(model, "tokenize", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
    text = "".join(f"{one.text}\n\n" for _, paragraphs in read_raw_documents(gold_path) for one in paragraphs)
    conllu: str = pipeline.process(text, error)
    if error.occurred():
        raise SystemExit(f"{model_path}: {error.message}")
    return conllu


if __name__ == "__main__":
    main()
