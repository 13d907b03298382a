"""What UD_Arabic-PUD never writes, added to the training sentences.

PUD has the ASCII comma, semicolon and question mark only, no « », no Arabic-Indic digits, a stop behind every
sentence, every hamza in its place, and two words in Latin letters. Arabic web text is full of the others; a model
trained on PUD as it stands glues "ترمب،" into one token.

Each edit takes a sentence and gives one with the same words, or with words whose place in the tree is known.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random

from mudawwana.base.misc import NO_SPACE_AFTER
from mudawwana.base.records import MultiwordToken, Sentence, Word
from mudawwana.training.edits import cut_words, get_inside_ids, insert_words, respell, with_text

Edit = Callable[[Sentence, Random], Sentence]

_ARABIC_MARKS = {",": "،", ";": "؛", "?": "؟", "%": "٪"}
_ARABIC_DIGITS = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_QUOTES = (("«", "»"), ("“", "”"), ("”", "“"))
_FINAL_STOPS = (".", "!", "؟")
_OTHER_STOPS = ("!", "؟", "؟!", "!!", "..", "...", "…", "؟؟")
_BULLETS = ("-", "•", "*", "–")
_NAMES = (
    *("Reuters", "Airbus", "Smith", "Google", "Maria", "Berlin", "Nature", "WHO", "NASA", "Covid-19", "iPhone"),
    *("Müller", "Lancet", "Twitter", "Boeing", "Anna", "Oslo", "UNESCO", "Windows", "BBC", "Peugeot", "Sony"),
)
_MONTHS = {
    "شباط": ("فبراير", "فِبرايِر"),
    "آذار": ("مارس", "مارِس"),
    "نيسان": ("أبريل", "أَبرِيل"),
    "أيار": ("مايو", "مايُو"),
    "حزيران": ("يونيو", "يُونيُو"),
    "تموز": ("يوليو", "يُوليُو"),
    "آب": ("أغسطس", "أَغُسطُس"),
    "أيلول": ("سبتمبر", "سِبتَمبِر"),
}
"""Each month's other name and its lemma."""
_SECOND_PERSON = {"ه": "ك", "ها": "ك", "هم": "كم"}
_INITIAL_HAMZA = str.maketrans("أإآ", "ااا")
_PREDICATES = frozenset({"VERB", "AUX"})


def augment_sentences(sentences: Iterable[Sentence], *, seed: int) -> Iterator[Sentence]:
    """For each sentence a variant, and of some a noun phrase as a headline without a stop.

    The same seed gives the same variants.
    """
    random = Random(seed)  # noqa: S311 - no secret, but a repeatable choice
    for sentence in sentences:
        yield with_text(_vary_sentence(sentence, random))
        headline = _find_headline(sentence) if random.random() < 0.12 else None
        if headline is not None:
            yield with_text(headline)


def _vary_sentence(sentence: Sentence, random: Random) -> Sentence:
    for probability, edit in _EDITS:
        if random.random() < probability:
            sentence = edit(sentence, random)
    return sentence


def _change_final_stop(sentence: Sentence, random: Random) -> Sentence:
    """Another final stop, or none."""
    last = sentence.words[-1]
    if last.form not in _FINAL_STOPS or len(sentence.words) < 2:
        return sentence
    if random.random() < 0.4:
        form = random.choice(_OTHER_STOPS)
        return replace(sentence, words=(*sentence.words[:-1], replace(last, form=form, lemma=form)))
    if any(word.head == str(last.id) for word in sentence.words):
        return sentence
    return replace(sentence, words=sentence.words[:-1])


def _write_arabic_marks(sentence: Sentence, _: Random) -> Sentence:
    words = [_rename(word, _ARABIC_MARKS.get(word.form, word.form)) for word in sentence.words]
    return replace(sentence, words=tuple(words))


