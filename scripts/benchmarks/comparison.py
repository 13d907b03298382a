"""UDPipe 1, spaCy and Stanza's default sizes, trained on the embedded models' sentences, scored on their dev.

    python scripts/benchmarks/comparison.py TREEBANK --build build/comparison

UDPipe's own trainer has the options of a first trial (tokenizer 50 epochs, parser 15 iterations), spaCy's those of
`spacy init config --lang ar --optimize efficiency`, Stanza's its defaults but for an end after so many steps as a
CPU makes in an hour or two; spaCy and Stanza keep what is best on dev, as the embedded models do. None of them has
variants of the sentences, raw text (so no word vectors) or lexicon. Stanza's models run in Mudawwana's pipeline.

spaCy splits no token into words: from raw text it learns and is scored with tokens in their place. A second
pipeline, trained on words, shows on gold words what its tagger and parser are worth; so do UDPipe and the embedded
models, without what `mudawwana annotate` repairs. F1 in percent by the CoNLL 2018 scorer; written to
scripts/benchmarks/results/comparison.json after each row. A training that was stopped goes on where it was.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import spacy
from spacy.cli.init_config import init_config
from spacy.cli.train import train as train_pipeline
from spacy.tokens import Doc, Token
from stanza.utils.conll import CoNLL
from ufal.udpipe import InputFormat, Model, Pipeline, ProcessingError, Trainer
from ufal.udpipe import Sentence as UDPipeSentence
from ufal.udpipe import Sentences as UDPipeSentences

from mudawwana.conllu_io import parse_conllu, read_annotated_documents, read_conllu, write_conllu
from mudawwana.evaluate import score_conllu
from mudawwana.exports.docbin import write_docbin
from mudawwana.exports.paragraphs import AnnotatedParagraph
from mudawwana.files import write_text_atomically
from mudawwana.models import load_models
from mudawwana.reannotate import annotate_raw_text, read_raw_documents
from mudawwana.records import Sentence, Word
from mudawwana.settings import EMBEDDED
from mudawwana.training.edits import normalise_sentence
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.recipes import Recipe
from mudawwana.training.train import split_by_document, train_models

RESULTS = Path(__file__).parent / "results" / "comparison.json"
METRICS = ("Tokens", "Sentences", "Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS", "MLAS")
GOLD_WORDS = ", gold words"
_TOKENIZER = "dimension=24;epochs=50;allow_spaces=0"
_PARSER = "iterations=15;embedding_form=50;embedding_upostag=20;embedding_feats=20;embedding_deprel=20"
STANZA = Recipe(
    {
        "tokenize": ("--steps", "2000"),
        "mwt": (),
        "pos": ("--max_steps", "600"),
        "lemma": (),
        "depparse": ("--max_steps", "400"),
    },
    has_variants=False,
    has_dictionary=False,
    has_vectors=False,
    has_lexicon=False,
    has_inflections=False,
    jackknife_options=(),
    is_averaged=False,
)
_SPACY = ["morphologizer", "trainable_lemmatizer", "parser"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("treebank", type=Path)
    parser.add_argument("--build", type=Path, required=True, help="where files and models go; they are kept")
    arguments = parser.parse_args()
    learnt, dev = split_by_document(prepare_treebank(read_conllu(arguments.treebank)))
    names = ("train", "dev", "dev-words", "system")
    train, gold, gold_words, system = (arguments.build / f"{name}.conllu" for name in names)
    write_conllu(train, learnt)
    write_conllu(gold, dev)
    write_conllu(gold_words, map(normalise_sentence, dev))
    record = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    for name, annotate in _plan(arguments.treebank, train, gold, gold_words, arguments.build):
        write_conllu(system, annotate())
        scores, _ = score_conllu(gold_words if name.endswith(GOLD_WORDS) else gold, system)
        record[name] = {metric: round(scores[metric], 2) for metric in METRICS}
        write_text_atomically(RESULTS, [json.dumps(record, indent=1) + "\n"])
    print("| | " + " | ".join(METRICS) + " |\n|---|" + "--:|" * len(METRICS))
    for name, scores in record.items():
        print(f"| {name} | " + " | ".join(f"{scores[metric]:.2f}" for metric in METRICS) + " |")


def _plan(
    treebank: Path, train: Path, gold: Path, gold_words: Path, build: Path
) -> Iterator[tuple[str, Callable[[], Iterable[Sentence]]]]:
    """Each row's name and what annotates the gold file for it."""
    text = "".join(f"{one.text}\n\n" for _, paragraphs in read_raw_documents(gold) for one in paragraphs)
    words = gold_words.read_text(encoding="utf-8")
    udpipe = partial(train_udpipe, train, build / "udpipe.model")
    spacy_tokens = partial(train_spacy, train, gold, build / "spacy", unit="token")
    spacy_words = partial(train_spacy, train, gold, build / "spacy-words", unit="word")
    yield "UDPipe 1", lambda: run_udpipe(udpipe(), text, "tokenize")
    yield "spaCy", lambda: run_spacy(spacy_tokens(), gold, unit="token")
    yield "embedded", lambda: annotate_raw_text(gold, load_models(EMBEDDED))
    yield "UDPipe 1" + GOLD_WORDS, lambda: run_udpipe(udpipe(), words, "conllu")
    yield "spaCy" + GOLD_WORDS, lambda: run_spacy(spacy_words(), gold_words, unit="word")
    yield "embedded" + GOLD_WORDS, lambda: run_processors(gold_words)
    stanza = partial(train_stanza, treebank, build / "stanza")
    yield "Stanza, default sizes", lambda: annotate_raw_text(gold, load_models(stanza()))


