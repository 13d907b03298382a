"""What a pattern asks -> one SQL statement over the config `tokens`.

The statement runs wherever DuckDB does: over the Parquet files, in the local page, in the Hub's SQL console. A row
of its result is a hit: layer, doc_id, sent_id, then the word_id of each item, in a column of the item's name.
"""

import re
from collections.abc import Sequence
from itertools import combinations

from mudawwana.arabic.spellings import fold_for_search
from mudawwana.explore.query import Clause, Comparison, Condition, Group, Link, Pattern

SENTENCE_KEY = ("layer", "sent_id")

_IDS = ("layer", "doc_id", "sent_id")
_WORD_COLUMNS = ("form", "lemma")


def build_sql(
    pattern: Pattern,
    *,
    table: str = "tokens",
    layer: str | None = None,
    key: Sequence[str] = SENTENCE_KEY,
    first_column: str = "",
) -> str:
    """The statement that finds the pattern's hits, in no order; `layer` narrows it to `auto` or `gold`.

    `table` is a name or a call such as `read_parquet('...')`; `key` are the columns that tell sentences apart;
    `first_column`, which the data set does not have, says of a word whether it is the first of its token.

    >>> from mudawwana.explore.query import parse_pattern
    >>> print(build_sql(parse_pattern('V:[upos="VERB"] >nsubj [lemma="رئيس"%d]')))  # "president"
    SELECT V.layer, V.doc_id, V.sent_id, V.word_id AS V, w1.word_id AS w1
    FROM tokens AS V
    JOIN tokens AS w1 ON w1.layer = V.layer AND w1.sent_id = V.sent_id AND w1.head = V.word_id
    WHERE V.upos = 'VERB'
      AND w1.lemma_folded = 'رييس'
      AND w1.deprel = 'nsubj'
    """
    return _Writer(pattern, table, tuple(key), first_column).write(layer)


