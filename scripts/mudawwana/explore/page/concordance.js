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
  return content;
}

function showTotal({ total, capped }) {
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
  const rows = found.hits.map((hit) => makeLine(hit));
  const table = make(
    "table",
    { dir: "rtl", class: "lines" },
    make("caption", { class: "unseen" }, t("concordance")),
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...rows),
  );
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("concordance") }, table);
}

function makeLine(hit) {
  const tokens = groupTokens(hit.words);
  const placeOf = (wordId) => tokens.findIndex((token) => token.words.some((word) => word.id === wordId));
  const [first, last] = [placeOf(hit.first), placeOf(hit.last)];
  const marked = new Set(hit.items);
  const show = (from, to) => tokens.slice(Math.max(0, from), to).flatMap((token) => showToken(token, marked));
  const link = makeHash({ view: "sentence", layer: hit.layer, id: hit.sent_id, mark: hit.items.join(",") });
  return make(
    "tr",
    {},
    make("td", { class: "before", lang: "ar" }, make("div", {}, make("span", {}, ...show(first - CONTEXT_TOKENS, first)))),
    make("td", { class: "hit", lang: "ar" }, make("a", { href: link, title: t("show_sentence") }, ...show(first, last + 1))),
    make("td", { class: "after", lang: "ar" }, make("div", {}, make("span", {}, ...show(last + 1, last + 1 + CONTEXT_TOKENS)))),
    make("td", { class: "document" }, showText(hit.sent_id)),
  );
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

// The token as written; where a hit is a clitic in it, its words below.
function showToken(token, marked) {
  const found = token.words.filter((word) => marked.has(word.id));
  const title = token.words.map((word) => joinParts([word.form, word.lemma, ...explain(word)]));
  const shown = make("span", { title: title.join("\n"), class: found.length ? "found" : null }, ...showPieces(token.form));
  const parts = found.length && found.length < token.words.length ? [showParts(token, marked)] : [];
  return [shown, ...parts, token.spaceAfter ? " " : ""];
}

function showParts(token, marked) {
  const parts = token.words.flatMap((word, n) => [n ? "+" : "", make(marked.has(word.id) ? "b" : "span", {}, showText(word.form))]);
  return make("small", { class: "parts" }, ...parts);
}
