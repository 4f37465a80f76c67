/**
 * The spans of a lane as the painter wants them: a struct of typed arrays in order of time, with levels of detail, so
 * that the work of a frame is bounded by its pixels and not by the spans.
 *
 *     code   i  0 1 2 3 4 5 6 7 8 ...        looks of the spans, heavier is greater
 *     top       [ max of 32 ][ max of 32 ]   so that the heaviest of any range is found in a few steps
 *     busy      number of spans before i that are not idle
 *
 * Spans of one lane never overlap and only the last can be open; so new ones are appended, and the last is read again.
 */

import { Column } from "./column.js";
import { isOwn } from "./own.js";
import { IDLE, OWN, styleCode } from "./styles.js";

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

const BLOCK = 32;
/** Numbers of a bar in `bars`: left and right pixel, span index, spans that it stands for. */
export const BAR = 4;

export class LaneSpans {
  constructor() {
    /** @type {Int32Array} */
    this.ids = new Int32Array();
    this.start = new Column(Float64Array, 64);
    this.end = new Column(Float64Array, 64);
    this.code = new Column(Uint8Array, 64);
    this.busy = new Column(Int32Array, 64);
    this.top = new Column(Uint8Array, 8);
    this.n = -1;
    /** What the last `columns` drew: BAR numbers each. */
    this.bars = new Column(Int32Array, 256);
  }

  /** Takes what has come since the last time. @param {Store} store @param {Lane} lane */
  update(store, lane) {
    if (this.n === store.n) return this;
    this.n = store.n;
    const column = store.laneSpans.get(lane.id);
    if (!column) return this;
    this.ids = column.view();
    const { start, end, state, item } = store.spans;
    const words = store.words.states;
    const from = Math.max(0, this.start.length - 1);
    for (const part of [this.start, this.end, this.code, this.busy]) part.length = from;
    for (let i = from; i < this.ids.length; i++) {
      const id = this.ids[i];
      const life = item.data[id];
      const look = styleCode(words[state.data[id]], life >= 0, lane.kind);
      const code = look > IDLE && (life < 0 || isOwn(store, life)) ? look | OWN : look;
      const before = this.#busyBefore(i);
      this.start.push(start.data[id]);
      this.end.push(end.data[id]);
      this.code.push(code);
      this.busy.push(before);
    }
    this.top.length = Math.floor(from / BLOCK);
    for (let b = this.top.length; b * BLOCK < this.ids.length; b++) {
      let most = 0;
      for (let i = b * BLOCK; i < Math.min(this.ids.length, (b + 1) * BLOCK); i++) {
        if (this.code.data[i] > most) most = this.code.data[i];
      }
      this.top.push(most);
    }
    return this;
  }

  /** The heaviest look of spans i to j - 1. @param {number} i @param {number} j */
  heaviest(i, j) {
    const code = this.code.data;
    let most = 0;
    let k = i;
    while (k < j && k % BLOCK) if (code[k++] > most) most = code[k - 1];
    for (; k + BLOCK <= j; k += BLOCK) if (this.top.data[k / BLOCK] > most) most = this.top.data[k / BLOCK];
    for (; k < j; k++) if (code[k] > most) most = code[k];
    return most;
  }

  /** How many of spans i to j - 1 are not idle. @param {number} i @param {number} j */
  count(i, j) {
    return (j < this.busy.length ? this.busy.data[j] : this.#busyBefore(j)) - this.busy.data[i];
  }

  /** @param {number} i */
  #busyBefore(i) {
    return i > 0 ? this.busy.data[i - 1] + (this.code.data[i - 1] > IDLE ? 1 : 0) : 0;
  }

