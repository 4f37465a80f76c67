/**
 * From lanes to rows: which are shown, in which order, how high, and what their heads say.
 *
 *     CPUS                      heading
 *     CPU 0                     lane
 *     POOL 2  CPU 0, normal     heading (a pool), followed by its worklist, held and worker lanes
 *     TIMERS AND TASKS          heading
 *
 * A lane on which nothing but idling happened is left out, a pool without lanes too, and the kernel's own timers.
 */

import { isOwn, itemName } from "./model.js";

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

export const LANE_H = 24;
export const HEAD_H = 20;
const GAP_H = 6;
const TOP_H = 6;

/** @typedef {{heading: boolean, lane: Lane | null, name: string, sub: string, y: number, h: number}} Row */

/** @param {Store} store @returns {{rows: Row[], height: number}} */
export function layoutRows(store) {
  /** @type {Row[]} */
  const rows = [];
  let y = TOP_H;
  const idle = store.meta ? store.words.states.indexOf("idle") : -1;
  const lanes = [...store.lanes.values()].sort((a, b) => a.order - b.order || a.id - b.id);

  /** @param {string} name @param {string} sub @param {Lane | null} lane */
  const heading = (name, sub, lane) => {
    if (rows.length) y += GAP_H;
    rows.push({ heading: true, lane, name, sub, y, h: HEAD_H });
    y += HEAD_H;
  };
  /** @param {Lane[]} group */
  const put = (group) => {
    for (const [i, lane] of group.entries()) {
      const again = lane.kind === "worklist" && group[i - 1]?.kind === "worklist";
      const [name, sub] = again ? ["", ""] : head(store, lane);
      rows.push({ heading: false, lane, name, sub, y, h: LANE_H });
      y += LANE_H;
    }
  };

  const cpus = lanes.filter((l) => l.kind === "cpu");
  if (cpus.length) heading("CPUs", "", null);
  put(cpus);
  const used = lanes.filter((l) => isUsed(store, l, idle));
  for (const pool of lanes.filter((l) => l.kind === "pool")) {
    const children = used.filter((l) => l.parent === pool.id);
    if (!children.length) continue;
    heading(pool.name, pool.sub, pool);
    put(children);
  }
  const rest = used.filter((l) => l.parent < 0 && (l.kind === "timer" || l.kind === "task" || l.kind === "worker"));
  if (rest.length) heading("Timers and tasks", "", null);
  put([...rest.filter((l) => l.kind === "timer"), ...rest.filter((l) => l.kind !== "timer")]);
  return { rows, height: y + TOP_H };
}

/** @param {Store} store @param {Lane} lane @param {number} idle */
function isUsed(store, lane, idle) {
  const ids = store.laneSpans.get(lane.id);
  if (!ids) return false;
  if (lane.kind === "timer" && !isOwnTimer(store, lane)) return false;
  for (let i = 0; i < ids.length; i++) if (store.spans.state.data[ids.data[i]] !== idle) return true;
  return false;
}

/** Whether a timer is the module's, or of its delayed work; where a trace does not say, all are. @param {Store} store @param {Lane} lane */
function isOwnTimer(store, lane) {
  const mark = `[${store.meta?.module}]`;
  const thing = store.objects[lane.object];
  if (!thing || thing.info.endsWith(mark) || !store.objects.some((o) => o.info.endsWith(mark))) return true;
  const ids = store.laneSpans.get(lane.id)?.view() ?? new Int32Array();
  return ids.some((id) => store.spans.item.data[id] >= 0 && isOwn(store, store.spans.item.data[id]));
}

/** @param {Store} store @param {Lane} lane @returns {[string, string]} */
function head(store, lane) {
  if (lane.kind !== "held") return [lane.name, lane.sub];
  const ids = store.laneSpans.get(lane.id)?.view() ?? new Int32Array();
  const names = new Set([...ids].slice(0, 64).map((id) => store.spans.item.data[id]));
  const [only] = names;
  return names.size === 1 && only >= 0 ? [itemName(store, only), "inactive"] : ["inactive", lane.sub];
}

/** The row at a height; null between rows. @param {Row[]} rows @param {number} y */
export function rowAt(rows, y) {
  return rows.find((row) => y >= row.y && y < row.y + row.h) ?? null;
}
