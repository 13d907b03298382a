"""Cells of tables for spreadsheet programs, which would compute what looks like a formula.

Such a cell begins with an apostrophe (https://owasp.org/www-community/attacks/CSV_Injection); so does a cell that
began with one before, so that the apostrophe can be taken off again.
"""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def escape_cell(cell: str) -> str:
    """The cell as no program takes it for a formula.

    >>> escape_cell("-"), escape_cell("سلام")  # "peace"
    ("'-", 'سلام')
    """
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def unescape_cell(cell: str) -> str:
    """What `escape_cell` was given; a cell that it did not touch stays."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
