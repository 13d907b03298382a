"""The speed-ups on models of the official architecture."""

from pathlib import Path

import pytest
import stanza
from stanza.models.common.vocab import CompositeVocab

from conftest import ARTICLE
from mudawwana.annotate.accelerate import accelerate_pipeline
from mudawwana.annotate.accelerate.parser import BatchParser
from mudawwana.annotate.accelerate.search import BatchSearch
from mudawwana.annotate.accelerate.sentences import SentenceReader
from mudawwana.annotate.accelerate.tagger import BatchTagger
from mudawwana.annotate.models import VECTORS, get_embedded_dir
from mudawwana.arabic.script import normalise
from mudawwana.training.faster import faster_training
from official_models import WAYS, iter_sentences, train_lemmatizer, train_model, train_reader, write_data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("official")
    write_data(folder, list(iter_sentences()))
    with pytest.MonkeyPatch.context() as patches, faster_training():
        patches.chdir(folder)
        for way in WAYS:
            train_reader(folder, way, epochs=2)
        train_model(folder, "pos", "pos.pt", steps=50)
        train_model(folder, "depparse", "depparse.pt", steps=40)
        train_lemmatizer(folder, "lemma.pt", epochs=2)
    return folder


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
    written = [sentence.text for sentence in iter_sentences()][::4]
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
