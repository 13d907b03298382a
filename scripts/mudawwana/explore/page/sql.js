// What a pattern asks -> one SQL statement over the config `tokens`: sql.py again, for hosts without a server.
// A test compares the two on random patterns.

import { columnOf } from "./matcher.js";

const SAME = ["layer", "sent_id"];
const WORD_COLUMNS = ["form", "lemma"];

// The statement that finds the pattern's hits; `fold` makes the spelling that %d compares, "" is every layer.
export function buildSql(pattern, { layer, fold }) {
  return new Writer(pattern, fold).write(layer);
}

class Writer {
  constructor(pattern, fold) {
    this.pattern = pattern;
    this.fold = fold;
    this.aliases = pattern.items.map((item) => quoteName(item.name));
  }

  write(layer) {
    const { present, absent } = this.pattern;
    const [first] = this.aliases;
    const columns = ["layer", "doc_id", "sent_id"].map((column) => `${first}.${column}`);
    columns.push(...present.items.map((item) => `${this.aliases[item]}.word_id AS ${this.aliases[item]}`));
    const wheres = [...(layer ? [`${first}.layer = ${quote(layer)}`] : []), ...this.writeConditions(present)];
    const joins = present.items.slice(1).map((item, n) => this.writeJoin(item, present.items.slice(0, n + 2), present.links));
    wheres.push(...present.links.filter((link) => link.relations.length).map((link) => this.writeLabels(link)));
    wheres.push(...present.links.filter(({ kind }) => kind === "token").map((link) => this.writeStart(link)));
    wheres.push(...absent.map((clause) => this.writeAbsence(clause)));
    const lines = [`SELECT ${columns.join(", ")}`, `FROM tokens AS ${first}`, ...joins];
    return [...lines, ...wheres.map((where, n) => `${n ? "  AND" : "WHERE"} ${where}`)].join("\n");
  }

  writeJoin(item, known, links) {
    const alias = this.aliases[item];
    const own = links.filter(({ left, right }) => (left === item || right === item) && known.includes(left) && known.includes(right));
    const linked = new Set(own.flatMap(({ left, right }) => [left, right]));
    // No word twice; a link says so already of the two that it joins.
    const others = known.filter((other) => other !== item && !linked.has(other));
    const terms = [
      writeSameSentence(alias, this.aliases[0]),
      ...own.map((link) => this.writeLink(link)),
      ...others.map((other) => `${alias}.word_id <> ${this.aliases[other]}.word_id`),
    ];
    return `JOIN tokens AS ${alias} ON ${terms.join(" AND ")}`;
  }

  writeAbsence(clause) {
    const own = clause.items.map((item) => this.aliases[item]);
    const isLinked = (one, two) => clause.links.some(({ left, right }) => (left === one && right === two) || (left === two && right === one));
    const pairs = [
      ...clause.items.flatMap((item) => this.pattern.present.items.map((other) => [item, other])),
      ...clause.items.flatMap((item, n) => clause.items.slice(n + 1).map((other) => [item, other])),
    ];
    const terms = [
      ...own.map((alias) => writeSameSentence(alias, this.aliases[0])),
      ...clause.links.map((link) => this.writeLink(link)),
      ...clause.links.filter((link) => link.relations.length).map((link) => this.writeLabels(link)),
      ...this.writeConditions(clause),
      ...pairs.filter(([one, two]) => !isLinked(one, two)).map(([one, two]) => `${this.aliases[one]}.word_id <> ${this.aliases[two]}.word_id`),
    ];
    if (!own.length) return `(${terms.join(" AND ")}) IS NOT TRUE`; // only links between words that are there
    return `NOT EXISTS (SELECT 1 FROM ${own.map((alias) => `tokens AS ${alias}`).join(", ")} WHERE ${terms.join(" AND ")})`;
  }

  writeLink({ kind, left, right, least, most }) {
    const [one, two] = [this.aliases[left], this.aliases[right]];
    if (kind === "head") return `${two}.head = ${one}.word_id`;
    if (kind === "token") return `${two}.token_id = ${one}.token_id + 1`;
    const after = `${two}.word_id = ${one}.word_id + ${least + 1}`;
    if (kind === "inside") return `${after} AND ${two}.token_id = ${one}.token_id`;
    if (most === null) return `${two}.word_id > ${one}.word_id${least ? ` + ${least}` : ""}`;
    if (most === least) return after;
    return `${two}.word_id BETWEEN ${one}.word_id + ${least + 1} AND ${one}.word_id + ${most + 1}`;
  }

