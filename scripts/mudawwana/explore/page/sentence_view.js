// One sentence: raw text, tree, words, and what another layer says of the same text.

import { compareWords, parseSentence } from "./conllu.js";
import { download, joinParts, make, makeButton, makeTable, showPieces, showTag, showText } from "./dom.js";
import { explainDeprel, explainFeature, explainUpos, formatNumber, t } from "./i18n.js";
import { makeHash } from "./state.js";
import { drawTree, rasterizeTree, serializeTree } from "./tree.js";

const PROBABILITIES = { upos: "UposProb", feats: "FeatsProb", head: "HeadProb", deprel: "DeprelProb" };

export async function showSentence(view, state, backend) {
  const found = await backend.sentence({ layer: state.layer ?? "", sent_id: state.id ?? "" });
  view.append(make("h1", {}, t("sentence"), " ", showText(state.id ?? "")));
  if (!found) {
    view.append(make("p", { class: "error" }, t("no_sentence")));
    return;
  }
  const marked = new Set((state.mark ?? "").split(",").map(Number));
  const sentence = parseSentence(found.conllu);
  const others = found.others.map((other) => ({ ...other, parsed: parseSentence(other.conllu) }));
  const compared = others.length ? compareWords(sentence.words, others.flatMap((other) => other.parsed.words)) : null;
  const raw = makeRaw(found);
  const details = make("div", { class: "details", "aria-live": "polite" });
  const choose = (word, of = found) => {
    details.replaceChildren(describeWord(word, compared?.differences.get(word)));
    if (of === found) raw.mark(word);
  };
  view.append(makeFacts(found), raw.element);
  view.append(makeTreePart(found, sentence, { marked, differences: compared?.differences, choose }), details);
  for (const other of others) {
    view.append(makeTreePart(other, other.parsed, { differences: compared.differences, choose: (word) => choose(word, other) }));
  }
  if (compared) view.append(makeComparison(found, others[0], compared));
  view.append(makeWordTable(sentence), makeNeighbours(found));
  const first = sentence.words.find((word) => marked.has(word.id));
  if (first) choose(first);
  // Once the page has put the view in its place.
  requestAnimationFrame(() => centreMarked(view.querySelector(".tree-scroll")));
}

// Scrolls a drawing, and not the page, to the first marked word.
function centreMarked(scroller) {
  const word = scroller.querySelector(".word.marked")?.getBoundingClientRect();
  const box = scroller.getBoundingClientRect();
  if (word) scroller.scrollLeft += (word.left + word.right - box.left - box.right) / 2;
}

function makeFacts(found) {
  const incidents = found.incidents?.length ? [make("dt", {}, t("incidents")), make("dd", {}, ...found.incidents.flatMap((one) => [showTag(one), " "]))] : [];
  return make(
    "dl",
    { class: "facts" },
    ...[make("dt", {}, t("document")), make("dd", {}, showText(found.title || found.doc_id))],
    ...[make("dt", {}, t("layer")), make("dd", {}, t(found.layer))],
    ...[make("dt", {}, t("ud_level")), make("dd", { id: "ud-level" }, formatNumber(found.ud_level))],
    ...incidents,
  );
}

// The raw text, with a way to mark a word's token and, in it, the word.
function makeRaw(found) {
  const letters = Array.from(found.raw ?? "");
  const line = make("p", { class: "raw", lang: "ar", dir: "auto" });
  const cut = (start, end) => showPieces(letters.slice(Math.max(0, start), Math.max(0, end)).join(""));
  const mark = ({ token, start, end }) => {
    const [tokenStart, tokenEnd, from, to] = [token.start, token.end, start, end].map((place) => place - found.start_char);
    if ([tokenStart, tokenEnd].some(Number.isNaN)) return;
    const inner = [...cut(tokenStart, from), make("mark", { class: "word" }, ...cut(from, to)), ...cut(to, tokenEnd)];
    line.replaceChildren(...cut(0, tokenStart), make("mark", { class: "token" }, ...inner), ...cut(tokenEnd, letters.length));
  };
  line.replaceChildren(...cut(0, letters.length));
  return { element: make("section", {}, make("h2", {}, t("raw")), line), mark };
}

