"""Stanza's highway LSTM on rectangles of words.

torch runs a packed batch, in which the sentences end one after the other, step by step through MKL, at half of
the speed that oneDNN's LSTM has on a rectangle. A rectangle with padding does for both directions, if each
sentence is turned round by itself: what stands behind a sentence's end then comes last, and touches nothing.
"""

from collections.abc import Sequence

import torch
from stanza.models.common.hlstm import HighwayLSTM
from stanza.models.common.packed_lstm import PackedLSTM
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from mudawwana.annotate.accelerate.batches import Batch
from mudawwana.annotate.accelerate.products import multiply


class DenseHighwayLSTM(HighwayLSTM):  # type: ignore[misc]
    """Stanza's, with `run` beside `forward`."""

    def run(self, batch: Batch, rows: torch.Tensor, states: Sequence[torch.Tensor]) -> torch.Tensor:
        """A row for each row of the batch; `states` are the first hidden and cell states, one row a direction."""
        for layer, packed in enumerate(self.lstm):
            found = run_both_ways(packed.lstm, batch, rows, [one[2 * layer : 2 * layer + 2] for one in states])
            gate = multiply(rows, self.gate[layer].weight, self.gate[layer].bias, "sigmoid")
            high = multiply(rows, self.highway[layer].weight, self.highway[layer].bias, "tanh")
            rows = found.addcmul_(gate, high)
        return rows


def run_both_ways(
    lstm: nn.LSTM, batch: Batch, rows: torch.Tensor, states: Sequence[torch.Tensor] | None = None
) -> torch.Tensor:
    """The rows of a bidirectional LSTM of one layer, forward and backward side by side, in its weights' type."""
    weights = lstm._flat_weights
    rows = rows.to(weights[0].dtype)
    hidden, cell = states or [rows.new_zeros(2, 1, lstm.hidden_size)] * 2
    forward, backward = (
        torch.lstm(
            inputs.view(*batch.shape, -1),
            [
                one[way : way + 1].to(rows.dtype).expand(1, batch.shape[1], -1).contiguous()
                for one in (hidden, cell)
            ],
            weights[4 * way : 4 * way + 4],
            *(True, 1, 0.0, False, False, False),  # biases, layers, dropout, training, bidirectional, batch first
        )[0].flatten(0, 1)
        for way, inputs in enumerate((rows, rows[batch.backwards]))
    )
    return torch.cat([forward, backward[batch.backwards]], 1)


def is_usual_lstm(module: nn.Module) -> bool:
    """Whether it is a highway LSTM of the kind that this module computes."""
    return (
        type(module) is HighwayLSTM
        and module.bidirectional
        and module.highway_func is torch.tanh
        and all(type(one) is PackedLSTM and type(one.lstm) is nn.LSTM and one.lstm.bias for one in module.lstm)
    )


def run_packed(
    module: HighwayLSTM, batch: Batch, rows: torch.Tensor, states: Sequence[torch.Tensor]
) -> torch.Tensor:
    """The same by Stanza's own `forward`."""
    sizes = torch.from_numpy((batch.lengths > torch.arange(batch.shape[0]).numpy()[:, None]).sum(1))
    places = torch.from_numpy(batch.rows)
    initial = [one.expand(-1, batch.shape[1], -1).contiguous() for one in states]
    outputs, _ = module(PackedSequence(rows[places], sizes), batch.lengths, hx=tuple(initial))
    found = outputs.data.new_zeros(len(rows), outputs.data.shape[1])
    found[places] = outputs.data
    return found
