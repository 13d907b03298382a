"""Cells that no spreadsheet program takes for a formula."""

from hypothesis import given
from hypothesis import strategies as st

from mudawwana.base.cells import escape_cell, unescape_cell


@given(st.text())
def test_cells_come_back(cell: str) -> None:
    escaped = escape_cell(cell)
    assert unescape_cell(escaped) == cell
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