class _Writer:
    """Writes the statement of one pattern."""

    def __init__(self, pattern: Pattern, table: str, key: tuple[str, ...], first_column: str) -> None:
        self._pattern = pattern
        self._table = table
        self._key = key
        self._first_column = first_column
        self._aliases = [_quote_name(item.name) for item in pattern.items]

    def write(self, layer: str | None) -> str:
        present = self._pattern.present
        first = self._aliases[0]
        ids = [*(column for column in self._key if column not in _IDS), *_IDS]
        columns = [f"{first}.{column}" for column in ids]
        columns += [f"{self._aliases[item]}.word_id AS {self._aliases[item]}" for item in present.items]
        wheres = [f"{first}.layer = {_quote(layer)}"] if layer else []
        wheres += self._write_conditions(present)
        known: list[int] = [0]
        joins = []
        for item in present.items[1:]:
            known.append(item)
            joins.append(self._write_join(item, known, present.links))
        wheres += [self._write_labels(link) for link in present.links if link.relations]
        wheres += [self._write_start(link) for link in present.links if link.kind == "token"]
        wheres += [self._write_absence(clause) for clause in self._pattern.absent]
        lines = [f"SELECT {', '.join(columns)}", f"FROM {self._table} AS {first}", *joins]
        return "\n".join(lines + [f"{'  AND' if n else 'WHERE'} {where}" for n, where in enumerate(wheres)])

    def _write_join(self, item: int, known: list[int], links: tuple[Link, ...]) -> str:
        alias, first = self._aliases[item], self._aliases[0]
        terms = [self._write_same_sentence(alias, first)]
        new = [link for link in links if item in (link.left, link.right) and {link.left, link.right} <= set(known)]
        terms += [self._write_link(link) for link in new]
        terms += self._write_others(item, known, new)
        return f"JOIN {self._table} AS {alias} ON {' AND '.join(terms)}"

    def _write_others(self, item: int, known: list[int], links: list[Link]) -> list[str]:
        """No word twice; a link says so already of the two that it joins."""
        linked = {link.left for link in links} | {link.right for link in links}
        return [
            f"{self._aliases[item]}.word_id <> {self._aliases[other]}.word_id"
            for other in known
            if other != item and other not in linked
        ]

    def _write_absence(self, clause: Clause) -> str:
        first = self._aliases[0]
        own = [self._aliases[item] for item in clause.items]
        terms = [self._write_same_sentence(alias, first) for alias in own]
        terms += [self._write_link(link) for link in clause.links]
        terms += [self._write_labels(link) for link in clause.links if link.relations]
        terms += self._write_conditions(clause)
        linked = {frozenset((link.left, link.right)) for link in clause.links}
        pairs = [(item, other) for item in clause.items for other in self._pattern.present.items]
        terms += [
            f"{self._aliases[one]}.word_id <> {self._aliases[two]}.word_id"
            for one, two in [*pairs, *combinations(clause.items, 2)]
            if frozenset((one, two)) not in linked
        ]
        if not own:  # only links between words that are there
            return f"({' AND '.join(terms)}) IS NOT TRUE"
        tables = ", ".join(f"{self._table} AS {alias}" for alias in own)
        return f"NOT EXISTS (SELECT 1 FROM {tables} WHERE {' AND '.join(terms)})"

    def _write_same_sentence(self, one: str, other: str) -> str:
        return " AND ".join(f"{one}.{column} = {other}.{column}" for column in self._key)

    def _write_link(self, link: Link) -> str:
        left, right = self._aliases[link.left], self._aliases[link.right]
        if link.kind == "head":
            return f"{right}.head = {left}.word_id"
        if link.kind == "token":
            return f"{right}.token_id = {left}.token_id + 1"
        after = f"{right}.word_id = {left}.word_id + {link.least + 1}"
        if link.kind == "inside":
            return f"{after} AND {right}.token_id = {left}.token_id"
        if link.most is None:
            return f"{right}.word_id > {left}.word_id" + (f" + {link.least}" if link.least else "")
        if link.most == link.least:
            return after
        return f"{right}.word_id BETWEEN {left}.word_id + {link.least + 1} AND {left}.word_id + {link.most + 1}"

    def _write_labels(self, link: Link) -> str:
        column = f"{self._aliases[link.right]}.deprel"
        plain = [relation.removesuffix(":*") for relation in link.relations]
        terms = [_write_choice(column, tuple(plain), "=")]
        terms += [f"starts_with({column}, {_quote(one[:-1])})" for one in link.relations if one.endswith("*")]
        return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"

    def _write_conditions(self, clause: Clause) -> list[str]:
        conditions = [(self._aliases[item], self._pattern.items[item].condition) for item in clause.items]
        terms = []
        for alias, condition in conditions:
            flat = condition.items if isinstance(condition, Group) and condition.kind == "all" else (condition,)
            terms += [self._write_condition(alias, one) for one in flat if one]
        return terms

    def _write_condition(self, alias: str, condition: Condition) -> str:
        if isinstance(condition, Group):
            glue = " AND " if condition.kind == "all" else " OR "
            return f"({glue.join(self._write_condition(alias, item) for item in condition.items)})"
        if condition.attribute.kind == "word":
            return self._write_word_test(alias, condition)
        if condition.attribute.kind == "number":
            operator = "IS DISTINCT FROM" if condition.operator == "!=" else condition.operator
            number = int(condition.number) if condition.number.is_integer() else condition.number
            return f"{alias}.{condition.attribute.column} {operator} {number}"
        column = f"{alias}.{condition.attribute.column}"
        if condition.attribute.kind == "truth":
            return column if (condition.literals == ("true",)) == (condition.operator == "=") else f"NOT {column}"
        if condition.attribute.kind == "feature":
            name = re.escape(condition.attribute.name.removeprefix("feats."))
            inside = _quote(rf"(?:^|\|){name}=([^|]*)")
            column = f"regexp_extract({column}, {inside}, 1)"
        return _write_text_test(f"{column}_folded" if condition.is_folded else column, condition)

    def _write_word_test(self, alias: str, test: Comparison) -> str:
        """The word's form or lemma; or its whole token, said of the token's first word."""
        suffix = "_folded" if test.is_folded else ""
        terms = [_write_text_test(f"{alias}.{column}{suffix}", test) for column in _WORD_COLUMNS]
        token = _write_text_test(f"{alias}.token{suffix}", test)
        first = self._write_first(alias)
        if test.operator == "=":
            return f"({' OR '.join(terms)} OR ({alias}.is_mwt AND {token} AND {first}))"
        return f"({' AND '.join(terms)} AND (NOT {alias}.is_mwt OR {token} OR NOT {first}))"

    def _write_start(self, link: Link) -> str:
        """No clitic stands between this word and the token before it."""
        alias = self._aliases[link.right]
        return f"(NOT {alias}.is_mwt OR {self._write_first(alias)})"

    def _write_first(self, alias: str) -> str:
        """The word of a multi-word token is its first.

        No correlated query: DuckDB plans ten such for more than a minute.
        """
        if self._first_column:
            return f"{alias}.{self._first_column}"
        key = ", ".join(self._key)
        own = ", ".join(f"{alias}.{column}" for column in (*self._key, "word_id"))
        firsts = f"SELECT ({key}, min(word_id)) FROM {self._table} WHERE is_mwt GROUP BY {key}, token_id"
        return f"({own}) IN ({firsts})"


def _write_text_test(column: str, test: Comparison) -> str:
    """What a word does not have counts as the empty string."""
    fold = fold_for_search if test.is_folded else str
    if test.literals is not None:
        return _write_choice(column, tuple(map(fold, test.literals)), test.operator)
    matches = f"regexp_full_match(coalesce({column}, ''), {_quote(fold(test.expression))})"
    return matches if test.operator == "=" else f"NOT {matches}"


def _write_choice(column: str, literals: tuple[str, ...], operator: str) -> str:
    quoted = [_quote(literal) for literal in dict.fromkeys(literals)]
    if "" in literals:
        column = f"coalesce({column}, '')"
    if len(quoted) == 1:
        return f"{column} {'=' if operator == '=' else 'IS DISTINCT FROM'} {quoted[0]}"
    choice = f"IN ({', '.join(quoted)})"
    return f"{column} {choice}" if operator == "=" else f"coalesce({column} NOT {choice}, true)"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quote_name(name: str) -> str:
    """A name that SQL cannot take for a word of its own."""
    return name if re.fullmatch(r"[A-Za-z]\d*", name) else f'"{name}"'
