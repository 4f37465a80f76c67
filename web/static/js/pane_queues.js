/** The Workqueues pane: for each workqueue what it holds at the playhead, and what it did over the run. */

import { joined, make, table } from "./dom.js";
import { duration } from "./format.js";
import { itemLink } from "./jump.js";
import { machineAt } from "./machine.js";
import { itemQueue } from "./model.js";

/** @import { PageState } from "./state.js" */

/** @typedef {{name: string, active: number, inactive: number, items: Node[]}} Queue */

/** @param {HTMLElement} root @param {PageState} page */
export function showQueues(root, page) {
  const { store, tNs } = page;
  if (!store.meta) return;
  /** @type {Map<string, Queue>} */
  const queues = new Map();
  const queue = (/** @type {string} */ name) => {
    const known = queues.get(name) ?? { name, active: 0, inactive: 0, items: [] };
    queues.set(name, known);
    return known;
  };
  const totals = /** @type {any} */ (store.end?.stats)?.workqueues;
  for (const name of totals?.name ?? []) queue(name);
  const { wq } = store.items;
  for (let i = 0; i < wq.length; i++) if (wq.at(i) >= 0) queue(store.strings[wq.at(i)]);
  for (const being of machineAt(store, tNs).beings) {
    if (being.item < 0 || !["worklist", "held", "worker"].includes(being.lane.kind)) continue;
    const name = itemQueue(store, being.item);
    if (!name) continue;
    const of = queue(name);
    if (being.lane.kind === "held") of.inactive++;
    else of.active++;
    const link = itemLink(page, being.item);
    of.items.push(
      make("span", "", link, make("span", "quiet", ` ${being.lane.kind === "held" ? "inactive" : being.state}`)),
    );
  }
  const rows = [...queues.values()].map((q) => {
    const i = totals?.name.indexOf(q.name) ?? -1;
    const total = (/** @type {string} */ key) => (i < 0 ? "" : String(totals[key][i]));
    const time = (/** @type {string} */ key) => (i < 0 ? "" : duration(totals[key][i]));
    const mean = i < 0 || !totals.started[i] ? "" : duration(totals.latency[i] / totals.started[i]);
    return [
      make("b", "", q.name),
      q.items.length ? joined(q.items) : "–",
      String(q.active),
      String(q.inactive),
      total("queued"),
      total("started"),
      total("cancelled"),
      mean,
      time("latency_max"),
    ];
  });
  root.replaceChildren(
    table(
      "Workqueues: at the playhead, and over the run",
      ["workqueue", "holds now", "active", "inactive", "queued", "started", "cancelled", "mean wait", "longest"],
      rows,
      7,
    ),
  );
}
