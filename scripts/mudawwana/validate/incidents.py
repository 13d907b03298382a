"""What is wrong with an annotation, or may be: an `Incident`, collected and never raised.

UD's incidents keep the ids of https://universaldependencies.org/svalidation.html. Ours are all in `INCIDENTS`;
each has a file of its own in tests/conformance/invalid/, but for the two about `corpus/`: these take a whole data
set, which tests/test_card.py makes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.records import Sentence, Token, Word

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that is wrong, or may be, at one place."""

    id: str
    """Stable, kebab-case."""
    level: int
    """UD's level 1-5; 0 for Mudawwana's own promises."""
    severity: Severity
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


@dataclass(frozen=True, slots=True)
class IncidentKind:
    """What all incidents of one id have in common."""

    explanation: str
    """What is wrong, and what to do."""
    level: int = 0
    severity: Severity = "error"


INCIDENTS: Mapping[str, IncidentKind] = MappingProxyType(
    {
        "document-not-annotated": IncidentKind(
            "A document of the seeds has no annotation: run `mudawwana annotate`."
        ),
        "annotation-without-seed": IncidentKind(
            "An annotation file has no seed file of its name: put the seed back, or remove the annotation."
        ),
        "seed-not-listed": IncidentKind(
            "documents.csv has no sha256 for the seed file, so nobody can tell whether it has changed since it "
            "was annotated: run `mudawwana annotate`."
        ),
        "seed-changed": IncidentKind(
            "The seed file is not the one that was annotated, by its sha256 in documents.csv: put the old one "
            "back, or annotate it again."
        ),
        "unreadable-conllu": IncidentKind(
            "The file is not CoNLL-U that can be written back as it was, so nothing else of it was checked: mend "
            "the line."
        ),
        "conllu-not-round-trip": IncidentKind(
            "Mudawwana keeps the line, but the `conllu` package with its defaults would not: who parses the file "
            "with it loses something. Write values without a second `=`, and comments as `# key = value` with "
            "each key once a sentence.",
            severity="warning",
        ),
        "newdoc-missing": IncidentKind(
            "`# newdoc id` does not name the document on its first sentence, and there alone: correct the comment."
        ),
        "document-unknown": IncidentKind(
            "A `# newdoc id` is not that of a document of the seed file that comes at this place: correct it, or "
            "put the documents in the seed file's order."
        ),
        "models-missing": IncidentKind(
            "No `# models = NAME sha256:...` on the document's first sentence, so nobody can tell which models "
            "made the annotation: run `mudawwana annotate`."
        ),
        "sent-id-not-unique": IncidentKind(
            "Two sentences of one layer have the same sent_id: number them `<document>-p<N>-s<M>`."
        ),
        "gold-with-confidence": IncidentKind(
            "A document of the gold layer has the models' probabilities in MISC, as copies of the automatic layer "
            "do, also on words that were corrected; the data set's columns leave them out: take `UposProb`, "
            "`HeadProb` and `DeprelProb` out of the file.",
            severity="warning",
        ),
        "paragraph-missing": IncidentKind(
            "No `# newpar id` for a paragraph of the document: put it on the paragraph's first sentence."
        ),
        "paragraph-unknown": IncidentKind(
            "A `# newpar id` is not that of a paragraph of the document that comes at this place: correct it."
        ),
        "sentence-crosses-paragraph": IncidentKind(
            "A sentence has tokens outside of its paragraph: split it at the paragraph's end."
        ),
        "text-not-in-seed": IncidentKind(
            "A form or `# text` is not what stands at its offsets in the seed: correct the form or the offsets; "
            "only invisible controls and presentation forms may differ."
        ),
        "span-out-of-order": IncidentKind(
            "A token or word begins before the one in front of it ends: correct start_char and end_char."
        ),
        "word-outside-token": IncidentKind(
            "A word inside a multi-word token has offsets outside of the token's: correct start_char and end_char."
        ),
        "text-not-covered": IncidentKind(
            "Visible characters of the seed are in no token: add the token, or correct start_char and end_char."
        ),
        "data-set-outdated": IncidentKind(
            "The data set in corpus/ was built from another version of the annotation file, so its card was not "
            "checked: run `mudawwana build`.",
            severity="warning",
        ),
        "card-differs": IncidentKind(
            "The card, a figure, the statistics, the citation or the Croissant file in corpus/ does not say what "
            "the data, the annotations and corpus.toml give: run `mudawwana build`."
        ),
        "sentence-not-checked": IncidentKind(
            "UD's validator broke down on the sentence, so nothing is known to pass: mend what else is wrong "
            "in it.",
            level=1,
        ),
    }
)
"""The incidents of Mudawwana's own checks, by id."""


def make_incident(incident_id: str, path: str, message: str, *, line: int = 1, sent_id: str = "") -> Incident:
    """An incident of ours; `incident_id` is one of `INCIDENTS`."""
    kind = INCIDENTS[incident_id]
    return Incident(incident_id, kind.level, kind.severity, path, line, sent_id, message)


def blame(
    incident_id: str, path: str, sentence: Sentence, message: str, *, at: Token | Word | None = None
) -> Incident:
    """An incident of ours in the line where the sentence begins, or in that of its token or word."""
    line = sentence.line if at is None else _find_line(sentence, at)
    return make_incident(incident_id, path, message, line=line, sent_id=sentence.sent_id)


def _find_line(sentence: Sentence, at: Token | Word) -> int:
    # A token of several words has a line of its own, in front of them.
    starts = (f"{at.words[0].id}-", f"{at.words[0].id}\t") if isinstance(at, Token) else (f"{at.id}\t",)
    rows = serialize_sentence(sentence).split("\n")
    return next(line for line, row in enumerate(rows, start=sentence.line) if row.startswith(starts))
