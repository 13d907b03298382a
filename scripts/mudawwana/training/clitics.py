"""Which clitics a token holds, told from a treebank and from how often its parts occur in raw text.

ولاية "state" is one word and ووصل "and he arrived" two; no letter tells, but لاية occurs nowhere and وصل often. A
treebank of 18,000 words shows too few of either. Here a log-linear model
(https://aclanthology.org/J96-1002/) ranks the analyses that the script allows for a token, by its parts'
frequencies in some millions of words of raw text and by how many other clitics each part takes. It reads no
context, so it is no tokenizer; it labels raw text from which Stanza's tokenizer and expander learn.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch

from mudawwana.arabic.script import normalise
from mudawwana.base.records import Sentence

READINGS_PATH = Path(__file__).parent / "clitic_readings.tsv"
CONJUNCTIONS = ("", "و", "ف")
PROCLITICS = ("", "ب", "ل", "ك", "س")
PRONOUNS = ("ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كما", "ي", "ني", "نا")
ARABIC_TOKEN = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
"""What is analysed: two or more Arabic letters, normalised."""

_BEFORE_PRONOUN = {"علي": "على", "إلي": "إلى", "لدي": "لدى", "الي": "الى"}
_PREPOSITIONS = ("عن", "من", "في", "علي", "إلي", "لدي", "مع", "بين", "ل", "ب")
_ATTACHED = tuple(pronoun for pronoun in PRONOUNS if pronoun not in {"ي", "ني", "نا"})
_FUNCTION_WORDS = (
    *("لم", "لن", "لا", "قد", "ما", "هو", "هي", "إن", "أن", "كان", "ليس", "هذا", "هذه", "من", "في", "على", "إلى"),
    *("عن", "مع", "بعد", "قبل", "لكن"),
)
_OTHER_READINGS = frozenset({"لكن", "ولكن", "فلكن", "فلك", "فبعد"})  # but, orbit, dimensions ...
_EPOCHS = 30
_BATCH_TYPES = 256
_RARE = 3
"""A clitic counts as one that a stem takes in types of at least this frequency."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One way to read a token; "" for what it lacks."""

    conjunction: str
    proclitic: str
    stem: str
    """With its article, in its syntactic form; "" where a pronoun follows a preposition at once (له)."""
    pronoun: str

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(part for part in (self.conjunction, self.proclitic, self.stem, self.pronoun) if part)


