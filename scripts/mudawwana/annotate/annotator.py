"""Document -> annotated sentences, by Stanza.

Stanza sees the paragraphs normalised (arabic/script.py), all paragraphs of a call at once and each as a document
of its own, so that no sentence crosses a paragraph. What it says comes back with forms as written, offsets into
the raw text and the ids that a corpus needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from stanza.models.common.doc import Sentence as StanzaSentence
from stanza.models.common.doc import Token as StanzaToken
from stanza.models.common.doc import Word as StanzaWord

from mudawwana.annotate.accelerate.garbage import pause_garbage
from mudawwana.annotate.agreement import decide
from mudawwana.annotate.confidence import record_confidence
from mudawwana.annotate.generator import describe_generator
from mudawwana.annotate.models import PROCESSORS, Models
from mudawwana.annotate.repair import repair_words
from mudawwana.annotate.settle import get_said, settle_tags
from mudawwana.annotate.spelling import is_unusual
from mudawwana.annotate.tokenize import is_forced, tokenize_texts
from mudawwana.annotate.word_spans import align_words
from mudawwana.arabic.script import TYPES, Normalised, drop_marks, fold_form, normalise
from mudawwana.base.errors import AnnotationError
from mudawwana.base.misc import END_CHAR, NO_SPACE_AFTER, NORM, SENT_SPLIT, SPAN, START_CHAR, join_misc
from mudawwana.base.records import Document, MultiwordToken, Paragraph, Sentence, Word
from mudawwana.engines.shards import Unit, begins_document


@dataclass(frozen=True, slots=True)
class _Span:
    """A token's place: raw offsets in the document, and what stands there."""

    start: int
    end: int
    raw: str


def annotate_documents(documents: Sequence[Unit], models: Models) -> Iterator[tuple[Document, list[Sentence]]]:
    """Each document with its annotated sentences, in order.

    All paragraphs of all documents go to Stanza in one call; give as many as memory allows, not one by one. Of a
    long document the paragraphs may come in several calls: what is said of the document stands before the first.
    MISC says how sure the models were (confidence.py), where `load_models` was not told `stock`.

    Raises AnnotationError where the models' tokens do not cover a paragraph's text.
    """
    with pause_garbage():
        annotated = list(_annotate(documents, models))
    yield from annotated


def _annotate(documents: Sequence[Unit], models: Models) -> Iterator[tuple[Document, list[Sentence]]]:
    normalised = [[normalise(paragraph.text) for paragraph in paragraphs] for _, paragraphs in documents]
    inputs = tokenize_texts(models.pipeline, [one for ones in normalised for one in ones])
    if models.scorer:
        inputs = models.pipeline.bulk_process(inputs, processors=PROCESSORS[1:-1])
        sources = chain.from_iterable(ones for _, ones in documents)
        for paragraph, seen, tagged in zip(sources, chain(*normalised), inputs, strict=True):
            for sentence in tagged.sentences:
                spelled = [_find_span(paragraph, seen, token).raw for token in sentence.tokens]
                settle_tags(sentence, spelled, models.scorer)
    rest = PROCESSORS[-1:] if models.scorer else PROCESSORS[1:]
    outputs = iter(models.pipeline.bulk_process(inputs, processors=rest))
    for (document, paragraphs), ones in zip(documents, normalised, strict=True):
        sentences: list[Sentence] = []
        for paragraph, one in zip(paragraphs, ones, strict=True):
            parsed = next(outputs).sentences
            sentences += _build_paragraph(paragraph, one, parsed, models)
            _take_apart(parsed)
        is_start = begins_document((document, paragraphs))
        yield document, _add_document_comments(document, models, sentences) if is_start else sentences


def _take_apart(parsed: list[StanzaSentence]) -> None:
    """Stanza's words and sentences refer to each other: so their memory is free without a search for garbage."""
    for sentence in parsed:
        for token in sentence.tokens:
            vars(token).clear()
        vars(sentence).clear()


def _add_document_comments(document: Document, models: Models, sentences: list[Sentence]) -> list[Sentence]:
    first, *others = sentences
    facts = {
        "newdoc id": document.id,
        "generator": describe_generator(),
        "models": f"{models.name} {models.fingerprint}",
    }
    comments = [f"# {key} = {value}" for key, value in facts.items()]
    return [Sentence((*comments, *first.comments), first.words, first.multiword_tokens), *others]


