"""Incidents and annotation files -> what a validation report says."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mudawwana.annotate.repair_record import count_repairs
from mudawwana.base.conllu_io import read_annotated_documents, serialize_sentence
from mudawwana.base.layout import AUTO, LAYERS, CorpusLayout, list_conllu
from mudawwana.base.misc import REPAIRED, get_misc
from mudawwana.base.records import Sentence
from mudawwana.seeds.settings import Settings
from mudawwana.validate.incidents import INCIDENTS, Incident, Severity
from mudawwana.validate.ud_validator import UD_LEVELS, compute_ud_levels

_EXAMPLES = 5
_WORST_SENTENCES = 20
_NOT_READ = frozenset({"unreadable-conllu", "annotation-without-seed"})
_UD_EXPLANATION = "UD's validator: see https://universaldependencies.org/svalidation.html."


@dataclass(frozen=True, slots=True)
class LayerCounts:
    """What one layer of annotations comes to."""

    layer: str
    documents: int
    sentences: int
    words: int
    errors: int
    warnings: int
    ud_levels: Mapping[int, int]
    """Sentences by the highest UD level (0-5) that they pass."""


@dataclass(frozen=True, slots=True)
class KindCounts:
    """All incidents of one kind."""

    id: str
    level: int
    severity: Severity
    count: int
    explanation: str
    examples: Sequence[Incident]
    """The first of them, five at most."""


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """One document of one annotation file; or a file of which nothing else was read, with `id` ""."""

    layer: str
    path: str
    """Of the seed file where it has no annotation."""
    id: str
    sentences: int
    words: int
    errors: int
    warnings: int
    level_5_share: float | None
    """Of its sentences; None where it has none."""
    repaired_words: int
    """Words with `Repaired=` in MISC."""


@dataclass(frozen=True, slots=True)
class ReportWord:
    """A word of a sentence that is shown as a tree."""

    id: int
    form: str
    upos: str
    head: str
    deprel: str
    incidents: Sequence[str]
    """Ids of those in its line, or in that of its multi-word token."""


@dataclass(frozen=True, slots=True)
class ReportSentence:
    """A sentence with its incidents."""

    layer: str
    path: str
    line: int
    sent_id: str
    text: str
    errors: int
    warnings: int
    incidents: Sequence[Incident]
    words: Sequence[ReportWord]


@dataclass(frozen=True)
class ValidationReport:
    """Everything that a report says."""

    corpus: str
    """The corpus's name."""
    layers: Sequence[LayerCounts]
    kinds: Sequence[KindCounts]
    """Errors first, then the more frequent ones."""
    worst_sentences: Sequence[ReportSentence]
    """Those with the most errors, then warnings; twenty at most."""
    documents: Sequence[DocumentCounts]
    """By layer, file, and order in the file."""
    repairs: Mapping[str, int]
    """Words by the incident that their repair prevents (`RepairedBy=` in MISC), most first."""


@dataclass
class _Tally:
    """What the files have come to so far."""

    incidents: Mapping[tuple[str, str], Sequence[Incident]]
    """By path and sent_id."""
    worst: Mapping[tuple[str, str], int]
    """Path and sent_id of the sentences to show, with their rank."""
    documents: list[DocumentCounts] = field(default_factory=list)
    sentences: dict[int, ReportSentence] = field(default_factory=dict)
    """By rank."""
    levels: dict[str, Counter[int]] = field(default_factory=lambda: {layer: Counter() for layer in LAYERS})
    """By layer."""
    repairs: Counter[str] = field(default_factory=Counter)


def build_report(layout: CorpusLayout, settings: Settings, incidents: Sequence[Incident]) -> ValidationReport:
    """The report on a corpus whose incidents `check_corpus` has found; reads the annotation files once."""
    by_path: dict[str, list[Incident]] = {}
    by_sentence: dict[tuple[str, str], list[Incident]] = {}
    for incident in incidents:
        by_path.setdefault(incident.path, []).append(incident)
        by_sentence.setdefault((incident.path, incident.sent_id), []).append(incident)
    ranked = sorted(
        (place for place in by_sentence if place[1]),
        key=lambda place: [-count for count in _count_severities(by_sentence[place])],
    )
    tally = _Tally(by_sentence, {place: rank for rank, place in enumerate(ranked[:_WORST_SENTENCES])})
    for layer in LAYERS:
        for path in list_conllu(layout.get_layer_dir(layer)):
            name = path.relative_to(layout.root).as_posix()
            _count_file(tally, layer, path, name=name, incidents=by_path.pop(name, []))
    for name, found in by_path.items():
        errors, warnings = _count_severities(found)
        tally.documents.append(DocumentCounts(AUTO, name, "", 0, 0, errors, warnings, None, 0))
    return ValidationReport(
        corpus=settings.name,
        layers=[
            _sum_layer(tally, layer) for layer in dict.fromkeys(document.layer for document in tally.documents)
        ],
        kinds=_count_kinds(incidents),
        worst_sentences=[tally.sentences[rank] for rank in sorted(tally.sentences)],
        documents=tally.documents,
        repairs=dict(sorted(tally.repairs.items(), key=lambda item: (-item[1], item[0]))),
    )


