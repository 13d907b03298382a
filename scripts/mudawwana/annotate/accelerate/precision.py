"""The parser's LSTM and what follows it in bfloat16, which some processors multiply twice as fast as float32.

Only the parser's: the tagger's tags are read by all that follows. Sums of scores stay in float32.
"""

import torch
from stanza.models.depparse.model import GraphParser

from mudawwana.annotate.accelerate.lstm import DenseHighwayLSTM
from mudawwana.annotate.accelerate.products import FastLinear
from mudawwana.base.errors import ModelError


class HalfLinear(FastLinear):
    """A linear layer whose weights are bfloat16; what it gives is float32 again."""

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return super().forward(rows).float()


def has_bfloat16() -> bool:
    """Whether oneDNN multiplies bfloat16 on this processor: it needs AVX-512, or what came after it."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def lower_precision(parser: GraphParser) -> None:
    """Converts, in place, what is large and was replaced by this package's own modules.

    Raises ModelError where this processor cannot multiply it.
    """
    if not has_bfloat16():
        raise ModelError("bfloat16: oneDNN cannot multiply it on this processor; leave it out.")
    if isinstance(parser.parserlstm, DenseHighwayLSTM):
        parser.parserlstm.bfloat16()
    for name in ("unlabeled", "deprel", "linearization", "distance"):
        for layer in getattr(parser, name, torch.nn.Module()).children():
            if type(layer) is FastLinear:
                layer.bfloat16()
                layer.__class__ = HalfLinear
