"""Raw text -> words, by the clitic model: for word vectors, and for the expander's dictionary.

The text is cut where no doubt is, at spaces and marks; what clitics a token holds says the model.
"""

import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mudawwana.annotate.models import load_pipeline
from mudawwana.annotate.tokenize import tokenize_texts
from mudawwana.arabic.script import normalise
from mudawwana.base.files import write_text_atomically
from mudawwana.base.records import MultiwordToken, Sentence, Word
from mudawwana.training.clitics import ARABIC_TOKEN, CliticModel

_TOKEN = re.compile(r"[\u0621-\u063a\u0641-\u064a]+|\d+(?:[.,٫٬]\d+)*|[^\W\d_]+|[^\w\s]|_")


def read_paragraphs(paths: Sequence[Path]) -> Iterator[str]:
    """The lines of the texts, plain or .xz, without those that hold nothing."""
    for path in paths:
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(path, "rt", encoding="utf-8") as text:
            yield from (line.rstrip("\n") for line in text if line.strip())


def segment_text(paths: Sequence[Path], model: CliticModel, output_path: Path) -> None:
    """Writes the words of the texts, a paragraph a line with single spaces."""
    write_text_atomically(
        output_path,
        (
            " ".join(word for token in _TOKEN.findall(normalise(text).text) for word in _analyse(token, model))
            + "\n"
            for text in read_paragraphs(paths)
        ),
    )


def _analyse(token: str, model: CliticModel) -> tuple[str, ...]:
    return model.analyse(token)[0] if ARABIC_TOKEN.fullmatch(token) else (token,)


def make_dictionary(
    model: CliticModel, types: Counter[str], counts: range, *, certainty: float = 0
) -> dict[str, str]:
    """For each type that occurs so often its words, with a space between; a token without clitics is one.

    Those are left out of which the model is less certain.
    """
    readings = ((token, *model.analyse(token)) for token, count in sorted(types.items()) if count in counts)
    return {token: " ".join(words) for token, words, probability in readings if probability >= certainty}


def get_expansions(sentences: Iterable[Sentence]) -> dict[str, str]:
    """The same for a treebank's tokens of Arabic letters, each as it is read most often."""
    counts = Counter(
        (token.form, " ".join(word.form for word in token.words))
        for sentence in sentences
        for token in sentence.tokens
        if ARABIC_TOKEN.fullmatch(token.form)
    )
    return dict(pair for pair, _ in reversed(counts.most_common()))


def make_token_sentences(dictionary: Mapping[str, str], types: Counter[str], *, count: int) -> Iterator[Sentence]:
    """One-token sentences of the `count` most frequent types that hold clitics; tags and heads mean nothing."""
    multiword = [token for token, words in dictionary.items() if " " in words]
    for token in sorted(multiword, key=lambda token: (-types[token], token))[:count]:
        forms = dictionary[token].split()
        arcs = [("0", "root"), *[("1", "dep")] * len(forms[1:])]
        words = [
            Word(number, form, form, "X", "_", "_", head, relation, "_", "_")
            for number, (form, (head, relation)) in enumerate(zip(forms, arcs, strict=True), start=1)
        ]
        ranges = (MultiwordToken(1, len(words), token, "_", "_"),)
        yield Sentence(("# generated", f"# text = {token}"), tuple(words), ranges)


def expand_tokens(models_dir: Path, tokens: Sequence[str]) -> dict[str, str]:
    """The words of each token, with a space between, by the folder's tokenizer and expander without context."""
    pipeline = load_pipeline(models_dir, processors=("tokenize", "mwt"))
    documents = tokenize_texts(pipeline, [normalise(token) for token in tokens])
    documents = pipeline.processors["mwt"].bulk_process(documents)
    return {
        token: " ".join(word.text for sentence in document.sentences for word in sentence.words)
        for token, document in zip(tokens, documents, strict=True)
    }
