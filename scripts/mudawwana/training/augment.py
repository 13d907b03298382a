"""What UD_Arabic-PUD never writes, added to the training sentences.

PUD has the ASCII comma, semicolon and question mark only, no « », no Arabic-Indic digits, and a stop behind
every sentence; Arabic web text is full of the others. A model trained on it as it stands glues "ترمب،" into
one token.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from mudawwana.arabic import normalise
from mudawwana.records import MultiwordToken, Sentence, Word

_ARABIC_MARKS = {",": "،", ";": "؛", "?": "؟", "%": "٪"}
_ARABIC_DIGITS = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_QUOTES = (("«", "»"), ("“", "”"), ("”", "“"))
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


def make_multiword_tokens(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """One-token sentences that teach the expander more hosts: nouns of the treebank behind new proclitics.

    Only what the script settles is made: و ف ب ك before any noun, ل before an article (written لل).
    """
    nouns = sorted(
        {
            word.form
            for sentence in sentences
            for word in sentence.words
            if word.upos in {"NOUN", "PROPN", "ADJ"} and word.form.isalpha() and not word.form.isascii()
        }
    )
    for number, form in enumerate(nouns):
        proclitics = [("وفبك"[number % 4], "")]
        if form.startswith("ال") and not form.startswith("الل"):
            proclitics.append(("ل", "ا"))
        for clitic, elided in proclitics:
            yield _make_sentence(clitic + form.removeprefix(elided), (clitic, form))


def _make_sentence(form: str, parts: tuple[str, str]) -> Sentence:
    words = tuple(
        Word(index, part, part, "X", "_", "_", str(index - 1), "root" if index == 1 else "dep", "_", "_")
        for index, part in enumerate(parts, start=1)
    )
    return with_text(Sentence(("# generated",), words, (MultiwordToken(1, len(parts), form, "_", "_"),)))
