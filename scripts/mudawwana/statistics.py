"""What a layer of the corpus holds, in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mudawwana.records import Sentence
from mudawwana.repair_record import count_repairs


@dataclass(frozen=True)
class CorpusStatistics:
    """Counts of one layer; the mappings run from the most frequent key down, equal ones in the keys' order."""

    documents: int
    paragraphs: int
    sentences: int
    tokens: int
    """Surface tokens: a multi-word token counts once."""
    multiword_tokens: int
    words: int
    """Syntactic words, clitics among them."""
    form_types: int
    """Different FORMs of words, as written: vowels and capital letters count."""
    lemma_types: int
    upos_counts: Mapping[str, int]
    deprel_counts: Mapping[str, int]
    ud_level_counts: Mapping[int, int]
    """Sentences by the highest UD level (0-5) that they pass."""
    repair_counts: Mapping[str, int]
    """Words that a repair changed, by the incident that it prevents."""
    error_count: int
    """Incidents of severity "error"."""
    warning_count: int


def count_corpus(
    rated_sentences: Iterable[tuple[Sentence, int]], *, severities: Iterable[str] = ()
) -> CorpusStatistics:
    """The counts of one layer, read once and not kept; documents and paragraphs are told by their comments.

    Each sentence comes with its UD level (see `compute_ud_levels`); `severities` are those of the layer's
    incidents.
    """
    units: Counter[str] = Counter()
    forms: set[str] = set()
    lemmas: set[str] = set()
    upos: Counter[str] = Counter()
    deprels: Counter[str] = Counter()
    levels: Counter[int] = Counter()
    repairs: Counter[str] = Counter()
    for sentence, level in rated_sentences:
        units += count_units(sentence)
        forms.update(word.form for word in sentence.words)
        lemmas.update(word.lemma for word in sentence.words)
        upos.update(word.upos for word in sentence.words)
        deprels.update(word.deprel for word in sentence.words)
        levels[level] += 1
        repairs += count_repairs(sentence.words)
    severity_counts = Counter(severities)
    return CorpusStatistics(
        documents=units["documents"],
        paragraphs=units["paragraphs"],
        sentences=units["sentences"],
        tokens=units["tokens"],
        multiword_tokens=units["multiword_tokens"],
        words=units["words"],
        form_types=len(forms),
        lemma_types=len(lemmas),
        upos_counts=_rank(upos),
        deprel_counts=_rank(deprels),
        ud_level_counts=dict(sorted(levels.items())),
        repair_counts=_rank(repairs),
        error_count=severity_counts["error"],
        warning_count=severity_counts["warning"],
    )


def count_units(sentence: Sentence) -> Counter[str]:
    """The sentence's tokens, multi-word tokens and words, and the document and paragraph that it begins."""
    return Counter(
        documents=int(sentence.get_comment("newdoc id") is not None),
        paragraphs=int(sentence.get_comment("newpar id") is not None),
        sentences=1,
        tokens=len(sentence.tokens),
        multiword_tokens=len(sentence.multiword_tokens),
        words=len(sentence.words),
    )


def _rank(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
