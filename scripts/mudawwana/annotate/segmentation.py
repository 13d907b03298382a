"""Where tokens and sentences end: what the tokenizer says, put right where the script leaves no doubt.

No Stanza here: tokens are spans of the text that the models see (`arabic.Normalised.text`; 0-based, end-exclusive
code points). The rules follow UD_Arabic-PUD: brackets, quotation marks, the per cent sign and the stop behind a
letter are tokens of their own, also in abbreviations, and so are a hyphen at an Arabic letter, in a range of two
numbers or in a date, a slash outside a fraction and a tatweel that is seen at all, a dash (arabic/script.py). A
number is one token with its separators, a run of stops another, so are a hashtag and a mention. Letters and digits
without a sign between are cut apart, but for clitics. What is not certain stays as the tokenizer has it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mudawwana.arabic.script import Normalised

SENTENCE_TOKENS = 200
"""No sentence is longer: parsing takes memory and time by the square of the length. UD_Arabic-PUD's longest has 54
words; of 14,189 sentences of Arabic Wikipedia, 15 are longer than this, lists for the most part."""

_LETTERS = "\u0621-\u063a\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff"
_LETTER = f"[{_LETTERS}]"
_AMOUNT_SIGN = "[$¢£¤¥؋₠-₿﷼%٪‰]"
_PICTURES = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff©®™"
_RAISED = "[¹²³⁰⁴-⁹]"
_NO_UNIT = f"(?<!(?<!{_LETTER})م)(?<!(?<!{_LETTER})[كسم]م)"  # the square of م "m", كم "km" is one word with it
_TAG = r"(?:(?<![\w@#])|(?<=(?<![\w@#])[وفبلك]))[@#](?=\w*[^\W\d_])\w+"
_FRACTION = r"(?<![\d/])\d{1,3}/\d{1,3}(?![\d/])"
_CLITICS = "(?=[وفبلك])[وف]?(?:[بلك]?ال|[بلك]|لل)?"
_CLOSING = "»”)]}﴿"
_BEHIND = f"(?=[{re.escape(_CLOSING)}\"'.،]*$)"  # the end of what stands between two spaces, but for closing marks
_MARK = re.compile(
    rf"{_TAG}|[؛«»“”„\"()\[\]{{}}﴾﴿۔]|…+|ـ+|[{_PICTURES}]+|(?<!\d)،|،(?!\d)"
    rf"|(?<={_LETTER})[-–](?=[{_LETTERS}\d]|$)|(?:^|(?<=\d))[-–](?={_LETTER})"
    rf"|[؟?!]*؟[؟?!]*|[?!]+{_BEHIND}|(?<={_LETTER})[,;:]{_BEHIND}|^[,;:](?={_LETTER})"
    rf"|(?<={_LETTER})\.+|(?<=\d){_AMOUNT_SIGN}|{_AMOUNT_SIGN}(?=\d)|(?:(?<={_LETTER}){_NO_UNIT}|(?<=\d)){_RAISED}+"
)
_SLASH = re.compile(r"(?<=\w)/+|/+(?=\w)")
_DATE = re.compile(r"(?<![\d-])(?:\d{4}(-)\d\d?(-)\d\d?|\d\d?(-)\d\d?(-)\d{4})(?![\d-])")
_RANGE = re.compile(r"(?<![\d.,/–-])\d+([-–])\d+(?!\d|[.,/–-]\d)")
# Possessive, so that time grows with the length and not with its square.
_ADDRESS = re.compile(
    r"""(?P<before>["'«“(\[]*+)(?:\w+://|www\.|(?![وفبلك]?@)[^@]++@[^@.]++\.).*?(?P<behind>[.,،؛؟!»”"…]*)$"""
)
_MARK_BY_ADDRESS = re.compile(r"\.+|[؟!]+|.")
_NUMBER = r"\d+(?:[.,:٫٬]\d+)*"
_WHOLE = re.compile(rf"{_TAG}|(?:(?<!{_LETTER}){_CLITICS})?(?:{_FRACTION}|{_NUMBER})|[A-Za-z]+\d[A-Za-z\d]*")
_GLUED = re.compile(
    rf"(?P<word>(?!(?:{_CLITICS}|ال)\d){_LETTER}{{2,}})?(?P<number>(?:{_CLITICS}|ال)?{_NUMBER})(?P<unit>{_LETTER}+[²³]?)?"
)
_STOPS = frozenset(".؟?!")
_STOP_RUN = re.compile(r"\.+|[؟?!]+")

_SENTENCE_STOP = re.compile(r"[.۔]|[؟?!]+")
_NEVER_FINAL = frozenset("،؛,;")
_NEVER_FIRST = frozenset("،؛,;:")
_ALTERNATIVES = re.compile("[أا][وم]")  # "or": a second question belongs to the first one's sentence
_INITIAL = re.compile(f"{_LETTER}|[A-Z]")
_INITIALS_TOKENS = 40
"""How far a row of initials and their stops is looked back on; no abbreviation is as long."""
_LATIN_ABBREVIATION = re.compile(r"(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|St|Prof|vs)\.?")
_NOT_BEFORE_FINAL_STOP = re.compile(r"[A-Za-z،؛,;:.؟?!«“(\[{-]")
_ENCLOSING = frozenset(f"{_CLOSING}«“„([{{﴾\"'")
_CLAUSE_OPENERS = frozenset({"ثم", "لكن", "ولكن", "بل"})  # then, but, but, rather


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """A surface token's place in the text that the models see."""

    start: int
    end: int
    is_multiword: bool = False
    ends_sentence: bool = False
    begins_by_force: bool = False
    """The sentence that begins here goes on from the one before: it was cut because it was too long."""


