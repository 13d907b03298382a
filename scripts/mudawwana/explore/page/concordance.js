// Hits with what stands before and after them, in visual order: before on the right.

import { joinParts, make, makeButton, makeSelect, showPieces, showText } from "./dom.js";
import { explainDeprel, explainUpos, formatNumber, t } from "./i18n.js";
import { explainError } from "./messages.js";
import { go, makeHash } from "./state.js";

const SIZE = 25;
const CONTEXT_TOKENS = 14;
const MOST_START = 1_000_000; // more hits are not kept

export async function makeConcordance({ state, asked, backend }) {
  const start = Math.min(MOST_START, Math.max(0, Number.parseInt(state.start ?? "0", 10) || 0));
  const sort = backend.corpus.sorts.includes(state.sort) ? state.sort : "corpus";
  const found = await backend.search({ ...asked, sort, start, size: SIZE });
  const total = make("output", { id: "total" }, found.total === null ? t("counting") : showTotal(found));
  const content = make("div", { class: "concordance" });
  if (found.total === null) {
    const show = (counted) => {
      total.textContent = showTotal(counted);
      fillPager(pager, state, start, counted.total);
    };
    backend.count(asked).then(show, (error) => total.replaceChildren(explainError(error)));
  }
  const change = (to) => go({ ...state, sort: to, start: "" });
  const sorts = backend.corpus.sorts.map((name) => [name, t(name)]);
  const pager = make("nav", { class: "pager", "aria-label": t("hits") });
  fillPager(pager, state, start, found.total);
  content.append(make("p", { class: "bar" }, total, makeSelect("sort", t("sort"), sorts, sort, change)));
  content.append(found.hits.length ? makeLines(found) : make("p", {}, t("no_hits")), pager);
  content.dataset.status = total.textContent;
  if (found.total === 0) content.dataset.empty = "true";
  return content;
}

export function showTotal({ total, capped }) {
  return `${capped ? `${t("at_least")} ` : ""}${formatNumber(total)} ${t("hits")}`;
}

function fillPager(pager, state, start, total) {
  const turn = (to) => () => go({ ...state, start: to || "" });
  const last = total === null ? start + SIZE + 1 : total;
  pager.replaceChildren(
    makeButton(t("previous"), turn(Math.max(0, start - SIZE)), { disabled: start === 0 }),
    make("span", {}, `${formatNumber(Math.min(start + 1, last))}–${formatNumber(Math.min(start + SIZE, last))}`),
    makeButton(t("next"), turn(start + SIZE), { disabled: start + SIZE >= last, id: "next" }),
  );
}

function makeLines(found) {
  const heads = ["before", "hit", "after", "document"].map((name) => make("th", { scope: "col", class: name }, t(name)));
  const contexts = [];
  const rows = found.hits.map((hit) => makeLine(hit, contexts));
  const table = make(
    "table",
    { dir: "rtl", class: "lines" },
    make("caption", { class: "unseen" }, t("concordance")),
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...rows),
  );
  const scroll = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("concordance") }, table);
  new ResizeObserver(() => fitContexts(contexts)).observe(scroll);
  return scroll;
}

function makeLine(hit, contexts) {
  const tokens = groupTokens(hit.words);
  const placeOf = (wordId) => tokens.findIndex((token) => token.words.some((word) => word.id === wordId));
  const [first, last] = [placeOf(hit.first), placeOf(hit.last)];
  const marked = new Set(hit.items);
  const link = makeHash({ view: "sentence", layer: hit.layer, id: hit.sent_id, mark: hit.items.join(",") });
  const [before, after] = [makeContext("before", tokens.slice(0, first), marked), makeContext("after", tokens.slice(last + 1), marked)];
  contexts.push(before, after);
  const shown = tokens.slice(first, last + 1).flatMap((token) => showToken(token, marked));
  return make(
    "tr",
    {},
    before.cell,
    make("td", { class: "hit", lang: "ar" }, make("a", { href: link, title: t("show_sentence") }, ...shown), ...showAnalysis(tokens, marked)),
    after.cell,
    make("td", { class: "document" }, showText(hit.sent_id)),
  );
}

