// Which words a pattern finds, over typed arrays: what sql.py says in SQL.
//
// `words` is the corpus as static_backend.js reads it: `wordCount`, `starts` (the place of each sentence's first word, and
// the end), and `column(name)`, which promises {kind, codes, values} for text and {kind, numbers} for the rest.

// All words in the pattern's conditions, so that a search reads no other column.
export function listColumns(pattern) {
  const columns = new Set();
  const add = (condition) => {
    if (condition?.items) condition.items.forEach(add);
    else if (condition?.kind === "word") {
      for (const name of ["form", "lemma", "token"]) columns.add(condition.folded ? `${name}_folded` : name);
      columns.add("is_mwt").add("token_id");
    } else if (condition) columns.add(columnOf(condition));
  };
  pattern.items.forEach((item) => add(item.condition));
  for (const { kind, relations } of [pattern.present, ...pattern.absent].flatMap((clause) => clause.links)) {
    if (kind === "head") columns.add("head");
    if (relations.length) columns.add("deprel");
    if (kind === "token" || kind === "inside") columns.add("token_id");
  }
  return [...columns];
}

// The hits in the corpus's order: for each its sentence, then the place of each item's word; at most `limit`.
export function match(pattern, words, { sentences, limit }) {
  const masks = pattern.items.map((item) => makeMask(item.condition, words));
  const present = planClause(pattern.present, [], words).steps;
  const absent = pattern.absent.map((clause) => planClause(clause, pattern.present.items, words));
  const found = [];
  const chosen = new Int32Array(pattern.items.length);
  const width = present.length;
  let isFull = false;

  // Tries every word for the plan's next step; `seen` is called with all chosen and says whether to go on.
  function tryStep(plan, step, start, end, seen) {
    if (step === plan.length) return seen();
    const { item, links, others } = plan[step];
    const mask = masks[item];
    const [from, to] = narrow(links, chosen, item, start, end);
    for (let word = from; word < to; word += 1) {
      if (mask && !mask[word]) continue;
      chosen[item] = word;
      if (others.some((other) => chosen[other] === word)) continue;
      if (!links.every((link) => link.check(chosen[link.left], chosen[link.right], start))) continue;
      if (!tryStep(plan, step + 1, start, end, seen)) return false;
    }
    return true;
  }

  for (let sentence = 0; sentence < words.starts.length - 1 && !isFull; sentence += 1) {
    if (sentences && !sentences[sentence]) continue;
    const start = words.starts[sentence];
    const end = words.starts[sentence + 1];
    tryStep(present, 0, start, end, () => {
      // A clause that is there sends false up, and ends its own search with that.
      if (absent.some(({ steps, fits }) => fits(chosen, start) && !tryStep(steps, 0, start, end, () => false))) return true;
      found.push(sentence, ...chosen.subarray(0, width));
      isFull = found.length === limit * (width + 1);
      return !isFull;
    });
  }
  return { rows: found, width: width + 1, isCapped: isFull };
}

// The clause's items one after the other, each with the links to those before it; `fits` checks the links that stand
// between items of `known` alone.
function planClause(clause, known, words) {
  const links = clause.links.map((link) => ({ ...link, check: makeCheck(link, words) }));
  const before = [...known];
  const isKnown = (link) => before.includes(link.left) && before.includes(link.right);
  const loose = links.filter(isKnown);
  const seen = new Set(loose);
  const steps = clause.items.map((item) => {
    const others = [...before];
    before.push(item);
    const own = links.filter((link) => !seen.has(link) && isKnown(link));
    own.forEach((link) => seen.add(link));
    return { item, others, links: own };
  });
  return { steps, fits: (chosen, start) => loose.every((link) => link.check(chosen[link.left], chosen[link.right], start)) };
}

// The words from `start` to `end` that the links to words already chosen leave for this item.
function narrow(links, chosen, item, start, end) {
  let [from, to] = [start, end];
  for (const { kind, left, right, least, most } of links) {
    if (kind !== "gap" && kind !== "inside") continue;
    if (item === right) {
      from = Math.max(from, chosen[left] + least + 1);
      if (most !== null) to = Math.min(to, chosen[left] + most + 2);
    } else {
      to = Math.min(to, chosen[right] - least);
      if (most !== null) from = Math.max(from, chosen[right] - most - 1);
    }
  }
  return [from, to];
}

