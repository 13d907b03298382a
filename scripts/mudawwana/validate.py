"""Check annotations: by UD's own validator (udtools), and against the seeds they were made from.

What is wrong with the data is an `Incident`, collected and never raised. UD's incidents keep the ids of
https://universaldependencies.org/svalidation.html; ours have level 0 and are listed in each check's docstring.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from udtools import Validator
from udtools.state import State
from udtools.utils import next_sentence

from mudawwana.arabic import fold_form
from mudawwana.conllu_io import read_conllu
from mudawwana.documents import read_documents, split_paragraphs
from mudawwana.errors import ConlluError
from mudawwana.layout import CorpusLayout
from mudawwana.records import Document, Paragraph, Sentence, Token, get_misc
from mudawwana.settings import Settings

UD_LEVELS = 5
"""The validator's highest level (https://universaldependencies.org/validation-rules.html)."""

_SENT_ID = re.compile(r"^#\s*sent_id\s*=\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that is wrong, or may be, at one place."""

    id: str
    """Stable, kebab-case."""
    level: int
    """UD's level 1-5; 0 for Mudawwana's own promises."""
    severity: Literal["error", "warning"]
    path: str
    """As the check was given it; from `check_corpus` relative to the corpus's root, with "/" between folders."""
    line: int
    """1-based."""
    sent_id: str
    """ "" where no one sentence is to blame."""
    message: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        sentence = f" [{self.sent_id}]" if self.sent_id else ""
        return f"{self.path}:{self.line}: {self.severity} L{self.level} {self.id}{sentence}: {self.message}"


def check_corpus(
    layout: CorpusLayout, settings: Settings, *, track: Callable[[Iterable[Document]], Iterable[Document]] = iter
) -> list[Incident]:
    """The incidents of all annotation files of both layers, by document, then file, then line.

    `track` may show progress: it is given the documents and passes them on.

    Incidents: document-not-annotated, annotation-without-seed, unreadable-conllu, sent-id-not-unique across the
    files of a layer, those of `check_promises` (on gold but for models-missing) and those of `check_ud`.
    """
    incidents: list[Incident] = []
    owners: dict[str, dict[str, str]] = {"auto": {}, "gold": {}}
    known: set[Path] = set()
    for document in track(read_documents(layout, settings)):
        paragraphs = split_paragraphs(document, settings)
        for layer, places in owners.items():
            path = layout.get_annotation_path(layer, document.path)
            known.add(path)
            if path.exists():
                # People may annotate without any model.
                ignored = {"models-missing"} if layer == "gold" else set()
                found = _check_file(path, document, paragraphs, places)
                incidents += [incident for incident in found if incident.id not in ignored]
            elif layer == "auto":
                message = f"there is no {_make_relative(layout, str(path))}; run `mudawwana annotate`."
                incidents.append(Incident("document-not-annotated", 0, "error", document.path, 1, "", message))
    incidents += _check_strays(layout, known)
    return [replace(incident, path=_make_relative(layout, incident.path)) for incident in incidents]


def check_ud(path: Path) -> list[Incident]:
    """What UD's validator says about one CoNLL-U file, taken for the whole treebank, at level 5 for Arabic.

    Incidents: all of https://universaldependencies.org/svalidation.html for levels 1-5, and, of level 1 because
    nothing is known to pass, sentence-not-checked where the validator itself breaks down. Expects UTF-8.
    """
    state = State()
    broken = list(_run_validator(path, state))
    sent_ids = _index_sent_ids(path)
    incidents = [
        # By line: udtools blames what it finds above a `# sent_id` on the sentence before.
        _convert(raw, path, sent_ids[min(raw.lineno, len(sent_ids)) - 1] if sent_ids else "")
        for raw in state.error_tracker
    ]
    in_sentences = len(incidents)
    _load_validator().validate_end(state)
    incidents += [_convert(raw, path, "") for raw in state.error_tracker[in_sentences:]]
    return sorted([*incidents, *broken], key=lambda incident: (incident.line, incident.level))


def check_promises(path: Path, document: Document, paragraphs: Sequence[Paragraph]) -> list[Incident]:
    """What contradicts the document in its annotation file.

    Incidents: newdoc-missing, models-missing, sent-id-not-unique, paragraph-missing, paragraph-unknown,
    sentence-crosses-paragraph, text-not-in-seed, span-out-of-order, text-not-covered.

    Raises ConlluError where the file cannot be read.
    """
    return _check_sentences(str(path), list(read_conllu(path)), document, paragraphs)


def compute_ud_levels(incidents: Iterable[Incident], sent_ids: Iterable[str]) -> dict[str, int]:
    """The highest UD level (0-5) that each sentence passes; warnings do not count.

    The incidents are those of one layer: gold and auto share their ids.
    """
    levels = dict.fromkeys(sent_ids, UD_LEVELS)
    for incident in incidents:
        if incident.severity == "error" and incident.level > 0 and incident.sent_id in levels:
            levels[incident.sent_id] = min(levels[incident.sent_id], incident.level - 1)
    return levels


def _make_relative(layout: CorpusLayout, path: str) -> str:
    return Path(path).relative_to(layout.root).as_posix() if Path(path).is_relative_to(layout.root) else path


def _check_file(
    path: Path, document: Document, paragraphs: Sequence[Paragraph], owners: dict[str, str]
) -> list[Incident]:
    """The incidents of one file by line; `owners` gains its sent_ids, each with the file it stands in."""
    try:
        sentences = list(read_conllu(path))
    except ConlluError as error:
        return [_describe_unreadable(path, error)]
    incidents = [*_check_sentences(str(path), sentences, document, paragraphs), *check_ud(path)]
    for sentence in sentences:
        owner = owners.setdefault(sentence.sent_id, str(path))
        if sentence.sent_id and owner != str(path):
            message = f"{owner} has a sentence of this id, too; ids are unique in a layer."
            incidents.append(_blame(str(path), sentence, "sent-id-not-unique", message))
    return sorted(incidents, key=lambda incident: (incident.line, incident.level))


def _describe_unreadable(path: Path, error: ConlluError) -> Incident:
    """The error as an incident; its message begins with `path:line: `."""
    line, _, message = str(error).removeprefix(f"{path}:").partition(": ")
    return Incident("unreadable-conllu", 0, "error", str(path), int(line), "", message)


def _check_strays(layout: CorpusLayout, known: set[Path]) -> Iterator[Incident]:
    for folder in (layout.auto_dir, layout.gold_dir):
        for path in sorted(folder.glob("*.conllu")):
            if path not in known and not path.name.startswith("."):
                message = f"there is no seeds/{path.stem}.txt; put it back, or remove this file."
                yield Incident("annotation-without-seed", 0, "error", str(path), 1, "", message)


@cache
def _load_validator() -> Any:
    # output=None: udtools prints each incident otherwise
    return Validator(lang="ar", level=UD_LEVELS, output=None)


def _run_validator(path: Path, state: Any) -> Iterator[Incident]:
    """Fills `state`; yields the sentences that the validator could not digest.

    What its `validate_file` does, but that one broken sentence does not hide the others.
    """
    validator = _load_validator()
    state.current_file_name = str(path)
    with path.open(encoding="utf-8") as lines:
        for block in next_sentence(state, lines):
            try:
                validator.validate_sentence(block, state)
            # udtools fails in many ways, for instance with TypeError on a word without DEPREL.
            except Exception as error:
                message = (
                    f"UD's validator failed with {error!r}; mend the sentence's other errors, then try again."
                )
                yield Incident(
                    "sentence-not-checked",
                    1,
                    "error",
                    str(path),
                    state.sentence_line,
                    state.sentence_id or "",
                    message,
                )
        validator.check_newlines(state, lines)


def _convert(raw: Any, path: Path, sent_id: str) -> Incident:
    severity: Literal["error", "warning"] = "error" if raw.is_error() else "warning"
    return Incident(
        raw.testid, raw.level, severity, str(path), max(1, raw.lineno), sent_id, " ".join(raw.message.split())
    )


def _index_sent_ids(path: Path) -> list[str]:
    """For each line of the file the sent_id of its sentence, "" where it has none."""
    sent_ids: list[str] = []
    for block in path.read_text(encoding="utf-8").removesuffix("\n").split("\n\n"):
        found = _SENT_ID.search(block)
        sent_ids += [found[1] if found else ""] * (block.count("\n") + 2)
    return sent_ids


def _check_sentences(
    path: str, sentences: Sequence[Sentence], document: Document, paragraphs: Sequence[Paragraph]
) -> list[Incident]:
    incidents = [
        *_check_ids(path, sentences, document),
        *_check_paragraphs(path, sentences, paragraphs),
        *_check_text(path, sentences, document),
        *_check_spans(path, sentences, document),
    ]
    return sorted(incidents, key=lambda incident: incident.line)


def _blame(
    path: str, sentence: Sentence, incident_id: str, message: str, *, token: Token | None = None
) -> Incident:
    line = sentence.line if token is None else _get_token_line(sentence, token)
    return Incident(incident_id, 0, "error", path, line, sentence.sent_id, message)


def _get_token_line(sentence: Sentence, token: Token) -> int:
    """The line of the token's range, or of its word."""
    first = token.words[0].id
    ranges = sum(mwt.first < first for mwt in sentence.multiword_tokens)
    nodes = sum(int(node.id.partition(".")[0]) < first for node in sentence.empty_nodes)
    return sentence.line + len(sentence.comments) + first - 1 + ranges + nodes


def _check_ids(path: str, sentences: Sequence[Sentence], document: Document) -> Iterator[Incident]:
    """newdoc-missing, models-missing, sent-id-not-unique."""
    if not sentences:
        message = f"no sentence at all; expected `# newdoc id = {document.id}`: run `mudawwana annotate`."
        yield Incident("newdoc-missing", 0, "error", path, 1, "", message)
    lines: dict[str, int] = {}
    for sentence in sentences:
        found = sentence.get_comment("newdoc id")
        expected = document.id if sentence is sentences[0] else None
        if found != expected:
            message = f"`# newdoc id` is {found!r}, expected {expected!r}: it stands on the first sentence alone."
            yield _blame(path, sentence, "newdoc-missing", message)
        first_line = lines.setdefault(sentence.sent_id, sentence.line)
        if sentence.sent_id and first_line != sentence.line:
            message = f"the sentence in line {first_line} has this id, too; ids are unique in a layer."
            yield _blame(path, sentence, "sent-id-not-unique", message)
    if sentences and not sentences[0].get_comment("models"):
        message = "no `# models = ...` on the first sentence: nobody can tell which models made this."
        yield _blame(path, sentences[0], "models-missing", message)


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
            yield _blame(path, sentence, "paragraph-unknown", message)
        elif found is not None:
            for skipped in paragraphs[place + 1 : places[found]]:
                yield _miss(path, sentence, skipped)
            place = places[found]
            current = paragraphs[place]
        if current is not None and not _is_inside(sentence, current):
            message = f"has tokens outside of its paragraph, {current.id}; split it at the paragraph's end."
            yield _blame(path, sentence, "sentence-crosses-paragraph", message)
    for skipped in paragraphs[place + 1 :] if sentences else ():
        yield _miss(path, sentences[-1], skipped)


def _miss(path: str, sentence: Sentence, paragraph: Paragraph) -> Incident:
    message = f"no `# newpar id = {paragraph.id}`, the paragraph {paragraph.text[:40]!r}, up to here."
    return replace(_blame(path, sentence, "paragraph-missing", message), sent_id="")


def _is_inside(sentence: Sentence, paragraph: Paragraph) -> bool:
    end = paragraph.start_char + len(paragraph.text)
    spans = filter(None, map(_get_span, sentence.tokens))
    return all(paragraph.start_char <= span[0] and span[1] <= end for span in spans)


def _get_span(token: Token) -> tuple[int, int] | None:
    """Its offsets; None where they are not there, no numbers, or hold nothing."""
    start, end = (get_misc(token.misc, key) or "" for key in ("start_char", "end_char"))
    if not all(value.isascii() and value.isdecimal() for value in (start, end)):
        return None
    return (int(start), int(end)) if int(start) < int(end) else None


def _check_text(path: str, sentences: Sequence[Sentence], document: Document) -> Iterator[Incident]:
    """text-not-in-seed."""
    for sentence in sentences:
        spans = [_get_span(token) for token in sentence.tokens]
        for token, span in zip(sentence.tokens, spans, strict=True):
            if span is None or span[1] > len(document.text):
                message = f"{token.form!r} has no start_char and end_char that lie in {document.path}."
                yield _blame(path, sentence, "text-not-in-seed", message, token=token)
            elif _fold(raw := document.text[slice(*span)]) != _fold(token.form):
                message = f"{token.form!r} is not what stands at {span[0]}-{span[1]} in {document.path}: {raw!r}."
                yield _blame(path, sentence, "text-not-in-seed", message, token=token)
        # A sentence of empty nodes alone has no token.
        first, last = (spans[0], spans[-1]) if spans else (None, None)
        if first and last and _fold(raw := document.text[first[0] : last[1]]) != _fold(sentence.text):
            message = f"`# text` is not what stands at {first[0]}-{last[1]} in {document.path}: {raw[:60]!r}."
            yield _blame(path, sentence, "text-not-in-seed", message)


def _fold(text: str) -> str:
    """As a form shows it, with single spaces: only invisible controls and presentation forms may differ."""
    return " ".join(fold_form(text).split())


def _check_spans(path: str, sentences: Sequence[Sentence], document: Document) -> Iterator[Incident]:
    """span-out-of-order, text-not-covered."""
    places = [
        (span, sentence, token)
        for sentence in sentences
        for token in sentence.tokens
        if (span := _get_span(token)) is not None
    ]
    for (before, *_), (after, sentence, token) in pairwise(places):
        if after[0] < before[1]:
            message = f"{token.form!r} starts at {after[0]}, but the token before it ends at {before[1]}."
            yield _blame(path, sentence, "span-out-of-order", message, token=token)
    places.sort(key=lambda place: place[0])
    starts = [span[0] for span, *_ in places]
    for start, end in _iter_gaps([span for span, *_ in places], len(document.text)):
        raw = document.text[start:end]
        if not _fold(raw):
            continue
        message = f"no token covers {start}-{end} in {document.path}: {raw.strip()[:60]!r}."
        index = bisect_right(starts, start) - 1
        if index < 0:
            yield Incident("text-not-covered", 0, "error", path, 1, "", message)
        else:
            yield _blame(path, places[index][1], "text-not-covered", message, token=places[index][2])


def _iter_gaps(spans: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """What the spans, sorted by their starts, leave of 0..length."""
    covered = 0
    for start, end in spans:
        if start > covered:
            yield covered, start
        covered = max(covered, end)
    if covered < length:
        yield covered, length
