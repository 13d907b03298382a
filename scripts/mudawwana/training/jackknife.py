"""The training sentences with the tags of taggers that have not seen them, for the parser.

A parser that learns from gold tags trusts tags too much: annotation gives it a tagger's. Each of five taggers,
trained without a fifth of the documents, tags that fifth (https://aclanthology.org/P17-2107/).
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.records import Sentence
from mudawwana.training.folds import number_folds, split_fold


def write_jackknifed(
    work_dir: Path, *, vectors: Path | None, train_tagger: Callable[[Path], object], device: str
) -> None:
    """Writes `jackknifed.conllu`: `train.conllu` with predicted UPOS, XPOS and FEATS.

    `train_tagger` gets folders with `train.conllu` and `dev.conllu`; it writes `pos.pt` there, trained with the
    word vectors, if any.
    """
    sentences = list(read_conllu(work_dir / "train.conllu"))
    folds = list(number_folds(sentences))
    tagged = {}
    for fold in sorted(set(folds)):
        fold_dir = work_dir / f"fold-{fold}"
        rest, held_out = split_fold(sentences, fold)
        write_conllu(fold_dir / "train.conllu", rest)
        write_conllu(fold_dir / "held-out.conllu", held_out)
        shutil.copyfile(work_dir / "dev.conllu", fold_dir / "dev.conllu")
        train_tagger(fold_dir)
        tagged[fold] = iter(tag_sentences(fold_dir, held_out, vectors=vectors, device=device))
    write_conllu(work_dir / "jackknifed.conllu", (next(tagged[fold]) for fold in folds))


def tag_sentences(
    fold_dir: Path, sentences: list[Sentence], *, vectors: Path | None, device: str
) -> list[Sentence]:
    """The sentences with the tags by `pos.pt` in the folder; `held-out.conllu` there has the same sentences."""
    from stanza.models import tagger

    output = fold_dir / "tagged.conllu"
    files = ["--eval_file", str(fold_dir / "held-out.conllu"), "--output_file", str(output)]
    model = ["--save_dir", str(fold_dir), "--save_name", "pos.pt"]
    model += ["--wordvec_pretrain_file", str(vectors)] if vectors else ["--no_pretrain"]
    names = ["--lang", "ar", "--shorthand", "ar_mudawwana"]
    tagger.main(["--mode", "predict", "--device", device, *names, *files, *model])
    return [
        replace(
            sentence,
            words=tuple(
                replace(word, upos=said.upos, xpos=said.xpos, feats=said.feats)
                for word, said in zip(sentence.words, tagged.words, strict=True)
            ),
        )
        for sentence, tagged in zip(sentences, read_conllu(output), strict=True)
    ]