def segment_text(seen: Normalised, tokens: Sequence[TokenSpan]) -> list[list[TokenSpan]]:
    """The sentences of one paragraph, from the tokens that the tokenizer has found in it.

    The tokens come in order, do not overlap, and hold all of the text but white space; so do those that come back.
    """
    pieces = _join_pieces(seen, [piece for token in tokens for piece in _split_token(seen.text, token)])
    sentences: list[list[TokenSpan]] = [[]]
    for piece, is_end in zip(pieces, _find_ends(seen.text, pieces), strict=True):
        sentences[-1].append(piece if piece.ends_sentence == is_end else replace(piece, ends_sentence=is_end))
        if is_end:
            sentences.append([])
    return [part for sentence in sentences[:-1] for part in _cut_long(seen.text, sentence)]


def _split_token(text: str, token: TokenSpan) -> Iterator[TokenSpan]:
    form = text[token.start : token.end]
    if (form.isalpha() and "ـ" not in form) or form.isdecimal():
        yield token
        return
    pieces = list(_iter_pieces(form))
    for number, (start, end, is_mark) in enumerate(pieces, start=1):
        yield TokenSpan(
            token.start + start,
            token.start + end,
            is_multiword=token.is_multiword and not is_mark and form[start].isalpha(),
            ends_sentence=token.ends_sentence and number == len(pieces),
        )


