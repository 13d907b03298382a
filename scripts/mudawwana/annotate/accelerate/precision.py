"""The parser's LSTM and what follows it in bfloat16, which some processors multiply twice as fast as float32.

Only the parser's: the tagger's tags are read by all that follows. Sums of scores stay in float32.
"""

import torch
from stanza.models.depparse.model import GraphParser

from mudawwana.annotate.accelerate.lstm import DenseHighwayLSTM
from mudawwana.annotate.accelerate.products import FastLinear


class HalfLinear(FastLinear):
    """A linear layer whose weights are bfloat16; what it gives is float32 again."""

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return super().forward(rows).float()


def lower_precision(parser: GraphParser) -> None:
    """Converts, in place, what is large and was replaced by this package's own modules."""
    if isinstance(parser.parserlstm, DenseHighwayLSTM):
        parser.parserlstm.bfloat16()
    for name in ("unlabeled", "deprel", "linearization", "distance"):
        for layer in getattr(parser, name, torch.nn.Module()).children():
            if type(layer) is FastLinear:
                layer.bfloat16()
                layer.__class__ = HalfLinear