function makeTreePart(found, sentence, { marked, differences, choose }) {
  const drawing = drawTree(sentence, { title: `${t("tree")}: ${found.text}`, marked, differences, choose, describe: describeShortly });
  const name = `${found.sent_id}.${found.layer}`;
  const save = (kind, draw) => async () => download(`${name}.${kind}`, await draw(drawing));
  return make(
    "section",
    {},
    make("h2", {}, t("tree"), " · ", t(found.layer)),
    make("div", { class: "scroll tree-scroll", dir: "rtl", tabindex: "0", role: "region", "aria-label": `${t("tree")} · ${t(found.layer)}` }, drawing),
    make(
      "p",
      { class: "tools" },
      makeButton(t("svg"), save("svg", serializeTree), { "aria-label": `${t("download")} SVG` }),
      makeButton(t("png"), save("png", rasterizeTree), { "aria-label": `${t("download")} PNG` }),
    ),
  );
}

function describeShortly(word) {
  const parts = [word.form, word.lemma, word.upos, explainUpos(word.upos), word.deprel, explainDeprel(word.deprel)];
  return joinParts([...parts.filter(Boolean), ...word.feats.split("|").filter((one) => one !== "_")]);
}

function describeWord(word, differs = []) {
  const sure = (name) => {
    const value = Number(word.misc[PROBABILITIES[name]] ?? NaN);
    return Number.isNaN(value) ? "" : make("small", {}, ` ${t("confidence")} ${formatNumber(value, 3)}`);
  };
  const feats = word.feats === "_" ? ["–"] : word.feats.split("|").flatMap((one) => [showTag(one), ` ${explainFeature(one)} `]);
  const rows = {
    form: [showText(word.form, { lang: "ar" })],
    token: [showText(word.token.form, { lang: "ar" })],
    lemma: [showText(word.lemma, { lang: "ar" })],
    upos: [showTag(word.upos), ` ${explainUpos(word.upos)}`, sure("upos")],
    feats,
    head: [formatNumber(word.head), sure("head")],
    deprel: [showTag(word.deprel), ` ${explainDeprel(word.deprel)}`, sure("deprel")],
  };
  const pairs = Object.entries(rows).flatMap(([name, value]) => [
    make("dt", {}, t(name), differs.includes(name) ? ` (${t("differs")})` : ""),
    make("dd", { class: differs.includes(name) ? "different" : null }, ...value),
  ]);
  return make("section", {}, make("h2", {}, t("details"), " ", formatNumber(word.id)), make("dl", { class: "facts" }, ...pairs));
}

function makeComparison(found, other, { differences, pairs }) {
  const count = pairs.filter(([one, two]) => differences.get(one ?? two).length).length;
  const names = ["form", "lemma", "upos", "feats", "head", "deprel"];
  const show = (word, name) => (["form", "lemma"].includes(name) ? showText(word[name], { lang: "ar" }) : showTags(String(word[name])));
  const rows = pairs.map(([one, two]) => {
    const differs = differences.get(one ?? two);
    const cells = [one, two].flatMap((word) =>
      names.map((name) => make("td", { class: differs.includes(name) || (!one || !two) ? "different" : null }, word ? show(word, name) : "–")),
    );
    return make("tr", {}, ...cells);
  });
  const heads = [found, other].map((one) => make("th", { scope: "colgroup", colspan: names.length }, t(one.layer)));
  const columns = [...names, ...names].map((name) => make("th", { scope: "col" }, t(name)));
  const table = make("table", { class: "list", id: "comparison" }, make("caption", {}, `${formatNumber(count)} ${t("differ")}`), make("thead", {}, make("tr", {}, ...heads), make("tr", {}, ...columns)), make("tbody", {}, ...rows));
  return make("section", {}, make("h2", {}, t("compare")), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("compare") }, table));
}

// Features may go on in the next line, so that both layers fit on a screen.
function showTags(text) {
  const parts = text.split("|").flatMap((one, n) => (n ? ["|", make("wbr"), one] : [one]));
  return make("bdi", { dir: "ltr", lang: "en", class: "tag" }, ...parts);
}

function makeWordTable({ words }) {
  const names = ["id", "form", "lemma", "upos", "feats", "head", "deprel"];
  const rows = words.map((word) => names.map((name) => (name === "form" || name === "lemma" ? showText(word[name], { lang: "ar" }) : showTag(String(word[name])))));
  const table = makeTable(t("table"), names.map(t), rows, { class: "list" });
  return make("details", { class: "words" }, make("summary", {}, t("table")), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("table") }, table));
}

function makeNeighbours(found) {
  const link = (name) => (found[name] ? [make("a", { href: makeHash({ view: "sentence", layer: found.layer, id: found[name] }) }, t(name))] : []);
  return make("nav", { class: "pager", "aria-label": t("sentence") }, ...link("previous"), ...link("next"));
}