def _iter_pieces(token: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether it is a mark of its own) for what certainly stands apart in a token."""
    for chunk in re.finditer(r"\S+", token):
        position = chunk.start()
        for start, end in _iter_marks(chunk.group()):
            yield from _iter_glued(token, position, chunk.start() + start)
            position = chunk.start() + end
            yield chunk.start() + start, position, True
        yield from _iter_glued(token, position, chunk.end())


def _iter_glued(token: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """What stands between two marks, letters and digits apart: عام2019 "year", 10كم "km", but not ب20, "in 20"."""
    found = _GLUED.fullmatch(token, start, end)
    spans = [found.span(name) for name in ("word", "number", "unit")] if found else [(start, end)]
    yield from ((first, last, False) for first, last in spans if first < last)


def _iter_marks(chunk: str) -> Iterable[tuple[int, int]]:
    address = _ADDRESS.match(chunk)
    if address:
        spans = [address.span("before"), address.span("behind")]
        return (match.span() for start, end in spans for match in _MARK_BY_ADDRESS.finditer(chunk, start, end))
    marks = {match.span() for match in _MARK.finditer(chunk)}
    if "/" in chunk:
        marks |= {match.span() for match in _SLASH.finditer(chunk)}  # a fraction is joined again
    marks |= {match.span(1) for match in _RANGE.finditer(chunk)}
    marks |= {span for match in _DATE.finditer(chunk) for span in map(match.span, range(1, 5)) if span[1] > 0}
    return sorted(marks)


def _join_pieces(seen: Normalised, pieces: Sequence[TokenSpan]) -> list[TokenSpan]:
    """Tokens again whole that were cut inside a number, a hashtag, a run of stops, a ligature or a letter."""
    in_whole, in_run = _find_inside(_WHOLE, seen.text), _find_inside(_STOP_RUN, seen.text)
    joined: list[TokenSpan] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is None or last.end < piece.start:
            joined.append(piece)
            continue
        is_run = piece.start in in_run and {seen.text[last.start], seen.text[piece.end - 1]} <= _STOPS
        if piece.start in in_whole or is_run or not seen.is_cut(piece.start):
            is_multiword = (last.is_multiword or piece.is_multiword) and piece.start not in in_whole
            joined[-1] = TokenSpan(last.start, piece.end, is_multiword, piece.ends_sentence)
        else:
            joined.append(piece)
    return joined


def _find_inside(pattern: re.Pattern[str], text: str) -> set[int]:
    """The places between two characters of one match."""
    return {place for match in pattern.finditer(text) for place in range(match.start() + 1, match.end())}


def _find_ends(text: str, tokens: Sequence[TokenSpan]) -> list[bool]:
    """For each token whether a sentence ends behind it; one ends behind the last."""
    forms = [text[token.start : token.end] for token in tokens]
    # A token's neighbour without a space between; the one behind the last does not count.
    glued = [*(left.end == right.start for left, right in pairwise(tokens)), False]
    ends: list[bool] = []
    first = open_brackets = 0
    is_put_off = False
    for i, token in enumerate(tokens[:-1]):
        open_brackets = max(0, open_brackets + (forms[i] in "([{") - (forms[i] in ")]}"))
        is_expected = token.ends_sentence or is_put_off
        is_put_off = is_expected and _is_closing(forms, glued, i + 1)
        if is_put_off or _is_inside(forms, glued, first, i):
            ends.append(False)
        else:
            ends.append(is_expected or (not open_brackets and _is_final_stop(forms, glued, i)))
        if ends[-1]:
            first, open_brackets = i + 1, 0
    return [*ends, True] if tokens else []


def _is_closing(forms: Sequence[str], glued: Sequence[bool], i: int) -> bool:
    """Whether the token is a mark that closes what stands before it; a straight quotation mark only if glued."""
    if forms[i] in "\"'":
        return glued[i - 1] and (not glued[i] or not forms[i + 1][0].isalnum())
    return forms[i] in _CLOSING or (
        glued[i - 1] and forms[i] not in _ENCLOSING and not glued[i] and _is_sign(forms[i])
    )


def _is_sign(form: str) -> bool:
    return not any(map(str.isalnum, form))


def _is_inside(forms: Sequence[str], glued: Sequence[bool], first: int, i: int) -> bool:
    """Whether the sentence that began at `first` certainly goes on behind token `i`."""
    if forms[i] in _NEVER_FINAL or forms[i + 1] in _NEVER_FIRST or _LATIN_ABBREVIATION.fullmatch(forms[i]):
        return True
    if glued[i] and _ENCLOSING.isdisjoint(forms[i : i + 2]):
        return True
    if forms[i] != "." or i == first or not glued[i - 1]:
        return False
    if forms[i - 1].isdigit():
        return i - 1 == first or _STOP_RUN.fullmatch(forms[i - 2]) is not None  # "1." of a list
    return _LATIN_ABBREVIATION.fullmatch(forms[i - 1]) is not None or _is_initial_stop(forms, glued, i)


def _is_initial_stop(forms: Sequence[str], glued: Sequence[bool], i: int) -> bool:
    """Whether the stop `i` is that of an initial or an abbreviation, as in ا.ف.ب. (AFP) and د. (Dr).

    Not behind a number: "1445 هـ." (of the Hijra) ends a sentence as well as any.
    """
    start = i
    while (
        max(0, i - _INITIALS_TOKENS) < start
        and glued[start - 1]
        and forms[start] == "."
        and _INITIAL.fullmatch(forms[start - 1])
    ):
        is_row = start > 1 and glued[start - 2]
        start -= 2 if is_row and forms[start - 2] == "." else 1
        if not is_row or forms[start] != ".":
            break
    before = forms[start - 1] if start else ""
    return start < i and not before[-1:].isdigit() and not (before.isalnum() and glued[start - 1])


def _is_final_stop(forms: Sequence[str], glued: Sequence[bool], i: int) -> bool:
    """Whether the token is a stop that certainly ends a sentence, not the last of the paragraph."""
    before, stop, behind = forms[i - 1] if i else "", forms[i], forms[i + 1]
    if not _SENTENCE_STOP.fullmatch(stop) or not before or glued[i]:
        return False
    if _NOT_BEFORE_FINAL_STOP.fullmatch(before[-1]):
        return False
    if behind[0].islower() or not (behind[0].isalnum() or behind[0] in '«“"([@#'):
        return False
    is_reference = before[-1].isdigit() and behind[0].isdigit()
    is_row = i > 1 and forms[i - 2] == "." and glued[i - 2]  # the last stop of ق.م. (BC), behind a number
    return not (is_reference or is_row) and not (stop != "." and _ALTERNATIVES.fullmatch(behind))


def _cut_long(text: str, sentence: Sequence[TokenSpan]) -> Iterator[list[TokenSpan]]:
    """The sentence in parts of at most SENTENCE_TOKENS, each but the first marked as begun by force."""
    first, *others = sentence
    start = 0
    while len(sentence) - start > SENTENCE_TOKENS:
        # Not below half of the limit: a better boundary is not worth a short part.
        places = range(start + SENTENCE_TOKENS // 2, start + SENTENCE_TOKENS + 1)
        place = max(places, key=lambda place: (_rank_boundary(text, sentence[place - 1], sentence[place]), place))
        yield [first, *others[start : place - 2], replace(sentence[place - 1], ends_sentence=True)]
        first, start = replace(sentence[place], begins_by_force=True), place
    yield [first, *others[start:]]


def _rank_boundary(text: str, left: TokenSpan, right: TokenSpan) -> int:
    """How well a sentence can be cut between two of its tokens: the higher, the better."""
    before, behind = text[left.start : left.end], text[right.start : right.end]
    opens_clause = (right.is_multiword and behind[0] in "وف") or behind in _CLAUSE_OPENERS
    if right.start == left.end or behind in _CLOSING:
        return 0
    if before in "؛;":
        return 5
    if before in "،,":
        return 4 if opens_clause else 3
    if not any(map(str.isalnum, before)) and before not in "«“([{":
        return 2
    return 1
