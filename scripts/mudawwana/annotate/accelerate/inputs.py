"""What tagger and parser read of words: looked up once per word type, but for what the sentence has to say."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from stanza.models.common.pretrain import Pretrain
from stanza.models.common.utils import simplify_punct
from stanza.models.common.vocab import ROOT_ID
from torch import nn

from mudawwana.annotate.accelerate.batches import Batch
from mudawwana.annotate.accelerate.letters import embed_types
from mudawwana.annotate.accelerate.lstm import DenseHighwayLSTM, run_packed
from mudawwana.annotate.accelerate.sentences import get_readers

ROOT = ""
"""Stands for the root among the forms; no word is empty."""


def simplify_forms(types: Sequence[str]) -> list[str]:
    """The forms as both models read them: a run of question or exclamation marks as one."""
    [simplified] = simplify_punct([[[form] for form in types]])
    return [form for [form] in simplified]


def embed_forms(
    model: nn.Module, pretrain: Pretrain | None, forms: Sequence[str]
) -> tuple[list[torch.Tensor], dict[str, torch.Tensor]]:
    """Rows for the forms: those of their letters (none where the letters are read in context), and the others.

    The others are "word" and "pretrain", of no columns where the model has no such part.
    """
    others = dict.fromkeys(("word", "pretrain"), torch.zeros(len(forms), 0))
    if model.args["word_emb_dim"] > 0:
        others["word"] = model.word_emb(map_forms(model.vocab["word"], forms))
    if model.args["pretrain"] and pretrain is not None:
        ids = map_forms(pretrain.vocab, [form.lower() for form in forms])
        others["pretrain"] = model.trans_pretrained(model.pretrained_emb(ids))
    if not _reads_letters(model.args) or model.args.get("charlm"):
        return [], others
    units = [model.vocab["char"].map(form) if form != ROOT else [ROOT_ID] for form in forms]
    return [embed_types(model.charmodel, units, model.trans_char)], others


def map_forms(vocab: Any, forms: Sequence[str]) -> torch.Tensor:
    """Ids, where the root has its own."""
    return torch.tensor([vocab.unit2id(form) if form != ROOT else ROOT_ID for form in forms], dtype=torch.long)


def embed_context(
    model: nn.Module, forms: Sequence[str], rows: np.ndarray, lengths: Sequence[int], *, has_root: bool
) -> list[torch.Tensor]:
    """Rows for all words of the call from models of the language's letters, if there are some.

    `rows` are the words' among `forms`, `lengths` those of their sentences; both count roots, if there are some.
    """
    readers = get_readers(model) if _reads_letters(model.args) else {}
    words = iter([forms[row] for row in rows.tolist()] if readers else [])
    sentences = [list(islice(words, length))[has_root:] for length in lengths] if readers else []
    found = []
    for way, reader in readers.items():
        context = reader.read(sentences, has_root=has_root)
        transform = getattr(model, f"charmodel_{way}_transform", None)
        found.append(transform(context) if transform else context)
    return found


def run_lstm(model: nn.Module, name: str, batch: Batch, rows: torch.Tensor) -> torch.Tensor:
    """What the tagger's or the parser's LSTM makes of a batch's rows."""
    states = [getattr(model, f"{name}lstm_{one}_init") for one in "hc"]
    lstm = getattr(model, f"{name}lstm")
    dense = isinstance(lstm, DenseHighwayLSTM)
    found: torch.Tensor = lstm.run(batch, rows, states) if dense else run_packed(lstm, batch, rows, states)
    return found.float()


def _reads_letters(args: dict[str, Any]) -> bool:
    return bool(args["char"] and args["char_emb_dim"] > 0)
