/**
 * The state of the machine at a moment, looked up in the lanes: a binary search a lane, however long the run. So a step
 * back costs what a step forward does.
 */

import { counterAt, itemLabel, spanAt, taskName, valueAt } from "./model.js";
import { isUsed } from "./own.js";

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

/** @typedef {{lane: Lane, span: number, state: string, item: number, task: number, sinceNs: number}} Being what is on a lane */
/** @typedef {{lane: Lane, counters: Record<string, number>, queued: Being[], held: Being[], busy: Being[], idle: Being[]}} PoolState */

/** @param {Store} store @param {Lane} lane @param {number} ns @returns {Being | null} */
function beingOn(store, lane, ns) {
  const span = spanAt(store, lane.id, ns);
  if (span < 0) return null;
  const { state, item, task, start } = store.spans;
  return {
    lane,
    span,
    state: store.words.states[state.at(span)],
    item: item.at(span),
    task: task.at(span),
    sinceNs: start.at(span),
  };
}

/** @param {Store} store @param {number} ns */
export function machineAt(store, ns) {
  const lanes = [...store.lanes.values()].sort((a, b) => a.order - b.order || a.id - b.id);
  const beings = lanes.map((lane) => beingOn(store, lane, ns)).filter((b) => b !== null);
  /** @param {Lane} pool @param {string} kind */
  const of = (pool, kind) =>
    beings.filter((b) => b.lane.parent === pool.id && b.lane.kind === kind).sort((a, b) => a.sinceNs - b.sinceNs);
  /** @type {PoolState[]} */
  const pools = [];
  for (const lane of lanes) {
    if (lane.kind !== "pool") continue;
    const workers = of(lane, "worker");
    /** @type {Record<string, number>} */
    const counters = {};
    for (const name of store.words.counters) counters[name] = counterAt(store, lane.id, name, ns) ?? 0;
    pools.push({
      lane,
      counters,
      queued: of(lane, "worklist"),
      held: of(lane, "held"),
      busy: workers.filter((b) => b.state !== "idle"),
      // The idle list is a stack: who went idle last is taken first.
      idle: workers.filter((b) => b.state === "idle").reverse(),
    });
  }
  return {
    cpus: beings.filter((b) => b.lane.kind === "cpu"),
    pools: pools.filter((p) => p.queued.length + p.held.length + p.busy.length > 0 || hasLanes(store, p.lane)),
    timers: beings.filter((b) => b.lane.kind === "timer" && b.state === "armed"),
    tasks: beings.filter((b) => b.lane.kind === "task"),
    beings,
  };
}

/** @param {Store} store @param {Lane} pool */
function hasLanes(store, pool) {
  for (const lane of store.lanes.values()) if (lane.parent === pool.id && isUsed(store, lane)) return true;
  return false;
}

/** Variables and locks after an event, by name. @param {Store} store @param {number} seq @returns {{name: string, value: string, lock: boolean}[]} */
export function valuesAt(store, seq) {
  const found = [];
  for (const series of store.values.values()) {
    const value = valueAt(store, series, seq);
    if (value !== null) found.push({ name: series.name, value, lock: store.words.values[series.kind] === "lock" });
  }
  return found;
}

/** What is there, by name: the item, else the task. @param {Store} store @param {Being} being */
export function beingName(store, being) {
  return being.item >= 0 ? itemLabel(store, being.item) : taskName(store, being.task) || being.lane.name;
}
