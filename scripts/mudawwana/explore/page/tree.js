// A dependency tree drawn from right to left: words in reading order from the right, arcs above, labels upright.
// Words of one token share a frame, with the token as written below it.

import { directionOf, makeSvg, nameControls } from "./dom.js";

const LEVEL = 30;
const MARGIN = 14;
const GAP = 18;
const INNER_GAP = 6;
const LINES = { form: 26, upos: 44, lemma: 64, token: 92 };
const BELOW = 104;
const FONT = "'Noto Naskh Arabic', 'Noto Sans Arabic', 'Segoe UI', Tahoma, 'DejaVu Sans', sans-serif";
const SIZES = { form: 19, lemma: 14, upos: 11, label: 12, token: 15 };

// How each class looks; the page's style sheet says the same in its own colours, a downloaded file has these.
const PAPER = {
  arc: { fill: "none", stroke: "#555", "stroke-width": "1.3" },
  arrow: { fill: "#555" },
  label: { fill: "#1a1a1a", stroke: "#fff", "stroke-width": "4", "paint-order": "stroke", "stroke-linejoin": "round" },
  form: { fill: "#000" },
  lemma: { fill: "#444" },
  upos: { fill: "#0b5394" },
  token: { fill: "#444" },
  frame: { fill: "none", stroke: "#999", "stroke-dasharray": "3 2" },
  target: { fill: "none" },
};

let canvas;

function measure(text, size, weight = 400) {
  canvas ??= document.createElement("canvas").getContext("2d");
  canvas.font = `${weight} ${size}px ${FONT}`;
  return canvas.measureText(text).width;
}

// The drawing; `sentence` as conllu.js reads it. `marked` are ids, `differences` as compareWords gives them, `choose`
// is called with a word that the reader points at, `title` names the drawing.
export function drawTree(sentence, { title, marked = new Set(), differences = new Map(), choose = () => {}, describe }) {
  const { words, tokens } = sentence;
  const widths = new Map(words.map((word) => [word, widthOf(word, differences.has(word) ? 600 : 400)]));
  widenForLabels(words, widths);
  const { centers, edges, width } = placeWords(tokens, widths);
  const levels = stack(words, words.length);
  const base = MARGIN + (Math.max(0, ...levels.values()) + 1.4) * LEVEL;
  const drawing = makeSvg("svg", {
    ...{ width, height: base + BELOW, viewBox: `0 0 ${width} ${base + BELOW}`, class: "tree", role: "group", "aria-label": title },
    ...{ "font-family": FONT, direction: "ltr" },
  });
  drawing.append(
    ...tokens.filter((token) => token.words.length > 1).flatMap((token) => drawFrame(token, edges, base)),
    ...words.map((word) => drawArc(word, words, { centers, levels, base, isDifferent: isArcDifferent(differences.get(word)) })),
    ...words.map((word) =>
      drawWord(word, { x: centers.get(word), width: widths.get(word), base, choose, describe, isMarked: marked.has(word.id), differs: differences.get(word) ?? [] }),
    ),
  );
  letArrowsMove(drawing);
  return drawing;
}

// One stop of the tab key; the arrows go on from there, in the direction that they show.
function letArrowsMove(drawing) {
  const words = [...drawing.querySelectorAll(".word")];
  const entrance = drawing.querySelector(".word.marked") ?? words[0];
  entrance?.setAttribute("tabindex", "0");
  drawing.addEventListener("keydown", (event) => {
    const at = words.indexOf(event.target);
    const to = { ArrowLeft: at + 1, ArrowRight: at - 1, Home: 0, End: words.length - 1 }[event.key];
    if (at < 0 || !words[to]) return;
    event.preventDefault();
    words[at].setAttribute("tabindex", "-1");
    words[to].setAttribute("tabindex", "0");
    words[to].focus();
  });
}

function isArcDifferent(differs = []) {
  return differs.includes("head") || differs.includes("deprel");
}

// What differs is written in bold, as the style sheet has it.
function widthOf(word, weight) {
  const parts = [measure(nameControls(word.form), SIZES.form, weight), measure(nameControls(word.lemma), SIZES.lemma, weight), measure(word.upos, SIZES.upos, weight) * 1.2];
  return Math.max(...parts, measure(word.deprel, SIZES.label) * 0.8, 24);
}

// A word beside its head leaves room for the label between the two.
function widenForLabels(words, widths) {
  for (const word of words) {
    const head = words[word.head - 1];
    if (!head || Math.abs(head.id - word.id) !== 1) continue;
    const gap = head.token === word.token ? INNER_GAP : GAP;
    const room = 2 * (measure(word.deprel, SIZES.label) + 10 - gap) - widths.get(head);
    widths.set(word, Math.max(widths.get(word), room));
  }
}