def _build_paragraph(
    paragraph: Paragraph, seen: Normalised, parsed: list[StanzaSentence], models: Models
) -> Iterator[Sentence]:
    spans = [_find_span(paragraph, seen, token) for sentence in parsed for token in sentence.tokens]
    _check_cover(paragraph, spans)
    # A space is between two tokens, or none; behind the paragraph's last token stands its line's end.
    glued = [*(left.end == right.start for left, right in pairwise(spans)), False]
    position = 0
    for number, sentence in enumerate(parsed, start=1):
        places = range(position, position + len(sentence.tokens))
        position = places.stop
        words: list[Word] = []
        tokens: list[MultiwordToken] = []
        spelled: list[tuple[str, int]] = []
        for place, token in zip(places, sentence.tokens, strict=True):
            _add_token(token, spans[place], glued[place], words, tokens)
            raw_token = spans[place].raw
            spelled.append((token.text if is_unusual(raw_token) else raw_token, len(token.words)))
        raw = paragraph.text[
            spans[places.start].start - paragraph.start_char : spans[places.stop - 1].end - paragraph.start_char
        ]
        comments = [f"# newpar id = {paragraph.id}"] if number == 1 else []
        comments += [f"# sent_id = {paragraph.id}-s{number}", f"# text = {' '.join(fold_form(raw).split())}"]
        decisions = decide(words, spelled, models.scorer) if models.scorer else None
        said = list(map(get_said, words))
        repaired = record_confidence(said, repair_words(words, decisions, said), decisions)
        yield Sentence(tuple(comments), tuple(repaired), tuple(tokens))


def _find_span(paragraph: Paragraph, seen: Normalised, token: StanzaToken) -> _Span:
    start, end = seen.get_raw_span(token.start_char, token.end_char)
    return _Span(paragraph.start_char + start, paragraph.start_char + end, paragraph.text[start:end])


def _check_cover(paragraph: Paragraph, spans: list[_Span]) -> None:
    """Nothing but white space and invisible controls may stand between the tokens."""
    bounds = [0, *(offset - paragraph.start_char for span in spans for offset in (span.start, span.end))]
    for start, end in zip(bounds[::2], [*bounds[1::2], len(paragraph.text)], strict=True):
        rest = paragraph.text[start:end]
        if start > end or (rest.strip() and normalise(rest).text.strip()):
            raise AnnotationError(
                f"{paragraph.id}: the models' tokens do not spell the text at characters "
                f"{paragraph.start_char + start}-{paragraph.start_char + end} ({rest[:40]!r}); "
                "please report this with the document."
            )


def _add_token(
    token: StanzaToken, span: _Span, is_glued: bool, words: list[Word], tokens: list[MultiwordToken]
) -> None:
    form = fold_form(span.raw)
    misc = [NO_SPACE_AFTER] if is_glued else []
    if is_forced(token):
        misc.append(f"{SENT_SPLIT}=forced")
    if token.text != form:
        misc.append(f"{NORM}={_escape(token.text)}")
    misc += _describe_place(span.start, span.end)
    if len(token.words) == 1:
        words.append(_build_word(token.words[0], form, misc))
        return
    first = len(words) + 1
    tokens.append(MultiwordToken(first, first + len(token.words) - 1, form, feats="_", misc=join_misc(misc)))
    forms = [word.text for word in token.words]
    seen = normalise(span.raw)
    for word, (start, end) in zip(token.words, align_words(seen.text, forms), strict=True):
        raw_start, raw_end = seen.get_raw_span(start, end)
        approximate = [f"{SPAN}=approx"] if drop_marks(span.raw[raw_start:raw_end]) != word.text else []
        places = _describe_place(span.start + raw_start, span.start + raw_end)
        words.append(_build_word(word, fold_form(word.text), [*approximate, *places]))


def _describe_place(start: int, end: int) -> list[str]:
    return [f"{START_CHAR}={start}", f"{END_CHAR}={end}"]


def _build_word(word: StanzaWord, form: str, misc: list[str]) -> Word:
    return Word(
        id=word.id,
        form=form,
        lemma=_fold_lemma(word.lemma or ""),
        upos=word.upos or "X",
        xpos=word.xpos or "_",
        feats=word.feats or "_",
        head=str(word.head),
        deprel=word.deprel,
        deps="_",
        misc=join_misc(misc),
    )


@lru_cache(TYPES)
def _fold_lemma(lemma: str) -> str:
    """The lemmatizer spells letter by letter, marks in any order."""
    return "".join(fold_form(lemma).split()) or "_"


def _escape(value: str) -> str:
    r"""A MISC value: "|" would end it; UD writes it as \p in such places."""
    return value.replace("\\", "\\\\").replace("|", "\\p")
