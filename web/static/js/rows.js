/**
 * From lanes to rows: which are shown, in which order, how high, and what their heads say.
 *
 *     PINNED                    lanes that the person keeps in sight
 *     CPUS                      heading of a group
 *     CPU 0                     lane
 *     POOL 2  CPU 0, normal     a pool, followed by its worklist, held and worker lanes
 *     TIMERS AND TASKS
 *     THE KERNEL'S OWN          closed at first: lanes on which nothing of the module ever was
 *
 * A lane on which nothing but idling happened is left out, and a pool without lanes. Groups close, lanes move within
 * their group, and a filter by name leaves those that match: `Arrangement`, which a new run does not forget.
 */

import { itemName } from "./model.js";
import { isOwnLane, isUsed } from "./own.js";

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

export const LANE_H = 24;
export const HEAD_H = 20;
/** Below a pool's heading: how deep its worklist is, and how many it holds back. */
export const DEPTH_H = 8;
const GAP_H = 6;
export const TOP_H = 6;

/**
 * @typedef {object} Row
 * @property {boolean} heading
 * @property {Lane | null} lane
 * @property {string} key by which it is known in the next run too
 * @property {string} group key of its heading
 * @property {string} name
 * @property {string} sub
 * @property {number} y
 * @property {number} h
 * @property {boolean} open of a heading
 * @property {number} count of a heading: lanes in it
 * @property {boolean} faint the kernel's own
 */
/** @typedef {{key: string, name: string, sub: string, lane: Lane | null, lanes: Lane[], faint: boolean}} Group */

/** What a person has made of the lanes. */
export class Arrangement {
  /** @type {Set<string>} keys of groups that are not as at first: the kernel's own opened, others closed */
  turned = new Set();
  /** @type {string[]} keys of lanes */
  pinned = [];
  /** @type {Map<string, string[]>} the keys of a group's lanes, in the order that the person gave them */
  orders = new Map();
  filter = "";

  /** @param {string} key */
  isOpen(key) {
    return (key === "kernel") === this.turned.has(key);
  }

  /** @param {string} key */
  turn(key) {
    if (!this.turned.delete(key)) this.turned.add(key);
  }

  /** @param {string} key */
  pin(key) {
    const at = this.pinned.indexOf(key);
    if (at >= 0) this.pinned.splice(at, 1);
    else this.pinned.push(key);
  }

  /** Moves a lane within its group. @param {string} group @param {string[]} keys of its lanes, as they are shown @param {string} key @param {number} by */
  move(group, keys, key, by) {
    const from = keys.indexOf(key);
    const order = keys.toSpliced(from, 1);
    order.splice(Math.min(order.length, Math.max(0, from + by)), 0, key);
    if (group === "pinned") this.pinned = [...order, ...this.pinned.filter((k) => !order.includes(k))];
    else this.orders.set(group, order);
  }
}

/** @param {Store} store @param {Arrangement} arrangement @returns {{rows: Row[], height: number}} */
export function layoutRows(store, arrangement = new Arrangement()) {
  /** @type {Row[]} */
  const rows = [];
  let y = TOP_H;
  if (!store.meta) return { rows, height: y + TOP_H };
  const all = groups(store);
  const keys = laneKeys(store, all);
  const wanted = arrangement.filter.trim().toLowerCase();
  /** @param {Lane} lane @param {Group} group */
  const matches = (lane, group) =>
    !wanted || `${group.name} ${head(store, lane).join(" ")} ${lane.kind}`.toLowerCase().includes(wanted);
  const pinned = arrangement.pinned
    .map((key) => all.flatMap((g) => g.lanes).find((lane) => keys.get(lane.id) === key))
    .filter((lane) => lane !== undefined);
  if (pinned.length) all.unshift({ key: "pinned", name: "Pinned", sub: "", lane: null, lanes: pinned, faint: false });
  for (const group of all) {
    const lanes = group.lanes.filter(
      (lane) => matches(lane, group) && (group.key === "pinned" || !pinned.includes(lane)),
    );
    if (!lanes.length) continue;
    if (rows.length) y += GAP_H;
    const open = arrangement.isOpen(group.key) || (wanted !== "" && group.key !== "kernel");
    const common = { key: group.key, group: group.key, name: group.name, sub: group.sub, faint: group.faint };
    const h = group.lane ? HEAD_H + DEPTH_H : HEAD_H;
    rows.push({ heading: true, lane: group.lane, ...common, y, h, open, count: lanes.length });
    y += h;
    if (!open) continue;
    const ordered = arranged(lanes, keys, arrangement.orders.get(group.key));
    for (const [i, lane] of ordered.entries()) {
      const again =
        lane.kind === "worklist" && ordered[i - 1]?.kind === "worklist" && ordered[i - 1].parent === lane.parent;
      const [name, sub] = again ? ["", ""] : head(store, lane);
      const key = keys.get(lane.id) ?? "";
      const mark = { faint: group.faint, open: false, count: 0 };
      rows.push({ heading: false, lane, key, group: group.key, name, sub, y, h: LANE_H, ...mark });
      y += LANE_H;
    }
  }
  return { rows, height: y + TOP_H };
}

