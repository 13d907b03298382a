"""The data set -> CoNLL-U -> a UDPipe 1 model -> scores on what was held out, from raw text.

    pip install -e . ufal.udpipe
    python scripts/recipes/train_udpipe.py --data corpus

The files are those of `mudawwana export udpipe --output DIR --held-out 5`. UDPipe learns the clitics from the
multi-word tokens of the training part and splits them by that list and by suffix rules. For a real corpus raise
--epochs and --iterations, or leave them at UDPipe's own 100 and 10. Where the data set has no `validation`, each
fifth paragraph of `train` is held out.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ufal.udpipe import InputFormat, Model, Pipeline, ProcessingError, Sentence, Sentences, Trainer

from mudawwana.compare.evaluate import score_conllu
from mudawwana.exports.paragraphs import iter_splits, list_splits
from mudawwana.exports.udpipe import write_udpipe

HELD_OUT = 5


def read_sentences(path: Path) -> Sentences:
    """The file's sentences as UDPipe's own objects."""
    reader = InputFormat.newConlluInputFormat()
    reader.setText(path.read_text(encoding="utf-8"))
    error = ProcessingError()
    sentences = Sentences()
    while reader.nextSentence(sentence := Sentence(), error):
        sentences.append(sentence)
    if error.occurred():
        raise SystemExit(f"{path}: {error.message}")
    return sentences


def train_model(train_path: Path, model_path: Path, *, epochs: int, iterations: int) -> None:
    error = ProcessingError()
    model = Trainer.train(
        "morphodita_parsito",
        read_sentences(train_path),
        Sentences(),
        f"dimension=24;epochs={epochs};allow_spaces=0",
        Trainer.DEFAULT,
        f"iterations={iterations};embedding_form=50;embedding_upostag=20;embedding_deprel=20",
        error,
    )
    if error.occurred():
        raise SystemExit(f"{train_path}: {error.message}")
    model_path.write_bytes(model)


def annotate(model_path: Path, text: str) -> str:
    """The text as CoNLL-U, by the trained model alone; an empty line ends a paragraph."""
    error = ProcessingError()
    model = Model.load(str(model_path))  # the pipeline does not keep it alive
    pipeline = Pipeline(model, "tokenize", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
    conllu = pipeline.process(text, error)
    if error.occurred():
        raise SystemExit(f"{model_path}: {error.message}")
    return conllu


def run(data_dir: Path, output_dir: Path, *, epochs: int, iterations: int) -> dict[str, Any]:
    held_out = None if "validation" in list_splits(data_dir) else HELD_OUT
    paths, texts = {}, {}
    for split, paragraphs in iter_splits(data_dir, held_out):
        kept = list(paragraphs)
        paths[split] = write_udpipe(kept, output_dir, split=split)
        texts[split] = "".join(f"{paragraph.text}\n\n" for paragraph in kept)
    model_path, system_path = output_dir / "model.udpipe", output_dir / "system.conllu"
    train_model(paths["train"], model_path, epochs=epochs, iterations=iterations)
    system_path.write_text(annotate(model_path, texts["validation"]), encoding="utf-8")
    scores, _ = score_conllu(paths["validation"], system_path)
    return {
        "train_sentences": len(read_sentences(paths["train"])),
        "held_out_sentences": len(read_sentences(paths["validation"])),
        "model_bytes": model_path.stat().st_size,
        "scores": {metric: round(score, 2) for metric, score in scores.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("corpus"), help="a data set that Mudawwana built")
    parser.add_argument("--epochs", type=int, default=2, help="of the tokenizer")
    parser.add_argument("--iterations", type=int, default=2, help="of the parser")
    parser.add_argument("--output", type=Path, help="keep the CoNLL-U files and the model there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    with TemporaryDirectory() as temporary:
        output_dir = arguments.output or Path(temporary)
        result = run(arguments.data, output_dir, epochs=arguments.epochs, iterations=arguments.iterations)
    print(json.dumps(result, indent=1) if arguments.json else result)


if __name__ == "__main__":
    main()
