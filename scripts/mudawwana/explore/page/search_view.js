// The box, and what it finds in several ways.

import { listRepairs, listUnknown } from "./advice.js";
import { makeConcordance, showTotal } from "./concordance.js";
import { download, make, makeButton, makeSelect, showTag, showText } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { makeCollocates, makeDocuments, makeValues } from "./lists.js";
import { explainError } from "./messages.js";
import { PatternError } from "./query.js";
import { go, makeHash } from "./state.js";

const TABS = { concordance: makeConcordance, values: makeValues, collocates: makeCollocates, documents: makeDocuments, sql: makeSql };

export async function showSearch(view, state, backend) {
  const asked = { q: state.q ?? "", layer: state.layer ?? backend.corpus.layers[0] };
  const form = makeForm(state, asked, backend);
  view.append(make("h1", {}, t("search")), form);
  if (!asked.q.trim()) return;
  try {
    await fillResults(view, state, asked, backend);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    showError(form, asked.q, error);
    await offerRepairs(view, asked, backend);
  }
}

function makeForm(state, asked, backend) {
  const box = make("input", {
    ...{ type: "search", name: "q", value: asked.q, dir: "auto", id: "query", autocomplete: "off", spellcheck: "false" },
    ...{ autocapitalize: "off", "data-focus": !asked.q },
  });
  const layers = [...backend.corpus.layers.map((name) => [name, t(name)]), ["*", t("all_layers")]];
  const layer = makeSelect("layer", t("layer"), layers, asked.layer, () => {});
  const submit = (event) => {
    event.preventDefault();
    go({ view: "search", q: box.value, layer: layer.querySelector("select").value, tab: state.tab });
  };
  return make(
    "form",
    { class: "search", role: "search", onsubmit: submit },
    make("label", { class: "field wide", for: "query" }, make("span", {}, t("query"))),
    box,
    backend.corpus.layers.length > 1 ? layer : make("span", { hidden: true }, layer),
    make("button", { type: "submit" }, t("find")),
    make("a", { href: makeHash({ view: "help" }) }, t("help")),
  );
}

// The message, and the place in the box where there is one.
function showError(form, text, error) {
  if (error.place === null) form.append(make("p", { class: "error", role: "alert", id: "error" }, explainError(error)));
  else showErrorAt(form, text, error);
}

function showErrorAt(form, text, error) {
  const letters = Array.from(text);
  const place = letters.slice(0, error.place).join("").length;
  const shown = `${t("error_at")} ${formatNumber(error.place + 1)}: `;
  const box = form.querySelector("#query");
  const pointed = make(
    "code",
    { dir: "ltr", class: "pattern" },
    text.slice(0, place),
    make("mark", {}, letters[error.place] ?? "␣"),
    text.slice(place + (letters[error.place]?.length ?? 0)),
  );
  form.append(
    make("p", { class: "error", role: "alert", id: "error" }, shown, explainError(error), make("br"), pointed),
  );
  box.setAttribute("aria-invalid", "true");
  box.setAttribute("aria-describedby", "error");
  // After the page has put the view in its place.
  requestAnimationFrame(() => {
    box.focus();
    box.setSelectionRange(place, place + (letters[error.place]?.length ?? 0));
  });
}

async function fillResults(view, state, asked, backend) {
  const tab = TABS[state.tab] ? state.tab : "concordance";
  const sent = { ...asked, layer: asked.layer === "*" ? "" : asked.layer };
  const content = await TABS[tab]({ state, asked: sent, backend });
  const links = Object.keys(TABS).map((name) =>
    make("a", { href: makeHash({ view: "search", ...asked, tab: name }), "aria-current": name === tab ? "page" : null }, t(name)),
  );
  view.append(make("nav", { class: "tabs", "aria-label": t("search") }, ...links, makeTools(sent, backend)));
  view.append(...listUnknown(asked.q, backend.corpus).map(showUnknown), content);
  if (content.dataset.empty) await offerRepairs(view, asked, backend);
  view.dataset.status = content.dataset.status ?? "";
}

// A search for what no word has finds nothing, or, with "!=" or "", everything: neither without a word.
function showUnknown({ name, value, nearest }) {
  const said = name ? [showTag(name), ` ${t("is_never")} `, showTag(value)] : [t("nobody_has"), " ", showTag(value)];
  return make("p", { class: "error unknown", role: "alert" }, ...said, ...(nearest ? [`; ${t("nearest")} `, showTag(nearest)] : []), ".");
}

// Patterns near to this one that find something, each with how much.
async function offerRepairs(view, asked, backend) {
  const layer = asked.layer === "*" ? "" : asked.layer;
  const count = async (q) => {
    try {
      return [q, await backend.count({ q, layer })];
    } catch (error) {
      if (error instanceof PatternError) return [q, { total: 0 }]; // it took too long: then it is no help
      throw error;
    }
  };
  const counted = [];
  for (const text of listRepairs(asked.q, backend.corpus)) counted.push(await count(text));
  const offers = counted.filter(([, { total }]) => total).map(([q, found]) =>
    make("li", {}, make("a", { href: makeHash({ view: "search", q, layer: asked.layer }) }, make("code", { dir: /["[]/u.test(q) ? "ltr" : "rtl" }, q)), ` ${showTotal(found)}`),
  );
  if (offers.length) view.append(make("section", { id: "repairs" }, make("p", {}, t("did_you_mean")), make("ul", {}, ...offers)));
}

function makeTools(asked, backend) {
  const copied = make("span", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      copied.textContent = t("copied");
    } catch {
      // A browser may forbid it: then the reader copies the link from here.
      const link = make("input", { readonly: true, value: location.href, dir: "ltr", "aria-label": t("permalink") });
      copied.replaceChildren(link);
      link.select();
    }
  };
  const save = (kind) => async () => {
    try {
      download(`hits.${kind}`, await backend.file(kind, asked));
    } catch (error) {
      copied.replaceChildren(explainError(error));
    }
  };
  return make(
    "span",
    { class: "tools" },
    makeButton(t("permalink"), copy),
    makeButton(t("csv"), save("csv"), { "aria-label": `${t("download")} CSV` }),
    makeButton(t("conllu"), save("conllu"), { "aria-label": `${t("download")} CoNLL-U` }),
    copied,
  );
}

async function makeSql({ asked, backend }) {
  const { sql } = await backend.sql(asked);
  return make(
    "div",
    {},
    make("p", {}, t("sql_note")),
    make("pre", { dir: "ltr", tabindex: "0", class: "code" }, showText(sql)),
  );
}
