"""UDPipe 1, spaCy and Stanza's default sizes, trained on the embedded models' sentences, scored on their dev.

    python scripts/benchmarks comparison TREEBANK --build build/comparison

UDPipe's own trainer has the options of a first trial (tokenizer 50 epochs, parser 15 iterations), spaCy's those
of `spacy init config --lang ar --optimize efficiency`, Stanza's its defaults but for an end after so many steps as
a CPU makes in an hour or two; spaCy and Stanza keep what is best on dev, as the embedded models do. None of them
has variants of the sentences, raw text (so no word vectors) or lexicon. spaCy splits no token into words: it
learns and is scored with tokens in their place. Stanza's models run in Mudawwana's pipeline.

Scored from raw text, F1 in percent by the CoNLL 2018 scorer; each row goes to results/comparison.json when it is
there. `--only NAME` (repeatable) makes some now, the others later; what is trained stays in the build folder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from command_line import FILE, PATH, subcommand
from mudawwana.base.conllu_io import parse_conllu, read_annotated_documents, read_conllu, write_conllu
from mudawwana.base.records import Sentence, Word
from mudawwana.training.recipes import PLAIN
from reporting import RESULTS, build_table, read_record, write_record

if TYPE_CHECKING:
    from spacy.tokens import Token

METRICS = ("Tokens", "Sentences", "Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS", "MLAS")
NAMES = ("UDPipe 1", "spaCy", "Stanza, default sizes", "embedded")
_TOKENIZER = "dimension=24;epochs=50;allow_spaces=0"
_PARSER = "iterations=15;embedding_form=50;embedding_upostag=20;embedding_feats=20;embedding_deprel=20"
STANZA = replace(
    PLAIN,
    options={
        # As its training script finds it: three times the mean length of a sentence, in hundreds of characters.
        "tokenize": ("--max_seqlen", "300", "--steps", "2000"),
        "mwt": (),
        "pos": ("--max_steps", "600"),
        "lemma": (),
        "depparse": ("--max_steps", "400"),
    },
)
_SPACY = ["morphologizer", "trainable_lemmatizer", "parser"]


@subcommand(__doc__)
@click.argument("treebank", type=FILE)
@click.option("--build", type=PATH, required=True, help="Where files and models go; they are kept.")
@click.option("--only", type=click.Choice(NAMES), multiple=True, default=NAMES, help="A row of the table.")
def main(treebank: Path, build: Path, only: tuple[str, ...]) -> None:
    from mudawwana.compare.evaluate import score_conllu
    from mudawwana.training.prepare import prepare_treebank
    from mudawwana.training.train import split_by_document

    train, gold, system = (build / f"{name}.conllu" for name in ("train", "dev", "system"))
    learnt, dev = split_by_document(prepare_treebank(read_conllu(treebank)))
    write_conllu(train, learnt)
    write_conllu(gold, dev)
    record = read_record(RESULTS / "comparison.json")
    for name in only:
        write_conllu(system, _annotate(name, treebank, train, gold))
        scores, _ = score_conllu(gold, system)
        record[name] = {metric: round(scores[metric], 2) for metric in METRICS}
        write_record(RESULTS / "comparison.json", record)
    rows = ((name, *(f"{scores[metric]:.2f}" for metric in METRICS)) for name, scores in record.items())
    print(build_table(("", *METRICS), rows))


def _annotate(name: str, treebank: Path, train: Path, gold: Path) -> Iterable[Sentence]:
    """The raw text of the gold file, by models that are trained beside it where they are not there yet."""
    build = gold.parent
    if name == "UDPipe 1":
        return run_udpipe(train_udpipe(train, build / "udpipe.model"), gold)
    if name == "spaCy":
        return run_spacy(train_spacy(train, gold, build / "spacy"), gold)
    from mudawwana.annotate.models import load_models
    from mudawwana.annotate.reannotate import annotate_raw_text

    models = "embedded" if name == "embedded" else str(train_stanza(treebank, build / "stanza"))
    return annotate_raw_text(gold, load_models(models))


def train_udpipe(train: Path, model_path: Path) -> Path:
    """UDPipe's model, trained where the file is not there yet."""
    if model_path.is_file():
        return model_path
    from ufal.udpipe import InputFormat, ProcessingError, Sentences, Trainer
    from ufal.udpipe import Sentence as UDPipeSentence

    reader = InputFormat.newConlluInputFormat()
    reader.setText(train.read_text(encoding="utf-8"))
    error = ProcessingError()
    sentences = Sentences()
    while reader.nextSentence(sentence := UDPipeSentence(), error):
        sentences.append(sentence)
    model = Trainer.train(
        "morphodita_parsito", sentences, Sentences(), _TOKENIZER, Trainer.DEFAULT, _PARSER, error
    )
    if error.occurred():
        raise SystemExit(f"{train}: {error.message}")
    model_path.write_bytes(model)
    return model_path


