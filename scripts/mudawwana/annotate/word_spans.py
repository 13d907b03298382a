"""Where the words of a multi-word token stand in its text."""

from collections.abc import Iterable
from itertools import pairwise

Span = tuple[int, int]
"""0-based, end-exclusive."""


def align_words(token: str, forms: Iterable[str]) -> list[Span]:
    """For each word of a multi-word token its span (0-based, end-exclusive, never empty) in the token's text.

    Words that stand there letter by letter are found from both ends; what is left belongs to the others, in
    equal parts. Where letters are fewer than words, neighbours share one.

    >>> align_words("للسلطة", ["ل", "السلطة"])  # "to the authority": the article's alef is not written
    [(0, 1), (1, 6)]
    """
    forms = list(forms)
    start, end = 0, len(token)
    left: list[Span] = []
    right: list[Span] = []
    while forms and token.startswith(forms[0], start, end) and start + len(forms[0]) <= end:
        left.append((start, start + len(forms[0])))
        start += len(forms.pop(0))
    while forms and token.endswith(forms[-1], start, end):
        right.insert(0, (end - len(forms[-1]), end))
        end -= len(forms.pop())
    bounds = (
        [start + round(index * (end - start) / len(forms)) for index in range(len(forms) + 1)] if forms else []
    )
    middle = [_widen(low, high, len(token)) for low, high in pairwise(bounds)]
    return left + middle + right


def _widen(low: int, high: int, length: int) -> Span:
    return (low, high) if low < high else (min(low, length - 1), min(low, length - 1) + 1)
