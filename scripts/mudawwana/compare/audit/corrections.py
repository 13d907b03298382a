"""What annotators said of a sample: into the gold layer's folder, and into an estimate for the whole layer.

`annotations/gold/audit/` has the audited sentences with their corrections. They are no gold documents: of their
words only those that `# audited_words` numbers were checked. `annotations/gold/audit.json` has the estimate.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import ConlluError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.misc import AUDIT, PROBABILITIES, drop_misc
from mudawwana.base.records import Document, Sentence, Word, get_document_id
from mudawwana.compare.alignment import PlacedWord, align_annotations
from mudawwana.compare.audit.estimate import StratumCount, compute_effective_words, estimate_share
from mudawwana.compare.audit.folder import ORIGINAL, is_marked, read_sample
from mudawwana.compare.audit.sample import Sample, SampledWord, leave_out
from mudawwana.compare.audit.sheet import Entry, read_sheet
from mudawwana.compare.resampling import Estimate
from mudawwana.seeds.documents import read_documents
from mudawwana.seeds.settings import Settings
from mudawwana.seeds.tombstones import read_tombstones
from mudawwana.validate.promises import check_promises
from mudawwana.validate.ud_validator import check_ud

MEASURES = ("Segmentation", "UPOS", "XPOS", "Features", "Lemmas", "UAS", "LAS", "All")
"""What a word is right in; "LAS" with the relation's subtype, "All" in every one of them."""
_PLACES = ("text-not-in-seed", "span-out-of-order", "word-outside-token")


@dataclass(frozen=True)
class Audit:
    """What `annotations/gold/audit.json` says."""

    models: tuple[str, ...]
    """Those of the layer that was sampled."""
    by: tuple[str, ...]
    words: int
    """All words of the layer."""
    checked: int
    measures: Mapping[str, Estimate]
    """The accuracy of the whole layer by measure, in percent."""
    strata: Mapping[str, Mapping[str, int]]
    """By stratum: all its words ("words"), those "checked", and those right by measure."""

    @property
    def effective_words(self) -> float:
        """So many words of a plain sample say as much as those that were checked."""
        return compute_effective_words(
            [StratumCount(row["words"], row["checked"], row["checked"]) for row in self.strata.values()]
        )


@dataclass(frozen=True)
class AuditedSentence:
    """A sentence that somebody has looked at."""

    file: str
    sentence: Sentence
    """With the corrections."""
    word_ids: tuple[int, ...]
    """Of the checked words that it has, 1-based."""
    hits: Mapping[SampledWord, tuple[bool, ...]]
    """For each checked word of the sample whether it was right, in the order of `MEASURES`."""
    is_segmented_right: bool
    """False where a word's segmentation is known to be wrong and is not corrected."""


def import_audit(
    layout: CorpusLayout, settings: Settings, path: Path, *, tell: Callable[[str], object] = lambda _: None
) -> tuple[Audit, list[Path]]:
    """The estimate from a sample's checked table (.csv) or CoNLL-U, and the files that were written.

    Sentences of earlier audits stay; one that was audited before is replaced. Documents that were removed since
    are left out: `tell` is told how many words these had.

    Raises ConlluError that names what cannot be used: entries that are not of the sample beside the file, strata
    without a checked word, corrections that UD's validator refuses or that are not what stands in the seeds.
    """
    sample = read_sample(path.parent)
    removed = read_tombstones(layout)
    if removed:
        drawn = len(sample.words)
        sample = leave_out(sample, removed, layout)
        if left_out := drawn - len(sample.words):
            tell(f"{left_out} words of documents that were removed since are left out.")
    originals = {sentence.sent_id: sentence for sentence in read_conllu(path.parent / ORIGINAL)}
    if path.suffix == ".csv":
        entries = [one for one in read_sheet(path) if get_document_id(one.sent_id).casefold() not in removed]
        audited = list(_apply_sheet(path, entries, sample, originals))
    else:
        sentences = [one for one in read_conllu(path) if get_document_id(one.sent_id).casefold() not in removed]
        audited = list(_compare(path, sentences, sample, originals))
    audit = _estimate(path, sample, audited)
    written = [one for one in audited if one.is_segmented_right]
    _check(path, layout, settings, written)
    paths = list(_write_sentences(layout, written))
    audit_path = layout.audit_path
    write_text_atomically(audit_path, [json.dumps(asdict(audit), ensure_ascii=False, indent=1) + "\n"])
    return audit, [*paths, audit_path]


