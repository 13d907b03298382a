// What a pattern asks that no word of the corpus has, and patterns near to it that may find more.

import { parsePattern } from "./query.js";

const QUOTES = /[“”„‟«»″＂]/gu;
const TEST = /^([A-Za-z][\w.[\]]*)\s*(!?=)\s*"?([^"=]+?)"?$/u;

// [{name, value, nearest}]: `name` is the attribute of the value, "" where the attribute itself is what nobody has;
// `nearest` is undefined where nothing is near. Of regular expressions only those that list their strings are looked at.
export function listUnknown(text, corpus) {
  const pattern = parsePattern(text, corpus);
  const found = new Map();
  const add = (name, value, known) => found.set(`${name}=${value}`, { name, value, nearest: findNearest(value, known) });
  const look = (condition) => {
    if (condition?.items) condition.items.forEach(look);
    else if (condition) lookAtTest(condition, corpus.values, add);
  };
  pattern.items.forEach(({ condition }) => look(condition));
  for (const { relations } of [pattern.present, ...pattern.absent].flatMap(({ links }) => links)) {
    for (const one of relations) if (!hasRelation(corpus.values.deprel, one)) add("deprel", one, corpus.values.deprel);
  }
  return [...found.values()];
}

function lookAtTest({ attribute, literals }, values, add) {
  const known = values[attribute];
  if (known) for (const value of literals ?? []) if (value && !known.includes(value)) add(attribute, value, known);
  if (!known && attribute.startsWith("feats.")) add("", attribute, Object.keys(values).filter((name) => name.startsWith("feats.")));
}

function hasRelation(known, asked) {
  const stem = asked.replace(/:\*$/u, "");
  return known.some((one) => one === stem || (stem !== asked && one.startsWith(`${stem}:`)));
}

// The known name that differs least, capitals aside; undefined where more than a third of the letters differ.
export function findNearest(text, known) {
  const small = text.toLowerCase();
  const [best] = known
    .map((name) => [countEdits(small, name.toLowerCase()), name])
    .sort(([one, a], [two, b]) => one - two || (a < b ? -1 : 1));
  return best && best[0] <= Math.max(1, Math.floor(text.length / 3)) ? best[1] : undefined;
}

function countEdits(one, two) {
  let row = Array.from({ length: two.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= two.length; j += 1) next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] !== two[j - 1])));
    row = next;
  }
  return row.at(-1);
}

// Texts that may have been meant, without this one; each can be read as a pattern.
export function listRepairs(text, corpus) {
  const straight = text.replace(QUOTES, '"').trim();
  const isPlain = !/[["]/u.test(text);
  const spelled = isPlain ? repairPlain(text, corpus) : [straight, addFold(straight, corpus)];
  const nearest = spelled.map((one) => replaceUnknown(one, corpus));
  const texts = new Set([...spelled, ...nearest, ...nearest.map((one) => addFold(one, corpus))]);
  texts.delete(text);
  return [...texts].filter((one) => canBeRead(one, corpus));
}

function repairPlain(text, corpus) {
  const words = text.trim().split(/\s+/u);
  const bare = words.map((word) => word.replace(/[\p{P}\p{S}]/gu, "")).filter(Boolean);
  const asTest = TEST.exec(text.trim());
  const tag = ["upos", "xpos", "deprel"].find((name) => corpus.values[name].some((value) => value.toLowerCase() === text.trim().toLowerCase()));
  return [
    bare.join(" "),
    ...(/[*?|]/u.test(text) ? [words.map((word) => `"${writeExpression(word)}"`).join(" ")] : []),
    ...(asTest ? [`[${asTest[1]}${asTest[2]}"${asTest[3]}"]`] : []),
    ...(tag ? [`[${tag}="${text.trim()}"]`] : []),
  ].filter(Boolean);
}

// * and ? as in names of files, | between words; other signs go.
function writeExpression(word) {
  return word.replace(/[^\p{L}\p{M}\p{N}*?|]/gu, "").replace(/[*]+/gu, ".*").replaceAll("?", ".");
}

function canBeRead(text, corpus) {
  try {
    return Boolean(parsePattern(text, corpus));
  } catch {
    return false;
  }
}

// %d behind each value that may have it and has not.
function addFold(text, corpus) {
  const names = corpus.foldable.join("|");
  return text.replace(new RegExp(`\\b(${names})(\\s*!?==?\\s*"(?:[^"\\\\]|\\\\.)*")(?!\\s*%d)`, "gu"), "$1$2%d");
}

// The nearest attribute in place of one that there is not, then the nearest values.
function replaceUnknown(text, corpus) {
  const names = [...Object.keys(corpus.attributes), ...Object.keys(corpus.values)];
  const known = text.replace(/(?<=[[(&|!]\s*)[A-Za-z][\w.]*(?=\s*[!=<>])/gu, (name) =>
    names.includes(name) ? name : (findNearest(name, names) ?? name),
  );
  if (!canBeRead(known, corpus)) return text;
  return listUnknown(known, corpus).reduce((sum, { value, nearest }) => (nearest ? replaceWord(sum, value, nearest) : sum), known);
}

function replaceWord(text, word, other) {
  const escaped = word.replace(/[^\p{L}\p{N}_]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_:.])${escaped}(?![\\p{L}\\p{N}_:])`, "gu"), () => other);
}
