/**
 * The spans of a lane as the painter wants them: their looks, and a level of detail over the store's columns, so that
 * the work of a frame is bounded by its pixels and not by the spans.
 *
 *     code   i  0 1 2 3 4 5 6 7 8 ...        looks of the spans, heavier is greater
 *     head      [ start of 0 ][ of 32 ]      so that a moment is found in a few steps
 *     top       [ max of 32  ][ max of 32 ]  likewise the heaviest of any range
 *     busy      [ before 0   ][ before 32 ]  and how many are not idle
 *
 * Spans of one lane never overlap and only the last can be open; so new ones are appended.
 */

import { Column, Scratch } from "./column.js";
import { ownItems } from "./own.js";
import { IDLE, OWN, styleCode } from "./styles.js";

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

const BLOCK = 32;
/** So many spans are looked at in one go, in memory that is used again. */
const STRETCH = 4096;
const [ROWS, LIVES, STATES] = [0, 1, 2].map(() => new Float64Array(STRETCH));
/** Numbers of a bar in `bars`: left and right pixel, span index, spans that it stands for. */
export const BAR = 4;

export class LaneSpans {
  constructor() {
    /** Their numbers in the store, its starts and its ends. */
    this.ids = new Column();
    this.start = new Column();
    this.end = /** @type {{at: (id: number) => number}} */ (this.start);
    this.length = 0;
    this.code = new Uint8Array();
    this.head = new Scratch(Float64Array, 8);
    this.top = new Scratch(Uint8Array, 8);
    this.busy = new Scratch(Int32Array, 8);
    this.n = -1;
    /** What the last `columns` drew: BAR numbers each. */
    this.bars = new Scratch(Int32Array, 256);
  }

  /** Takes what has come since the last time. @param {Store} store @param {Lane} lane */
  update(store, lane) {
    if (this.n === store.n) return this;
    this.n = store.n;
    const ids = store.spansOn(lane.id);
    const { state, item, start, end } = store.spans;
    [this.ids, this.start, this.end] = [ids, start, end];
    if (ids.length > this.code.length) {
      const code = new Uint8Array(ids.length + (ids.length >> 4));
      code.set(this.code);
      this.code = code;
    }
    const isOwn = ownItems(store);
    const looks = store.words.states.map((word) => [false, true].map((has) => styleCode(word, has, lane.kind)));
    for (let first = this.length; first < ids.length; first += STRETCH) {
      const come = ids.read(first, ROWS.subarray(0, Math.min(STRETCH, ids.length - first)));
      const [lives, states] = [item.gather(come, LIVES), state.gather(come, STATES)];
      for (let i = 0; i < come.length; i++) {
        const life = lives[i];
        const look = looks[states[i]][life >= 0 ? 1 : 0];
        this.code[first + i] = look > IDLE && (life < 0 || isOwn(life)) ? look | OWN : look;
      }
    }
    const from = Math.floor(this.length / BLOCK);
    this.length = ids.length;
    for (const level of [this.head, this.top, this.busy]) level.length = from;
    for (let b = from; b * BLOCK < this.length; b++) {
      const first = b * BLOCK;
      this.head.push(this.startOf(first));
      this.top.push(this.#heaviest(first, Math.min(this.length, first + BLOCK)));
      this.busy.push(b > 0 ? this.busy.data[b - 1] + this.#busy(first - BLOCK, first) : 0);
    }
    return this;
  }

  /** @param {number} i */
  startOf(i) {
    return this.start.at(this.ids.at(i));
  }

  /** @param {number} i */
  endOf(i) {
    return this.end.at(this.ids.at(i));
  }

  /** The heaviest look of spans i to j - 1. @param {number} i @param {number} j */
  heaviest(i, j) {
    const [a, b] = [Math.ceil(i / BLOCK), Math.floor(j / BLOCK)];
    if (b <= a) return this.#heaviest(i, j);
    let most = Math.max(this.#heaviest(i, a * BLOCK), this.#heaviest(b * BLOCK, j));
    for (let k = a; k < b; k++) if (this.top.data[k] > most) most = this.top.data[k];
    return most;
  }

  /** How many of spans i to j - 1 are not idle. @param {number} i @param {number} j */
  count(i, j) {
    const [a, b] = [Math.ceil(i / BLOCK), Math.floor(j / BLOCK)];
    if (b <= a) return this.#busy(i, j);
    // The blocks from a to b - 1, the last of which nothing may follow.
    const between = this.busy.data[b - 1] - this.busy.data[a] + this.#busy((b - 1) * BLOCK, b * BLOCK);
    return this.#busy(i, a * BLOCK) + between + this.#busy(b * BLOCK, j);
  }

  /** One by one. @param {number} i @param {number} j */
  #heaviest(i, j) {
    let most = 0;
    for (let k = i; k < j; k++) if (this.code[k] > most) most = this.code[k];
    return most;
  }

  /** One by one. @param {number} i @param {number} j */
  #busy(i, j) {
    let n = 0;
    for (let k = i; k < j; k++) if (this.code[k] > IDLE) n++;
    return n;
  }

  /** First span from `lo` that starts at `ns` or later, by galloping over the blocks: it is mostly near. @param {number} lo @param {number} ns */
  firstFrom(lo, ns) {
    const { head } = this;
    let block = Math.floor(lo / BLOCK);
    let step = 1;
    while (block + step < head.length && head.data[block + step] < ns) {
      block += step;
      step *= 2;
    }
    for (; step >= 1; step /= 2) if (block + step < head.length && head.data[block + step] < ns) block += step;
    let a = Math.max(lo, block * BLOCK);
    let b = Math.min(this.length, (block + 1) * BLOCK);
    while (a < b) {
      const mid = (a + b) >> 1;
      if (this.startOf(mid) < ns) a = mid + 1;
      else b = mid;
    }
    return a;
  }

  /** First span that is to be seen from `ns` on: it ends later, or lies there without length. @param {number} ns */
  firstSeen(ns) {
    let i = this.firstFrom(0, ns);
    if (i > 0 && this.endOf(i - 1) > ns) i--;
    return i;
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
    const { length, code } = this;
    this.bars.length = 0;
    let i = this.firstSeen(edges[0]);
    let x = 0;
    const last = edges[width];
    while (i < length && x < width) {
      const from = this.startOf(i);
      if (from > last) break;
      if (from >= edges[x + 1]) x = columnOf(edges, x, width, from);
      if (x >= width) break;
      const to = Math.min(this.endOf(i), reachedNs);
      const near = x + mark;
      if (near >= width ? to >= last : to >= edges[near]) {
        const right = Math.max(near, Math.min(width, columnOf(edges, near, width, to)));
        out.fill(code[i], x, right);
        this.#bar(x, right, i, 1);
        i++;
        x = right;
      } else {
        const limit = edges[Math.min(width, near)];
        let j = this.firstFrom(i + 1, limit);
        // One that goes on far beyond the mark gets a bar of its own.
        if (j - 1 > i && near + mark <= width && this.endOf(j - 1) >= edges[near + mark]) j--;
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
