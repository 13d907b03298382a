// What the corpus holds; every bar leads to the search behind it.

import { make, makeMeter, makeSelect, showTag, showText } from "./dom.js";
import { explainDeprel, explainFeature, explainUpos, formatNumber, t } from "./i18n.js";
import { go, makeHash } from "./state.js";

const EXPLAIN = { upos: explainUpos, deprel: explainDeprel, feats: explainFeature };

export async function showOverview(view, state, backend) {
  const { layers } = backend.corpus;
  const layer = layers.includes(state.layer) ? state.layer : layers[0];
  const found = await backend.overview({ layer });
  const choose = makeSelect("layer", t("layer"), layers.map((name) => [name, t(name)]), layer, (to) => go({ view: "overview", layer: to }));
  view.append(make("h1", {}, t("overview")));
  if (layers.length > 1) view.append(make("p", { class: "bar" }, choose));
  const sizes = Object.entries(found.sizes).map(([name, count]) => make("div", {}, make("dt", {}, t(`size_${name}`)), make("dd", {}, formatNumber(count))));
  view.append(make("dl", { class: "sizes" }, ...sizes), make("p", {}, t("every_bar")));
  const charts = Object.entries(found.charts).filter(([, rows]) => rows.length);
  view.append(make("div", { class: "charts" }, ...charts.map(([name, rows]) => makeChart(name, rows, layer))));
}

function makeChart(name, rows, layer) {
  const most = Math.max(...rows.map(([, count]) => count));
  const bars = rows.map(([label, count, pattern]) => {
    const explained = EXPLAIN[name]?.(label) ?? "";
    return make(
      "li",
      {},
      make(
        "a",
        { href: makeHash({ view: "search", q: pattern, layer }) },
        make("span", { class: "label" }, name === "clitics" ? showText(label, { lang: "ar" }) : showTag(label), explained ? make("small", {}, ` ${explained}`) : ""),
        makeMeter(count / most, formatNumber(count)),
      ),
    );
  });
  return make("section", { class: "chart", id: `chart-${name}` }, make("h2", {}, t(name)), make("ol", {}, ...bars));
}
