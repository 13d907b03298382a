"""One sentence under conversion: its words, where they stand in the tree, and what each rule changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mudawwana.annotate.refusals import NOMINAL, get_universal
from mudawwana.base.records import MultiwordToken, Word

ARTICLE = "ال"
CLAUSE_RELATIONS = frozenset({"root", "ccomp", "advcl", "acl", "csubj", "conj", "parataxis", "appos"})
"""Relations by which a clause hangs on what is outside of it; xcomp shares its subject, so it is no limit."""
SUBJECTS = frozenset({"nsubj", "csubj"})


@dataclass(slots=True)
class Tree:
    """The words of one sentence, which rules change in place; word ids and forms never change."""

    words: list[Word]
    tokens: tuple[MultiwordToken, ...] = ()
    changes: set[tuple[str, int]] = field(default_factory=set)
    """(rule, word id), once for each word that a rule changed."""

    def __iter__(self) -> Iterator[Word]:
        """The words as they were when the walk began, so that rules may change them on the way."""
        return iter(list(self.words))

    def get(self, word_id: int) -> Word:
        return self.words[word_id - 1]

    def get_head(self, word: Word) -> Word | None:
        """The word's head as it is now, None for the root."""
        head = int(self.get(word.id).head)
        return self.get(head) if head else None

    def get_children(self, word: Word) -> list[Word]:
        return [child for child in self.words if child.head == str(word.id)]

    def find_child(self, word: Word, *relations: str) -> Word | None:
        """The word's first child by one of these relations, subtypes included."""
        return next((child for child in self.get_children(word) if get_universal(child.deprel) in relations), None)

    def get_next(self, word: Word) -> Word | None:
        return self.words[word.id] if word.id < len(self.words) else None

    def get_previous(self, word: Word) -> Word | None:
        return self.words[word.id - 2] if word.id > 1 else None

    def get_host(self, word: Word) -> Word | None:
        """The word before it in the same surface token, None where it begins one."""
        joined = any(token.first < word.id <= token.last for token in self.tokens)
        return self.get(word.id - 1) if joined else None

    def set(self, word: Word, rule: str, **columns: str) -> None:
        """Gives columns of the word new values; `word` may be an older state of it."""
        now = self.get(word.id)
        changed = replace(now, **columns)  # type: ignore[arg-type]
        if changed != now:
            self.words[word.id - 1] = changed
            self.changes.add((rule, word.id))

    def set_feats(self, word: Word, rule: str, **values: str | None) -> None:
        """Gives features of the word new values; None drops a feature."""
        self.set(word, rule, feats=edit_feats(self.get(word.id).feats, **values))

    def move(self, word: Word, head: Word, rule: str, relation: str | None = None) -> None:
        """Hangs the word on `head`, unless that would close a cycle."""
        if word.id != head.id and not self.is_below(head, word):
            self.set(word, rule, head=str(head.id), deprel=relation or self.get(word.id).deprel)

    def promote(self, low: Word, high: Word, rule: str, relation: str, stay: frozenset[str] = frozenset()) -> None:
        """`low` takes the place of `high` above it, and `high` hangs on `low` by `relation`.

        The dependents of `high` follow to `low`, but for those by a relation in `stay`.
        """
        place = self.get(high.id)
        self.set(low, rule, head=place.head, deprel=place.deprel)
        for child in self.get_children(high):
            if child.id != low.id and get_universal(child.deprel) not in stay:
                self.set(child, rule, head=str(low.id))
        self.set(high, rule, head=str(low.id), deprel=relation)

    def is_below(self, word: Word, top: Word) -> bool:
        """Whether `top` is the word itself or stands above it."""
        above: Word | None = word
        while above is not None and above.id != top.id:
            above = self.get_head(above)
        return above is not None

    def find_clause(self, word: Word) -> Word:
        """The head of the clause that the word stands in: itself, or the first above that hangs as a clause."""
        top = self.get(word.id)
        while get_universal(top.deprel) not in CLAUSE_RELATIONS and (above := self.get_head(top)) is not None:
            top = above
        return top

    def is_predicate(self, word: Word) -> bool:
        """Whether the word heads a clause: a verb, a noun with subject or copula, others by their relation, too.

        A noun alone that is the root is a headline, whose dependents are a noun's.
        """
        now = self.get(word.id)
        if now.upos in {"VERB", "AUX"} or self.find_child(word, "cop", *SUBJECTS) is not None:
            return True
        return now.upos not in NOMINAL and get_universal(now.deprel) in CLAUSE_RELATIONS - {"conj", "appos"}

    def count(self) -> Counter[str]:
        return Counter(rule for rule, _ in self.changes)


def read_feats(feats: str) -> dict[str, str]:
    """The FEATS column by name, empty for "_"."""
    return {} if feats == "_" else dict(item.split("=", 1) for item in feats.split("|"))


def edit_feats(feats: str, **values: str | None) -> str:
    """The FEATS column with these values instead, in UD's order; None drops a feature.

    >>> edit_feats("Case=Gen|Definite=Def", Definite="Cons", Gender="Masc", Case=None)
    'Definite=Cons|Gender=Masc'
    """
    present = read_feats(feats) | values
    kept = [f"{name}={present[name]}" for name in sorted(present, key=str.lower) if present[name] is not None]
    return "|".join(kept) or "_"


def get_feat(word: Word, name: str) -> str | None:
    return read_feats(word.feats).get(name)


def is_personal(word: Word) -> bool:
    """Whether the word is a personal pronoun: all have one lemma (GUIDELINES L3)."""
    return word.upos == "PRON" and word.lemma == "هُوَ"


def is_relative(word: Word) -> bool:
    """Whether the word is الذي "who, which" in one of its forms."""
    return word.upos == "PRON" and word.lemma == "الَّذِي"


def has_article(word: Word) -> bool:
    return word.form.startswith(ARTICLE)
