/** When something on the lanes of some runs changes: all of it, or what lies in a window. Idling is no change. */

import { lastStarted } from "./model.js";

/** @import { Store } from "./store.js" */

/** Spans are read so many at a time. */
const STRETCH = 8192;

/** @param {Store} store */
function idleOf(store) {
  return store.meta ? store.words.states.indexOf("idle") : -1;
}

/** The starts, mostly in order, and then the ends, each as often as it comes. @param {Store[]} stores @returns {Float64Array} */
export function allMoments(stores) {
  const all = stores.reduce((n, store) => n + store.spans.lane.length, 0);
  const out = new Float64Array(2 * all);
  const room = [0, 1, 2, 3].map(() => new Float64Array(STRETCH));
  let [n, end] = [0, 2 * all];
  for (const store of stores) {
    const { start, dur, lane, state } = store.spans;
    const idle = idleOf(store);
    for (let from = 0; from < lane.length; from += STRETCH) {
      const to = Math.min(lane.length, from + STRETCH);
      const columns = [start, dur, lane, state];
      const [starts, durs, lanes, states] = columns.map((column, i) =>
        column.read(from, room[i].subarray(0, to - from)),
      );
      for (let i = 0; i < starts.length; i++) {
        if (lanes[i] < 0 || states[i] === idle) continue;
        out[n++] = starts[i];
        if (durs[i] >= 0) out[--end] = starts[i] + durs[i];
      }
    }
  }
  out.copyWithin(n, end);
  return out.subarray(0, n + 2 * all - end);
}

/** Some of the starts: evenly many spans from one to the next. @param {Store[]} stores @param {number} wanted about so many @returns {Float64Array} */
export function someMoments(stores, wanted) {
  const all = stores.reduce((n, store) => n + store.spans.lane.length, 0);
  const stride = Math.max(1, Math.ceil(all / wanted));
  const out = [];
  for (const store of stores) {
    const { start, lane, state } = store.spans;
    const idle = idleOf(store);
    for (let i = 0; i < lane.length; i += stride) {
      if (lane.at(i) >= 0 && state.at(i) !== idle) out.push(start.at(i));
    }
  }
  return Float64Array.from(out);
}

/** Those from one moment to another, likewise. @param {Store[]} stores @param {number} fromNs @param {number} toNs @returns {Float64Array} */
export function momentsBetween(stores, fromNs, toNs) {
  const out = [];
  for (const store of stores) {
    const { start, end, state } = store.spans;
    const idle = idleOf(store);
    for (const ids of store.laneSpans.values()) {
      for (let i = Math.max(0, lastStarted(store, ids, fromNs)); i < ids.length; i++) {
        const id = ids.at(i);
        const from = start.at(id);
        if (from > toNs) break;
        if (state.at(id) === idle) continue;
        if (from >= fromNs) out.push(from);
        const to = end.at(id);
        if (to >= fromNs && to <= toNs) out.push(to);
      }
    }
  }
  return Float64Array.from(out);
}