def _write_other_quotes(sentence: Sentence, random: Random) -> Sentence:
    opening, closing = random.choice(_QUOTES)
    words = list(sentence.words)
    for place, word in enumerate(word for word in sentence.words if word.form == '"'):
        words[word.id - 1] = _rename(word, closing if place % 2 else opening)
    return replace(sentence, words=tuple(words))


def _rename(word: Word, form: str) -> Word:
    """The word with another form, and the lemma with it where the two were the same."""
    return replace(word, form=form, lemma=form if word.lemma == word.form else word.lemma)


def _separate_digits(sentence: Sentence, random: Random) -> Sentence:
    """Thousands and decimals as they are written elsewhere: 12,000 or 12.000, and 3.5 for 3."""
    separator = random.choice(",.")
    words = list(sentence.words)
    inside = get_inside_ids(sentence)
    for word in sentence.words:
        if word.id in inside or not re.fullmatch("[0-9]{1,9}", word.form) or 1900 < int(word.form) < 2100:
            continue
        grouped = f"{int(word.form):,}".replace(",", separator)
        form = grouped if len(word.form) > 3 else f"{word.form}{separator}{random.randint(1, 99)}"
        words[word.id - 1] = _rename(word, form)
    return replace(sentence, words=tuple(words))


def _write_arabic_digits(sentence: Sentence, _: Random) -> Sentence:
    forms = {
        word.id: word.form.translate(_ARABIC_DIGITS)
        for word in sentence.words
        if word.form.isascii() and any(character.isdecimal() for character in word.form)
    }
    changed = respell(sentence, forms)
    lemmas = {word.id: word.lemma for word in sentence.words if word.lemma == word.form}
    words = [replace(word, lemma=word.form) if word.id in lemmas else word for word in changed.words]
    return replace(changed, words=tuple(words))


def _drop_hamza(sentence: Sentence, random: Random) -> Sentence:
    """ان for أن, الى for إلى: the hamza on a first alef is left out in most words."""
    return respell(
        sentence,
        {
            word.id: word.form[0].translate(_INITIAL_HAMZA) + word.form[1:]
            for word in sentence.words
            if word.form[0] in "أإآ" and random.random() < 0.8
        },
    )


def _confuse_last_letters(sentence: Sentence, random: Random) -> Sentence:
    """ى for ي or the other way round, and ه for ة, at the ends of tokens."""
    wrong = random.choice(({"ى": "ي"}, {"ي": "ى"}, {"ة": "ه"}, {"ى": "ي", "ة": "ه"}))
    ends = {token.words[-1].id for token in sentence.tokens if token.form.endswith(token.words[-1].form)}
    return respell(
        sentence,
        {
            word.id: word.form[:-1] + wrong[word.form[-1]]
            for word in sentence.words
            if word.id in ends and len(word.form) > 2 and word.form[-1] in wrong and random.random() < 0.8
        },
    )


def _begin_with_conjunction(sentence: Sentence, random: Random) -> Sentence:
    """و or ف before the first word: cc of the root."""
    token = sentence.tokens[0]
    if token.words[0].form in {"و", "ف"} or not token.form.isalpha() or token.form.isascii():
        return sentence
    letter = random.choice("ووف")
    root = next(word.id for word in sentence.words if word.head == "0") + 1
    link = Word(1, letter, f"{letter}\u064e", "CCONJ", "CC", "_", str(root), "cc", "_", "_")
    longer = insert_words(sentence, 0, [link])
    inner = tuple(replace(word, misc="_") for word in longer.words[: len(token.words) + 1])
    first = MultiwordToken(1, len(token.words) + 1, letter + token.form, "_", token.misc)
    others = [range_ for range_ in longer.multiword_tokens if range_.first != 2]
    return replace(longer, words=(*inner, *longer.words[len(inner) :]), multiword_tokens=(first, *others))