function makeCheck({ kind, least, most, relations }, words) {
  if (kind === "gap") return (left, right) => right - left > least && (most === null || right - left <= most + 1);
  const tokens = kind === "head" ? null : words.loaded("token_id").numbers;
  if (kind === "token") return (left, right) => tokens[right] === tokens[left] + 1 && tokens[right - 1] !== tokens[right];
  if (kind === "inside") return (left, right) => right === left + 1 && tokens[right] === tokens[left];
  const heads = words.loaded("head").numbers;
  const isHead = (left, right, start) => heads[right] === left - start + 1;
  if (!relations.length) return isHead;
  const deprel = words.loaded("deprel");
  const accepted = Uint8Array.from(deprel.values, (value) => relations.some((one) => isRelation(value, one)));
  return (left, right, start) => isHead(left, right, start) && accepted[deprel.codes[right]] === 1;
}

function isRelation(value, asked) {
  return asked.endsWith("*") ? value === asked.slice(0, -2) || value.startsWith(asked.slice(0, -1)) : value === asked;
}

// For each word 1 where the condition holds; null where there is none.
function makeMask(condition, words) {
  if (!condition) return null;
  if (!condition.items) return makeTestMask(condition, words);
  const isAll = condition.group === "all";
  const masks = condition.items.map((item) => makeMask(item, words));
  const mask = masks[0];
  for (const other of masks.slice(1)) {
    for (let word = 0; word < mask.length; word += 1) mask[word] = isAll ? mask[word] & other[word] : mask[word] | other[word];
  }
  return mask;
}

function makeTestMask(test, words) {
  const mask = new Uint8Array(words.wordCount);
  if (test.kind === "word") return makeWordMask(test, words, mask);
  const column = words.loaded(columnOf(test));
  if (column.numbers) {
    const compare = test.kind === "truth" ? compareTruth(test) : COMPARE[test.operator];
    for (let word = 0; word < mask.length; word += 1) mask[word] = compare(column.numbers[word], test.number);
    return mask;
  }
  const accepted = acceptValues(test, column.values, words.fold);
  for (let word = 0; word < mask.length; word += 1) mask[word] = accepted[column.codes[word]];
  return mask;
}

// A missing number is NaN: it differs from all.
const COMPARE = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function compareTruth(test) {
  const asked = (test.literals[0] === "true") === (test.operator === "=");
  return (value) => (value === 1) === asked;
}

function makeWordMask(test, words, mask) {
  const suffix = test.folded ? "_folded" : "";
  const asked = { ...test, operator: "=" };
  const [form, lemma, token] = ["form", "lemma", "token"].map((name) => {
    const column = words.loaded(name + suffix);
    return { codes: column.codes, accepted: acceptValues(asked, column.values, words.fold) };
  });
  const isMwt = words.loaded("is_mwt").numbers;
  const tokens = words.loaded("token_id").numbers;
  const isSame = test.operator === "=";
  for (let sentence = 0; sentence < words.starts.length - 1; sentence += 1) {
    const start = words.starts[sentence];
    for (let word = start; word < words.starts[sentence + 1]; word += 1) {
      const isFirst = word === start || tokens[word] !== tokens[word - 1];
      const isFound =
        form.accepted[form.codes[word]] || lemma.accepted[lemma.codes[word]] || (isMwt[word] && isFirst && token.accepted[token.codes[word]]);
      mask[word] = Boolean(isFound) === isSame;
    }
  }
  return mask;
}

function acceptValues(test, values, fold) {
  const spell = test.folded ? fold : (text) => text;
  const isSame = test.operator === "=";
  const getValue = test.kind === "feature" ? makeFeatureGetter(test.attribute) : (value) => value;
  if (test.literals) {
    const literals = new Set(test.literals.map(spell));
    return Uint8Array.from(values, (value) => literals.has(getValue(value)) === isSame);
  }
  // Browsers know fewer escapes than the other two.
  const known = spell(test.expression).replace(/\\([-&~])/gu, (_, one) => `\\x${one.codePointAt(0).toString(16)}`);
  const expression = new RegExp(`^(?:${known})$`, "su");
  return Uint8Array.from(values, (value) => expression.test(getValue(value)) === isSame);
}

function makeFeatureGetter(attribute) {
  const name = `${attribute.slice("feats.".length)}=`;
  return (feats) => feats.split("|").find((one) => one.startsWith(name))?.slice(name.length) ?? "";
}

// The column of `tokens` that a test asks for.
export function columnOf(test) {
  if (test.kind === "feature") return "feats";
  const name = test.attribute.startsWith("feats.") ? `feat_${test.attribute.slice(6).toLowerCase()}` : test.attribute;
  return test.folded ? `${name}_folded` : name;
}