def train_udpipe(train: Path, model_path: Path) -> Path:
    """UDPipe's model, trained where the file is not there yet."""
    if model_path.is_file():
        return model_path
    reader = InputFormat.newConlluInputFormat()
    reader.setText(train.read_text(encoding="utf-8"))
    error = ProcessingError()
    sentences = UDPipeSentences()
    while reader.nextSentence(sentence := UDPipeSentence(), error):
        sentences.append(sentence)
    model = Trainer.train(
        "morphodita_parsito", sentences, UDPipeSentences(), _TOKENIZER, Trainer.DEFAULT, _PARSER, error
    )
    if error.occurred():
        raise SystemExit(f"{train}: {error.message}")
    model_path.write_bytes(model)
    return model_path


def run_udpipe(model_path: Path, text: str, reader: Literal["tokenize", "conllu"]) -> Iterator[Sentence]:
    """UDPipe's sentences for raw text, where an empty line ends a paragraph, or for the words of CoNLL-U."""
    error = ProcessingError()
    model = Model.load(str(model_path))  # the pipeline does not keep it alive
    conllu: str = Pipeline(model, reader, Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu").process(text, error)
    if error.occurred():
        raise SystemExit(f"{model_path}: {error.message}")
    return parse_conllu(conllu.splitlines(keepends=True))


def train_spacy(train: Path, dev: Path, folder: Path, *, unit: Literal["token", "word"]) -> Path:
    """The folder of spaCy's pipeline that is best on dev, trained where it is not there yet."""
    best = folder / "model-best"
    if best.is_dir():
        return best
    paths = {
        f"paths.{path.stem}": str(write_docbin(_read_paragraphs(path), folder, split=path.stem, unit=unit))
        for path in (train, dev)
    }
    config = folder / "spacy.cfg"
    init_config(lang="ar", pipeline=_SPACY, optimize="efficiency", gpu=False).to_disk(config)
    train_pipeline(config, folder, overrides=paths)
    return best


def run_spacy(model: Path, gold: Path, *, unit: Literal["token", "word"]) -> Iterator[Sentence]:
    """What spaCy finds in the raw text of the gold file, or the file's sentences with spaCy's columns."""
    pipeline = spacy.load(model)
    for paragraph in _read_paragraphs(gold):
        if unit == "token":
            for span in pipeline(paragraph.text).sents:
                yield Sentence((), tuple(_make_word(token, span.start) for token in span))
            continue
        for sentence in paragraph.sentences:
            forms = [word.form for word in sentence.words]
            starts = [position == 0 for position in range(len(forms))]
            doc = pipeline(Doc(pipeline.vocab, words=forms, sent_starts=starts))
            yield replace(sentence, words=tuple(_make_word(token, 0) for token in doc))


def train_stanza(treebank: Path, folder: Path) -> str:
    """The folder of Stanza's models; a stage that is there already is not trained again."""
    train_models(treebank, folder, recipe=STANZA)
    return str(folder)


def run_processors(gold_words: Path) -> Iterator[Sentence]:
    """The gold words with tags, lemmas and trees by the embedded models, as Stanza's processors give them."""
    document = CoNLL.conll2doc(gold_words)
    processors = load_models(EMBEDDED).pipeline.processors
    for name in ("pos", "lemma", "depparse"):
        document = processors[name].process(document)
    return parse_conllu(f"{document:C}\n\n".splitlines(keepends=True))


def _make_word(token: Token, start: int) -> Word:
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


def _read_paragraphs(path: Path) -> Iterator[AnnotatedParagraph]:
    """Documents as one paragraph each, as `read_raw_documents` has those that name none."""
    for doc_id, sentences in read_annotated_documents(path):
        yield AnnotatedParagraph(doc_id, doc_id, "gold", tuple(sentences))


if __name__ == "__main__":
    main()
