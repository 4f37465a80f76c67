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
 */

/** @typedef {"linear" | "folded" | "pace"} AxisKind */
/** @typedef {{fromNs: number, toNs: number}} Cut */

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

export class Axis {
  /**
   * @param {AxisKind} kind
   * @param {Float64Array} times strictly increasing, at least two
   * @param {Float64Array} units same length, non-decreasing, from 0 to 1
   * @param {Cut[]} cuts
   */
  constructor(kind, times, units, cuts) {
    this.kind = kind;
    this.times = times;
    this.units = units;
    this.cuts = cuts;
    /** Where the last questions were answered. */
    this.atTime = { i: 0 };
    this.atUnit = { i: 0 };
  }

  get startNs() {
    return this.times[0];
  }

  get endNs() {
    return this.times[this.times.length - 1];
  }

  /** Where a moment lies; moments outside are clamped. @param {number} ns */
  toU(ns) {
    return interpolate(this.times, this.units, ns, this.atTime);
  }

  /** The moment at `u`; the inverse of `toU` up to rounding. @param {number} u */
  toNs(u) {
    return interpolate(this.units, this.times, u, this.atUnit);
  }

  /** The moments of evenly spaced units from `u0` to `u1`. @param {Float64Array} out @param {number} u0 @param {number} u1 */
  fill(out, u0, u1) {
    const last = out.length - 1;
    for (let i = 0; i <= last; i++) out[i] = this.toNs(u0 + ((u1 - u0) * i) / last);
  }
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
 * Sorted distinct values, with both ends of the run.
 * @param {ArrayLike<number>} moments
 * @param {number} endNs
 * @param {number} startNs
 */
function distinct(moments, endNs, startNs) {
  const all = Float64Array.from(moments).sort();
  const out = new Float64Array(all.length + 2);
  out[0] = startNs;
  let n = 1;
  for (const t of all) if (t > out[n - 1] && t <= endNs) out[n++] = t;
  if (out[n - 1] < endNs) out[n++] = endNs;
  if (n < 2) out[n++] = startNs + 1;
  return out.slice(0, n);
}

/** @param {number} endNs @param {number} startNs */
export function linearAxis(endNs, startNs = 0) {
  return new Axis("linear", Float64Array.of(startNs, Math.max(startNs + 1, endNs)), Float64Array.of(0, 1), []);
}

/** @param {ArrayLike<number>} moments @param {number} endNs @param {number} startNs */
export function paceAxis(moments, endNs, startNs = 0) {
  const times = distinct(moments, endNs, startNs);
  const last = times.length - 1;
  return new Axis(
    "pace",
    times,
    new Float64Array(times.length).map((_, i) => i / last),
    [],
  );
}

/**
 * @param {ArrayLike<number>} moments when something on the lanes changes
 * @param {number} endNs
 * @param {number} startNs
 */
export function foldedAxis(moments, endNs, startNs = 0) {
  const times = distinct(moments, endNs, startNs);
  const gaps = new Float64Array(times.length - 1).map((_, i) => times[i + 1] - times[i]);
  const cutNs = (times[times.length - 1] - times[0]) * CUT_FRACTION;
  const knee = findKnee(gaps, cutNs);
  const units = new Float64Array(times.length);
  for (let i = 0; i < gaps.length; i++) units[i + 1] = units[i] + Math.log1p(gaps[i] / knee);
  const total = units[gaps.length];
  for (let i = 1; i <= gaps.length; i++) units[i] /= total;
  units[gaps.length] = 1;
  /** @type {Cut[]} */
  const cuts = [];
  if (times.length > 2) {
    for (let i = 0; i < gaps.length; i++) {
      if (gaps[i] > cutNs) cuts.push({ fromNs: times[i], toNs: times[i + 1] });
    }
  }
  return new Axis("folded", times, units, cuts);
}

/** Gaps whose logarithms differ by less than this share of a doubling are as good as equal, where a knee is sought. */
const CLASSES_PER_DOUBLING = 64;

/**
 * Gaps in classes of about equal length, for there are many gaps and few lengths.
 * @param {Float64Array} gaps
 * @param {number} cutNs
 * @returns {{gap: number, count: number, short: boolean}[]} the mean of each class
 */
function gapClasses(gaps, cutNs) {
  /** @type {Map<number, {sum: number, count: number, short: boolean}>} */
  const found = new Map();
  for (const gap of gaps) {
    const short = gap <= cutNs;
    const key = Math.floor(Math.log2(gap) * CLASSES_PER_DOUBLING) * 2 + (short ? 1 : 0);
    const known = found.get(key);
    if (known) {
      known.sum += gap;
      known.count++;
    } else found.set(key, { sum: gap, count: 1, short });
  }
  return [...found.values()].map(({ sum, count, short }) => ({ gap: sum / count, count, short }));
}

/**
 * The knee d0 of log(1 + d/d0) that gives the short gaps their share, by bisection of its logarithm:
 * a smaller knee widens short gaps.
 * @param {Float64Array} gaps
 * @param {number} cutNs
 */
function findKnee(gaps, cutNs) {
  const classes = gapClasses(gaps, cutNs);
  let lo = Math.log(1);
  let hi = Math.log(1e10);
  for (let round = 0; round < 40; round++) {
    const mid = (lo + hi) / 2;
    const knee = Math.exp(mid);
    let narrow = 0;
    let all = 0;
    for (const { gap, count, short } of classes) {
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
 */
export function makeAxis(kind, moments, endNs, startNs = 0) {
  if (kind === "linear") return linearAxis(endNs, startNs);
  return kind === "pace" ? paceAxis(moments, endNs, startNs) : foldedAxis(moments, endNs, startNs);
}
