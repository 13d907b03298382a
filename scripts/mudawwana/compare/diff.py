"""What changed between two versions of an annotation: documents, segmentation, and each column of each word.

Words are told by their places in the text (`alignment`); where the text itself has changed, by the tokens that
both versions still have in one order.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from pathlib import Path

from mudawwana.annotate.word_spans import Span
from mudawwana.base.conllu_io import COLUMNS, read_annotated_documents
from mudawwana.base.errors import ConlluError
from mudawwana.base.layout import LAYERS, CorpusLayout, DataSetLayout
from mudawwana.base.records import Sentence, Token
from mudawwana.compare.agreement import Difference, describe_difference, iter_differences
from mudawwana.compare.alignment import Block, PlacedWord, Side, align_annotations
from mudawwana.compare.pairing import DocumentPair, iter_document_pairs, list_annotation_files

KINDS = (
    *("document", "text", "sentence", "sent_id", "comment", "token", "word"),
    *("form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc", "empty node"),
)
"""What may change, as in `Difference.column`."""
UNITS = ("documents", "sentences", "tokens", "words")

_COUNTED = ("upos", "deprel")
_PLACE = re.compile(r"(?:start|end)_char=")


@dataclass
class Diff:
    """What changed from one version of a layer to the next."""

    old: str
    new: str
    units: dict[str, list[int]] = field(default_factory=lambda: {unit: [0, 0] for unit in UNITS})
    """How many each version has."""
    counts: Counter[str] = field(default_factory=Counter)
    """Changes by kind; of what is inside documents, in those that both versions have."""
    relabelled: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _COUNTED})
    """Of UPOS and relations, how often which became which."""
    misc_keys: Counter[str] = field(default_factory=Counter)
    """Of MISC, how many words or tokens changed in which key."""
    examples: dict[str, list[Difference]] = field(default_factory=dict)
    """The first changes of each kind."""

    def add(self, change: Difference, example_count: int) -> None:
        self.counts[change.column] += 1
        examples = self.examples.setdefault(change.column, [])
        if len(examples) < example_count:
            examples.append(change)
        if change.column in self.relabelled:
            self.relabelled[change.column][" → ".join(change.values)] += 1
        if change.column == "misc":
            items = [item for value in change.values for item in value.split("|") if item]
            self.misc_keys.update({item.partition("=")[0] for item in items})


def compare_versions(old: Path, new: Path, *, example_count: int = 5) -> dict[str, Diff]:
    """What changed, by layer ("auto", "gold"; "" where the paths are CoNLL-U files, or folders of some).

    Each path may be a corpus, its `corpus/`, or a folder or file of CoNLL-U. Memory holds a document of each.

    Raises ConlluError where there is no CoNLL-U, or one that cannot be read.
    """
    layers = [find_layers(path) for path in (old, new)]
    if ("" in layers[0]) != ("" in layers[1]):
        raise ConlluError(
            f"{old} and {new}: one has layers (auto, gold), the other has not; name a layer's folder."
        )
    diffs: dict[str, Diff] = {}
    for layer in dict.fromkeys([*layers[0], *layers[1]]):
        paths = [found.get(layer) for found in layers]
        old_name, new_name = (str(path or "nothing") for path in paths)
        diff = Diff(old_name, new_name)
        for pair in _iter_pairs(*paths):
            _compare_documents(diff, pair, example_count)
        # In the order of `KINDS`, so that equal changes give equal reports.
        diff.counts = Counter({kind: diff.counts[kind] for kind in KINDS if diff.counts[kind]})
        diff.examples = {kind: diff.examples[kind] for kind in diff.counts}
        diffs[layer] = diff
    return diffs


def find_layers(path: Path) -> dict[str, Path]:
    """Where the CoNLL-U of a version stands, by layer; see `compare_versions`."""
    if path.is_file() or _has_conllu(path):
        return {"": path}
    for get_dir in (DataSetLayout(path).get_conllu_dir, CorpusLayout(path).get_layer_dir):
        layers: dict[str, Path] = {layer: get_dir(layer) for layer in LAYERS if _has_conllu(get_dir(layer))}
        if layers:
            return layers
    raise ConlluError(
        f"{path}: no CoNLL-U; give a corpus, a data set that was built, or a folder or file of CoNLL-U."
    )


def _has_conllu(folder: Path) -> bool:
    return any(not path.name.startswith(".") for path in folder.glob("*.conllu"))


def _iter_pairs(old: Path | None, new: Path | None) -> Iterator[DocumentPair]:
    if old and new:
        yield from iter_document_pairs(old, new)
        return
    for path in list_annotation_files(old or new or Path()):
        for document_id, sentences in read_annotated_documents(path):
            yield DocumentPair(document_id, sentences if old else None, sentences if new else None)


def _compare_documents(diff: Diff, pair: DocumentPair, example_count: int) -> None:
    for place, sentences in enumerate((pair.first, pair.second)):
        for unit, count in _count_units(sentences) if sentences is not None else ():
            diff.units[unit][place] += count
    for change in _iter_changes(pair):
        diff.add(change, example_count)


def _count_units(sentences: Sequence[Sentence]) -> Iterator[tuple[str, int]]:
    yield "documents", 1
    yield "sentences", len(sentences)
    yield "tokens", sum(len(sentence.tokens) for sentence in sentences)
    yield "words", sum(len(sentence.words) for sentence in sentences)


def _iter_changes(pair: DocumentPair) -> Iterator[Difference]:
    first, second = pair.first, pair.second
    if first is None or second is None:
        yield _describe_document(pair.id, "document", ("", "added") if first is None else ("removed", ""))
        return
    if first == second:
        return
    spelled = [_spell(side) for side in (first, second)]
    is_same = spelled[0] == spelled[1]
    by_offsets = is_same and _have_same_offsets(first, second)
    if not by_offsets:
        yield _describe_document(pair.id, "text", ("", "other white space" if is_same else "other letters"))
    if not is_same:
        first, second = _share_offsets(first, second)
        by_offsets = True
    for block in align_annotations(first, second, source=pair.id, by_offsets=by_offsets):
        if block.first.sentences != block.second.sentences:
            yield from _iter_sentence_changes(block, pair.id)
            yield from _iter_token_changes(block, pair.id)
            yield from iter_differences(block, pair.id)
            yield from _iter_word_changes(block, pair.id)


def _describe_document(document_id: str, column: str, values: tuple[str, str]) -> Difference:
    return Difference(document_id, ("", ""), (0, 0), form="", column=column, values=values, before="", after="")


def _spell(sentences: Sequence[Sentence]) -> str:
    return "".join(_squeeze(token) for sentence in sentences for token in sentence.tokens)


def _squeeze(token: Token) -> str:
    return "".join(token.form.split())


def _have_same_offsets(first: Sequence[Sentence], second: Sequence[Sentence]) -> bool:
    """Whether letters that begin a token on both sides have one offset on both, where they have any."""
    one, other = (dict(_iter_starts(side)) for side in (first, second))
    return all(one[place] == other[place] for place in one.keys() & other.keys())


def _iter_starts(sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """For each token that has an offset, how many letters stand before it, and the offset."""
    place = 0
    for token in (token for sentence in sentences for token in sentence.tokens):
        if token.start_char is not None:
            yield place, token.start_char
        place += len(_squeeze(token))


def _share_offsets(first: list[Sentence], second: list[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """Both with offsets in a text of both: tokens that both have, in one order, have one place there."""
    spans: tuple[list[Span], list[Span]] = ([], [])
    end = 0
    for one, other in _match_tokens(first, second):
        shared = one == other
        for side, forms in zip(spans, (one, other), strict=True):
            bounds = list(accumulate(map(len, forms), initial=end))
            side += pairwise(bounds)
            end = end if shared else bounds[-1]
        end = bounds[-1]
    return _move(first, spans[0]), _move(second, spans[1])


def _match_tokens(first: list[Sentence], second: list[Sentence]) -> Iterator[tuple[list[str], list[str]]]:
    """The forms of both sides in runs that are equal, or have nothing in common; sentences are matched first."""
    sides = [[tuple(token.form for token in sentence.tokens) for sentence in side] for side in (first, second)]
    for tag, *bounds in SequenceMatcher(None, sides[0], sides[1]).get_opcodes():
        one, other = (
            [form for forms in side[start:end] for form in forms]
            for side, start, end in zip(sides, bounds[::2], bounds[1::2], strict=True)
        )
        if tag == "equal":
            yield one, other
        else:
            for _, start, end, other_start, other_end in SequenceMatcher(None, one, other).get_opcodes():
                yield one[start:end], other[other_start:other_end]


def _move(sentences: list[Sentence], spans: Sequence[Span]) -> list[Sentence]:
    """The sentences with these offsets of their tokens, and none of the words inside multi-word tokens."""
    rest = iter(spans)
    moved = []
    for sentence in sentences:
        places = {token.words[0].id: _format_place(next(rest)) for token in sentence.tokens}
        ranges = tuple(
            replace(one, misc="|".join([*_list_items(one.misc), places.pop(one.first)]))
            for one in sentence.multiword_tokens
        )
        words = tuple(
            replace(word, misc="|".join([*_list_items(word.misc), *filter(None, [places.get(word.id)])]) or "_")
            for word in sentence.words
        )
        moved.append(replace(sentence, words=words, multiword_tokens=ranges))
    return moved


def _format_place(span: Span) -> str:
    return f"start_char={span[0]}|end_char={span[1]}"


def _list_items(misc: str) -> list[str]:
    """What MISC says but for the place."""
    return [item for item in misc.split("|") if item != "_" and not _PLACE.match(item)]


def _iter_sentence_changes(block: Block, document_id: str) -> Iterator[Difference]:
    """Of sentences that both sides have: sent_id, other comments, empty nodes, FEATS of multi-word tokens."""
    firsts, seconds = (dict(_iter_sentences(side)) for side in (block.first, block.second))
    for span, (one, word) in firsts.items():
        if span not in seconds:
            continue
        other, other_word = seconds[span]
        pairs = {
            "sent_id": (one.sent_id, other.sent_id),
            "comment": ("; ".join(_list_comments(one, other)), "; ".join(_list_comments(other, one))),
            "empty node": (_show_nodes(one), _show_nodes(other)),
            "feats": (_show_feats(one), _show_feats(other)),
        }
        for column, values in pairs.items():
            if values[0] != values[1]:
                yield describe_difference(document_id, word, other_word, column=column, values=values)


def _iter_sentences(side: Side) -> Iterator[tuple[Span, tuple[Sentence, PlacedWord]]]:
    """Each sentence by its span, with its first word."""
    place = 0
    for span, sentence in zip(side.sentence_spans, side.sentences, strict=True):
        yield span, (sentence, side.words[place])
        place += len(sentence.words)


def _show_nodes(sentence: Sentence) -> str:
    return "; ".join("/".join(str(getattr(node, name)) for name in COLUMNS) for node in sentence.empty_nodes)


def _show_feats(sentence: Sentence) -> str:
    return "; ".join(f"{one.form} {one.feats}" for one in sentence.multiword_tokens if one.feats != "_")


def _list_comments(sentence: Sentence, other: Sentence) -> list[str]:
    """The comments that only the first sentence has, but for its id."""
    return [line for line in sentence.comments if line not in other.comments and not line.startswith("# sent_id")]


def _iter_token_changes(block: Block, document_id: str) -> Iterator[Difference]:
    """Tokens that one side alone has; FEATS and MISC of multi-word tokens that both have."""
    first, second = (dict(_iter_tokens(side)) for side in (block.first, block.second))
    for span in sorted({*first, *second}):
        one, word = first.get(span, (None, None))
        other, other_word = second.get(span, (None, None))
        values = (one.form if one else "", other.form if other else "")
        if one is None or other is None:
            yield describe_difference(document_id, word, other_word, column="token", values=values)
        elif len(one.words) > 1 and len(other.words) > 1:
            values = _find_other_items(one.misc, other.misc)
            if any(values):
                yield describe_difference(document_id, word, other_word, column="misc", values=values)


def _iter_tokens(side: Side) -> Iterator[tuple[Span, tuple[Token, PlacedWord]]]:
    """Each token by its span, with its first word."""
    words = iter(side.words)
    tokens = (token for sentence in side.sentences for token in sentence.tokens)
    for span, token in zip(side.token_spans, tokens, strict=True):
        first, *_ = [next(words) for _ in token.words]
        yield span, (token, first)


def _iter_word_changes(block: Block, document_id: str) -> Iterator[Difference]:
    """DEPS and MISC, which `iter_differences` leaves out, of the words that both sides have."""
    for first, second in block.pairs:
        if first is None or second is None:
            continue
        deps = (first.word.deps, second.word.deps)
        if deps[0] != deps[1]:
            yield describe_difference(document_id, first, second, column="deps", values=deps)
        values = _find_other_items(first.word.misc, second.word.misc)
        if any(values):
            yield describe_difference(document_id, first, second, column="misc", values=values)


def _find_other_items(misc: str, other: str) -> tuple[str, str]:
    """What each of two MISC columns has and the other has not, but for the places."""
    one, two = _list_items(misc), _list_items(other)
    return "|".join(item for item in one if item not in two), "|".join(item for item in two if item not in one)
