// Elements from text that is never read as HTML.

const SVG = "http://www.w3.org/2000/svg";
// They would turn the text around them; a reader must see that they are there.
const CONTROL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// An HTML element; strings among the children are text.
export function make(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

// The same in SVG.
export function makeSvg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// Text of the corpus: isolated from the direction of what is around it, direction marks visible.
export function showText(text, attributes = {}) {
  return make("bdi", { dir: directionOf(text), ...attributes }, ...showPieces(text));
}

// A piece of a line, in the direction of the whole line, which brackets and dates of several tokens need.
export function showPieces(text) {
  const pieces = text.split(/([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])/u).filter(Boolean);
  return pieces.map((piece) => (CONTROL.test(piece) ? showControl(piece) : piece));
}

// Of the first letter; what has none is Arabic, as a bracket or a number is in the text around it.
export function directionOf(text) {
  const letter = /\p{L}/u.exec(text)?.[0];
  return letter && !/[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]/u.test(letter) ? "ltr" : "rtl";
}

function showControl(character) {
  return make("span", { class: "control", dir: "ltr" }, nameControl(character));
}

function nameControl(character) {
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

// The same for places that hold no elements, such as drawings and tooltips.
export function nameControls(text) {
  return text.replace(new RegExp(CONTROL, "gu"), nameControl);
}

// Parts of a tooltip, each isolated from the others.
export function joinParts(parts) {
  return parts.map((part) => `${directionOf(part) === "rtl" ? "\u2067" : "\u2066"}${nameControls(part)}\u2069`).join(" · ");
}

// A tag of UD, which is Latin wherever it stands.
export function showTag(text, attributes = {}) {
  return make("bdi", { dir: "ltr", lang: "en", class: "tag", ...attributes }, text);
}

export function makeSelect(name, label, choices, chosen, change) {
  const select = make("select", { name, onchange: () => change(select.value) });
  for (const [value, text] of choices) select.append(make("option", { value, selected: value === chosen }, text));
  return make("label", { class: "field" }, make("span", {}, label), select);
}

export function makeButton(text, click, attributes = {}) {
  return make("button", { type: "button", onclick: click, ...attributes }, text);
}

// A table with a caption for those who do not see it.
export function makeTable(caption, headings, rows, attributes = {}) {
  const heads = headings.map((heading) => make("th", { scope: "col" }, heading));
  const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))));
  return make("table", attributes, make("caption", { class: "unseen" }, caption), make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
}

// A bar of this share of the longest one, and its number.
export function makeMeter(share, text) {
  const bar = make("span", { class: "meter" });
  bar.style.inlineSize = `${100 * share}%`;
  return make("span", { class: "metered" }, make("span", { class: "track", "aria-hidden": "true" }, bar), make("span", {}, text));
}

// Hands a file to the reader.
export function download(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