def run_udpipe(model_path: Path, gold: Path) -> Iterator[Sentence]:
    """UDPipe's sentences for the raw text of the gold file; an empty line ends a paragraph."""
    from ufal.udpipe import Model, Pipeline, ProcessingError

    error = ProcessingError()
    model = Model.load(str(model_path))  # the pipeline does not keep it alive
    pipeline = Pipeline(model, "tokenize", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
    conllu: str = pipeline.process("\n\n".join(_iter_paragraphs(gold)) + "\n\n", error)
    if error.occurred():
        raise SystemExit(f"{model_path}: {error.message}")
    return parse_conllu(conllu.splitlines(keepends=True))


def train_spacy(train: Path, dev: Path, folder: Path) -> Path:
    """The folder of spaCy's pipeline that is best on dev, trained where it is not there yet."""
    if not folder.is_dir():
        from spacy.cli.init_config import init_config
        from spacy.cli.train import train as train_pipeline

        from mudawwana.exports.docbin import write_docbin
        from mudawwana.exports.paragraphs import AnnotatedParagraph

        # Named only when it is whole: spaCy writes the best so far again and again.
        unfinished = folder.with_suffix(".tmp")
        paths = {}
        for path in (train, dev):
            paragraphs = (
                AnnotatedParagraph(doc_id, doc_id, "gold", tuple(sentences))
                for doc_id, sentences in read_annotated_documents(path)
            )
            docbin = write_docbin(paragraphs, unfinished, split=path.stem, unit="token")
            paths[f"paths.{path.stem}"] = str(docbin)
        config = unfinished / "spacy.cfg"
        init_config(lang="ar", pipeline=_SPACY, optimize="efficiency", gpu=False).to_disk(config)
        train_pipeline(config, unfinished, overrides=paths)
        unfinished.rename(folder)
    return folder / "model-best"


def run_spacy(model: Path, gold: Path) -> Iterator[Sentence]:
    """spaCy's sentences for the raw text of the gold file."""
    import spacy

    pipeline = spacy.load(model)
    for text in _iter_paragraphs(gold):
        for span in pipeline(text).sents:
            yield Sentence((), tuple(_make_word(token, span.start) for token in span))


def _iter_paragraphs(gold: Path) -> Iterator[str]:
    from mudawwana.annotate.reannotate import read_raw_documents

    return (paragraph.text for _, paragraphs in read_raw_documents(gold) for paragraph in paragraphs)


def train_stanza(treebank: Path, folder: Path) -> Path:
    """The folder of Stanza's models; a stage that is trained stays."""
    from mudawwana.training.train import train_models

    train_models(treebank, folder, recipe=STANZA)
    return folder


def _make_word(token: "Token", start: int) -> Word:
    """The spaCy token as a word of the sentence that begins at this position of the document."""
    is_root = token.head.i == token.i
    return Word(
        id=token.i - start + 1,
        form=token.text,
        lemma=token.lemma_ or "_",
        upos=token.pos_ or "_",
        xpos="_",
        feats=str(token.morph) or "_",
        head="0" if is_root else str(token.head.i - start + 1),
        deprel="root" if is_root else token.dep_ or "_",
        deps="_",
        misc="_" if token.whitespace_ else "SpaceAfter=No",
    )
