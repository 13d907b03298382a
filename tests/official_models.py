"""Tiny models of the official architectures, trained for a moment by Stanza's own trainers.

Language models of letters both ways, word vectors, tags of ten columns in one as in UD_Arabic-PADT, lemmatizers
with edits. What the models say is poor, but it is theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from stanza.models import charlm, lemmatizer, parser, tagger
from stanza.models.common.pretrain import Pretrain

from conftest import REPOSITORY
from mudawwana.annotate.models import VECTORS, get_embedded_dir
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Sentence, Word

WAYS = ("forward", "backward")
DIMENSIONS = 20
_COMMON = ("--shorthand", "ar_padt", "--mode", "train", "--seed", "1", "--cpu")
_SIZES = (
    *("--hidden_dim", "40", "--deep_biaff_hidden_dim", "30", "--transformed_dim", "30"),
    *("--dropout", "0", "--word_dropout", "0"),
)
_STEPS = {
    "pos": ("--batch_size", "24", "--lr", "0.01"),
    "depparse": (
        *("--batch_size", "300", "--no_checkpoint"),
        *("--optim", "adam", "--lr", "0.003", "--beta2", "0.95", "--weight_decay", "0", "--no_second_optim"),
    ),
}
_TRAINERS = {"pos": tagger, "depparse": parser}


def iter_sentences() -> Iterator[Sentence]:
    """The gold sentences of the repository."""
    for path in sorted([*(REPOSITORY / "tests" / "phenomena").glob("*.conllu"), *_get_gold()]):
        for sentence in read_conllu(path):
            words = tuple(replace(word, xpos=_make_tag(word)) for word in sentence.words)
            yield replace(sentence, words=words)


def _get_gold() -> Iterator[Path]:
    return (REPOSITORY / "annotations" / "gold").glob("*.conllu")


def _make_tag(word: Word) -> str:
    """A tag with a letter a category, as PADT's N------S1I."""
    names = ("Mood", "Voice", "Person", "Gender", "Number", "Case", "Definite")
    values = [get_misc(word.feats, name) for name in names]
    return f"{word.upos[0]}{word.upos[-1]}-" + "".join(value[0] if value else "-" for value in values)


def write_data(folder: Path, sentences: Sequence[Sentence]) -> None:
    """What the trainers read: train.conllu, dev.conllu, text.txt, and word vectors."""
    write_conllu(folder / "train.conllu", sentences)
    write_conllu(folder / "dev.conllu", sentences[::10])
    (folder / "text.txt").write_text("\n".join(sentence.text for sentence in sentences), encoding="utf-8")
    _write_vectors(folder, sentences)


def _write_vectors(folder: Path, sentences: Sequence[Sentence]) -> None:
    known = Pretrain(str(get_embedded_dir() / VECTORS))
    words = sorted({word.form for sentence in sentences for word in sentence.words} & set(known.vocab._unit2id))
    rows = known.emb[[known.vocab.unit2id(word) for word in words]][:, :DIMENSIONS]
    lines = [" ".join([word, *map(str, row.tolist())]) for word, row in zip(words, rows, strict=True)]
    (folder / "vectors.txt").write_text("\n".join([f"{len(lines)} {DIMENSIONS}", *lines]), encoding="utf-8")
    Pretrain(str(folder / VECTORS), str(folder / "vectors.txt")).load()


def train_reader(folder: Path, way: str, *, epochs: int) -> None:
    """`forward.pt` or `backward.pt` in the folder, from its text."""
    sizes = ("--char_emb_dim", "10", "--char_hidden_dim", "32", "--batch_size", "16", "--bptt_size", "40")
    files = ("--train_file", str(folder / "text.txt"), "--eval_file", str(folder / "text.txt"))
    save = ("--no_checkpoint", "--cutoff", "2", "--vocab_save_name", f"{way}.vocab", *_name(folder, f"{way}.pt"))
    charlm.main([*_COMMON, f"--{way}", *sizes, *files, *save, "--epochs", str(epochs)])


def train_model(
    folder: Path, processor: str, name: str, *more: str, steps: int, reads_letters: bool = True
) -> None:
    """The tagger or the parser of this file name in the folder; `more` are options of its trainer."""
    vectors = ("--lang", "ar", "--wordvec_pretrain_file", str(folder / VECTORS))
    length = ("--max_steps", str(steps), "--eval_interval", str(steps))
    options = (*vectors, *_letters(folder, reads_letters), *_SIZES, *_STEPS[processor], *length, *more)
    _TRAINERS[processor].main([*_COMMON, *_data(folder), *options, *_name(folder, name)])


def train_lemmatizer(folder: Path, name: str, *, epochs: int, reads_letters: bool = False) -> None:
    """The lemmatizer of this file name in the folder."""
    options = (*_letters(folder, reads_letters), "--num_epoch", str(epochs), "--hidden_dim", "40")
    lemmatizer.main([*_COMMON, *_data(folder), *options, *_name(folder, name)])


def _letters(folder: Path, are_read: bool) -> tuple[str, ...]:
    files = (part for way in WAYS for part in (f"--charlm_{way}_file", str(folder / f"{way}.pt")))
    return ("--charlm", "--charlm_shorthand", "ar_small", *files) if are_read else ()


def _data(folder: Path) -> tuple[str, ...]:
    return "--train_file", str(folder / "train.conllu"), "--eval_file", str(folder / "dev.conllu")


def _name(folder: Path, name: str) -> tuple[str, ...]:
    return "--save_dir", str(folder), "--save_name", name
