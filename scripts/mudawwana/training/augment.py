"""What UD_Arabic-PUD never writes, added to the training sentences.

PUD has the ASCII comma, semicolon and question mark only, no « », no Arabic-Indic digits, and a stop behind
every sentence; Arabic web text is full of the others. A model trained on it as it stands glues "ترمب،" into
one token.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from mudawwana.arabic import normalise
from mudawwana.records import MultiwordToken, Sentence, Word

_ARABIC_MARKS = {",": "،", ";": "؛", "?": "؟", "%": "٪"}
_ARABIC_DIGITS = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_QUOTES = (("«", "»"), ("“", "”"), ("”", "“"))
_PRONOUNS = ("ه", "ها", "هم", "ه", "ها", "نا", "هما", "ك", "كم", "ي", "هن", "ني")
_LINKS = ((), ("و",), ("ف",))
_NOUN_PROCLITICS = tuple((*link, *clitic) for link in _LINKS for clitic in ((), ("ب",), ("ل",), ("ك",)))
_VERB_PROCLITICS = (*_LINKS, ("ل",), ("و", "ل"))
_FUTURE_PROCLITICS = (*_VERB_PROCLITICS, ("س",), ("و", "س"), ("ف", "س"))
_FINAL_STOPS = frozenset({".", "!", "?"})


def normalise_sentence(sentence: Sentence) -> Sentence:
    """The sentence with the forms that the models see in annotation (DESIGN section 3), and `# text` to match.

    A form of which nothing would be left stays as it is.
    """
    words = tuple(replace(word, form=normalise(word.form).text or word.form) for word in sentence.words)
    tokens = tuple(
        replace(token, form=normalise(token.form).text or token.form) for token in sentence.multiword_tokens
    )
    return with_text(replace(sentence, words=words, multiword_tokens=tokens))


def with_text(sentence: Sentence) -> Sentence:
    """The sentence with `# text` spelled from its tokens."""
    text = "".join(token.form + " " * token.space_after for token in sentence.tokens).rstrip()
    comments = [comment for comment in sentence.comments if not comment.startswith("# text =")]
    return replace(sentence, comments=(*comments, f"# text = {text}"))


def augment_sentences(sentences: Iterable[Sentence], *, seed: int) -> Iterator[Sentence]:
    """For each sentence a variant with Arabic punctuation, other quotes, digits, or without its final stop.

    Words, heads and relations stay; the final stop goes with its word. The same seed gives the same variants.
    """
    random = Random(seed)  # noqa: S311 - no secret, but a repeatable choice
    for sentence in sentences:
        yield _vary_sentence(sentence, random)


def _vary_sentence(sentence: Sentence, random: Random) -> Sentence:
    if random.random() < 0.3:
        sentence = _drop_final_stop(sentence)
    marks = _ARABIC_MARKS if random.random() < 0.9 else {}
    quotes = random.choice(_QUOTES) if random.random() < 0.6 else None
    digits = random.random() < 0.4
    words: list[Word] = []
    opening = True
    for word in sentence.words:
        form = marks.get(word.form, word.form)
        if form == '"' and quotes:
            form = quotes[0] if opening else quotes[1]
            opening = not opening
        words.append(replace(word, form=form, lemma=form if word.upos == "PUNCT" else word.lemma))
    if digits:
        words = [_write_arabic_digits(word) for word in words]
    tokens = [_spell(token, words) for token in sentence.multiword_tokens]
    return with_text(replace(sentence, words=tuple(words), multiword_tokens=tuple(tokens)))


def _drop_final_stop(sentence: Sentence) -> Sentence:
    last = sentence.words[-1]
    if last.form not in _FINAL_STOPS or len(sentence.words) < 2:
        return sentence
    if any(word.head == str(last.id) for word in sentence.words):
        return sentence
    return replace(sentence, words=sentence.words[:-1])


def _write_arabic_digits(word: Word) -> Word:
    if not any(character.isdecimal() for character in word.form) or not word.form.isascii():
        return word
    lemma = word.lemma.translate(_ARABIC_DIGITS) if word.lemma == word.form else word.lemma
    return replace(word, form=word.form.translate(_ARABIC_DIGITS), lemma=lemma)


def _spell(token: MultiwordToken, words: list[Word]) -> MultiwordToken:
    """The token's form anew where a variant changed the spelling of its words (و + 2006)."""
    if not any(character.isdecimal() for character in token.form):
        return token
    return replace(token, form="".join(word.form for word in words[token.first - 1 : token.last]))


def make_multiword_tokens(sentences: Iterable[Sentence], *, seed: int, count: int) -> Iterator[Sentence]:
    """One-token sentences that teach the expander: words of the treebank with clitics that the script allows.

    Up to `count`, chosen by the seed. Forms are spelled as Arabic spells them together (للسلطة, دراجتهم, رأوه) and
    given apart with their syntactic forms; whether a combination means anything does not matter to the expander.
    """
    made = {
        "".join(surface): words
        for word in sorted({(word.form, word.upos, word.feats) for one in sentences for word in one.words})
        for surface, words in _iter_combinations(*word)
    }
    tokens = sorted(made)
    chosen = tokens if len(tokens) <= count else Random(seed).sample(tokens, count)  # noqa: S311
    for token in sorted(chosen):
        yield _make_sentence(token, made[token])


def _iter_combinations(form: str, upos: str, feats: str) -> Iterator[tuple[list[str], list[str]]]:
    """(pieces as spelled together, words) for one word with proclitics, an enclitic, or both."""
    if not form.isalpha() or form.isascii() or len(form) < 2:
        return
    if upos in {"NOUN", "PROPN", "ADJ"}:
        proclitics = _NOUN_PROCLITICS
    elif upos == "VERB":
        proclitics = _FUTURE_PROCLITICS if "Aspect=Imp" in feats else _VERB_PROCLITICS
    elif upos in {"PRON", "DET", "PART", "SCONJ"} and len(form) > 2:
        proclitics = _NOUN_PROCLITICS
    else:
        proclitics = _VERB_PROCLITICS
    has_host = upos in {"NOUN", "VERB"} and not form.startswith("ال")
    for clitics in proclitics:
        stem = form.removeprefix("ا") if clitics[-1:] == ("ل",) and form.startswith("ال") else form
        if clitics:
            yield [*clitics, stem], [*clitics, form]
        # Every clitic with every host would drown the treebank's own tokens: one enclitic each, by its letters.
        pronoun = _PRONOUNS[sum(map(ord, form + "".join(clitics))) % len(_PRONOUNS)]
        if has_host and not (pronoun == "ي" and upos == "VERB"):
            yield [*clitics, _join_pronoun(stem), pronoun], [*clitics, form, pronoun]


def _join_pronoun(form: str) -> str:
    """The host's spelling before a pronoun; the inverse of `restore_forms`."""
    if form.endswith("ة"):
        return form[:-1] + "ت"
    if form.endswith("ى"):
        return form[:-1] + "ا"
    if form.endswith("اء"):
        return form[:-1] + "ئ"
    return form.removesuffix("ا") if form.endswith("وا") else form


def _make_sentence(form: str, parts: Sequence[str]) -> Sentence:
    words = tuple(
        Word(index, part, part, "X", "_", "_", str(index - 1), "root" if index == 1 else "dep", "_", "_")
        for index, part in enumerate(parts, start=1)
    )
    return with_text(Sentence(("# generated",), words, (MultiwordToken(1, len(parts), form, "_", "_"),)))