def count_types(texts: Iterable[str]) -> Counter[str]:
    """How often each token of Arabic letters occurs in the texts."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(ARABIC_TOKEN.findall(normalise(text).text))
    return counts


def iter_analyses(token: str) -> Iterator[Analysis]:
    """Every analysis that the script allows, the token as one word among them.

    >>> [" + ".join(analysis.words) for analysis in iter_analyses("للسلطة")]  # "to the authority"
    ['للسلطة', 'ل + السلطة', 'ل + لسلطة']
    """
    for conjunction in CONJUNCTIONS:
        rest = token.removeprefix(conjunction)
        if not token.startswith(conjunction) or len(rest) < 2:
            continue
        for proclitic in PROCLITICS:
            if rest.startswith(proclitic) and rest != proclitic:
                for stem in _iter_stems(rest.removeprefix(proclitic), proclitic):
                    yield from _iter_pronouns(conjunction, proclitic, stem)


def _iter_stems(rest: str, proclitic: str) -> Iterator[str]:
    if proclitic == "ل" and rest.startswith("ل"):
        yield "ا" + rest  # ل + ال is written لل
        if not rest.startswith("لل"):
            yield rest
    elif not (proclitic == "ل" and rest.startswith("ال")) and not (proclitic == "س" and rest[0] not in "يتنأ"):
        yield rest


def _iter_pronouns(conjunction: str, proclitic: str, stem: str) -> Iterator[Analysis]:
    if len(stem) > 1:
        yield Analysis(conjunction, proclitic, stem, "")
    if proclitic in {"ب", "ل"} and stem in PRONOUNS:
        yield Analysis(conjunction, proclitic, "", stem)
    if stem.startswith("ال"):
        return
    for pronoun in PRONOUNS:
        host = stem.removesuffix(pronoun)
        if stem.endswith(pronoun) and len(host) > 1 and not host.endswith(("ة", "ى")):
            for form in _iter_hosts(host):
                yield Analysis(conjunction, proclitic, form, pronoun)


def _iter_hosts(host: str) -> Iterator[str]:
    """What a host before a pronoun may be without it."""
    if host in _BEFORE_PRONOUN:
        yield _BEFORE_PRONOUN[host]
        return
    yield host
    if host.endswith("و"):
        yield host + "ا"
    elif host.endswith("ت"):
        yield host[:-1] + "ة"
    elif host.endswith("ا"):
        yield host[:-1] + "ى"
    elif host.endswith(("ئ", "ؤ")):
        yield host[:-1] + "ء"
        yield host[:-1] + "أ"


def read_clitic_readings(path: Path = READINGS_PATH) -> dict[str, str]:
    """Tokens on which the model is unsure, as the project reads them: the token, its words with a space between.

    An AI language model read them, as the lexicon (arabic/lexicon.py); no native speaker has reviewed them. The
    clitic model does not learn from them: they are hard cases alone, and would teach it that pronouns are rare.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def list_function_words() -> dict[str, str]:
    """Function words with clitics that have one reading: the token, and its words with a space between.

    >>> list_function_words()["وعليها"]  # "and on her"
    'و على ها'
    """
    found = {"مما": "من ما", "عما": "عن ما", "ممن": "من من", "عمن": "عن من"}
    for conjunction in CONJUNCTIONS:
        for preposition in _PREPOSITIONS:
            for pronoun in _ATTACHED:
                words = (conjunction, _BEFORE_PRONOUN.get(preposition, preposition), pronoun)
                found[conjunction + preposition + pronoun] = " ".join(filter(None, words))
        if conjunction:
            found |= {conjunction + word: f"{conjunction} {word}" for word in _FUNCTION_WORDS}
    return {token: words for token, words in found.items() if token not in _OTHER_READINGS}


