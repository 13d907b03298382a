"""Matrix products by oneDNN, which torch has on board, but takes for bfloat16 alone.

torch gives float32 products to MKL, which does half as many a second as oneDNN on processors that are not Intel's.
oneDNN's results are as exact: float32 throughout.
"""

import torch
from torch import nn

HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
_ACTIVATIONS = {"none": nn.Identity(), "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


class FastLinear(nn.Linear):  # type: ignore[misc]
    """`nn.Linear` by oneDNN, for inference."""

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return multiply(rows, self.weight, self.bias)


def multiply(
    rows: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, activation: str = "none"
) -> torch.Tensor:
    """`functional.linear`, and "relu", "sigmoid" or "tanh" of it, in the type of the weights."""
    rows = rows.to(weight.dtype)
    if HAS_ONEDNN and weight.device.type == "cpu" and rows.numel():
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, activation, [], "")
        return product
    found: torch.Tensor = _ACTIVATIONS[activation](nn.functional.linear(rows, weight, bias))
    return found
