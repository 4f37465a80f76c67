/** What lies under a point of a lane: the span, and how many others share its pixels. */

import { toNs } from "./ruler.js";

/** @import { Axis } from "./axis.js" */
/** @import { Window } from "./ruler.js" */

/** How far from a bar a click still means it, in pixels. */
const REACH_PX = 4;

/** @typedef {{at: (i: number) => any}} Values a column, or an array */

/** First index whose span ends after `ns`. Spans of a lane do not overlap, so their ends ascend as their starts do.
 * @param {Values & {length: number}} ids
 * @param {Values} ends
 * @param {number} ns
 */
export function firstEndingAfter(ids, ends, ns) {
  let lo = 0;
  let hi = ids.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (ends.at(ids.at(mid)) <= ns) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/**
 * @param {Values & {length: number}} ids spans of one lane
 * @param {{start: Values, end: Values}} spans
 * @param {Axis} axis
 * @param {Window} w
 * @param {number} x
 * @param {(id: number) => boolean} counts whether a span may be hit (idling may not)
 * @returns {{id: number, count: number} | null} the span at `x`, else the nearest within reach; `count` of those within reach
 */
export function hitLane(ids, spans, axis, w, x, counts) {
  const at = toNs(axis, w, x);
  const lo = toNs(axis, w, x - REACH_PX);
  const hi = toNs(axis, w, x + REACH_PX);
  let best = -1;
  let bestFar = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let i = Math.max(0, firstEndingAfter(ids, spans.end, lo) - 1); i < ids.length; i++) {
    const id = ids.at(i);
    const [start, end] = [spans.start.at(id), spans.end.at(id)];
    if (start > hi) break;
    if (end < lo || !counts(id)) continue;
    count++;
    const far = at < start ? start - at : at > end ? at - end : 0;
    if (far < bestFar) [best, bestFar] = [id, far];
    if (count > 10_000) break;
  }
  return best < 0 ? null : { id: best, count };
}