class CliticModel:
    """Ranks a token's analyses; made by `train_clitic_model`."""

    def __init__(self, types: Mapping[str, int], words: Counter[str]) -> None:
        self._types = types
        self._words = words
        self._frames = _count_frames(types)
        self._ids: dict[str, int] = {}
        self._weights = torch.nn.EmbeddingBag(1, 1, mode="sum")
        self._best: dict[str, tuple[tuple[str, ...], float]] = {}

    def analyse(self, token: str) -> tuple[tuple[str, ...], float]:
        """The words of the token, in their syntactic forms, and the probability that they are right."""
        if token not in self._best:
            analyses = list(iter_analyses(token))
            self._best[token] = (token,), 1.0
            if len(analyses) > 1:
                rows = [[self._ids.get(name, 0) for name in self._describe(token, one)] for one in analyses]
                with torch.inference_mode():
                    probabilities = self._weights(torch.tensor(rows)).squeeze(1).softmax(0)
                best = int(probabilities.argmax())
                self._best[token] = analyses[best].words, float(probabilities[best])
        return self._best[token]

    def fit(self, tokens: Mapping[tuple[str, tuple[str, ...]], int], *, seed: int) -> None:
        """Learns the weights from tokens with their words and frequencies, where an analysis spells the words."""
        examples = []
        for (token, words), count in tokens.items():
            analyses = list(iter_analyses(token))
            right = [place for place, analysis in enumerate(analyses) if analysis.words == words]
            if right:
                # As if the token had not been seen: a word that only it has is new in it.
                self._words.subtract(words)
                rows = [
                    [self._ids.setdefault(name, len(self._ids) + 1) for name in self._describe(token, analysis)]
                    for analysis in analyses
                ]
                self._words.update(words)
                examples.append((rows, right[0], min(count, 3)))
        self._weights = torch.nn.EmbeddingBag(len(self._ids) + 1, 1, mode="sum")
        torch.nn.init.zeros_(self._weights.weight)
        optimizer = torch.optim.Adam(self._weights.parameters(), lr=0.05)
        random = Random(seed)  # noqa: S311 - no secret, but a repeatable choice
        for _ in range(_EPOCHS):
            random.shuffle(examples)
            for start in range(0, len(examples), _BATCH_TYPES):
                loss = self._compute_loss(examples[start : start + _BATCH_TYPES])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

    def _compute_loss(self, examples: Sequence[tuple[list[list[int]], int, int]]) -> torch.Tensor:
        """Negative log-likelihood of the right analyses, with a Gaussian prior on the weights."""
        scores = self._weights(torch.tensor([row for rows, _, _ in examples for row in rows])).squeeze(1)
        parts = scores.split([len(rows) for rows, _, _ in examples])
        likelihood = sum(
            count * torch.log_softmax(part, 0)[right]
            for part, (_, right, count) in zip(parts, examples, strict=True)
        )
        return -likelihood / len(examples) + 3e-4 * (self._weights.weight**2).sum()

    def _describe(self, token: str, analysis: Analysis) -> list[str]:
        """The names of the analysis's features; as many for each, so that they make a table."""
        conjunction, proclitic, stem, pronoun = (
            *(analysis.conjunction, analysis.proclitic),
            *(analysis.stem, analysis.pronoun),
        )
        base = _strip_article(stem)
        whole = len(analysis.words) == 1
        count = self._types.get
        frequency = _bucket(count(base, 0) + count("ال" + base, 0))
        frames = min(40, self._frames[base]) // 2
        ratio = int(2 * math.log2((count(stem, 0) + 0.5) / (count(token, 0) + 0.5)))
        has = f"{bool(pronoun)}.{bool(proclitic)}.{bool(conjunction)}"
        return [
            f"shape {conjunction}.{proclitic}.{bool(pronoun)}.{base != stem}",
            f"proclitic {proclitic}",
            f"conjunction {conjunction}",
            f"pronoun {pronoun}",
            f"around {proclitic}.{pronoun}",
            f"length {min(len(stem), 8)}.{whole}",
            f"frequency {frequency}.{whole}",
            f"frequency {frequency}.{bool(pronoun)}.{proclitic}.{conjunction}",
            f"free {_bucket(count(stem, 0))}.{has}",
            f"after waw {_bucket(count('و' + base, 0) + count('وال' + base, 0))}.{whole}",
            f"frames {frames}.{whole}",
            f"frames {frames}.{bool(pronoun)}.{proclitic}",
            f"ratio {max(-12, min(12, ratio))}.{bool(pronoun)}.{proclitic}.{bool(conjunction)}",
            f"seen {min(3, self._words[stem])}.{whole}.{bool(pronoun)}",
            f"starts {stem[:1]}.{proclitic}.{conjunction}",
            f"starts {stem[:2]}.{proclitic}",
            f"starts {stem[:3]}.{proclitic}",
            f"ends {stem[-1:]}.{pronoun}",
            f"ends {stem[-2:]}.{bool(pronoun)}",
        ]


def train_clitic_model(sentences: Iterable[Sentence], types: Mapping[str, int], *, seed: int) -> CliticModel:
    """The model for normalised sentences of a treebank and the types of a raw text (`count_types`)."""
    tokens = Counter(
        (token.form, tuple(word.form for word in token.words))
        for sentence in sentences
        for token in sentence.tokens
        if ARABIC_TOKEN.fullmatch(token.form)
    )
    model = CliticModel(types, Counter(word for _, words in tokens for word in words))
    model.fit(tokens, seed=seed)
    return model


def _count_frames(types: Mapping[str, int]) -> Counter[str]:
    """For each stem without its article: with how many combinations of clitics it may occur in the types."""
    frames: defaultdict[str, set[tuple[bool, str, bool, str]]] = defaultdict(set)
    for token, count in types.items():
        for analysis in iter_analyses(token) if count >= _RARE else ():
            base = _strip_article(analysis.stem)
            frame = (bool(analysis.conjunction), analysis.proclitic, base != analysis.stem, analysis.pronoun)
            frames[base].add(frame)
    return Counter({stem: len(found) for stem, found in frames.items()})


def _strip_article(stem: str) -> str:
    return stem.removeprefix("ال") if len(stem) > 4 else stem


def _bucket(count: int) -> int:
    return int(math.log2(count + 1) * 1.5)
