/* Run scripts of the page without a browser: those that only compute need no more than its data. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const SCRIPTS = new URL("../../../xorexplain/explorer/web/js/", import.meta.url);
const DATA = [
  "page/dom",
  "data/bundle",
  "data/ghosts",
  "data/trace",
  "data/state",
  "data/values",
  "data/keys",
  "data/node_links",
  "data/source_lines",
  "data/math",
  "drawing/in_sight",
  "drawing/extents",
  "data/counterparts",
];

/**
 * Load the modules that compute, in the order of the page.
 * @param {object} story the data of the page
 * @param {string} hash what the address says
 * @param {string} opens the view it opens at where the address says none
 */
export function load(story, hash = "", opens = "start") {
  const listeners = new Map();
  const location = {
    hash,
    get href() {
      return `file:///page.html${location.hash}`;
    },
    replace: (next) => (location.hash = new URL(next).hash),
  };
  const window = {
    addEventListener: (event, listener) => listeners.set(event, listener),
  };
  const document = {
    addEventListener: () => {},
    documentElement: { dataset: { opens } },
    getElementById: (id) => (id === "story" ? { textContent: JSON.stringify(story) } : null),
  };
  const context = createContext({
    ...{ window, document, location, URLSearchParams, clearTimeout },
    setTimeout: (act, _, ...values) => act(...values),
    Element: class {},
    Node: class {},
  });
  for (const name of DATA) {
    runInContext(readFileSync(new URL(`${name}.js`, SCRIPTS), "utf8"), context, `${name}.js`);
  }
  const told = () => listeners.get("hashchange")();
  const go = (next) => {
    location.hash = next;
    told();
  };
  return { ...window.xorexplain, location, go, told };
}

/** Return a value as this realm has it, so that it can be compared with one from here. */
export function plain(value) {
  return structuredClone(value);
}
