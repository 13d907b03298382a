"""The speed-ups on models of the official architecture, trained for a moment by Stanza's own trainers.

Language models of letters both ways, word vectors, tags of ten columns in one as in UD_Arabic-PADT, a lemmatizer
with edits. What the models say is poor, but it is theirs.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import stanza
from stanza.models import charlm, lemmatizer, parser, tagger
from stanza.models.common.pretrain import Pretrain
from stanza.models.common.vocab import CompositeVocab

from conftest import ARTICLE, REPOSITORY
from mudawwana.annotate.accelerate import accelerate_pipeline
from mudawwana.annotate.accelerate.parser import BatchParser
from mudawwana.annotate.accelerate.search import BatchSearch
from mudawwana.annotate.accelerate.sentences import SentenceReader
from mudawwana.annotate.accelerate.tagger import BatchTagger
from mudawwana.annotate.models import VECTORS, get_embedded_dir
from mudawwana.arabic.script import normalise
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Sentence, Word
from mudawwana.training.faster import faster_training

WAYS = ("forward", "backward")
DIMENSIONS = 20
_COMMON = ("--shorthand", "ar_padt", "--mode", "train", "--seed", "1", "--cpu")
_SIZES = (
    *("--hidden_dim", "40", "--deep_biaff_hidden_dim", "30", "--transformed_dim", "30"),
    *("--dropout", "0", "--word_dropout", "0"),
)
_STEPS = {
    "pos": ("--batch_size", "24", "--max_steps", "50", "--eval_interval", "50", "--lr", "0.01"),
    "depparse": (
        *("--batch_size", "300", "--max_steps", "40", "--eval_interval", "40", "--no_checkpoint"),
        *("--optim", "adam", "--lr", "0.003", "--beta2", "0.95", "--weight_decay", "0", "--no_second_optim"),
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("official")
    sentences = list(_iter_sentences())
    write_conllu(folder / "train.conllu", sentences)
    write_conllu(folder / "dev.conllu", sentences[::10])
    (folder / "text.txt").write_text("\n".join(sentence.text for sentence in sentences), encoding="utf-8")
    _write_vectors(folder, sentences)
    data = ("--train_file", str(folder / "train.conllu"), "--eval_file", str(folder / "dev.conllu"))
    vectors = ("--lang", "ar", "--wordvec_pretrain_file", str(folder / VECTORS))
    readers = (
        "--charlm",
        "--charlm_shorthand",
        "ar_small",
        *(part for way in WAYS for part in (f"--charlm_{way}_file", str(folder / f"{way}.pt"))),
    )
    with pytest.MonkeyPatch.context() as patches, faster_training():
        patches.chdir(folder)
        for way in WAYS:
            _train_reader(folder, way)
        for name, trainer in (("pos", tagger), ("depparse", parser)):
            save = ("--save_dir", str(folder), "--save_name", f"{name}.pt")
            trainer.main([*_COMMON, *data, *vectors, *readers, *_SIZES, *_STEPS[name], *save])
        save = ("--save_dir", str(folder), "--save_name", "lemma.pt")
        lemmatizer.main([*_COMMON, *data, *save, "--num_epoch", "2", "--hidden_dim", "40"])
    return folder


def _iter_sentences() -> Iterator[Sentence]:
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


def _write_vectors(folder: Path, sentences: list[Sentence]) -> None:
    known = Pretrain(str(get_embedded_dir() / VECTORS))
    words = sorted({word.form for sentence in sentences for word in sentence.words} & set(known.vocab._unit2id))
    rows = known.emb[[known.vocab.unit2id(word) for word in words]][:, :DIMENSIONS]
    lines = [" ".join([word, *map(str, row.tolist())]) for word, row in zip(words, rows, strict=True)]
    (folder / "vectors.txt").write_text("\n".join([f"{len(lines)} {DIMENSIONS}", *lines]), encoding="utf-8")
    Pretrain(str(folder / VECTORS), str(folder / "vectors.txt")).load()


def _train_reader(folder: Path, way: str) -> None:
    sizes = ("--char_emb_dim", "10", "--char_hidden_dim", "32", "--batch_size", "16", "--bptt_size", "40")
    files = ("--train_file", str(folder / "text.txt"), "--eval_file", str(folder / "text.txt"))
    save = ("--save_dir", str(folder), "--save_name", f"{way}.pt", "--no_checkpoint", "--cutoff", "2")
    charlm.main(
        [*_COMMON, f"--{way}", *sizes, *files, *save, "--epochs", "2", "--vocab_save_name", f"{way}.vocab"]
    )


def load(folder: Path) -> stanza.Pipeline:
    paths: dict[str, str] = {}
    for name in ("pos", "depparse"):
        paths |= {f"{name}_{way}_charlm_path": str(folder / f"{way}.pt") for way in WAYS}
        paths |= {f"{name}_pretrain_path": str(folder / VECTORS)}
    embedded = get_embedded_dir()
    paths |= {f"{name}_model_path": str(folder / f"{name}.pt") for name in ("pos", "lemma", "depparse")}
    paths |= {f"{name}_model_path": str(embedded / f"{name}.pt") for name in ("tokenize", "mwt")}
    return stanza.Pipeline(
        "ar",
        dir=str(embedded),
        allow_unknown_language=True,
        download_method=None,
        processors="tokenize,mwt,pos,lemma,depparse",
        logging_level="ERROR",
        **paths,
    )


@pytest.mark.filterwarnings("ignore")  # Stanza's trainers and their schedulers warn
def test_the_output_is_stanza_s_own(folder: Path) -> None:
    stock, ours = load(folder), load(folder)
    accelerate_pipeline(ours)
    pos, depparse = ours.processors["pos"], ours.processors["depparse"]
    assert isinstance(pos, BatchTagger)
    assert isinstance(depparse, BatchParser)
    assert isinstance(ours.processors["lemma"].trainer.model, BatchSearch)
    assert ours.processors["lemma"].trainer.model.edit
    assert isinstance(pos.vocab["xpos"], CompositeVocab)
    for way in WAYS:
        readers = [getattr(one.trainer.model, f"charmodel_{way}") for one in (pos, depparse)]
        assert all(isinstance(reader, SentenceReader) for reader in readers)
        assert readers[0] is readers[1]
        assert not readers[0].remembered
    written = [sentence.text for sentence in _iter_sentences()][::4]
    lines = [*ARTICLE.splitlines(), *written, "وصل ĝ إلى قرية ﬖ ثم ﬗﬖ وكتبﬖ."]  # letters that no model was taught
    texts = [normalise(line).text for line in lines if line.strip()]
    expected, found = (
        [one.to_dict() for one in pipeline.bulk_process([stanza.Document([], text=text) for text in texts])]
        for pipeline in (stock, ours)
    )
    assert found == expected
    words = [word for document in expected for sentence in document for word in sentence if "upos" in word]
    for column in ("upos", "xpos", "lemma", "deprel"):
        assert len({word[column] for word in words}) > 3  # the models do say something