def _address_reader(sentence: Sentence, _: Random) -> Sentence:
    """Attached pronouns of the second person for those of the third: كتابك "your book" for كتابه "his book"."""
    words = list(sentence.words)
    ranges = []
    for token in sentence.multiword_tokens:
        last = words[token.last - 1]
        form = _SECOND_PERSON.get(last.form)
        if form and last.upos == "PRON" and "Person=3" in last.feats and token.form.endswith(last.form):
            feats = last.feats.replace("Person=3", "Person=2").replace("Gender=Fem", "Gender=Masc")
            words[last.id - 1] = replace(last, form=form, feats=feats)
            token = replace(token, form=token.form.removesuffix(last.form) + form)
        ranges.append(token)
    return replace(sentence, words=tuple(words), multiword_tokens=tuple(ranges))


def _write_latin_names(sentence: Sentence, random: Random) -> Sentence:
    inside = get_inside_ids(sentence)
    words = [
        replace(word, form=(name := random.choice(_NAMES)), lemma=name)
        if word.upos == "PROPN" and word.id not in inside and random.random() < 0.5
        else word
        for word in sentence.words
    ]
    return replace(sentence, words=tuple(words))


def _add_bracket(sentence: Sentence, random: Random) -> Sentence:
    """(Reuters) or (2006) behind a nominal."""
    hosts = [
        token.words[-1]
        for token in sentence.tokens
        if token.words[-1].upos in {"NOUN", "PROPN"} and token.words[-1].deprel != "fixed" and token.space_after
    ]
    if not hosts:
        return sentence
    host = random.choice(hosts)
    inner = host.id + 2
    opening, closing = random.choice(("()", "()", "[]"))
    number = str(random.randint(1, 2100))
    name = random.choice(_NAMES)
    content = (
        Word(inner, number, number, "NUM", "CD", "_", str(host.id), "nmod", "_", NO_SPACE_AFTER)
        if random.random() < 0.4
        else Word(inner, name, name, "PROPN", "NNP", "_", str(host.id), "appos", "_", NO_SPACE_AFTER)
    )
    marks = [
        Word(place, form, form, "PUNCT", form, "_", str(inner), "punct", "_", misc)
        for place, form, misc in ((host.id + 1, opening, NO_SPACE_AFTER), (host.id + 3, closing, "_"))
    ]
    return insert_words(sentence, host.id, [marks[0], content, marks[1]])


def _change_months(sentence: Sentence, _: Random) -> Sentence:
    """The months' other Arabic names: يوليو for تموز."""
    words = [
        replace(word, form=_MONTHS[word.form][0], lemma=_MONTHS[word.form][1])
        if word.form in _MONTHS and word.upos == "PROPN"
        else word
        for word in sentence.words
    ]
    return replace(sentence, words=tuple(words))


def _add_date(sentence: Sentence, random: Random) -> Sentence:
    """A date with both names of its month, في 24 فبراير/شباط 2022, behind a verb's last dependent."""
    roots = [word for word in sentence.words if word.head == "0" and word.upos == "VERB"]
    last = sentence.words[-1]
    if not roots or last.upos != "PUNCT" or len(sentence.words) < 4:
        return sentence
    at = last.id - 1
    before = sentence.words[at - 1]
    if before.upos == "PUNCT":
        return sentence
    second, (first, first_lemma) = random.choice([*_MONTHS.items()])
    day, year = str(random.randint(1, 31)), str(random.randint(1950, 2030))
    ids = [str(at + place) for place in range(1, 7)]
    rows = [
        ("في", "فِي", "ADP", "IN", ids[1], "case", "_"),
        (day, day, "NUM", "CD", str(roots[0].id), "obl", "_"),
        (first, first_lemma, "PROPN", "NNP", ids[1], "nmod", NO_SPACE_AFTER),
        ("/", "/", "PUNCT", ".", ids[4], "punct", NO_SPACE_AFTER),
        (second, second, "PROPN", "NNP", ids[2], "appos", "_"),
        (year, year, "NUM", "CD", ids[2], "nmod", NO_SPACE_AFTER),
    ]
    words = [
        Word(at + place, form, lemma, upos, xpos, "_", head, deprel, "_", misc)
        for place, (form, lemma, upos, xpos, head, deprel, misc) in enumerate(rows, start=1)
    ]
    return insert_words(_put_space_behind(sentence, at), at, words)


