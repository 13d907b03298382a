"""How many sentences of a known test set stand in the corpus, exactly or nearly: nobody should train on them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mudawwana.base.conllu_io import read_conllu
from mudawwana.dataset.near_duplicates import NearDuplicates, split_folded

_SENTENCE_SHINGLE_WORDS = 2


@dataclass(frozen=True, slots=True)
class SharedSentence:
    """A sentence of the corpus that stands in the known file, too."""

    sent_id: str
    split: str
    known: str
    """The other's place: its sent_id, or `line N` where it has none."""
    similarity: float
    """1 where both are the same but for vowel signs, punctuation and spelling variants; else the share of pairs of
    words in common, from `near_duplicates.SIMILARITY` on."""


@dataclass(slots=True)
class OverlapReport:
    """What a known file shares with the automatic layer."""

    file: str
    """Its name, without the folder."""
    known_sentences: int = 0
    exact_sentences: int = 0
    """Those of its sentences that the corpus has, too."""
    near_sentences: int = 0
    """Those that the corpus has nearly, and not exactly."""
    corpus_sentences: dict[str, int] = field(default_factory=dict)
    """By split, how many of the corpus's sentences are among them, exactly or nearly."""
    shared: list[SharedSentence] = field(default_factory=list)

    def __str__(self) -> str:
        where = ", ".join(f"{split} {count}" for split, count in sorted(self.corpus_sentences.items())) or "none"
        return (
            f"{self.file}: of {self.known_sentences} sentences the corpus shares {self.exact_sentences} exactly "
            f"and {self.near_sentences} nearly (sentences of the corpus: {where})."
        )


class KnownSentences:
    """The sentences of a CoNLL-U file, to hold those of the corpus against, one after the other.

    Raises ConlluError where the file is not CoNLL-U.
    """

    def __init__(self, path: Path) -> None:
        self._exact: dict[str, list[str]] = {}
        self._near = NearDuplicates(_SENTENCE_SHINGLE_WORDS)
        self._report = OverlapReport(path.name)
        for sentence in read_conllu(path):
            self._report.known_sentences += 1
            text = sentence.text or " ".join(token.form for token in sentence.tokens)
            words = split_folded(text)
            place = sentence.sent_id or f"line {sentence.line}"
            places = self._exact.setdefault(" ".join(words), [])
            places.append(place)
            if words and len(places) == 1:
                self._near.add(" ".join(words), self._near.sign(words))
        self._found: dict[str, bool] = {}

    def compare(self, sent_id: str, split: str, text: str) -> None:
        """Takes one sentence of the corpus into the report."""
        words = split_folded(text)
        key = " ".join(words)
        if not words:
            return
        found = [(1.0, key)] if key in self._exact else list(self._near.find(self._near.sign(words)))
        for similarity, known in found:
            is_exact = known == key
            self._found[known] = self._found.get(known, False) or is_exact
            shared = [SharedSentence(sent_id, split, place, round(similarity, 3)) for place in self._exact[known]]
            self._report.shared += shared
        if found:
            self._report.corpus_sentences[split] = self._report.corpus_sentences.get(split, 0) + 1

    def report(self) -> OverlapReport:
        """What was found so far."""
        counts = {True: 0, False: 0}
        for known, is_exact in self._found.items():
            counts[is_exact] += len(self._exact[known])
        self._report.exact_sentences, self._report.near_sentences = counts[True], counts[False]
        return self._report


def serialize_reports(reports: Sequence[OverlapReport]) -> str:
    """The reports as JSON."""
    return json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=1) + "\n"


def read_known_names(path: Path) -> list[str]:
    """The names of the files that the reports in overlap.json are about; none where there is no such file."""
    try:
        reports = json.loads(path.read_text(encoding="utf-8"))
        return [str(report["file"]) for report in reports]
    except FileNotFoundError:
        return []
    # Whatever it was, it is replaced.
    except (ValueError, TypeError, KeyError):
        return [path.name]
