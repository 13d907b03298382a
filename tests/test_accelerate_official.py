"""The speed-ups on models of the official architecture: a language model of letters, both ways, beside vectors.

The weights are drawn at random: the two pipelines compute the same, whatever the models have learnt.
"""

from pathlib import Path
from typing import Any

import pytest
import stanza
import torch
from stanza.models.common.char_model import CharacterLanguageModel
from stanza.models.common.vocab import CharVocab
from stanza.models.depparse.trainer import GraphTrainer
from stanza.models.pos.trainer import Trainer as TaggerTrainer

from conftest import ARTICLE
from mudawwana.accelerate import accelerate_pipeline
from mudawwana.accelerate.parser import BatchParser
from mudawwana.accelerate.tagger import BatchTagger
from mudawwana.arabic import normalise
from mudawwana.models import get_embedded_dir, load_models
from mudawwana.settings import EMBEDDED

LETTERS = {
    "char_emb_dim": 6,
    "char_hidden_dim": 12,
    "char_num_layers": 1,
    "char_dropout": 0.0,
    "char_rec_dropout": 0.0,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tagger and parser of the embedded ones' sizes and vocabularies, but for what reads the letters."""
    folder = tmp_path_factory.mktemp("official")
    torch.manual_seed(0)
    vocab = {"char": CharVocab([sorted({*ARTICLE, "\n", " "})])}
    for name in ("forward", "backward"):
        model = CharacterLanguageModel(LETTERS, vocab, is_forward_lm=name == "forward")
        model.save(str(folder / f"{name}.pt"))
    embedded = load_models(EMBEDDED, stock=True).pipeline
    for name, kind in (("pos", TaggerTrainer), ("depparse", GraphTrainer)):
        processor = embedded.processors[name]
        arguments: dict[str, Any] = processor.trainer.args | {
            "charlm": True,
            "enable_gradient_checkpointing": False,
            "charlm_forward_file": str(folder / "forward.pt"),
            "charlm_backward_file": str(folder / "backward.pt"),
        }
        trainer = kind(args=arguments, vocab=processor.vocab, pretrain=processor.pretrain, device="cpu")
        for parameter in trainer.model.parameters():
            parameter.data.normal_(std=0.2)
        trainer.save(str(folder / f"{name}.pt"))
    return folder


def load(folder: Path) -> stanza.Pipeline:
    paths: dict[str, str] = {}
    for name in ("pos", "depparse"):
        paths |= {f"{name}_{way}_charlm_path": str(folder / f"{way}.pt") for way in ("forward", "backward")}
        paths |= {f"{name}_model_path": str(folder / f"{name}.pt")}
    embedded = get_embedded_dir()
    paths |= {f"{name}_model_path": str(embedded / f"{name}.pt") for name in ("tokenize", "mwt", "lemma")}
    vectors = load_models(EMBEDDED, stock=True).pipeline.foundation_cache
    return stanza.Pipeline(
        "ar",
        dir=str(embedded),
        allow_unknown_language=True,
        download_method=None,
        processors="tokenize,mwt,pos,lemma,depparse",
        pos_pretrain_path=str(embedded / "vectors.pt"),
        depparse_pretrain_path=str(embedded / "vectors.pt"),
        foundation_cache=vectors,
        logging_level="ERROR",
        **paths,
    )


def test_the_output_is_stanza_s_own(folder: Path) -> None:
    stock, ours = load(folder), load(folder)
    accelerate_pipeline(ours)
    assert isinstance(ours.processors["pos"], BatchTagger)
    assert isinstance(ours.processors["depparse"], BatchParser)
    texts = [normalise(line).text for line in ARTICLE.splitlines() if line.strip()]
    expected, found = (
        [one.to_dict() for one in pipeline.bulk_process([stanza.Document([], text=text) for text in texts])]
        for pipeline in (stock, ours)
    )
    assert found == expected
    tags = {word.get("upos") for document in expected for sentence in document for word in sentence}
    assert len(tags) > 3  # the models do say something
