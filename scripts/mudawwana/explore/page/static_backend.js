// Answers out of files beside this page (mudawwana explore --static), read as they are needed.

import { foldText } from "./fold.js";
import { match, listColumns } from "./matcher.js";
import { namesOf, parsePattern } from "./query.js";
import { buildSql } from "./sql.js";

const MOST_HITS = 1_000_000;
const SORT_WORDS = 5;
const SHOWN = ["token_id", "token", "form", "lemma", "upos", "feats", "deprel", "head", "space_after"];
const ARRAYS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i4: Int32Array, f4: Float32Array };
const ABSENT = -(2 ** 31); // of whole numbers; see static_export.py

export async function open() {
  const corpus = await readJson("data/corpus.json");
  return new StaticBackend(corpus, await readJson("data/sentences.json.gz"));
}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  const bytes = await answer.arrayBuffer();
  const [one, two] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  // Some hosts unpack what is named .gz on the way.
  if (one !== 0x1f || two !== 0x8b) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function readJson(path) {
  return JSON.parse(new TextDecoder().decode(await read(path)));
}

class StaticBackend {
  constructor(corpus, sentences) {
    this.corpus = corpus;
    this.sentences = sentences; // columns: sent_id, doc, layer (both as places in corpus.documents, corpus.layers), words
    this.starts = new Int32Array(sentences.words.length + 1);
    sentences.words.forEach((words, n) => (this.starts[n + 1] = this.starts[n] + words));
    this.wordCount = this.starts.at(-1);
    this.columns = new Map();
    this.found = new Map();
    this.texts = new Map();
    this.fold = (text) => foldText(text, corpus.fold);
  }

  // A column that was read before.
  loaded(name) {
    return this.columns.get(name);
  }

  async load(names) {
    await Promise.all(names.map((name) => this.loadColumn(name)));
  }

  async loadColumn(name) {
    if (this.columns.has(name)) return;
    const { codes, values, type, of } = this.corpus.columns[name] ?? {};
    if (of) this.columns.set(name, { values: this.corpus[of] ?? this.sentences[of], codes: this.spread(this.sentences[name]) });
    else {
      const [bytes, texts] = await Promise.all([read(`data/${codes}.${type}.gz`), values ? readJson(`data/${values}.json.gz`) : null]);
      const numbers = new ARRAYS[type](bytes);
      if (texts) this.columns.set(name, { values: texts, codes: numbers });
      else this.columns.set(name, { numbers: type === "i4" && numbers.includes(ABSENT) ? markAbsent(numbers) : numbers });
    }
  }

  // What sentences have, as what their words have.
  spread(bySentence) {
    const codes = new Uint32Array(this.wordCount);
    bySentence.forEach((code, n) => codes.fill(code, this.starts[n], this.starts[n + 1]));
    return codes;
  }

  // The hits of a pattern: `rows` has for each its sentence and its items' words.
  async find({ q, layer = "" }) {
    const key = JSON.stringify([q, layer]);
    if (!this.found.has(key)) {
      const pattern = parsePattern(q, this.corpus);
      await this.load(listColumns(pattern));
      const place = this.corpus.layers.indexOf(layer);
      const sentences = layer ? this.sentences.layer.map((one) => one === place) : null;
      const hits = { pattern, ...match(pattern, this, { sentences, limit: MOST_HITS }) };
      this.found.set(key, { ...hits, count: hits.rows.length / hits.width });
      if (this.found.size > 8) this.found.delete(this.found.keys().next().value);
    }
    return this.found.get(key);
  }

  async search({ q, layer, sort = "corpus", start = 0, size = 20 }) {
    const hits = await this.find({ q, layer });
    await this.load([...SHOWN, ...(sort === "corpus" ? [] : ["form_folded"])]);
    const order = sort === "corpus" ? null : this.sortHits(hits, sort);
    const chosen = Array.from({ length: Math.min(size, Math.max(0, hits.count - start)) }, (_, n) => order?.[start + n] ?? Number(start) + n);
    return {
      names: namesOf(hits.pattern),
      span: hits.pattern.span,
      capped: hits.isCapped,
      total: hits.count,
      hits: chosen.map((hit) => this.describeHit(hits, hit)),
    };
  }

  async count({ q, layer }) {
    const hits = await this.find({ q, layer });
    return { total: hits.count, capped: hits.isCapped };
  }

  describeHit(hits, hit) {
    const [sentence, ...places] = hits.rows.slice(hit * hits.width, (hit + 1) * hits.width);
    const start = this.starts[sentence];
    const items = places.map((place) => place - start + 1);
    return {
      ...this.identify(sentence),
      first: items[0],
      last: items[hits.pattern.span - 1],
      items,
      words: Array.from({ length: this.starts[sentence + 1] - start }, (_, n) => [n + 1, ...SHOWN.map((name) => this.valueOf(name, start + n))]),
    };
  }

  identify(sentence) {
    return {
      layer: this.corpus.layers[this.sentences.layer[sentence]],
      doc_id: this.corpus.documents[this.sentences.doc_id[sentence]],
      sent_id: this.sentences.ids[this.sentences.sent_id[sentence]],
    };
  }

