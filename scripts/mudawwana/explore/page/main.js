// The page: its head, and the view that the address asks for.

import { backend, PatternError } from "./backend.js";
import { make, makeButton } from "./dom.js";
import { showHelp } from "./help_view.js";
import { language, setLanguage, t } from "./i18n.js";
import { showOverview } from "./overview_view.js";
import { showSearch } from "./search_view.js";
import { showSentence } from "./sentence_view.js";
import { makeHash, readState } from "./state.js";

const VIEWS = { overview: showOverview, search: showSearch, sentence: showSentence, help: showHelp };
const LINKS = ["overview", "search", "help"];
const THEMES = ["auto", "light", "dark"];

const header = document.getElementById("header");
const main = document.getElementById("main");
let shown = 0;

function drawHeader() {
  const { view = "overview" } = readState();
  const links = LINKS.map((name) =>
    make("a", { href: makeHash({ view: name }), "aria-current": name === view ? "page" : null }, t(name)),
  );
  const other = language() === "ar" ? "en" : "ar";
  header.replaceChildren(
    make("strong", { class: "name" }, make("bdi", { lang: "ar" }, "مدوّنة"), " ", make("bdi", { lang: "en" }, "Mudawwana")),
    make("nav", { "aria-label": t("views") }, ...links),
    makeButton(other === "ar" ? "العربية" : "English", () => changeLanguage(other), { lang: other, id: "language" }),
    makeButton(t(`theme_${theme()}`), changeTheme, { id: "theme" }),
  );
}

function changeLanguage(to) {
  setLanguage(to);
  draw();
}

function theme() {
  return document.documentElement.dataset.theme ?? "auto";
}

function changeTheme() {
  setTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
  drawHeader();
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  keep("theme", name);
}

// Storage may be forbidden to a page in a frame.
function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// Draws the view; an answer that comes after the reader went on is not shown.
async function draw() {
  shown += 1;
  const turn = shown;
  const state = readState();
  document.documentElement.lang = language();
  document.documentElement.dir = language() === "ar" ? "rtl" : "ltr";
  drawHeader();
  main.setAttribute("aria-busy", "true");
  const view = make("div", { class: "view" });
  try {
    await (VIEWS[state.view] ?? showOverview)(view, state, backend);
  } catch (error) {
    if (!(error instanceof PatternError)) console.error(error);
    view.append(make("p", { class: "error", role: "alert" }, `${t("failed")} ${error.message}`));
  }
  if (turn !== shown) return;
  main.replaceChildren(view);
  main.removeAttribute("aria-busy");
  document.title = `${t(VIEWS[state.view] ? state.view : "overview")} · Mudawwana`;
  document.getElementById("status").textContent = view.dataset.status ?? "";
  view.querySelector("[data-focus]")?.focus();
}

if (recall("language")) setLanguage(recall("language"));
if (THEMES.includes(recall("theme"))) setTheme(recall("theme"));
addEventListener("hashchange", draw);
addEventListener("languagechosen", () => keep("language", language()));
await draw();