def load_audit(layout: CorpusLayout) -> Audit | None:
    """The corpus's audit; None where there is none.

    Raises ConlluError where the file is not what `import_audit` writes.
    """
    path = layout.audit_path
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        measures = {name: Estimate(**estimate) for name, estimate in record.pop("measures").items()}
        record |= {key: tuple(record[key]) for key in ("models", "by")}
        return Audit(**record, measures=measures)
    except (ValueError, TypeError, KeyError) as error:
        raise ConlluError(f"{path}: no audit ({error}); run `mudawwana audit import` again.") from error


def _apply_sheet(
    path: Path, entries: Sequence[Entry], sample: Sample, originals: Mapping[str, Sentence]
) -> Iterator[AuditedSentence]:
    by_word = {(word.sent_id, word.word_id): word for word in sample.words}
    counts = Counter((entry.sent_id, entry.word_id) for entry in entries)
    problems = [
        f"{path}:{entry.line}: word {entry.word_id} of {entry.sent_id!r} is not in the sample, or stands twice."
        for entry in entries
        if (entry.sent_id, entry.word_id) not in by_word or counts[entry.sent_id, entry.word_id] > 1
    ]
    if problems:
        raise ConlluError("\n".join(problems))
    checked: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.is_checked:
            checked.setdefault(entry.sent_id, []).append(entry)
    for sent_id, group in checked.items():
        original = originals[sent_id]
        corrections = {entry.word_id: entry.corrections for entry in group}
        sentence = replace(
            original, words=tuple(_correct(word, corrections.get(word.id, {})) for word in original.words)
        )
        sampled = [by_word[sent_id, entry.word_id] for entry in group]
        hits = _judge(original, sentence, sampled)
        wrong = {by_word[sent_id, entry.word_id] for entry in group if not entry.is_segmented_right}
        hits |= {word: (False,) * len(MEASURES) for word in wrong}
        yield AuditedSentence(sampled[0].file, sentence, tuple(sorted(corrections)), hits, not wrong)


def _correct(word: Word, corrections: Mapping[str, str]) -> Word:
    changed: dict[str, Any] = dict(corrections)
    return replace(word, **changed)


def _compare(
    path: Path, sentences: Iterable[Sentence], sample: Sample, originals: Mapping[str, Sentence]
) -> Iterator[AuditedSentence]:
    sampled: dict[str, list[SampledWord]] = {}
    for word in sample.words:
        sampled.setdefault(word.sent_id, []).append(word)
    seen: set[str] = set()
    for sentence in sentences:
        place = f"{path}:{sentence.line}"
        if sentence.sent_id not in originals or sentence.sent_id in seen:
            raise ConlluError(
                f"{place}: the sentence {sentence.sent_id!r} is not in the sample, or stands twice; keep its "
                "sent_id."
            )
        seen.add(sentence.sent_id)
        answer = sentence.get_comment("audited")
        if answer not in ("yes", "no"):
            raise ConlluError(f"{place}: `# audited` is {answer!r}, expected yes or no ({sentence.sent_id}).")
        if answer == "yes":
            words = sampled[sentence.sent_id]
            cleaned = _clean(sentence)
            hits = _judge(originals[sentence.sent_id], cleaned, words)
            ids = tuple(word.id for word in sentence.words if is_marked(word))
            yield AuditedSentence(words[0].file, cleaned, ids, hits, is_segmented_right=True)


def _clean(sentence: Sentence) -> Sentence:
    comments = tuple(comment for comment in sentence.comments if not comment.startswith("# audited ="))
    words = tuple(replace(word, misc=drop_misc(word.misc, (AUDIT,))) for word in sentence.words)
    return replace(sentence, comments=comments, words=words)


