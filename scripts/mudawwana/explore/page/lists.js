// Frequencies, collocates and documents of the hits.

import { make, makeMeter, makeSelect, makeTable, showTag, showText } from "./dom.js";
import { explainDeprel, explainUpos, formatNumber, t } from "./i18n.js";
import { go } from "./state.js";

const WINDOWS = ["1", "2", "3", "5", "10"];

// Attributes whose values can be counted.
function listAttributes({ corpus }) {
  return Object.entries(corpus.attributes)
    .filter(([, kind]) => kind === "text" || kind === "truth")
    .map(([name]) => [name, name]);
}

function showValue(attribute, value) {
  if (value === "") return t("absent");
  const explained = attribute === "upos" ? explainUpos(value) : attribute === "deprel" ? explainDeprel(value) : "";
  const isTag = /^[A-Za-z_:|=,0-9]+$/u.test(value) && !["form", "lemma", "token"].includes(attribute);
  return make("span", {}, isTag ? showTag(value) : showText(value, { lang: "ar" }), explained ? ` ${explained}` : "");
}

export async function makeValues({ state, asked, backend }) {
  const attribute = state.attribute ?? "lemma";
  const { names } = await backend.search({ ...asked, start: 0, size: 1 });
  const item = names.includes(state.item) ? state.item : names[0];
  const found = await backend.values({ ...asked, item, attribute });
  const change = (name) => (value) => go({ ...state, tab: "values", [name]: value });
  const bar = make(
    "p",
    { class: "bar" },
    make("output", {}, `${formatNumber(found.types)} ${t("types")}`),
    makeSelect("item", t("item"), names.map((name) => [name, name]), item, change("item")),
    makeSelect("attribute", t("attribute"), listAttributes(backend), attribute, change("attribute")),
  );
  const rows = found.rows.map(([value, count]) => [showValue(attribute, value), formatNumber(count), `${formatNumber((100 * count) / found.total, 1)} %`]);
  return wrap(bar, makeTable(t("values"), [t("value"), t("count"), t("share")], rows, { class: "list" }));
}

export async function makeCollocates({ state, asked, backend }) {
  const attribute = state.attribute ?? "lemma";
  const width = WINDOWS.includes(state.window) ? state.window : "3";
  const found = await backend.collocates({ ...asked, attribute, window: width });
  const change = (name) => (value) => go({ ...state, tab: "collocates", [name]: value });
  const bar = make(
    "p",
    { class: "bar" },
    makeSelect("attribute", t("attribute"), listAttributes(backend), attribute, change("attribute")),
    makeSelect("window", t("window"), WINDOWS.map((one) => [one, one]), width, change("window")),
  );
  const rows = found.rows.map(([value, together, count, likelihood, logDice]) => [
    showValue(attribute, value),
    ...[together, count].map((number) => formatNumber(number)),
    formatNumber(likelihood, 2),
    formatNumber(logDice, 2),
  ]);
  const headings = ["value", "together", "frequency", "likelihood", "log_dice"].map(t);
  return wrap(bar, makeTable(t("collocates"), headings, rows, { class: "list" }));
}

export async function makeDocuments({ asked, backend }) {
  const found = await backend.documents(asked);
  const rates = found.rows.map(([, , hits, words]) => (words ? (1e6 * hits) / words : 0));
  const most = Math.max(...rates, 1);
  const rows = found.rows.map(([doc, title, hits, words], n) => {
    const name = make("span", {}, showText(title || doc), " ", title ? make("small", {}, showText(doc)) : "");
    return [name, formatNumber(hits), formatNumber(words), makeMeter(rates[n] / most, formatNumber(rates[n]))];
  });
  const headings = [t("document"), t("hits"), t("words"), t("per_million")];
  return wrap(makeTable(t("documents"), headings, rows, { class: "list documents" }));
}

function wrap(...children) {
  return make("div", { class: "lists" }, ...children);
}
