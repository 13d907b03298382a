"""The files that Stanza's trainers read, in the layout and under the names that its scripts expect.

`DATA_ROOT=DIR python -m stanza.utils.training.run_tokenizer ar_NAME` finds them there, and so do `run_mwt`,
`run_pos`, `run_lemma` and `run_depparse`. Stanza knows multi-word tokens: the tokenizer learns which tokens are
some (label 3), the expander which words they have.
"""

import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from shutil import copyfile

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.files import replace_atomically
from mudawwana.exports.paragraphs import AnnotatedParagraph

STANZA_SPLITS = {"validation": "dev"}
"""What Stanza calls a split where its name is another."""

# By processor, what each split's CoNLL-U is called; the trainers read equal files.
_COPIES = {
    "mwt": ("{}.{}.in.conllu", "{}.{}.gold.conllu"),
    "pos": ("{}.{}.in.conllu",),
    "lemma": ("{}.{}.in.conllu",),
    "depparse": ("{}.{}.in.conllu",),
}


def write_stanza(
    paragraphs: Iterable[AnnotatedParagraph], output_dir: Path, *, split: str, name: str
) -> list[Path]:
    """Writes one split for all five processors, forms as they are written; `name` is the treebank's, `ar_...`.

    tokenize/ gets the raw text (an empty line between paragraphs), a label for each of its characters, the
    multi-word tokens with their words, and the gold CoNLL-U; the other four folders get the CoNLL-U.
    """
    from stanza.utils.datasets import prepare_tokenizer_data

    split = STANZA_SPLITS.get(split, split)
    folder = output_dir / "tokenize"
    text_path, conllu_path = folder / f"{name}.{split}.txt", folder / f"{name}.{split}.gold.conllu"
    labels_path, mwt_path = folder / f"{name}-ud-{split}.toklabels", folder / f"{name}-ud-{split}-mwt.json"
    _write_texts(paragraphs, text_path, conllu_path)
    with redirect_stdout(sys.stderr):  # stdout is for data
        prepare_tokenizer_data.main(
            [str(text_path), str(conllu_path), "-o", str(labels_path), "-m", str(mwt_path)]
        )
    copies = {output_dir / "mwt" / mwt_path.name: mwt_path}
    for processor, patterns in _COPIES.items():
        copies |= {output_dir / processor / pattern.format(name, split): conllu_path for pattern in patterns}
    for path, source in copies.items():
        with replace_atomically(path) as temporary:
            copyfile(source, temporary)
    return [text_path, labels_path, mwt_path, conllu_path, *copies]


def _write_texts(paragraphs: Iterable[AnnotatedParagraph], text_path: Path, conllu_path: Path) -> None:
    with (
        replace_atomically(text_path) as text_temporary,
        replace_atomically(conllu_path) as conllu_temporary,
        text_temporary.open("w", encoding="utf-8", newline="\n") as text,
        conllu_temporary.open("w", encoding="utf-8", newline="\n") as conllu,
    ):
        for paragraph in paragraphs:
            text.write(paragraph.text + "\n\n")
            conllu.writelines(map(serialize_sentence, paragraph.sentences))
