"""A treebank in UD_Arabic-PUD's style, its clitics joined into multi-word tokens.

UD_Arabic-PUD writes a clitic as a word of its own, glued to its host by `SpaceAfter=No`, and cuts the surface
spelling where it falls: للسلطة "to the authority" is ل + لسلطة, دراجتهم "their bicycle" is دراجت + هم. Here each
surface token that holds clitics becomes a multi-word token (https://universaldependencies.org/ar/), and the
words inside show their syntactic forms: ل + السلطة, دراجة + هم. Tokens stay as they are written, so that raw
text and gold align.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mudawwana.annotate.repair import add_feature, get_external_pos, mend_obliques
from mudawwana.arabic.script import normalise
from mudawwana.base.misc import NO_SPACE_AFTER, SPACE_AFTER, drop_misc, get_misc
from mudawwana.base.records import MultiwordToken, Sentence, Word

PROCLITICS = frozenset({"و", "ف", "ب", "ل", "ك", "س", "أ"})
"""Written as one letter with the next word: and, so, by, to, like, (future), (question or that)."""
_PROCLITIC_TAGS = frozenset({"ADP", "AUX", "CCONJ", "PART", "PRON", "SCONJ"})
ENCLITICS = frozenset({"ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كما", "ي", "ني", "نا"})
"""Pronouns written with the word before."""
CONTRACTED_PREPOSITIONS = frozenset({"م", "ع"})
"""What is left of من "from" and عن "about" in مما and عما."""
_SECOND_WORDS = frozenset({"ما", "من", "لا"})
"""What function words are written together with: فيما "in what", عمن "about whom", ألا "that not"."""
_WHOLE_PREPOSITIONS = frozenset({"عن", "في"})
"""Before such a word UD_Arabic-PUD leaves them whole, even in عنما for عما."""
_SPLIT_FUNCTION_WORDS = {"م": "من", "ع": "عن", "أ": "أن"}
_BEFORE_PRONOUN = {"علي": "على", "إلي": "إلى", "لدي": "لدى", "الي": "الى"}
_NO_CLITIC_TAGS = frozenset({"PUNCT", "SYM"})

_VOCALISED_TAGS = frozenset({"ADJ", "ADV", "AUX", "NOUN", "VERB"})
"""UD_Arabic-PUD's lemmas of other tags leave long alefs without a vowel sign: أَلبانِيا "Albania", a proper noun."""
_VOWEL = re.compile("[\u064b-\u0650]")
_THREE_LETTERS = re.compile("[ء-ي]ا[ء-ي]")
_BARE_ALEF = re.compile("([\u0621\u0624\u0626\u0628-\u064a]\u0651?)(?=ا)")
_SUKUN = "\u0652"
_ARTICLE = "ال"
_PLAIN_LETTERS = str.maketrans("أإآىة", "ااايه")

_PRON_TYPES = {
    "هُوَ": "Prs",
    "الَّذِي": "Rel",
    **dict.fromkeys(("هٰذا", "ذٰلِكَ", "أُولائِكَ", "ذا"), "Dem"),
    "ماذا": "Int",
    **dict.fromkeys(("كُلّ", "جَمِيع", "كافَّة", "كِلَا", "كِلَّة", "كُلِّيّ", "سائِر", "كامِل"), "Tot"),
}
_PRON_TYPES_BY_XPOS = {"PRP": "Prs", "EX": "Prs", "REL": "Rel", "WP": "Rel", "PDEM": "Dem"}