  valueOf(name, word) {
    const column = this.loaded(name);
    if (column.numbers) return name === "space_after" ? column.numbers[word] === 1 : column.numbers[word];
    return column.values[column.codes[word]];
  }

  // The places of the hits, sorted by folded forms letter by letter, as the server sorts them.
  sortHits(hits, sort) {
    hits.orders ??= {};
    if (hits.orders[sort]) return hits.orders[sort];
    const { codes, values } = this.loaded("form_folded");
    const ranks = rank(values);
    const { rows, width, pattern, count } = hits;
    const keys = Array.from({ length: count }, (_, hit) => {
      const [sentence, first] = [rows[hit * width], rows[hit * width + 1]];
      const last = rows[hit * width + pattern.span];
      const [start, end] = [this.starts[sentence], this.starts[sentence + 1]];
      const take = (from, to, step) => {
        const key = [];
        for (let word = from; step > 0 ? word < to : word > to; word += step) key.push(ranks[codes[word]]);
        return key;
      };
      const after = take(last + 1, Math.min(end, last + 1 + SORT_WORDS), 1);
      if (sort === "after") return [after];
      if (sort === "before") return [take(first - 1, Math.max(start - 1, first - 1 - SORT_WORDS), -1)];
      return [take(first, last + 1, 1), after];
    });
    hits.orders[sort] = Uint32Array.from(keys, (_, n) => n).sort((a, b) => compareKeys(keys[a], keys[b]) || a - b);
    return hits.orders[sort];
  }

