"""Check annotations against the document they were made from: Mudawwana's own promises, as incidents.

That the text is the seed's, that every visible character of it is in a token, that ids say what belongs where.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mudawwana.arabic.script import fold_form
from mudawwana.base.misc import END_CHAR, START_CHAR, get_misc
from mudawwana.base.records import Document, Paragraph, Sentence, Token
from mudawwana.validate.incidents import Incident, blame, make_incident

_FINGERPRINT = re.compile(r"\bsha256:[0-9a-f]+\b")


def check_promises(
    path: str, sentences: Sequence[Sentence], document: Document, paragraphs: Sequence[Paragraph]
) -> list[Incident]:
    """What contradicts the document in its sentences, by line; `path` names their file.

    Incidents: newdoc-missing, models-missing, paragraph-missing, paragraph-unknown, sentence-crosses-paragraph,
    text-not-in-seed, word-outside-token, span-out-of-order, text-not-covered.
    """
    incidents = [
        *_check_document_comments(path, sentences, document),
        *_check_paragraphs(path, sentences, paragraphs),
        *_check_text(path, sentences, document),
        *_check_words(path, sentences),
        *_check_order(path, sentences),
        *_check_cover(path, sentences, document),
    ]
    return sorted(incidents, key=lambda incident: incident.line)


def _check_document_comments(path: str, sentences: Sequence[Sentence], document: Document) -> Iterator[Incident]:
    """newdoc-missing, models-missing."""
    if not sentences:
        message = f"no sentence at all; expected `# newdoc id = {document.id}`: run `mudawwana annotate`."
        yield make_incident("newdoc-missing", path, message)
    for sentence in sentences:
        found = sentence.get_comment("newdoc id")
        expected = document.id if sentence is sentences[0] else None
        if found != expected:
            message = f"`# newdoc id` is {found!r}, expected {expected!r}: it stands on the first sentence alone."
            yield blame("newdoc-missing", path, sentence, message)
    models = sentences[0].get_comment("models") if sentences else None
    if sentences and not _FINGERPRINT.search(models or ""):
        message = f"`# models` is {models!r}, expected a name and a fingerprint, sha256:... in hexadecimal digits."
        yield blame("models-missing", path, sentences[0], message)


def _check_paragraphs(
    path: str, sentences: Sequence[Sentence], paragraphs: Sequence[Paragraph]
) -> Iterator[Incident]:
    """paragraph-missing, paragraph-unknown, sentence-crosses-paragraph."""
    places = {paragraph.id: place for place, paragraph in enumerate(paragraphs)}
    place = -1
    current: Paragraph | None = None
    for sentence in sentences:
        found = sentence.get_comment("newpar id")
        if found is not None and places.get(found, -1) <= place:
            current = None
            message = f"`# newpar id = {found}` is not a paragraph of the document that comes here."
            yield blame("paragraph-unknown", path, sentence, message)
        elif found is not None:
            for skipped in paragraphs[place + 1 : places[found]]:
                yield _miss(path, sentence, skipped)
            place = places[found]
            current = paragraphs[place]
        if current is not None and not _is_inside(sentence, current):
            message = f"has tokens outside of its paragraph, {current.id}; split it at the paragraph's end."
            yield blame("sentence-crosses-paragraph", path, sentence, message)
    for skipped in paragraphs[place + 1 :] if sentences else ():
        yield _miss(path, sentences[-1], skipped)


def _miss(path: str, sentence: Sentence, paragraph: Paragraph) -> Incident:
    message = f"no `# newpar id = {paragraph.id}`, the paragraph {paragraph.text[:40]!r}, up to here."
    return make_incident("paragraph-missing", path, message, line=sentence.line)


def _is_inside(sentence: Sentence, paragraph: Paragraph) -> bool:
    end = paragraph.start_char + len(paragraph.text)
    spans = filter(None, (_get_span(token.misc) for token in sentence.tokens))
    return all(paragraph.start_char <= span[0] and span[1] <= end for span in spans)


def _get_span(misc: str) -> tuple[int, int] | None:
    """The offsets in a MISC column; None where they are not there, no numbers, or hold nothing."""
    start, end = (get_misc(misc, key) or "" for key in (START_CHAR, END_CHAR))
    if not all(value.isascii() and value.isdecimal() for value in (start, end)):
        return None
    return (int(start), int(end)) if int(start) < int(end) else None


def _check_text(path: str, sentences: Sequence[Sentence], document: Document) -> Iterator[Incident]:
    """text-not-in-seed; of `# text` only where each of the tokens is there."""
    for sentence in sentences:
        incidents = list(_check_forms(path, sentence, document))
        yield from incidents
        spans = [span for token in sentence.tokens if (span := _get_span(token.misc))]
        # A sentence of empty nodes alone has no token.
        if spans and not incidents:
            start, end = spans[0][0], spans[-1][1]
            if _fold(raw := document.text[start:end]) != _fold(sentence.text):
                message = f"`# text` is not what stands at {start}-{end} in {document.path}: {raw[:60]!r}."
                yield blame("text-not-in-seed", path, sentence, message)


def _check_forms(path: str, sentence: Sentence, document: Document) -> Iterator[Incident]:
    for token in sentence.tokens:
        span = _get_span(token.misc)
        if span is None or span[1] > len(document.text):
            message = f"{token.form!r} has no start_char and end_char that lie in {document.path}."
            yield blame("text-not-in-seed", path, sentence, message, at=token)
        elif _fold(raw := document.text[slice(*span)]) != _fold(token.form):
            message = f"{token.form!r} is not what stands at {span[0]}-{span[1]} in {document.path}: {raw!r}."
            yield blame("text-not-in-seed", path, sentence, message, at=token)


def _fold(text: str) -> str:
    """As a form shows it, with single spaces: only invisible controls and presentation forms may differ."""
    return " ".join(fold_form(text).split())


def _check_words(path: str, sentences: Sequence[Sentence]) -> Iterator[Incident]:
    """word-outside-token, and span-out-of-order inside a token.

    Words may lack offsets, and neighbours may share a letter: then none begins or ends before the one in front.
    """
    for sentence in sentences:
        for token in sentence.tokens:
            outer = _get_span(token.misc)
            before = (0, 0)
            for word in token.words if outer and len(token.words) > 1 else ():
                span = _get_span(word.misc)
                if not (outer and span):
                    continue
                if not outer[0] <= span[0] < span[1] <= outer[1]:
                    message = (
                        f"{word.form!r} has {span[0]}-{span[1]}, its token {token.form!r} {outer[0]}-{outer[1]}."
                    )
                    yield blame("word-outside-token", path, sentence, message, at=word)
                elif span[0] < before[0] or span[1] < before[1]:
                    message = f"{word.form!r} has {span[0]}-{span[1]}, the word before it {before[0]}-{before[1]}."
                    yield blame("span-out-of-order", path, sentence, message, at=word)
                else:
                    before = span


def _check_order(path: str, sentences: Sequence[Sentence]) -> Iterator[Incident]:
    """span-out-of-order between tokens."""
    for (before, *_), (after, sentence, token) in pairwise(_iter_places(sentences)):
        if after[0] < before[1]:
            message = f"{token.form!r} starts at {after[0]}, but the token before it ends at {before[1]}."
            yield blame("span-out-of-order", path, sentence, message, at=token)


def _check_cover(path: str, sentences: Sequence[Sentence], document: Document) -> Iterator[Incident]:
    """text-not-covered."""
    places = sorted(_iter_places(sentences), key=lambda place: place[0])
    starts = [span[0] for span, *_ in places]
    for start, end in _iter_gaps([span for span, *_ in places], len(document.text)):
        raw = document.text[start:end]
        if not _fold(raw):
            continue
        message = f"no token covers {start}-{end} in {document.path}: {raw.strip()[:60]!r}."
        index = bisect_right(starts, start) - 1
        if index < 0:
            yield make_incident("text-not-covered", path, message, line=sentences[0].line if sentences else 1)
        else:
            yield blame("text-not-covered", path, places[index][1], message, at=places[index][2])


def _iter_places(sentences: Iterable[Sentence]) -> Iterator[tuple[tuple[int, int], Sentence, Token]]:
    """The tokens that have offsets, with them."""
    for sentence in sentences:
        for token in sentence.tokens:
            span = _get_span(token.misc)
            if span is not None:
                yield span, sentence, token


def _iter_gaps(spans: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """What the spans, sorted by their starts, leave of 0..length."""
    covered = 0
    for start, end in spans:
        if start > covered:
            yield covered, start
        covered = max(covered, end)
    if covered < length:
        yield covered, length