/** @param {Store} store @returns {Group[]} */
function groups(store) {
  const lanes = [...store.lanes.values()].sort((a, b) => a.order - b.order || a.id - b.id);
  const used = lanes.filter((l) => l.kind !== "cpu" && l.kind !== "pool" && isUsed(store, l));
  const own = new Set(used.filter((l) => isOwnLane(store, l)));
  /** @type {Group[]} */
  const found = [];
  const cpus = lanes.filter((l) => l.kind === "cpu");
  found.push({ key: "cpus", name: "CPUs", sub: "", lane: null, lanes: cpus, faint: false });
  for (const pool of lanes.filter((l) => l.kind === "pool")) {
    const lanes = used.filter((l) => l.parent === pool.id && own.has(l));
    found.push({ key: `pool:${pool.name}`, name: pool.name, sub: pool.sub, lane: pool, lanes, faint: false });
  }
  const rest = used.filter((l) => l.parent < 0 && own.has(l));
  const ordered = [...rest.filter((l) => l.kind === "timer"), ...rest.filter((l) => l.kind !== "timer")];
  found.push({ key: "rest", name: "Timers and tasks", sub: "", lane: null, lanes: ordered, faint: false });
  const kernel = used.filter((l) => !own.has(l) && l.kind !== "timer");
  found.push({ key: "kernel", name: "The kernel's own", sub: "", lane: null, lanes: kernel, faint: true });
  return found;
}

/** A key for each lane that is the same in another run of the same module. @param {Store} store @param {Group[]} all */
function laneKeys(store, all) {
  /** @type {Map<number, string>} */
  const keys = new Map();
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { lanes } of all) {
    for (const lane of lanes) {
      const key = `${store.lanes.get(lane.parent)?.name ?? ""}/${lane.kind}/${lane.kind === "held" ? "" : lane.name}`;
      const n = times.get(key) ?? 0;
      times.set(key, n + 1);
      keys.set(lane.id, n ? `${key}#${n}` : key);
    }
  }
  return keys;
}

/**
 * Lanes in the order that they were given; one that was not there then stands behind the one that it follows by itself.
 * @param {Lane[]} lanes
 * @param {Map<number, string>} keys
 * @param {string[] | undefined} order
 */
function arranged(lanes, keys, order) {
  if (!order) return lanes;
  const place = (/** @type {Lane} */ lane) => order.indexOf(keys.get(lane.id) ?? "");
  const out = lanes.filter((lane) => place(lane) >= 0).sort((a, b) => place(a) - place(b));
  for (const [i, lane] of lanes.entries()) if (place(lane) < 0) out.splice(out.indexOf(lanes[i - 1]) + 1, 0, lane);
  return out;
}

/** @param {Store} store @param {Lane} lane @returns {[string, string]} */
function head(store, lane) {
  if (lane.kind !== "held") return [lane.name, lane.sub];
  const ids = store.spansOn(lane.id);
  const names = new Set([...ids.slice(0, Math.min(64, ids.length))].map((id) => store.spans.item.at(id)));
  const [only] = names;
  return names.size === 1 && only >= 0 ? [itemName(store, only), "inactive"] : ["inactive", lane.sub];
}

/** The row at a height; null between rows. @param {Row[]} rows @param {number} y */
export function rowAt(rows, y) {
  return rows.find((row) => y >= row.y && y < row.y + row.h) ?? null;
}