def _judge(
    original: Sentence, corrected: Sentence, sampled: Iterable[SampledWord]
) -> dict[SampledWord, tuple[bool, ...]]:
    """For each sampled word of the original whether the corrected sentence says the same of it."""
    pairs = {
        first.word.id: (first, second)
        for block in align_annotations([original], [corrected], source=original.sent_id)
        for first, second in block.pairs
        if first
    }
    return {one: _find_hits(*pairs[one.word_id]) for one in sampled}


def _find_hits(first: PlacedWord, second: PlacedWord | None) -> tuple[bool, ...]:
    if second is None:
        return (False,) * len(MEASURES)
    columns = [getattr(first.word, c) == getattr(second.word, c) for c in ("upos", "xpos", "feats", "lemma")]
    has_head = first.head == second.head
    hits = (True, *columns, has_head, has_head and first.word.deprel == second.word.deprel)
    return (*hits, all(hits))


def _estimate(path: Path, sample: Sample, audited: Sequence[AuditedSentence]) -> Audit:
    hits = {word: row for one in audited for word, row in one.hits.items()}
    rows = {name: [row for word, row in hits.items() if word.stratum == name] for name in sample.strata}
    unchecked = [name for name, checked in rows.items() if not checked]
    if unchecked:
        raise ConlluError(
            f"{path}: no word of {', '.join(unchecked)} is checked; without one nothing is known of that stratum: "
            "check one of each at least."
        )
    strata = {
        name: {"words": size, "checked": len(rows[name])}
        | {measure: sum(row[place] for row in rows[name]) for place, measure in enumerate(MEASURES)}
        for name, size in sample.strata.items()
    }
    return Audit(
        models=sample.models,
        by=sample.by,
        words=sum(sample.strata.values()),
        checked=len(hits),
        measures={
            measure: estimate_share(
                [StratumCount(row["words"], row["checked"], row[measure]) for row in strata.values()]
            )
            for measure in MEASURES
        },
        strata=strata,
    )


def _check(path: Path, layout: CorpusLayout, settings: Settings, audited: Sequence[AuditedSentence]) -> None:
    """Raises ConlluError that names what UD's validator, or the seeds, say against the corrected sentences."""
    with TemporaryDirectory() as folder:
        corrected = Path(folder, path.name)
        write_conllu(corrected, (one.sentence for one in audited))
        problems = [
            f"{path}: {one.sent_id}: {one.id}: {one.message}"
            for one in check_ud(corrected)
            if one.severity == "error"
        ]
    by_document: dict[str, list[Sentence]] = {}
    for one in audited:
        by_document.setdefault(get_document_id(one.sentence.sent_id), []).append(one.sentence)
    for document in read_documents(layout, settings):
        problems += _check_places(path, by_document.pop(document.id, []), document)
    problems += [f"{path}: no document {name!r} in seeds/; put it back." for name in by_document]
    if problems:
        raise ConlluError("\n".join(problems))


def _check_places(path: Path, sentences: Sequence[Sentence], document: Document) -> Iterator[str]:
    """What of the sentences is not as it stands in the document; that they are not all of them is no matter."""
    for incident in check_promises(str(path), sentences, document, []) if sentences else ():
        if incident.id in _PLACES:
            yield f"{path}: {incident.sent_id}: {incident.id}: {incident.message}"


def _write_sentences(layout: CorpusLayout, audited: Sequence[AuditedSentence]) -> Iterator[Path]:
    for file in sorted({one.file for one in audited}):
        path = layout.audited_dir / file
        sentences = {one.sent_id: one for one in read_conllu(path)} if path.is_file() else {}
        sentences |= {one.sentence.sent_id: _finish(one) for one in audited if one.file == file}
        write_conllu(path, sentences.values())
        yield path


def _finish(audited: AuditedSentence) -> Sentence:
    """The sentence with the numbers of its checked words, for which the models' probabilities say nothing more."""
    numbers = " ".join(str(word_id) for word_id in audited.word_ids)

    def drop(word: Word) -> Word:
        return replace(word, misc=drop_misc(word.misc, PROBABILITIES)) if word.id in audited.word_ids else word

    return replace(
        audited.sentence,
        comments=(*audited.sentence.comments, f"# audited_words = {numbers}"),
        words=tuple(map(drop, audited.sentence.words)),
    )
