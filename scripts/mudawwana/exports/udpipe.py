"""One CoNLL-U file a split: what UDPipe trains on, and any other tool that reads UD treebanks."""

from collections.abc import Iterable
from pathlib import Path

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.files import write_text_atomically
from mudawwana.exports.paragraphs import AnnotatedParagraph


def write_udpipe(paragraphs: Iterable[AnnotatedParagraph], output_dir: Path, *, split: str) -> Path:
    """Writes `<split>.conllu`; the sentences are those of the annotation files, byte for byte.

    Nothing needs to change for UDPipe: it learns clitics from the ranges of multi-word tokens, spaces from
    `SpaceAfter=No`, and where sentences end from `# newpar` and the order of the sentences.
    """
    path = output_dir / f"{split}.conllu"
    write_text_atomically(
        path, (serialize_sentence(sentence) for paragraph in paragraphs for sentence in paragraph.sentences)
    )
    return path
