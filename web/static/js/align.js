/**
 * What of two runs is the same, where they do not share names: a real trace knows an item's function and address, the
 * simulator its variable. Items are numbered as `server/trace/compare.py` does, by function in order of first
 * appearance; lanes go together where the same items were on them.
 */

import { itemFunction } from "./model.js";

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

/** @typedef {{name: string, n: number}} Key an item as `function#number`, and which of its lives */

const BARRIER = "wq_barrier_func";

/** @type {WeakMap<Store, {at: number, keys: (Key | null)[], items: Map<string, number>}>} */
const known = new WeakMap();

/** @param {Store} store */
function numbered(store) {
  const had = known.get(store);
  if (had?.at === store.n) return had;
  const appeared = Array.from({ length: store.itemCount }, (_, item) => {
    const steps = store.stepsOf(item);
    const first = steps.find(({ step }) => store.words.steps[step] !== "armed");
    return { item, seq: first?.seq ?? steps[0]?.seq ?? Number.POSITIVE_INFINITY };
  });
  appeared.sort((a, b) => a.seq - b.seq || a.item - b.item);
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {Map<string, number>} */
  const counts = new Map();
  /** @type {(Key | null)[]} */
  const keys = Array(store.itemCount).fill(null);
  /** @type {Map<string, number>} */
  const items = new Map();
  const next = (/** @type {string} */ what) => {
    const n = counts.get(what) ?? 0;
    counts.set(what, n + 1);
    return n;
  };
  for (const { item } of appeared) {
    const thing = store.objects[store.items.object.at(item)];
    const of = itemFunction(store, item);
    if (!thing || !of) continue;
    const identity = of === BARRIER ? of : `${of} ${thing.addr}`;
    let name = names.get(identity);
    if (!name) {
      name = `${of}#${next(of)}`;
      names.set(identity, name);
    }
    const n = next(`life of ${name}`);
    keys[item] = { name, n };
    items.set(`${name} ${n}`, item);
  }
  const found = { at: store.n, keys, items };
  known.set(store, found);
  return found;
}

/** What an item is called in both runs; empty where the trace does not say. @param {Store} store @param {number} item */
export function keyOf(store, item) {
  const key = numbered(store).keys[item];
  return key ? `${key.name} ${key.n}` : "";
}

/** The item of a life; -1 where this run has none. @param {Store} store @param {string} name @param {number} n */
export function itemOfKey(store, name, n) {
  return numbered(store).items.get(`${name} ${n}`) ?? -1;
}

/** Whether one of two runs was measured and the other computed. @param {Store} a @param {Store} b */
export function isAcross(a, b) {
  return a.meta?.time_base !== b.meta?.time_base;
}

/** @type {WeakMap<Store, {other: Store, at: string, lanes: Map<number, Lane>}>} */
const matched = new WeakMap();

/** The lanes of `other` that show what those of `store` show. @param {Store} store @param {Store} other @returns {Map<number, Lane>} */
export function matchedLanes(store, other) {
  const at = `${store.n} ${other.n}`;
  const had = matched.get(store);
  if (had?.other === other && had.at === at) return had.lanes;
  const lanes = isAcross(store, other) ? byItems(store, other) : new Map();
  const taken = new Set([...lanes.values()].map((lane) => lane.id));
  for (const lane of store.lanes.values()) {
    if (lanes.has(lane.id)) continue;
    const found = byName(store, other, lane, taken);
    if (!found) continue;
    taken.add(found.id);
    lanes.set(lane.id, found);
  }
  matched.set(store, { other, at, lanes });
  return lanes;
}

/** The lane of the same name and kind, in the pool of the same name. @param {Store} store @param {Store} other @param {Lane} lane @param {Set<number>} taken */
function byName(store, other, lane, taken) {
  const pool = store.lanes.get(lane.parent)?.name;
  for (const found of other.lanes.values()) {
    if (taken.has(found.id) || found.kind !== lane.kind || found.name !== lane.name) continue;
    if (other.lanes.get(found.parent)?.name === pool && (lane.kind !== "held" || found.order === lane.order))
      return found;
  }
  return null;
}

/** Lanes of one kind, those with the most items in common first. @param {Store} a @param {Store} b @returns {Map<number, Lane>} */
function byItems(a, b) {
  const [mine, theirs] = [itemsOnLanes(a), itemsOnLanes(b)];
  /** @type {{from: number, to: Lane, common: number}[]} */
  const pairs = [];
  for (const [id, keys] of mine) {
    for (const [otherId, others] of theirs) {
      const lane = b.lanes.get(otherId);
      if (!lane || lane.kind !== a.lanes.get(id)?.kind) continue;
      let common = 0;
      for (const key of keys) if (others.has(key)) common++;
      if (common) pairs.push({ from: id, to: lane, common });
    }
  }
  pairs.sort((p, q) => q.common - p.common || p.from - q.from || p.to.id - q.to.id);
  /** @type {Map<number, Lane>} */
  const lanes = new Map();
  const taken = new Set();
  for (const { from, to } of pairs) {
    if (lanes.has(from) || taken.has(to.id)) continue;
    lanes.set(from, to);
    taken.add(to.id);
  }
  return lanes;
}

/** @param {Store} store @returns {Map<number, Set<string>>} by lane */
function itemsOnLanes(store) {
  /** @type {Map<number, Set<string>>} */
  const out = new Map();
  for (const [id, { kind }] of store.lanes) if (kind !== "cpu" && kind !== "pool") out.set(id, new Set());
  const { lane, item } = store.spans;
  for (let i = 0; i < lane.length; i++) {
    if (item.at(i) < 0) continue;
    const key = keyOf(store, item.at(i));
    if (key) out.get(lane.at(i))?.add(key);
  }
  return out;
}
