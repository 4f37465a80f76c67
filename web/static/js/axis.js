/**
 * The three time axes. An axis is a monotone, piecewise linear map from time (ns) to units `u` in [0, 1];
 * the window of the view is a range of `u`, so that zoom and pan are the same on each of them.
 *
 *     linear   u grows with time
 *     pace     each distinct moment of the run is as far from the next as any other
 *     folded   the gap d between two moments is log(1 + d/d0) wide: never narrower than a shorter gap,
 *              yet 2 s of waiting and 40 us of work both show
 *
 *     t   0 . . . 6ms                    511ms .. 512ms
 *         |-|-|-|--|-------//-------------|--|-----//---
 *     u   0    0.2            cut          0.4      cut
 *
 * A gap of more than a hundredth of the whole is a cut: the painter breaks each bar there and says its length.
 *
 * Of a long run only every so many moments are kept as knots, with the width of all that lies between two. Where one
 * looks closely the moments between them are asked for again (`focus`), so that each gap has its own width there too.
 */

/** @typedef {"linear" | "folded" | "pace"} AxisKind */
/** @typedef {{fromNs: number, toNs: number}} Cut */

/** @typedef {(fromNs: number, toNs: number) => Float64Array} Gather moments of the run from one to another, in any order */

/** As many knots an axis has at most, but for the ends of cuts. */
const KNOTS_MAX = 1 << 15;
/** As many moments are looked at closely at a time. */
const NEAR_MAX = 1 << 16;
/** The share of the folded axis that the short gaps get together, where there are both kinds. */
const SHORT_SHARE = 0.42;
const CUT_FRACTION = 1 / 100;