def _count_severities(incidents: Iterable[Incident]) -> tuple[int, int]:
    """How many errors, and how many warnings."""
    counts = Counter(incident.severity for incident in incidents)
    return counts["error"], counts["warning"]


def _count_kinds(incidents: Iterable[Incident]) -> list[KindCounts]:
    by_kind: dict[tuple[str, int, Severity], list[Incident]] = {}
    for incident in incidents:
        by_kind.setdefault((incident.id, incident.level, incident.severity), []).append(incident)
    kinds = [
        KindCounts(
            *kind,
            count=len(found),
            explanation=INCIDENTS[kind[0]].explanation if kind[0] in INCIDENTS else _UD_EXPLANATION,
            examples=found[:_EXAMPLES],
        )
        for kind, found in by_kind.items()
    ]
    return sorted(kinds, key=lambda kind: (kind.severity, -kind.count, kind.level, kind.id))


def _count_file(tally: _Tally, layer: str, path: Path, *, name: str, incidents: Sequence[Incident]) -> None:
    """Adds an annotation file, or only its incidents where it was not checked either."""
    ids: list[str] = []
    starts: list[int] = []
    counts: list[Counter[str]] = []
    is_read = _NOT_READ.isdisjoint(incident.id for incident in incidents)
    for document_id, sentences in read_annotated_documents(path) if is_read else ():
        ids.append(document_id)
        starts.append(sentences[0].line)
        counts.append(Counter(sentences=len(sentences)))
        for sentence in sentences:
            level = _count_sentence(tally, layer, name, sentence)
            tally.levels[layer][level] += 1
            counts[-1]["level_5"] += level == UD_LEVELS
            counts[-1]["words"] += len(sentence.words)
            counts[-1]["repaired_words"] += sum(get_misc(w.misc, REPAIRED) is not None for w in sentence.words)
    if not counts:
        ids, starts, counts = [""], [1], [Counter()]
    for incident in incidents:
        # By line: not each is to blame on a sentence.
        counts[max(0, bisect_right(starts, incident.line) - 1)][incident.severity] += 1
    for document_id, count in zip(ids, counts, strict=True):
        tally.documents.append(_build_document_counts(layer, name, document_id, count))


def _build_document_counts(layer: str, path: str, document_id: str, count: Counter[str]) -> DocumentCounts:
    sentences = count["sentences"]
    return DocumentCounts(
        layer=layer,
        path=path,
        id=document_id,
        sentences=sentences,
        words=count["words"],
        errors=count["error"],
        warnings=count["warning"],
        level_5_share=round(count["level_5"] / sentences, 4) if sentences else None,
        repaired_words=count["repaired_words"],
    )


def _count_sentence(tally: _Tally, layer: str, path: str, sentence: Sentence) -> int:
    """Adds a sentence; its UD level."""
    tally.repairs += count_repairs(sentence.words)
    place = (path, sentence.sent_id)
    incidents = tally.incidents.get(place, [])
    rank = tally.worst.get(place)
    # Of sentences with the same sent_id the first is shown.
    if rank is not None and rank not in tally.sentences:
        tally.sentences[rank] = _build_sentence(layer, sentence, incidents)
    return compute_ud_levels(incidents, [sentence.sent_id])[sentence.sent_id]


def _build_sentence(layer: str, sentence: Sentence, incidents: Sequence[Incident]) -> ReportSentence:
    errors, warnings = _count_severities(incidents)
    rows = serialize_sentence(sentence).split("\n")
    blamed: dict[int, dict[str, None]] = {}
    for incident in incidents:
        row = rows[incident.line - sentence.line] if 0 <= incident.line - sentence.line < len(rows) else ""
        found = re.match(r"([0-9]+)(?:-([0-9]+))?\t", row)
        for word_id in range(int(found[1]), int(found[2] or found[1]) + 1) if found else ():
            blamed.setdefault(word_id, {})[incident.id] = None
    words = [
        ReportWord(word.id, word.form, word.upos, word.head, word.deprel, list(blamed.get(word.id, ())))
        for word in sentence.words
    ]
    return ReportSentence(
        layer,
        incidents[0].path,
        sentence.line,
        sentence.sent_id,
        sentence.text,
        errors,
        warnings,
        incidents,
        words,
    )


def _sum_layer(tally: _Tally, layer: str) -> LayerCounts:
    documents = [document for document in tally.documents if document.layer == layer]
    return LayerCounts(
        layer=layer,
        documents=sum(document.sentences > 0 for document in documents),
        sentences=sum(document.sentences for document in documents),
        words=sum(document.words for document in documents),
        errors=sum(document.errors for document in documents),
        warnings=sum(document.warnings for document in documents),
        ud_levels={level: tally.levels[layer][level] for level in range(UD_LEVELS + 1)},
    )
