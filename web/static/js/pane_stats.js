/** The Stats pane: the anatomy of each item's latency, waiting by cause, workqueues, workers; as the server counted them. */

import { make, table } from "./dom.js";
import { duration } from "./format.js";
import { itemLink } from "./jump.js";
import { isOwn } from "./own.js";

/** @import { PageState } from "./state.js" */

const ROWS_MAX = 200;
/** Parts of a life in order, the class that colours them, and their word. */
const PARTS = /** @type {const} */ ([
  ["armed", "timer", "armed"],
  ["held", "inact", "inactive"],
  ["queued", "queued", "on the worklist"],
  ["runnable", "ready", "runnable"],
  ["running", "run", "running"],
  ["blocked", "block", "blocked"],
  ["sleeping", "sleep", "sleeping"],
]);

/** @param {HTMLElement} root @param {PageState} page */
export function showStats(root, page) {
  const { store } = page;
  const stats = /** @type {any} */ (store.end?.stats);
  if (!stats?.items) {
    root.replaceChildren(make("p", "sub", "The figures come with the end of the run."));
    return;
  }
  const out = [make("p", "sub", stats.summary || "No item waited."), anatomy(page, stats.items)];
  if (stats.causes?.cause.length) out.push(causes(page, stats.causes));
  const w = stats.workers;
  if (w?.name.length) {
    const rows = w.name.map((/** @type {string} */ name, /** @type {number} */ i) => [
      `${name} `,
      String(w.items[i]),
      duration(w.running[i]),
      duration(w.sleeping[i]),
      duration(w.idle[i]),
    ]);
    out.push(table("Workers", ["worker", "items", "running", "sleeping", "idle"], rows, 4));
  }
  root.replaceChildren(...out);
}

/** @param {PageState} page @param {any} items */
function anatomy(page, items) {
  const { store } = page;
  const order = [...items.item.keys()].sort((a, b) => {
    const own = Number(isOwn(store, items.item[b])) - Number(isOwn(store, items.item[a]));
    return own || items.total[b] - items.total[a];
  });
  const most = Math.max(1, ...items.total);
  const rows = order.slice(0, ROWS_MAX).map((i) => {
    const life = items.item[i];
    const bar = make("span", "anatomy");
    bar.setAttribute("role", "img");
    bar.setAttribute(
      "aria-label",
      PARTS.filter(([key]) => items[key]?.[i])
        .map(([key, , word]) => `${word} ${duration(items[key][i])}`)
        .join(", "),
    );
    bar.title = bar.getAttribute("aria-label") ?? "";
    for (const [key, look] of PARTS) {
      const share = (items[key]?.[i] ?? 0) / most;
      if (share <= 0) continue;
      const part = make("i", `sw ${look}`);
      part.style.width = `${Math.max(0.5, share * 100)}%`;
      bar.append(part);
    }
    const waits = items.held[i] + items.queued[i];
    return [itemLink(page, life), bar, duration(waits), duration(items.running[i]), duration(items.total[i])];
  });
  const caption = `Latency of each life${items.item.length > ROWS_MAX ? `, the longest ${ROWS_MAX}` : ""}`;
  return table(caption, ["item", "from queueing to the end", "waits", "runs", "all"], rows, 3);
}

/** @param {PageState} page @param {any} causes */
function causes(page, causes) {
  const { store } = page;
  const order = [...causes.cause.keys()].sort((a, b) => causes.total[b] - causes.total[a]);
  const rows = order.map((i) => {
    const word = store.words.causes[causes.cause[i]];
    const name = make("span", "", word.chip, make("span", "quiet", word.rule ? ` ${word.rule}()` : ""));
    const life = causes.item[i];
    const who = life >= 0 ? itemLink(page, life) : "";
    return [name, who, String(causes.count[i]), duration(causes.total[i]), duration(causes.longest[i])];
  });
  return table("Waiting by cause", ["cause", "longest of", "waits", "total", "longest"], rows, 3);
}