  async values({ q, layer, item = "", attribute = "lemma" }) {
    const hits = await this.find({ q, layer });
    const name = attribute.startsWith("feats.") ? `feat_${attribute.slice(6).toLowerCase()}` : attribute;
    await this.load([name]);
    const place = Math.max(0, namesOf(hits.pattern).indexOf(item));
    const counts = new Map();
    for (let at = 1 + place; at < hits.rows.length; at += hits.width) {
      const value = this.textOf(name, hits.rows[at]);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const rows = [...counts].sort(([a, n], [b, m]) => m - n || compareText(a, b));
    return { types: rows.length, total: hits.count, rows: rows.slice(0, 1000) };
  }

  textOf(name, word) {
    const column = this.loaded(name);
    return column.numbers ? String(column.numbers[word] === 1) : column.values[column.codes[word]];
  }

  async collocates({ q, layer, attribute = "lemma", window = 3 }) {
    const hits = await this.find({ q, layer });
    const name = attribute.startsWith("feats.") ? `feat_${attribute.slice(6).toLowerCase()}` : attribute;
    await this.load([name, "upos"]);
    const near = this.markNear(hits, Number(window));
    const { codes: tags, values: tagNames } = this.loaded("upos");
    const punctuation = tagNames.indexOf("PUNCT");
    const [together, all] = [new Map(), new Map()];
    const place = this.corpus.layers.indexOf(layer);
    let [words, nearCount] = [0, 0];
    for (let sentence = 0; sentence < this.starts.length - 1; sentence += 1) {
      if (layer && this.sentences.layer[sentence] !== place) continue;
      for (let word = this.starts[sentence]; word < this.starts[sentence + 1]; word += 1) {
        const value = this.textOf(name, word);
        all.set(value, (all.get(value) ?? 0) + 1);
        words += 1;
        nearCount += near[word];
        if (near[word] && tags[word] !== punctuation) together.set(value, (together.get(value) ?? 0) + 1);
      }
    }
    const rows = [...together].filter(([, count]) => count > 1);
    const scored = rows.map(([value, count]) => [value, count, all.get(value), ...score(count, nearCount, all.get(value), words, hits.count)]);
    return { rows: scored.sort((a, b) => b[3] - a[3] || compareText(a[0], b[0])).slice(0, 200) };
  }

  // 1 for each word in the window around a hit.
  markNear({ rows, width, pattern }, window) {
    const near = new Uint8Array(this.wordCount);
    for (let at = 0; at < rows.length; at += width) {
      const [start, end] = [this.starts[rows[at]], this.starts[rows[at] + 1]];
      const [first, last] = [rows[at + 1], rows[at + pattern.span]];
      near.fill(1, Math.max(start, first - window), first);
      near.fill(1, last + 1, Math.min(end, last + 1 + window));
    }
    return near;
  }

  async documents({ q, layer }) {
    const hits = await this.find({ q, layer });
    const place = this.corpus.layers.indexOf(layer);
    const found = new Map();
    this.sentences.doc_id.forEach((doc, n) => {
      if (layer && this.sentences.layer[n] !== place) return;
      const row = found.get(doc) ?? [this.corpus.documents[doc], this.corpus.titles[doc], 0, 0];
      row[3] += this.sentences.words[n];
      found.set(doc, row);
    });
    for (let at = 0; at < hits.rows.length; at += hits.width) found.get(this.sentences.doc_id[hits.rows[at]])[2] += 1;
    return { rows: [...found.values()] };
  }

  async overview({ layer }) {
    return this.corpus.overview[layer];
  }

  async readText(sentence) {
    const chunk = Math.floor(sentence / this.corpus.chunk);
    if (!this.texts.has(chunk)) this.texts.set(chunk, readJson(`data/texts/${chunk}.json.gz`));
    return { ...this.identify(sentence), ...(await this.texts.get(chunk))[sentence % this.corpus.chunk] };
  }

  async sentence({ layer, sent_id }) {
    const place = this.corpus.layers.indexOf(layer);
    const id = this.sentences.ids.indexOf(sent_id);
    const sentence = this.sentences.sent_id.findIndex((one, n) => one === id && this.sentences.layer[n] === place);
    if (sentence < 0) return null;
    const found = await this.readText(sentence);
    const near = (n) => (this.sentences.layer[n] === place ? this.identify(n).sent_id : null);
    const doc = this.sentences.doc_id[sentence];
    const sameDocument = this.sentences.doc_id.flatMap((one, n) => (one === doc && this.sentences.layer[n] !== place ? [n] : []));
    const texts = await Promise.all(sameDocument.map((n) => this.readText(n)));
    const others = texts.filter((one) => one.start_char < found.end_char && one.end_char > found.start_char);
    return { ...found, previous: near(sentence - 1), next: near(sentence + 1), others };
  }

  async sql({ q, layer }) {
    return { sql: buildSql(parsePattern(q, this.corpus), { layer, fold: this.fold }) };
  }

  async file(kind, { q, layer }) {
    const hits = await this.find({ q, layer });
    return kind === "csv" ? this.makeCsv(hits) : this.makeConllu(hits);
  }

  async makeCsv(hits) {
    await this.load(SHOWN);
    const rows = [["layer", "doc_id", "sent_id", "before", "hit", "after", ...namesOf(hits.pattern)]];
    for (let hit = 0; hit < hits.count; hit += 1) {
      const found = this.describeHit(hits, hit);
      rows.push([found.layer, found.doc_id, found.sent_id, ...splitLine(found), ...found.items.map((item) => `${item}:${found.words[item - 1][3]}`)]);
    }
    return new Blob([rows.map((row) => `${row.map(escapeCell).map(quote).join(",")}\r\n`).join("")], { type: "text/csv" });
  }

  async makeConllu(hits) {
    const sentences = [];
    for (let at = 0; at < hits.rows.length; at += hits.width) if (hits.rows[at] !== sentences.at(-1)) sentences.push(hits.rows[at]);
    const texts = await Promise.all(sentences.map((sentence) => this.readText(sentence)));
    return new Blob(texts.map((text) => text.conllu), { type: "text/plain" });
  }
}

// What is written before the hit's tokens, of them, and after.
export function splitLine(hit) {
  const texts = ["", "", ""];
  const [first, last] = [hit.words[hit.first - 1][1], hit.words[hit.last - 1][1]];
  let seen = 0;
  for (const [, tokenId, token, , , , , , , spaceAfter] of hit.words) {
    if (tokenId === seen) continue;
    seen = tokenId;
    texts[(tokenId >= first) + (tokenId > last)] += token + (spaceAfter ? " " : "");
  }
  return texts.map((text) => text.trim());
}

// As base/cells.py: no program takes it for a formula.
function escapeCell(text) {
  return /^[=+\-@\t\r\n']/u.test(text) ? `'${text}` : text;
}

function quote(text) {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Whole numbers with NaN where there is none.
function markAbsent(numbers) {
  return Float64Array.from(numbers, (number) => (number === ABSENT ? NaN : number));
}

// For each value its place among the sorted different ones.
function rank(values) {
  const places = new Map([...new Set(values)].sort(compareText).map((value, place) => [value, place]));
  return values.map((value) => places.get(value));
}

// By code points, as the server compares.
function compareText(a, b) {
  if (a === b) return 0;
  const [left, right] = [Array.from(a), Array.from(b)];
  const place = left.findIndex((letter, n) => letter !== right[n]);
  if (place < 0) return -1;
  return place >= right.length || left[place].codePointAt(0) > right[place].codePointAt(0) ? 1 : -1;
}

function compareKeys(left, right) {
  for (let part = 0; part < left.length; part += 1) {
    const length = Math.min(left[part].length, right[part].length);
    for (let at = 0; at < length; at += 1) {
      if (left[part][at] !== right[part][at]) return left[part][at] - right[part][at];
    }
    if (left[part].length !== right[part].length) return left[part].length - right[part].length;
  }
  return 0;
}

// Log-likelihood and logDice, as hits.py computes them.
function score(together, near, count, words, hits) {
  const observed = [together, near - together, count - together, words - near - count + together];
  const products = [near * count, near * (words - count), (words - near) * count, (words - near) * (words - count)];
  const terms = observed.map((o, n) => (o > 0 && products[n] > 0 ? o * Math.log((o * words) / products[n]) : 0));
  return [2 * terms.reduce((a, b) => a + b, 0), 14 + Math.log2((2 * together) / (hits + count))];
}