/** Index of the last element not above `value`; -1 where all are above. @param {ArrayLike<number>} sorted @param {number} value */
export function lastAtMost(sorted, value) {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (sorted[mid] <= value) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

/**
 * The same, from a place that was right a moment ago: galloping, for neighbours are asked for one after the other.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 * @param {number} from
 */
function lastAtMostFrom(sorted, value, from) {
  let lo = from;
  let step = 1;
  if (sorted[lo] <= value) {
    while (lo + step < sorted.length && sorted[lo + step] <= value) {
      lo += step;
      step *= 2;
    }
  } else {
    while (lo > 0 && sorted[lo] > value) {
      lo = Math.max(0, lo - step);
      step *= 2;
    }
  }
  let hi = Math.min(sorted.length, lo + step);
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (sorted[mid] <= value) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

/** A piecewise linear map: `times` strictly increasing, at least two; `units` as many, non-decreasing. */
class Pieces {
  /** @param {Float64Array} times @param {Float64Array} units */
  constructor(times, units) {
    this.times = times;
    this.units = units;
    /** Where the last questions were answered. */
    this.atTime = { i: 0 };
    this.atUnit = { i: 0 };
  }

  /** @param {number} ns */
  toU(ns) {
    return interpolate(this.times, this.units, ns, this.atTime);
  }

  /** @param {number} u */
  toNs(u) {
    return interpolate(this.units, this.times, u, this.atUnit);
  }
}

export class Axis {
  /**
   * @param {AxisKind} kind
   * @param {Float64Array} times the knots
   * @param {Float64Array} units from 0 to 1
   * @param {Cut[]} cuts
   * @param {Close | null} close how to look at what lies between knots; null where all is kept
   */
  constructor(kind, times, units, cuts, close = null) {
    this.kind = kind;
    this.all = new Pieces(times, units);
    this.cuts = cuts;
    this.close = close;
    /** The window and its surroundings, closely. @type {Pieces | null} */
    this.near = null;
  }

  get times() {
    return this.all.times;
  }

  get units() {
    return this.all.units;
  }

  get startNs() {
    return this.times[0];
  }

  get endNs() {
    return this.times[this.times.length - 1];
  }

  /** Where a moment lies; moments outside are clamped. @param {number} ns */
  toU(ns) {
    const { near } = this;
    return near && within(near.times, ns) ? near.toU(ns) : this.all.toU(ns);
  }

  /** The moment at `u`; the inverse of `toU` up to rounding. @param {number} u */
  toNs(u) {
    const { near } = this;
    return near && within(near.units, u) ? near.toNs(u) : this.all.toNs(u);
  }

  /** The moments of evenly spaced units from `u0` to `u1`. @param {Float64Array} out @param {number} u0 @param {number} u1 */
  fill(out, u0, u1) {
    const last = out.length - 1;
    for (let i = 0; i <= last; i++) out[i] = this.toNs(u0 + ((u1 - u0) * i) / last);
  }

  /** The knots that are known between two moments, closely where that is possible, and the two before. @param {number} fromNs @param {number} toNs */
  knots(fromNs, toNs) {
    const { near } = this;
    const times = near && within(near.times, fromNs) && within(near.times, toNs) ? near.times : this.times;
    const first = Math.max(0, lastAtMost(times, fromNs) - 1);
    return times.subarray(first, Math.min(times.length, lastAtMost(times, toNs) + 2));
  }

  /** Looks closely at a window, where it is narrow enough. @param {number} u0 @param {number} u1 */
  focus(u0, u1) {
    const { close, near, times, units } = this;
    if (!close) return;
    const first = Math.max(0, lastAtMost(units, u0));
    const last = Math.min(units.length - 1, lastAtMost(units, u1) + 1);
    if ((last - first) * close.per > NEAR_MAX / 2) this.near = null;
    else if (!near || !within(near.units, u0) || !within(near.units, u1)) {
      const margin = Math.max(1, (last - first) >> 1);
      const [from, to] = [Math.max(0, first - margin), Math.min(units.length - 1, last + margin)];
      this.near = closely(close, times.subarray(from, to + 1), units.subarray(from, to + 1));
    }
  }
}

/** @typedef {{per: number, gather: Gather, width: (gap: number) => number}} Close `per`: moments a knot; `width` of a gap, in any measure */

/** @param {Float64Array} sorted @param {number} value */
function within(sorted, value) {
  return value >= sorted[0] && value <= sorted[sorted.length - 1];
}

/** All moments between some knots, those of two knots sharing the room between them. @param {Close} close @param {Float64Array} times @param {Float64Array} units */
function closely({ gather, width }, times, units) {
  const moments = distinct(gather(times[0], times[times.length - 1]), times[times.length - 1], times[0]);
  const out = new Float64Array(moments.length);
  for (let k = 0, i = 0; k + 1 < times.length; k++) {
    const first = i;
    out[i] = 0;
    for (; moments[i] < times[k + 1]; i++) out[i + 1] = out[i] + width(moments[i + 1] - moments[i]);
    const all = out[i];
    for (let j = first; j < i; j++) out[j] = units[k] + (units[k + 1] - units[k]) * (out[j] / all);
  }
  out[out.length - 1] = units[units.length - 1];
  return new Pieces(moments, out);
}

/** @param {Float64Array} xs @param {Float64Array} ys @param {number} x @param {{i: number}} near */
function interpolate(xs, ys, x, near) {
  const last = xs.length - 1;
  if (x <= xs[0]) return ys[0];
  if (x >= xs[last]) return ys[last];
  const i = lastAtMostFrom(xs, x, near.i);
  near.i = i;
  const width = xs[i + 1] - xs[i];
  return width > 0 ? ys[i] + ((x - xs[i]) / width) * (ys[i + 1] - ys[i]) : ys[i];
}

/**
 * Sorted distinct values, with both ends of the run. What stands in order at the beginning need not be sorted.
 * @param {ArrayLike<number>} moments
 * @param {number} endNs
 * @param {number} startNs
 */
function distinct(moments, endNs, startNs) {
  const n = moments.length;
  let first = Math.min(1, n);
  while (first < n && moments[first] >= moments[first - 1]) first++;
  const rest = new Float64Array(n - first);
  for (let j = 0; j < rest.length; j++) rest[j] = moments[first + j] - startNs;
  // Doubles that are not negative are in the order of their bits, and whole numbers sort four times as fast.
  new BigInt64Array(rest.buffer).sort();
  const out = new Float64Array(n + 2);
  out[0] = startNs;
  let kept = 1;
  for (let i = 0, j = 0; i < first || j < rest.length; ) {
    const other = j < rest.length ? rest[j] + startNs : Number.POSITIVE_INFINITY;
    const t = i < first && moments[i] <= other ? moments[i++] : other;
    if (t === other) j++;
    if (t > out[kept - 1] && t <= endNs) out[kept++] = t;
  }
  if (out[kept - 1] < endNs) out[kept++] = endNs;
  if (kept < 2) out[kept++] = startNs + 1;
  return out.subarray(0, kept);
}

/** @param {number} endNs @param {number} startNs */
export function linearAxis(endNs, startNs = 0) {
  return new Axis("linear", Float64Array.of(startNs, Math.max(startNs + 1, endNs)), Float64Array.of(0, 1), []);
}

/**
 * An axis of moments and the width of the gap before each: all are knots, or every so many and the ends of cuts.
 * @param {AxisKind} kind
 * @param {Float64Array} times
 * @param {(gap: number) => number} width of a gap
 * @param {number} cutNs longer gaps are cuts
 * @param {Gather | null} gather
 * @param {(gap: number) => number} exact width, where few are looked at
 */
function axisOf(kind, times, width, cutNs, gather, exact = width) {
  const last = times.length - 1;
  const per = gather ? Math.ceil(times.length / KNOTS_MAX) : 1;
  const room = per === 1 ? times.length : KNOTS_MAX + 2 + 2 / CUT_FRACTION;
  const [knots, units] = [new Float64Array(room), new Float64Array(room)];
  /** @type {Cut[]} */
  const cuts = [];
  let [n, sum] = [1, 0];
  knots[0] = times[0];
  for (let i = 1; i <= last; i++) {
    const gap = times[i] - times[i - 1];
    const cut = gap > cutNs;
    if (cut) {
      cuts.push({ fromNs: times[i - 1], toNs: times[i] });
      if (knots[n - 1] < times[i - 1]) [knots[n], units[n++]] = [times[i - 1], sum];
    }
    sum += width(gap);
    if (cut || i % per === 0 || i === last) {
      knots[n] = times[i];
      units[n++] = sum;
    }
  }
  for (let i = 1; i < n; i++) units[i] /= sum;
  units[n - 1] = 1;
  const close = gather && per > 1 ? { per, gather, width: exact } : null;
  return new Axis(kind, per === 1 ? knots : knots.slice(0, n), per === 1 ? units : units.slice(0, n), cuts, close);
}

/** @param {ArrayLike<number>} moments @param {number} endNs @param {number} startNs @param {Gather | null} gather */
export function paceAxis(moments, endNs, startNs = 0, gather = null) {
  return axisOf("pace", distinct(moments, endNs, startNs), () => 1, Number.POSITIVE_INFINITY, gather);
}

/**
 * @param {ArrayLike<number>} moments when something on the lanes changes
 * @param {number} endNs
 * @param {number} startNs
 * @param {Gather | null} gather
 */
export function foldedAxis(moments, endNs, startNs = 0, gather = null) {
  const times = distinct(moments, endNs, startNs);
  const cutNs = times.length > 2 ? (times[times.length - 1] - times[0]) * CUT_FRACTION : Number.POSITIVE_INFINITY;
  const classes = new GapClasses(times, cutNs);
  const knee = findKnee(classes);
  const exact = (/** @type {number} */ gap) => Math.log1p(gap / knee);
  // Of many gaps, those of a class are as good as equal.
  const many = gather !== null && times.length > KNOTS_MAX;
  return axisOf("folded", times, many ? classes.widths(exact) : exact, cutNs, gather, exact);
}

/** Bits of a 32-bit float that do not tell classes of gaps apart: there are 64 classes for each doubling. */
const CLASS_BITS = 17;
const CLASSES = 1 << (31 - CLASS_BITS);

/** Gaps in classes of about equal length, for there are many gaps and few lengths. */
class GapClasses {
  /** @param {Float64Array} times @param {number} cutNs gaps up to here are short */
  constructor(times, cutNs) {
    this.float = new Float32Array(1);
    /** @type {Int32Array} */
    this.bits = new Int32Array(this.float.buffer);
    const [sums, counts] = [new Float64Array(2 * CLASSES), new Float64Array(2 * CLASSES)];
    for (let i = 1; i < times.length; i++) {
      const gap = times[i] - times[i - 1];
      const its = this.classOf(gap) + (gap <= cutNs ? 0 : CLASSES);
      sums[its] += gap;
      counts[its]++;
    }
    /** @type {{gap: number, count: number, short: boolean}[]} the mean of each class */
    this.found = [];
    for (let its = 0; its < counts.length; its++) {
      const count = counts[its];
      if (count) this.found.push({ gap: sums[its] / count, count, short: its < CLASSES });
    }
  }

  /** @param {number} gap @returns {number} */
  classOf(gap) {
    this.float[0] = gap;
    return this.bits[0] >> CLASS_BITS;
  }

  /** The width of a gap as that of the mean of its class. @param {(gap: number) => number} exact @returns {(gap: number) => number} */
  widths(exact) {
    const table = new Float64Array(CLASSES);
    for (const { gap } of this.found) table[this.classOf(gap)] = exact(gap);
    return (gap) => table[this.classOf(gap)];
  }
}

/**
 * The knee d0 of log(1 + d/d0) that gives the short gaps their share, by bisection of its logarithm:
 * a smaller knee widens short gaps.
 * @param {GapClasses} classes
 */
function findKnee(classes) {
  let lo = Math.log(1);
  let hi = Math.log(1e10);
  for (let round = 0; round < 40; round++) {
    const mid = (lo + hi) / 2;
    const knee = Math.exp(mid);
    let narrow = 0;
    let all = 0;
    for (const { gap, count, short } of classes.found) {
      const width = count * Math.log1p(gap / knee);
      all += width;
      if (short) narrow += width;
    }
    if (narrow / all > SHORT_SHARE) lo = mid;
    else hi = mid;
  }
  return Math.exp((lo + hi) / 2);
}

/**
 * @param {AxisKind} kind
 * @param {ArrayLike<number>} moments
 * @param {number} endNs
 * @param {number} startNs below 0 where something happened before the origin
 * @param {Gather | null} gather the moments again, so that not all need be kept
 */
export function makeAxis(kind, moments, endNs, startNs = 0, gather = null) {
  if (kind === "linear") return linearAxis(endNs, startNs);
  return kind === "pace" ? paceAxis(moments, endNs, startNs, gather) : foldedAxis(moments, endNs, startNs, gather);
}