// What stands on one side of the hit; fitContexts cuts it to its cell. Only between pieces: what is written together
// (a date of five tokens, a word with its full stop) is whole or not there.
function makeContext(side, tokens, marked) {
  const near = side === "before" ? tokens.slice(-CONTEXT_TOKENS) : tokens.slice(0, CONTEXT_TOKENS);
  const pieces = [];
  near.forEach((token, n) => {
    if (n === 0 || near[n - 1].spaceAfter) pieces.push(make("span", { class: "piece" }));
    pieces.at(-1).append(...showToken(token, marked));
  });
  const line = make("span", {}, ...pieces);
  const box = make("div", {}, line);
  return { side, pieces, line, box, ellipsis: make("span", { class: "cut" }, "…"), isWhole: near.length === tokens.length, cell: make("td", { class: side, lang: "ar" }, box) };
}

// Leaves of each context what its cell has room for; all are measured before any is changed.
function fitContexts(contexts) {
  for (const { line, pieces, ellipsis } of contexts) line.replaceChildren(...pieces, ellipsis);
  const counts = contexts.map(({ side, pieces, box, ellipsis, isWhole }) => {
    const widths = pieces.map(measureWidth);
    if (side === "before") widths.reverse();
    return countFitting(widths, box.clientWidth, isWhole ? 0 : measureWidth(ellipsis), measureWidth(ellipsis));
  });
  contexts.forEach(({ side, line, pieces, ellipsis, isWhole }, n) => {
    const shown = side === "before" ? pieces.slice(pieces.length - counts[n]) : pieces.slice(0, counts[n]);
    const cut = isWhole && shown.length === pieces.length ? [] : [ellipsis];
    line.replaceChildren(...(side === "before" ? [...cut, ...shown] : [...shown, ...cut]));
  });
}

// How many of the widths, from the first, have room beside what ends the line after all of them or after fewer.
function countFitting(widths, room, endOfAll, endOfFewer) {
  let [count, sum] = [0, 0];
  widths.forEach((width, n) => {
    sum += width;
    if (sum + (n + 1 === widths.length ? endOfAll : endOfFewer) <= room) count = n + 1;
  });
  return count;
}

// Of text that may stand in several runs, some from left to right.
function measureWidth(element) {
  return [...element.getClientRects()].reduce((sum, { width }) => sum + width, 0);
}

// The surface tokens, each with its words.
export function groupTokens(words) {
  const tokens = [];
  for (const [id, tokenId, token, form, lemma, upos, feats, deprel, head, spaceAfter] of words) {
    if (tokens.at(-1)?.id !== tokenId) tokens.push({ id: tokenId, form: token, spaceAfter, words: [] });
    tokens.at(-1).words.push({ id, form, lemma, upos, feats, deprel, head });
  }
  return tokens;
}

function explain({ upos, deprel }) {
  return [upos, explainUpos(upos), deprel, explainDeprel(deprel)].filter(Boolean);
}

// The token as written, and the space behind it.
function showToken(token, marked) {
  const isFound = token.words.some((word) => marked.has(word.id));
  const title = token.words.map((word) => joinParts([word.form, word.lemma, ...explain(word)]));
  const shown = make("span", { title: title.join("\n"), class: isFound ? "found" : null }, ...showPieces(token.form));
  return [shown, token.spaceAfter ? " " : ""];
}

// Under the hit: the words of each token of which only some are found.
function showAnalysis(tokens, marked) {
  const isPartly = ({ words }) => words.some((word) => marked.has(word.id)) && !words.every((word) => marked.has(word.id));
  const shown = tokens.filter(isPartly).map((token) => showParts(token, marked));
  return shown.length ? [make("div", { class: "analysis" }, ...shown)] : [];
}

function showParts(token, marked) {
  const parts = token.words.flatMap((word, n) => [n ? "+" : "", make(marked.has(word.id) ? "b" : "span", {}, showText(word.form))]);
  return make("small", { class: "parts" }, ...parts);
}