// From the right: the first word has the largest x.
function placeWords(tokens, widths) {
  const needed = tokens.map((token) => {
    const own = token.words.reduce((sum, word) => sum + widths.get(word), INNER_GAP * (token.words.length - 1));
    return token.words.length > 1 ? Math.max(own, measure(nameControls(token.form), SIZES.token)) + 12 : own;
  });
  const width = Math.ceil(needed.reduce((sum, one) => sum + one + GAP, 2 * MARGIN));
  const [centers, edges] = [new Map(), new Map()];
  let right = width - MARGIN;
  tokens.forEach((token, n) => {
    edges.set(token, [right - needed[n], right]);
    const own = token.words.reduce((sum, word) => sum + widths.get(word), INNER_GAP * (token.words.length - 1));
    let at = right - (needed[n] - own) / 2;
    for (const word of token.words) {
      centers.set(word, at - widths.get(word) / 2);
      at -= widths.get(word) + INNER_GAP;
    }
    right -= needed[n] + GAP;
  });
  return { centers, edges, width };
}

// For each word the level of its arc, from 1: above all shorter ones that it would cross.
function stack(words, count) {
  const span = (word) => [Math.min(word.id, word.head), Math.max(word.id, word.head)];
  const levels = new Map();
  const arcs = words.filter((word) => word.head >= 1 && word.head <= count);
  for (const word of arcs.sort((a, b) => span(a)[1] - span(a)[0] - (span(b)[1] - span(b)[0]) || a.id - b.id)) {
    const [low, high] = span(word);
    const below = [...levels].filter(([other]) => span(other)[0] < high && low < span(other)[1]).map(([, level]) => level);
    levels.set(word, 1 + Math.max(0, ...below));
  }
  return levels;
}

function drawArc(word, words, { centers, levels, base, isDifferent }) {
  const head = words[word.head - 1];
  const x = centers.get(word);
  const top = base - (levels.get(word) ?? Math.max(0, ...levels.values()) + 1) * LEVEL;
  // An arc leaves its head beside the middle, where the head's own arc ends.
  const from = head ? centers.get(head) + (head.id > word.id ? 6 : -6) : x;
  const bend = Math.min(10, Math.abs(from - x) / 2);
  const turn = from > x ? -bend : bend;
  const line = head ? `M${from} ${base}V${top + bend}q0 ${-bend} ${turn} ${-bend}H${x - turn}q${turn} 0 ${turn} ${bend}V${base - 7}` : `M${x} ${top}V${base - 7}`;
  return makeSvg(
    "g",
    { class: isDifferent ? "relation different" : "relation", "data-dependent": word.id },
    makeSvg("path", { class: "arc", d: line }),
    makeSvg("path", { class: "arrow", d: `M${x - 4} ${base - 8}h8l-4 8z` }),
    makeSvg("text", { class: "label", x: (from + x) / 2, y: top + 4, "text-anchor": "middle", "font-size": SIZES.label }, word.deprel),
  );
}

function drawWord(word, { x, width, base, choose, describe, isMarked, differs }) {
  const label = describe(word);
  const pick = () => choose(word);
  const line = (name, text) =>
    makeSvg("text", { class: name, x, y: base + LINES[name], "text-anchor": "middle", "font-size": SIZES[name], direction: directionOf(text) }, text);
  return makeSvg(
    "g",
    {
      ...{ class: `word${isMarked ? " marked" : ""}${differs.length ? " different" : ""}`, "data-id": word.id, tabindex: "-1", role: "button" },
      ...{ "aria-label": label, onclick: pick, onfocus: pick, onmouseenter: pick },
    },
    makeSvg("title", {}, label),
    makeSvg("rect", { class: "target", x: x - width / 2 - 3, y: base + 2, width: width + 6, height: LINES.lemma + 4, rx: 4 }),
    line("form", nameControls(word.form)),
    line("upos", word.upos),
    line("lemma", nameControls(word.lemma)),
  );
}

function drawFrame(token, edges, base) {
  const [left, right] = edges.get(token);
  return [
    makeSvg("rect", { class: "frame", x: left, y: base + 1, width: right - left, height: LINES.token + 8, rx: 6 }),
    makeSvg("text", { class: "token", x: (left + right) / 2, y: base + LINES.token, "text-anchor": "middle", "font-size": SIZES.token, direction: directionOf(token.form) }, nameControls(token.form)),
  ];
}

// The drawing as a file of its own, black on white.
export function serializeTree(drawing) {
  const copy = drawing.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  for (const [name, look] of Object.entries(PAPER)) {
    for (const element of copy.querySelectorAll(`.${name}`)) for (const [key, value] of Object.entries(look)) element.setAttribute(key, value);
  }
  for (const word of copy.querySelectorAll("[tabindex]")) for (const name of ["tabindex", "role"]) word.removeAttribute(name);
  copy.prepend(makeSvg("rect", { width: "100%", height: "100%", fill: "#fff" }));
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
}

// The same as pixels, three to a point.
export async function rasterizeTree(drawing) {
  const picture = new Image();
  const address = URL.createObjectURL(serializeTree(drawing));
  try {
    picture.src = address;
    await picture.decode();
    const target = document.createElement("canvas");
    // Browsers refuse larger ones: a very long sentence has fewer pixels.
    const scale = Math.min(3, 16000 / picture.width);
    [target.width, target.height] = [picture.width * scale, picture.height * scale];
    target.getContext("2d").drawImage(picture, 0, 0, target.width, target.height);
    return await new Promise((resolve) => target.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