def _put_space_behind(sentence: Sentence, word_id: int) -> Sentence:
    """The sentence with a space behind the token that ends with the word."""
    words = [replace(word, misc="_") if word.id == word_id else word for word in sentence.words]
    ranges = [replace(token, misc="_") if token.last == word_id else token for token in sentence.multiword_tokens]
    return replace(sentence, words=tuple(words), multiword_tokens=tuple(ranges))


def _add_list_mark(sentence: Sentence, random: Random) -> Sentence:
    """A bullet, or a number with a stop, a dash or a bracket, before the sentence."""
    root = next(word.id for word in sentence.words if word.head == "0")
    if random.random() < 0.5:
        form = random.choice(_BULLETS)
        return insert_words(
            sentence, 0, [Word(1, form, form, "PUNCT", "-", "_", str(root + 1), "punct", "_", "_")]
        )
    number, mark = str(random.randint(1, 12)), random.choice((".", "-", ")", "/"))
    return insert_words(
        sentence,
        0,
        [
            Word(1, number, number, "NUM", "CD", "_", str(root + 2), "dep", "_", NO_SPACE_AFTER),
            Word(2, mark, mark, "PUNCT", mark, "_", "1", "punct", "_", "_"),
        ],
    )


def _find_headline(sentence: Sentence) -> Sentence | None:
    """The sentence's longest noun phrase of 3 to 12 words without a verb, as a sentence of its own."""
    found: list[tuple[int, int, int]] = []
    for word in sentence.words:
        if word.upos == "NOUN":
            ids = _collect_subtree(sentence, word)
            bounds = _trim(sentence, ids)
            if bounds is not None and 3 <= bounds[1] - bounds[0] + 1 <= 12:
                found.append((*bounds, word.id))
    if not found:
        return None
    first, last, root = max(found, key=lambda bounds: bounds[1] - bounds[0])
    headline = cut_words(sentence, first, last, root)
    return replace(headline, comments=(f"# sent_id = {sentence.sent_id}-headline",))


def _collect_subtree(sentence: Sentence, top: Word) -> list[int]:
    """The sorted ids of the word and of what depends on it, without its case markers, conjunctions and marks."""
    children: dict[str, list[Word]] = {}
    for word in sentence.words:
        children.setdefault(word.head, []).append(word)
    kept = [top.id]
    queue = [
        child for child in children.get(str(top.id), []) if child.deprel not in {"case", "cc", "mark", "punct"}
    ]
    while queue:
        word = queue.pop()
        kept.append(word.id)
        queue += children.get(str(word.id), [])
    return sorted(kept)


def _trim(sentence: Sentence, ids: list[int]) -> tuple[int, int] | None:
    """The first and last of the ids, if they are whole tokens in a row without a verb."""
    first, last = ids[0], ids[-1]
    starts = {token.words[0].id for token in sentence.tokens}
    ends = {token.words[-1].id for token in sentence.tokens}
    words = sentence.words[first - 1 : last]
    is_whole = last - first + 1 == len(ids) and first in starts and last in ends
    return (first, last) if is_whole and not any(word.upos in _PREDICATES for word in words) else None


_EDITS: tuple[tuple[float, Edit], ...] = (
    (0.10, _add_date),
    (0.12, _add_bracket),
    (0.10, _begin_with_conjunction),
    (0.06, _add_list_mark),
    (0.10, _address_reader),
    (0.15, _write_latin_names),
    (0.30, _change_months),
    (0.45, _change_final_stop),
    (0.90, _write_arabic_marks),
    (0.60, _write_other_quotes),
    (0.30, _separate_digits),
    (0.40, _write_arabic_digits),
    (0.15, _drop_hamza),
    (0.10, _confuse_last_letters),
)
"""Each edit with the share of the variants that it is tried on, in this order."""