  /**
   * The look of each pixel, and the bars that make it. Spans too narrow for a mark share one with their neighbours.
   * @param {Float64Array} edges time at the left edge of each pixel, and of the one after the last
   * @param {Uint8Array} out a look for each pixel, 0 nothing
   * @param {number} mark least width of what is drawn, in pixels
   * @param {number} reachedNs where open spans end
   */
  columns(edges, out, mark, reachedNs) {
    const width = out.length;
    const { length } = this.ids;
    const [start, end, code] = [this.start.data, this.end.data, this.code.data];
    this.bars.length = 0;
    let i = firstAbove(end, 0, length, edges[0]);
    if (i > 0 && end[i - 1] === start[i - 1] && end[i - 1] >= edges[0]) i--;
    let x = 0;
    const last = edges[width];
    while (i < length && x < width) {
      const from = start[i];
      if (from > last) break;
      if (from >= edges[x + 1]) x = columnOf(edges, x, width, from);
      if (x >= width) break;
      const to = end[i] < reachedNs ? end[i] : reachedNs;
      const near = x + mark;
      if (near >= width ? to >= last : to >= edges[near]) {
        const right = Math.max(near, Math.min(width, columnOf(edges, near, width, to)));
        out.fill(code[i], x, right);
        this.#bar(x, right, i, 1);
        i++;
        x = right;
      } else {
        const limit = edges[Math.min(width, near)];
        let j = firstAtLeast(start, i + 1, length, limit);
        // One that goes on far beyond the mark gets a bar of its own.
        if (j - 1 > i && near + mark <= width && end[j - 1] >= edges[near + mark]) j--;
        const most = j - i > 1 ? this.heaviest(i, j) : code[i];
        out.fill(most, x, Math.min(width, near));
        let shown = i;
        while (shown < j - 1 && shown < i + BLOCK && code[shown] !== most) shown++;
        this.#bar(x, Math.min(width, near), shown, j - i > 1 ? this.count(i, j) : 1);
        i = j;
        x = near;
      }
    }
  }

  /** @param {number} x0 @param {number} x1 @param {number} i @param {number} count */
  #bar(x0, x1, i, count) {
    const { bars } = this;
    bars.push(x0);
    bars.push(x1);
    bars.push(i);
    bars.push(count);
  }
}

/** First index from `lo` whose value is above `ns`. @param {Float64Array} sorted @param {number} lo @param {number} hi @param {number} ns */
function firstAbove(sorted, lo, hi, ns) {
  let [a, b] = [lo, hi];
  while (a < b) {
    const mid = (a + b) >> 1;
    if (sorted[mid] <= ns) a = mid + 1;
    else b = mid;
  }
  return a;
}

/** First index from `lo` whose value is at least `ns`, by galloping: it is mostly near. @param {Float64Array} sorted @param {number} lo @param {number} hi @param {number} ns */
function firstAtLeast(sorted, lo, hi, ns) {
  let step = 1;
  let a = lo;
  while (a + step < hi && sorted[a + step] < ns) {
    a += step;
    step *= 2;
  }
  let b = Math.min(hi, a + step);
  while (a < b) {
    const mid = (a + b) >> 1;
    if (sorted[mid] < ns) a = mid + 1;
    else b = mid;
  }
  return a;
}

/** The pixel in which a moment lies, from pixel `lo` on. @param {Float64Array} edges @param {number} lo @param {number} width @param {number} ns */
function columnOf(edges, lo, width, ns) {
  let step = 1;
  let a = lo;
  while (a + step <= width && edges[a + step] <= ns) {
    a += step;
    step *= 2;
  }
  let b = Math.min(width, a + step);
  while (a < b) {
    const mid = (a + b + 1) >> 1;
    if (edges[mid] <= ns) a = mid;
    else b = mid - 1;
  }
  return a;
}

/** @type {WeakMap<Store, Map<number, LaneSpans>>} */
const views = new WeakMap();

/** The spans of a lane, up to date. @param {Store} store @param {Lane} lane */
export function laneSpans(store, lane) {
  let of = views.get(store);
  if (!of) {
    of = new Map();
    views.set(store, of);
  }
  let view = of.get(lane.id);
  if (!view) {
    view = new LaneSpans();
    of.set(lane.id, view);
  }
  return view.update(store, lane);
}
