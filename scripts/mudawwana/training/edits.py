"""Changes to a sentence that leave it a sentence: words go in or out, ids, heads and ranges follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mudawwana.arabic.script import normalise
from mudawwana.base.records import MultiwordToken, Sentence, Word


def with_text(sentence: Sentence) -> Sentence:
    """The sentence with `# text` spelled from its tokens."""
    text = "".join(token.form + " " * token.space_after for token in sentence.tokens).rstrip()
    comments = [comment for comment in sentence.comments if not comment.startswith("# text =")]
    return replace(sentence, comments=(*comments, f"# text = {text}"))


def normalise_sentence(sentence: Sentence) -> Sentence:
    """The sentence with the forms that the models see in annotation, and `# text` to match.

    A form of which nothing would be left stays as it is.
    """
    words = tuple(replace(word, form=normalise(word.form).text or word.form) for word in sentence.words)
    tokens = tuple(
        replace(token, form=normalise(token.form).text or token.form) for token in sentence.multiword_tokens
    )
    return with_text(replace(sentence, words=words, multiword_tokens=tokens))


def make_word_sentence(form: str, upos: str, lemma: str) -> Sentence:
    """A generated sentence of one word; its head and features mean nothing."""
    word = Word(1, form, lemma, upos, "_", "_", "0", "root", "_", "_")
    return Sentence(("# generated", f"# text = {form}"), (word,), ())


def insert_words(sentence: Sentence, at: int, words: Sequence[Word]) -> Sentence:
    """The sentence with `words` behind its word `at` (0: at the start), which must end a token.

    The new words have the ids `at` + 1 ... in order; their heads are ids of the sentence that comes out.
    """
    count = len(words)

    def shift(word_id: int) -> int:
        return word_id + count if word_id > at else word_id

    moved = [replace(word, id=shift(word.id), head=str(shift(int(word.head)))) for word in sentence.words]
    ranges = [
        replace(token, first=shift(token.first), last=shift(token.last)) for token in sentence.multiword_tokens
    ]
    return replace(sentence, words=(*moved[:at], *words, *moved[at:]), multiword_tokens=tuple(ranges))


def drop_words(sentence: Sentence, first: int, last: int) -> Sentence:
    """The sentence without the words `first` to `last`, which are whole tokens on which no other word depends."""
    count = last - first + 1

    def shift(word_id: int) -> int:
        return word_id - count if word_id > last else word_id

    words = [
        replace(word, id=shift(word.id), head=str(shift(int(word.head))))
        for word in sentence.words
        if not first <= word.id <= last
    ]
    ranges = [
        replace(token, first=shift(token.first), last=shift(token.last))
        for token in sentence.multiword_tokens
        if not first <= token.first <= last
    ]
    return replace(sentence, words=tuple(words), multiword_tokens=tuple(ranges))


def cut_words(sentence: Sentence, first: int, last: int, root: int) -> Sentence:
    """The words `first` to `last` as a sentence of its own below `root`; their tokens must lie inside.

    Every word but `root` must have its head inside.
    """
    words = [
        replace(word, id=word.id - first + 1, head=str(int(word.head) - first + 1))
        if word.id != root
        else replace(word, id=word.id - first + 1, head="0", deprel="root")
        for word in sentence.words[first - 1 : last]
    ]
    ranges = [
        replace(token, first=token.first - first + 1, last=token.last - first + 1)
        for token in sentence.multiword_tokens
        if first <= token.first and token.last <= last
    ]
    return replace(sentence, words=tuple(words), multiword_tokens=tuple(ranges))


def respell(sentence: Sentence, forms: Mapping[int, str]) -> Sentence:
    """The sentence with other forms for some words, by id; a word whose letters its token does not show stays."""
    words = list(sentence.words)
    ranges: list[MultiwordToken] = []
    for token in sentence.multiword_tokens:
        spelled = token.form
        for word in sentence.words[token.first - 1 : token.last]:
            if word.id in forms and word.form in spelled:
                spelled = spelled.replace(word.form, forms[word.id], 1)
                words[word.id - 1] = replace(word, form=forms[word.id])
        ranges.append(replace(token, form=spelled))
    inside = get_inside_ids(sentence)
    for word_id in forms.keys() - inside:
        words[word_id - 1] = replace(words[word_id - 1], form=forms[word_id])
    return replace(sentence, words=tuple(words), multiword_tokens=tuple(ranges))


def get_inside_ids(sentence: Sentence) -> set[int]:
    """The ids of the words inside multi-word tokens."""
    return {word_id for token in sentence.multiword_tokens for word_id in range(token.first, token.last + 1)}
