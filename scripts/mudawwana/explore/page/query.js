// A pattern as text -> what it asks of a sentence: query.py and expressions.py again, for hosts without a server.
// A test compares the two on random patterns.

import { foldText } from "./fold.js";

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<string>"(?:[^"\\]|\\.)*")`,
    String.raw`(?<gap>\[\s*\]\s*\{\s*(?<least>[0-9]{1,3})\s*(?<to>,\s*(?<most>[0-9]{1,3})?\s*)?\})`,
    String.raw`(?<any>\.\.\.|…)`,
    String.raw`(?<compare>!==|==|!=|<=|>=|=)`,
    String.raw`(?<arrow>[<>](?:[a-z]+(?::(?:[a-z]+|\*))?(?:\|[a-z]+(?::(?:[a-z]+|\*))?)*)?)`,
    String.raw`(?<number>-?[0-9]+(?:\.[0-9]+)?)`,
    String.raw`(?<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9]*(?:\[[a-z]+\])?)?)`,
    String.raw`(?<fold>%d)`,
    String.raw`(?<mark>[\[\](){}&|!,:+])`,
  ].join("|"),
  "suy",
);
const KINDS = ["space", "string", "gap", "any", "compare", "arrow", "number", "name", "fold", "mark"];
const RESERVED = ["layer", "doc_id", "sent_id"];
const SPECIAL = new Set(".|()[]*+?{}^$\\");
const ESCAPABLE = new Set([...SPECIAL, ..."-&~/"]);
const PIECE = /\\.|\[(?:\\.|[^\]\\])*\]|\{[^}]*\}|./gsu;
const MOST_CHARACTERS = 5000;
const MOST_ITEMS = 30;
const MOST_ABSENT = 10;
const MOST_TESTS = 100;
const MOST_DIGITS = 15;
const MOST_DEPTH = 50;
const MOST_TIMES = 100;
const MOST_REPEATED = 1000;
const MOST_WRITTEN = 5000;
const TOO_MANY_ITEMS = `a pattern asks for ${MOST_ITEMS} words at most`;
const OPPOSITES = { "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">" };

export class PatternError extends Error {
  constructor(message, place) {
    super(message);
    this.place = place;
  }
}

// What the text asks for; `corpus` says what words have (attributes by kind, foldable), and how %d spells (fold).
export function parsePattern(text, corpus) {
  const length = countLetters(text);
  if (length > MOST_CHARACTERS) throw new PatternError(`a pattern has ${MOST_CHARACTERS} characters at most`, MOST_CHARACTERS);
  if (/[["]/u.test(text)) return new Parser(split(text), length, corpus).parse();
  const found = [...text.matchAll(/\S+/gu)];
  const words = found.map(([word]) => word);
  if (!words.length) throw new PatternError("a word or a pattern is missing", 0);
  if (words.length > MOST_ITEMS) throw new PatternError(TOO_MANY_ITEMS, countLetters(text.slice(0, found[MOST_ITEMS].index)));
  const items = words.map((word, n) => ({ name: `w${n + 1}`, condition: makeWordTest([word]) }));
  const links = words.slice(1).map((_, n) => ({ ...makeLink("token"), left: n, right: n + 1 }));
  return { items, present: { items: items.map((_, n) => n), links }, absent: [], span: items.length };
}

function countLetters(text) {
  return Array.from(text).length;
}

export function namesOf(pattern) {
  return pattern.present.items.map((item) => pattern.items[item].name);
}

function makeWordTest(literals) {
  return { attribute: "word", kind: "word", operator: "=", literals, expression: "", number: 0, folded: true };
}

function makeLink(kind, { least = 0, most = 0, relations = [] } = {}) {
  return { kind, left: 0, right: 0, least, most, relations };
}

function split(text) {
  const lexemes = [];
  let place = 0; // in code points, as the server counts
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) {
      const letter = String.fromCodePoint(text.codePointAt(at));
      throw new PatternError(letter === '"' ? "this quote is not closed" : `${letter} has no meaning here`, place);
    }
    const kind = KINDS.find((name) => found.groups[name] !== undefined);
    if (kind !== "space") lexemes.push({ kind, text: found[0], place, groups: found.groups });
    place += countLetters(found[0]);
  }
  return lexemes;
}

class Parser {
  constructor(lexemes, end, corpus) {
    this.lexemes = lexemes;
    this.at = 0;
    this.end = end;
    this.corpus = corpus;
    this.conditions = new Map();
    this.present = [];
    this.tests = 0;
    this.depth = 0;
    this.absent = 0;
    this.named = new Set(lexemes.filter((_, n) => lexemes[n + 1]?.text === ":").map((one) => one.text.toLowerCase()));
  }

  parse() {
    const parts = [this.parsePart()];
    while (this.take(",")) parts.push(this.parsePart());
    if (this.at < this.lexemes.length) this.fail(`${this.lexemes[this.at].text} is not expected here`);
    const first = parts.find((part) => !part.isAbsent);
    if (!first) throw new PatternError("a pattern needs a part without !", 0);
    const absent = parts.filter((part) => part.isAbsent);
    const names = [...this.present, ...absent.flatMap((part) => part.own)];
    const number = (part) =>
      part.links.map(([left, right, link]) => ({ ...link, left: names.indexOf(left), right: names.indexOf(right) }));
    return {
      items: names.map((name) => ({ name, condition: this.conditions.get(name) })),
      present: { items: this.present.map((_, n) => n), links: parts.filter((part) => !part.isAbsent).flatMap(number) },
      absent: absent.map((part) => ({ items: part.own.map((name) => names.indexOf(name)), links: number(part) })),
      span: first.isSequence ? first.own.length : 1,
    };
  }

  get place() {
    return this.lexemes[this.at]?.place ?? this.end;
  }

  fail(message, place = this.place) {
    throw new PatternError(message, place);
  }

  see(...texts) {
    return texts.includes(this.lexemes[this.at]?.text);
  }

  seeKind(...kinds) {
    return kinds.includes(this.lexemes[this.at]?.kind);
  }

  take(text) {
    const found = this.see(text);
    this.at += found;
    return found;
  }

  next() {
    return this.lexemes[this.at++];
  }

  expect(text) {
    if (!this.take(text)) this.fail(`${text} is missing`);
  }

  parsePart() {
    const start = this.place;
    const part = { isAbsent: this.take("!"), own: [], links: [], isSequence: true };
    this.absent += part.isAbsent;
    if (this.absent > MOST_ABSENT) this.fail(`a pattern has ${MOST_ABSENT} parts with ! at most`, start);
    const { place } = this;
    let left = this.parseItem(part);
    while (this.at < this.lexemes.length && !this.see(",")) left = this.parseLink(part, left);
    if (part.isAbsent && !part.own.length && !part.links.length) this.fail(`!${left} is never true: ${left} is there`, place);
    return part;
  }

  parseLink(part, left) {
    const lexeme = this.lexemes[this.at];
    const isTurned = lexeme.text.startsWith("<");
    let link;
    if (lexeme.kind === "arrow") link = makeLink("head", { relations: this.next().text.slice(1).split("|").filter(Boolean) });
    else if (lexeme.kind === "gap") link = this.parseGap();
    else if (lexeme.kind === "any") link = this.next() && makeLink("gap", { most: null });
    else link = makeLink(this.take("+") ? "inside" : "gap");
    part.isSequence &&= link.kind !== "head";
    const right = this.parseItem(part);
    if (left === right) this.fail(`${left} cannot stand on both sides`, lexeme.place);
    part.links.push(isTurned ? [right, left, link] : [left, right, link]);
    return right;
  }

  parseGap() {
    const { groups, place } = this.next();
    const least = Number(groups.least);
    const most = groups.most !== undefined ? Number(groups.most) : groups.to !== undefined ? null : least;
    if (most !== null && most < least) {
      this.fail(`the numbers of words must rise: ${least} is more than ${most}`, place);
    }
    return makeLink("gap", { least, most });
  }

  parseItem(part) {
    const place = this.place;
    if (this.seeKind("gap")) this.fail("[]{...} stands between two words");
    if (!this.seeKind("name")) return this.define(part, this.nameItem(), this.parseBox());
    const name = this.next().text;
    if (this.take(":")) {
      this.checkName(name, place);
      return this.define(part, name, this.parseBox());
    }
    if (!this.present.includes(name) && !part.own.includes(name)) {
      this.fail(`there is no ${name}: before this name stands no ${name}:[...]`, place);
    }
    part.isSequence = false;
    return name;
  }

  checkName(name, place) {
    const known = [...this.conditions.keys()].map((one) => one.toLowerCase());
    if (known.includes(name.toLowerCase())) {
      this.fail(`there is a ${name} already; capital and small letters count as the same`, place);
    }
    if (name.includes(".") || RESERVED.includes(name.toLowerCase())) {
      this.fail(`${name} cannot name a word; take letters, digits and _, such as V`, place);
    }
  }

  nameItem() {
    let number = 1;
    while (this.named.has(`w${number}`) || this.conditions.has(`w${number}`)) number += 1;
    return `w${number}`;
  }

  define(part, name, condition) {
    this.conditions.set(name, condition);
    part.own.push(name);
    if (!part.isAbsent) this.present.push(name);
    return name;
  }

  parseBox() {
    if (this.conditions.size === MOST_ITEMS) this.fail(TOO_MANY_ITEMS);
    if (this.seeKind("string")) return this.parseText({ name: "word", kind: "word" }, "=", true);
    if (!this.take("[")) this.fail('a word is missing, such as [upos="VERB"] or []');
    const condition = this.see("]") ? null : this.parseEither(false);
    this.expect("]");
    return condition;
  }

  parseEither(negated) {
    const items = [this.parseBoth(negated)];
    while (this.take("|")) items.push(this.parseBoth(negated));
    return items.length === 1 ? items[0] : { group: negated ? "all" : "any", items };
  }

  parseBoth(negated) {
    const items = [this.parseNot(negated)];
    while (this.take("&")) items.push(this.parseNot(negated));
    return items.length === 1 ? items[0] : { group: negated ? "any" : "all", items };
  }

  parseNot(negated) {
    while (this.take("!")) negated = !negated;
    const { place } = this;
    if (this.take("(")) {
      this.depth += 1;
      checkDepth(this.depth, place);
      const condition = this.parseEither(negated);
      this.depth -= 1;
      this.expect(")");
      return condition;
    }
    return this.parseTest(negated);
  }

  parseTest(negated) {
    const start = this.place;
    this.tests += 1;
    if (this.tests > MOST_TESTS) this.fail(`a pattern has ${MOST_TESTS} tests at most`, start);
    const name = this.seeKind("name") ? this.next().text : "";
    const { attributes } = this.corpus;
    const kind = attributes[name] ?? (name.startsWith("feats.") ? "feature" : undefined);
    if (!Object.hasOwn(attributes, name) && kind !== "feature") {
      const what = name ? `${name} is nothing that a word has` : "something to compare is missing";
      this.fail(`${what}; it has ${Object.keys(attributes).join(", ")}`, start);
    }
    if (!this.seeKind("compare") && !this.see("<", ">")) this.fail("= or != is missing");
    const place = this.place;
    let operator = this.next().text;
    if (kind === "number") return this.parseNumber(name, operator, place, negated);
    if (!["=", "!=", "==", "!=="].includes(operator)) this.fail(`${name} is text, which ${operator} does not compare`, place);
    if (negated) operator = operator[0] === "!" ? operator.slice(1) : `!${operator}`;
    return this.parseText({ name, kind }, operator, false);
  }

  parseNumber(name, operator, place, negated) {
    if (["==", "!=="].includes(operator)) this.fail(`${name} is a number, which = and != compare`, place);
    if (!this.seeKind("number")) this.fail(`${name} is compared with a number`);
    const { text, place: start } = this.next();
    if (text.replace(/[^0-9]/gu, "").length > MOST_DIGITS) this.fail(`a number has ${MOST_DIGITS} digits at most`, start);
    const number = Number(text);
    const asked = negated ? OPPOSITES[operator] : operator;
    return { attribute: name, kind: "number", operator: asked, literals: null, expression: "", number, folded: false };
  }

  parseText({ name, kind }, operator, folded) {
    if (!this.seeKind("string")) this.fail(`${name} is compared with a text in quotes: "..."`);
    const lexeme = this.next();
    const [value, places] = unquote(lexeme);
    if (this.seeKind("fold")) {
      if (!this.corpus.foldable.includes(name)) this.fail(`%d goes with ${this.corpus.foldable.join(", ")}`);
      this.next();
      folded = true;
    }
    const test = { attribute: name, kind, operator, literals: [value.join("")], expression: "", number: 0, folded };
    if (kind === "truth" && !["true", "false"].includes(test.literals[0])) {
      this.fail(`${name} is "true" or "false"`, lexeme.place);
    }
    if (operator.endsWith("==")) return { ...test, operator: operator.slice(0, -1) };
    checkExpression(value, places);
    const literals = findAlternatives(value);
    // Without its vowels, an expression may be none any more.
    if (folded && !literals) {
      const spelled = Array.from(foldText(value.join(""), this.corpus.fold));
      checkExpression(spelled, Array(spelled.length + 1).fill(lexeme.place));
    }
    return { ...test, literals, expression: literals ? "" : value.join("") };
  }
}

// The characters of the value in the quotes, and the place of each and of the end.
function unquote(lexeme) {
  const letters = Array.from(lexeme.text);
  const value = [];
  const places = [];
  for (let at = 1; at < letters.length - 1; at += 1) {
    if (letters[at] === "\\" && letters[at + 1] === '"') {
      places.push(lexeme.place + at);
      at += 1;
      value.push('"');
    } else {
      value.push(letters[at]);
      places.push(lexeme.place + at);
      if (letters[at] === "\\") {
        at += 1;
        value.push(letters[at]);
        places.push(lexeme.place + at);
      }
    }
  }
  return [value, [...places, lexeme.place + letters.length - 1]];
}

function findAlternatives(value) {
  const alternatives = [""];
  let isEscaped = false;
  for (const letter of value) {
    if (isEscaped || !SPECIAL.has(letter)) {
      alternatives[alternatives.length - 1] += letter;
      isEscaped = false;
    } else if (letter === "\\") isEscaped = true;
    else if (letter === "|") alternatives.push("");
    else return null;
  }
  return alternatives;
}

function checkExpression(value, places) {
  const open = [];
  let at = 0;
  let mayRepeat = false;
  while (at < value.length) {
    const letter = value[at];
    if (letter === "\\") {
      at = passEscape(value, at, places);
      mayRepeat = true;
    } else if (letter === "[") {
      at = passClass(value, at, places);
      mayRepeat = true;
    } else if ("*+?{".includes(letter)) {
      at = passQuantifier(value, at, places, mayRepeat);
      mayRepeat = false;
    } else if ("^$]}".includes(letter)) {
      throw new PatternError(`${letter} as a letter is written \\${letter}`, places[at]);
    } else {
      if (letter === "(") {
        open.push(at);
        checkDepth(open.length, places[at]);
      }
      if (letter === ")" && open.pop() === undefined) {
        throw new PatternError("this ) closes nothing; as a letter it is written \\)", places[at]);
      }
      mayRepeat = letter !== "(" && letter !== "|";
      at += 1;
    }
  }
  if (open.length) throw new PatternError("this ( is not closed; as a letter it is written \\(", places[open.at(-1)]);
  checkSize(value, places);
}

function checkDepth(depth, place) {
  if (depth > MOST_DEPTH) throw new PatternError(`more than ${MOST_DEPTH} brackets are open here`, place);
}

function checkSize(value, places) {
  let [size, last, at] = [0, 0, 0];
  const sizesBefore = [];
  for (const [text] of value.join("").matchAll(PIECE)) {
    if (text[0] === "{") {
      const times = Math.max(...text.match(/[0-9]+/gu).map(Number));
      checkMost(times > 1 ? last * times : 0, MOST_REPEATED, places[at]);
      size += last * Math.max(times - 1, 0);
    } else if (!["*", "+", "?"].includes(text)) {
      if (text === "(") sizesBefore.push(size);
      size += countLetters(text);
      last = text === ")" ? size - sizesBefore.pop() : countLetters(text);
    }
    checkMost(size, MOST_WRITTEN, places[at]);
    at += countLetters(text);
  }
}

function checkMost(size, most, place) {
  if (size > most) throw new PatternError(`with its repetitions written out, this has more than ${most} characters`, place);
}

function passEscape(value, at, places) {
  if (at + 1 === value.length) throw new PatternError("a backslash needs the character that it makes a letter", places[at]);
  if (!ESCAPABLE.has(value[at + 1])) {
    const message = `\\${value[at + 1]} has no meaning here; a backslash makes . | ( ) [ ] * + ? { } letters`;
    throw new PatternError(message, places[at]);
  }
  return at + 2;
}

function passClass(value, start, places) {
  let at = start + 1 + (value[start + 1] === "^");
  const first = at;
  while (at < value.length && value[at] !== "]") {
    const letter = value[at];
    const follows = value[at + 1];
    if (at > first && letter === "-" && follows !== undefined && !"][\\-^".includes(follows)) {
      if (value[at - 1].codePointAt(0) > follows.codePointAt(0) || ["\\", "-"].includes(value[at - 2])) {
        throw new PatternError("no range of characters; as a letter - is written \\-", places[at]);
      }
      at += 2;
    } else if ("-^[&~".includes(letter)) {
      throw new PatternError(`${letter} as a letter in [...] is written \\${letter}`, places[at]);
    } else at = letter === "\\" ? passEscape(value, at, places) : at + 1;
  }
  if (at >= value.length) throw new PatternError("this [ is not closed; as a letter it is written \\[", places[start]);
  if (at === first) throw new PatternError("there is no character between [ and ]", places[start]);
  return at + 1;
}

function passQuantifier(value, at, places, mayRepeat) {
  const found = /^(?:[*+?]|\{([0-9]{1,3})(?:(,)([0-9]{1,3})?)?\})/u.exec(value.slice(at).join(""));
  if (!found) throw new PatternError("a number of times is written {2}, {2,} or {2,4}; as a letter { is \\{", places[at]);
  if (!mayRepeat) throw new PatternError(`${found[0]} has nothing to repeat; as a letter it needs a backslash`, places[at]);
  const [least, most] = [found[1], found[3]].map((bound) => (bound === undefined ? undefined : Number(bound)));
  if (least > MOST_TIMES || most > MOST_TIMES || most < least) {
    throw new PatternError(`the times must rise, to ${MOST_TIMES} at most`, places[at]);
  }
  return at + found[0].length;
}
