/**
 * The state of the machine at the playhead, under the source: variables, locks, queues, pools; and who is where in the
 * source. It also says which source line is lit.
 */

import { at } from "./format.js";
import { itemSpansOf } from "./marks.js";
import { counterAt, itemLabel, spanAt, taskName, valueAt } from "./model.js";

/** @import { PageState } from "./state.js" */

const VALUES_MAX = 8;
/** So far back is looked for the line that a running task is at. */
const EVENTS_BACK = 2000;

/** @param {HTMLElement} root @param {PageState} page @param {(line: number) => void} light */
export function bindHint(root, page, light) {
  const [first, second] = /** @type {HTMLElement[]} */ ([...root.children]);
  page.listen((flags) => {
    if (!["time", "data", "selection"].some((f) => flags.has(/** @type {any} */ (f)))) return;
    if (!page.store.meta) return;
    first.replaceChildren(...stateNow(page));
    first.title = first.textContent ?? "";
    const span = lineSpan(page);
    second.replaceChildren(
      ...(span < 0 ? [strong("No line"), "  nothing of the module runs or waits now"] : lineNow(page, span)),
    );
    second.title = second.textContent ?? "";
    light(span < 0 ? -1 : lineOf(page, span));
  });
}

/** @param {string} text */
function strong(text) {
  const b = document.createElement("b");
  b.textContent = text;
  return b;
}

/** @param {string} text */
function code(text) {
  const c = document.createElement("code");
  c.textContent = text;
  return c;
}

/** @param {PageState} page @returns {(Node | string)[]} */
function stateNow(page) {
  const { store, seq, tNs } = page;
  /** @type {(Node | string)[]} */
  const out = [strong(`At ${at(tNs)}`), "  "];
  /** @param {(Node | string)[]} parts */
  const add = (...parts) => {
    if (out.length > 2) out.push("  ·  ");
    out.push(...parts);
  };
  let shown = 0;
  for (const series of store.values.values()) {
    const value = valueAt(store, series, seq);
    if (value === null || shown++ >= VALUES_MAX) continue;
    add(code(series.name), ` ${value}`);
  }
  for (const lane of store.lanes.values()) {
    if (lane.kind !== "pool") continue;
    const parts = [];
    for (const [name, word] of [
      ["worklist", "queued"],
      ["held", "inactive"],
      ["running", "running"],
      ["idle", "idle"],
    ]) {
      const n = counterAt(store, lane.id, name, tNs);
      if (n !== null && (n > 0 || name === "idle")) parts.push(`${n} ${word}`);
    }
    const busy = ["worklist", "held", "running"].some((name) => (counterAt(store, lane.id, name, tNs) ?? 0) > 0);
    if (parts.length && busy) add(`${lane.name}: ${parts.join(", ")}`);
  }
  if (out.length === 2) out.push("nothing queued");
  return out;
}

/**
 * Where in the source a span is at the playhead: of one that runs, the line of its task's last event; else its own.
 * @param {PageState} page
 * @param {number} span
 */
function lineOf({ store, seq: now }, span) {
  const { line, task, state, seq } = store.spans;
  if (store.words.states[state.at(span)] !== "running") return line.at(span);
  for (let s = now; s >= seq.at(span) && s > now - EVENTS_BACK; s--) {
    if (store.events.task.at(s) === task.at(span) && store.events.line.at(s) > 0) return store.events.line.at(s);
  }
  return line.at(span);
}

/** The span whose line is lit: the selected item's at the playhead, else the latest one under way. @param {PageState} page */
function lineSpan(page) {
  const { store, tNs } = page;
  const { start, end } = store.spans;
  const covers = (/** @type {number} */ s) => start.at(s) <= tNs && end.at(s) > tNs && lineOf(page, s) > 0;
  let best = -1;
  for (const s of itemSpansOf(page)) if (covers(s)) best = s;
  if (best >= 0) return best;
  for (const lane of store.lanes.values()) {
    if (lane.kind !== "worker" && lane.kind !== "task") continue;
    const s = spanAt(store, lane.id, tNs);
    if (s >= 0 && covers(s) && (best < 0 || start.at(s) > start.at(best))) best = s;
  }
  return best;
}

/** @param {PageState} page @param {number} span @returns {(Node | string)[]} */
function lineNow(page, span) {
  const { store } = page;
  const { task, item, state, end } = store.spans;
  const verbs = /** @type {Record<string, string>} */ ({
    sleeping: "sleeps here",
    blocked: "is blocked here",
    running: "runs here",
    runnable: "waits here for a CPU",
    armed: "was armed here",
    held: "was queued here and waits",
    queued: "was queued here and waits",
  });
  const verb = verbs[store.words.states[state.at(span)]] ?? "is here";
  const life = item.at(span);
  const who = task.at(span) >= 0 ? taskName(store, task.at(span)) : life >= 0 ? itemLabel(store, life) : "";
  const what = life >= 0 && task.at(span) >= 0 ? ` for ${itemLabel(store, life)}` : "";
  const until = Number.isFinite(end.at(span)) ? ` until ${at(end.at(span))}` : "";
  return [strong(`Line ${lineOf(page, span)}`), `  ${who} ${verb}${what}${until}`];
}
