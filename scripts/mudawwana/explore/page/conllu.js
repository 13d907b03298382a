// A sentence of CoNLL-U as its words and tokens.

const COLUMNS = ["id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"];

// {words, tokens}: words with number ids and offsets (code points of the raw document, NaN where there are none).
export function parseSentence(text) {
  const words = [];
  const ranges = new Map();
  for (const line of text.split("\n")) {
    if (!line || line.startsWith("#")) continue;
    const columns = Object.fromEntries(line.split("\t").map((value, n) => [COLUMNS[n], value]));
    const misc = Object.fromEntries(columns.misc.split("|").map((item) => splitOnce(item)));
    const [first, last] = columns.id.split("-").map(Number);
    const span = { start: Number(misc.start_char ?? NaN), end: Number(misc.end_char ?? NaN), spaceAfter: misc.SpaceAfter !== "No" };
    if (columns.id.includes("-")) ranges.set(first, { form: columns.form, last, ...span });
    else if (Number.isInteger(first)) words.push({ ...columns, id: first, head: Number(columns.head), misc, ...span });
  }
  return { words, tokens: makeTokens(words, ranges) };
}

function makeTokens(words, ranges) {
  const tokens = [];
  for (let at = 0; at < words.length; ) {
    const range = ranges.get(words[at].id) ?? { ...words[at], last: words[at].id };
    const own = words.slice(at, at + range.last - words[at].id + 1);
    tokens.push({ form: range.form, start: range.start, end: range.end, spaceAfter: range.spaceAfter, words: own });
    for (const word of own) {
      word.token = tokens.at(-1);
      if (Number.isNaN(word.start)) [word.start, word.end] = [range.start, range.end];
    }
    at += own.length;
  }
  return tokens;
}

function splitOnce(item) {
  const at = item.indexOf("=");
  return at < 0 ? [item, ""] : [item.slice(0, at), item.slice(at + 1)];
}

const COMPARED = ["form", "lemma", "upos", "feats", "head", "deprel"];

// For each word of both, by its place in the raw text: what the two say otherwise.
export function compareWords(one, two) {
  const [left, right] = [index(one), index(two)];
  const differences = new Map();
  for (const [own, other] of [[left, right], [right, left]]) {
    for (const [key, word] of own) {
      const twin = other.get(key);
      differences.set(word, twin ? COMPARED.filter((name) => describe(word, name, own) !== describe(twin, name, other)) : ["segmentation"]);
    }
  }
  const pairs = [...left].map(([key, word]) => [word, right.get(key)]);
  for (const [key, word] of right) if (!left.has(key)) pairs.push([undefined, word]);
  return { differences, pairs: pairs.sort((a, b) => (a[0] ?? a[1]).start - (b[0] ?? b[1]).start) };
}

// Words by their place; words that share one are told apart by their order.
function index(words) {
  const found = new Map();
  for (const word of words) {
    let number = 0;
    while (found.has(`${word.start}-${word.end}-${number}`)) number += 1;
    found.set(`${word.start}-${word.end}-${number}`, word);
  }
  return found;
}

// Ids differ where segmentation does: a head is told by its place.
function describe(word, name, words) {
  if (name !== "head") return word[name];
  const head = [...words.values()].find((other) => other.id === word.head);
  return head ? `${head.start}-${head.end}` : "0";
}