  writeLabels({ right, relations }) {
    const column = `${this.aliases[right]}.deprel`;
    const plain = relations.map((one) => one.replace(/:\*$/u, ""));
    const terms = [writeChoice(column, plain, "=")];
    terms.push(...relations.filter((one) => one.endsWith("*")).map((one) => `starts_with(${column}, ${quote(one.slice(0, -1))})`));
    return terms.length === 1 ? terms[0] : `(${terms.join(" OR ")})`;
  }

  writeConditions(clause) {
    return clause.items.flatMap((item) => {
      const { condition } = this.pattern.items[item];
      const flat = condition?.group === "all" ? condition.items : [condition];
      return flat.filter(Boolean).map((one) => this.writeCondition(this.aliases[item], one));
    });
  }

  writeCondition(alias, condition) {
    if (condition.group) {
      const parts = condition.items.map((item) => this.writeCondition(alias, item));
      return `(${parts.join(condition.group === "all" ? " AND " : " OR ")})`;
    }
    if (condition.kind === "word") return this.writeWordTest(alias, condition);
    const column = `${alias}.${columnOf(condition)}`;
    if (condition.kind === "number") return `${column} ${condition.operator === "!=" ? "IS DISTINCT FROM" : condition.operator} ${condition.number}`;
    if (condition.kind === "truth") return (condition.literals[0] === "true") === (condition.operator === "=") ? column : `NOT ${column}`;
    if (condition.kind !== "feature") return this.writeTextTest(column, condition);
    const name = condition.attribute.slice("feats.".length).replace(/[[\]]/gu, "\\$&");
    return this.writeTextTest(`regexp_extract(${column}, ${quote(`(?:^|\\|)${name}=([^|]*)`)}, 1)`, condition);
  }

  // No clitic stands between this word and the token before it.
  writeStart({ right }) {
    const alias = this.aliases[right];
    return `(NOT ${alias}.is_mwt OR ${writeFirst(alias)})`;
  }

  // The word's form or lemma; or its whole token, said of the token's first word.
  writeWordTest(alias, test) {
    const suffix = test.folded ? "_folded" : "";
    const terms = WORD_COLUMNS.map((column) => this.writeTextTest(`${alias}.${column}${suffix}`, test));
    const token = this.writeTextTest(`${alias}.token${suffix}`, test);
    const first = writeFirst(alias);
    if (test.operator === "=") return `(${terms.join(" OR ")} OR (${alias}.is_mwt AND ${token} AND ${first}))`;
    return `(${terms.join(" AND ")} AND (NOT ${alias}.is_mwt OR ${token} OR NOT ${first}))`;
  }

  // What a word does not have counts as the empty string.
  writeTextTest(column, test) {
    const spell = test.folded ? this.fold : (text) => text;
    if (test.literals) return writeChoice(column, test.literals.map(spell), test.operator);
    const matches = `regexp_full_match(coalesce(${column}, ''), ${quote(spell(test.expression))})`;
    return test.operator === "=" ? matches : `NOT ${matches}`;
  }
}

function writeSameSentence(one, other) {
  return SAME.map((column) => `${one}.${column} = ${other}.${column}`).join(" AND ");
}

function writeFirst(alias) {
  const key = SAME.join(", ");
  const own = [...SAME, "word_id"].map((column) => `${alias}.${column}`).join(", ");
  return `(${own}) IN (SELECT (${key}, min(word_id)) FROM tokens WHERE is_mwt GROUP BY ${key}, token_id)`;
}

function writeChoice(plain, literals, operator) {
  const quoted = [...new Set(literals)].map(quote);
  const column = literals.includes("") ? `coalesce(${plain}, '')` : plain;
  if (quoted.length === 1) return `${column} ${operator === "=" ? "=" : "IS DISTINCT FROM"} ${quoted[0]}`;
  return operator === "=" ? `${column} IN (${quoted.join(", ")})` : `coalesce(${column} NOT IN (${quoted.join(", ")}), true)`;
}

function quote(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

// A name that SQL cannot take for a word of its own.
function quoteName(name) {
  return /^[A-Za-z]\d*$/u.test(name) ? name : `"${name}"`;
}