def join_clitics(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences with tokens as they are written; words, heads, relations and MISC stay.

    Expects the words of a UD treebank without multi-word tokens of its own; sentences that have some keep them. Of
    sentences that follow each other with the same `# newdoc id` the first keeps it.
    """
    document = None
    for sentence in sentences:
        doc_id = sentence.get_comment("newdoc id")
        comments = tuple(
            comment
            for comment in sentence.comments
            # UD_Arabic-PUD repeats `newdoc` on every sentence; it marks the first of a document only.
            if not (comment.startswith("# newdoc") and doc_id is not None and doc_id == document)
        )
        document = doc_id if doc_id is not None else document
        yield _join_sentence(replace(sentence, comments=comments))


def _join_sentence(sentence: Sentence) -> Sentence:
    """The sentence with clitics joined into multi-word tokens, forms restored and features completed."""
    if sentence.multiword_tokens:
        return sentence
    completed = list(_complete_words(sentence.words))
    mend_obliques(completed)  # the one relation of UD_Arabic-PUD that the validator refuses
    sentence = replace(sentence, words=tuple(completed))
    words: list[Word] = []
    tokens: list[MultiwordToken] = []
    for group in _group_clitics(sentence.words):
        if len(group) == 1:
            words.append(group[0])
            continue
        form = "".join(word.form for word in group)
        misc = NO_SPACE_AFTER if get_misc(group[-1].misc, SPACE_AFTER) == "No" else "_"
        tokens.append(MultiwordToken(group[0].id, group[-1].id, form, feats="_", misc=misc))
        words += [replace(word, misc=drop_misc(word.misc, (SPACE_AFTER,))) for word in restore_forms(group)]
    return replace(sentence, words=tuple(words), multiword_tokens=tuple(tokens))


def restore_forms(group: list[Word]) -> list[Word]:
    """The words of one token with their syntactic forms, where spelling them together changed a letter."""
    restored = list(group)
    for index, word in enumerate(group):
        before = group[index - 1] if index else None
        after = group[index + 1] if index + 1 < len(group) else None
        form = word.form
        if before is not None and before.form == "ل" and before.upos != "PART":
            form = _restore_article(word, form)
        if after is not None and after.upos == "PRON" and after.form in ENCLITICS:
            form = _restore_before_pronoun(word, form)
        if after is not None and after.form in _SECOND_WORDS and form in _SPLIT_FUNCTION_WORDS and index == 0:
            form = _SPLIT_FUNCTION_WORDS[form]
        # Syntactic forms have no vowels: where letters were restored, none are written.
        restored[index] = replace(word, form=normalise(form).text)
    return restored


def _complete_words(words: tuple[Word, ...]) -> Iterator[Word]:
    """The words with PronType and ExtPos added.

    Sources: https://universaldependencies.org/u/feat/PronType.html, /u/feat/ExtPos.html
    """
    relations: dict[str, set[str]] = {}
    for word in words:
        relations.setdefault(word.head, set()).add(word.deprel.partition(":")[0])
    for word in words:
        word = _clean(word)
        dependents = relations.get(str(word.id), set())
        if word.upos in {"PRON", "DET"}:
            pron_type = _PRON_TYPES.get(word.lemma) or _PRON_TYPES_BY_XPOS.get(word.xpos, "Ind")
            word = replace(word, feats=add_feature(word.feats, "PronType", pron_type))
        if "fixed" in dependents:
            ext_pos = get_external_pos(word.upos, word.deprel)
            word = replace(word, feats=add_feature(word.feats, "ExtPos", ext_pos)) if ext_pos else word
        yield word


def _group_clitics(words: tuple[Word, ...]) -> Iterator[list[Word]]:
    """The words by surface token: glued neighbours of which one is a clitic stand together."""
    group: list[Word] = []
    for word in words:
        if group and not _is_joined(group[-1], word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _is_joined(left: Word, right: Word) -> bool:
    if get_misc(left.misc, SPACE_AFTER) != "No" or {left.upos, right.upos} & _NO_CLITIC_TAGS:
        return False
    proclitic = left.form in PROCLITICS | CONTRACTED_PREPOSITIONS and left.upos in _PROCLITIC_TAGS
    enclitic = right.form in ENCLITICS and right.upos in {"PRON", "NOUN"}
    return proclitic or enclitic or (left.form in _WHOLE_PREPOSITIONS and right.form in _SECOND_WORDS)


def _restore_article(word: Word, form: str) -> str:
    """ل + ال is written لل: لسلطة, definite, with a lemma that does not begin with ل, is السلطة."""
    if not form.startswith("ل") or ("Definite=Def" not in word.feats and word.upos != "PROPN"):
        return form
    return form if _skeleton(word.lemma).startswith("ل") else "ا" + form


def _restore_before_pronoun(word: Word, form: str) -> str:
    """The form that a host has when no pronoun follows."""
    if form in _BEFORE_PRONOUN:
        return _BEFORE_PRONOUN[form]
    lemma = _skeleton(word.lemma)
    if word.upos in {"VERB", "AUX"}:
        # The silent alef after the plural's waw is written only at the end of a token.
        if "Number=Plur" in word.feats and form.endswith("و") and not lemma.endswith("و"):
            return form + "ا"
        return form[:-1] + "ى" if form.endswith("ا") and lemma.endswith("ى") and len(form) == len(lemma) else form
    # The plural's ات keeps its ت; حيات + نا "our life" has a lemma in اة.
    if form.endswith("ت") and not lemma.endswith("ت") and (not form.endswith("ات") or lemma.endswith("اة")):
        return form[:-1] + "ة"
    if form[-1] in "ؤئ" and (form[-2:-1] == "ا" or lemma[-1:] in {"ء", "أ"}):
        return form[:-1] + ("أ" if lemma.endswith("أ") else "ء")
    return form[:-1] + "ى" if form.endswith("ا") and lemma.endswith("ى") else form


def _clean(word: Word) -> Word:
    # UD_Arabic-PUD's lemmas write the dagger alef now as "`", and alef wasla now with its sign, now without.
    lemma = word.lemma.replace("`", "\u0670").replace("ٱ", "ا").replace(_SUKUN, "")
    lemma = restore_letters(lemma, normalise(word.form).text, word.upos)
    return replace(word, lemma=vocalise_alef(lemma) if word.upos in _VOCALISED_TAGS else lemma)


def restore_letters(lemma: str, form: str, upos: str) -> str:
    """The lemma with the form's hamzas, ة and ى, where it is the form without them; expects a normalised form.

    What UD_Arabic-PUD's analyser did not know has its folded form as lemma: اوباما for أوباما "Obama". Adjectives
    lose ة, as all have a masculine lemma.

    >>> restore_letters("اوباما", "أوباما", "PROPN"), restore_letters("مجره", "المجرة", "PROPN")
    ('أوباما', 'مجرة')
    """
    if _VOWEL.search(lemma):
        return lemma
    for spelling in (form, form.removeprefix(_ARTICLE)):
        if spelling.translate(_PLAIN_LETTERS) == lemma.translate(_PLAIN_LETTERS):
            return spelling.removesuffix("ة") if upos == "ADJ" else spelling
    return lemma


def vocalise_alef(lemma: str) -> str:
    """The lemma with a fatha before each long alef, if it has vowel signs or is a hollow root's three letters.

    UD_Arabic-PUD writes كَاتِب and كاتِب "writer", قَال and قال "say"; twice as often the first.

    >>> vocalise_alef("عاد"), vocalise_alef("إِعلان"), vocalise_alef("كيلومترات")
    ('عَاد', 'إِعلَان', 'كيلومترات')
    """
    if not _VOWEL.search(lemma) and not _THREE_LETTERS.fullmatch(lemma):
        return lemma
    return unicodedata.normalize("NFC", _BARE_ALEF.sub("\\1\u064e", lemma))


def _skeleton(lemma: str) -> str:
    return normalise(lemma).text
