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
 * Of a long run only a sample of the moments is kept as knots. The gaps between two knots count as equal, but for those
 * that lie far apart: there the run is asked for all moments, and each pause has its own width. Where one looks closely
 * (`focus`) it is asked likewise, so that each gap has its own width there too.
 */

/** @typedef {"linear" | "folded" | "pace"} AxisKind */
/** @typedef {{fromNs: number, toNs: number}} Cut */

/** @typedef {(fromNs: number, toNs: number) => Float64Array} Gather moments of the run from one to another, in any order */

/** Of a sample, knots that are so many times as far apart as usual are looked at closely, but not more than so many. */
const FAR = 16;
const FAR_MAX = 512;
/** From so many stretches it is seen how many moments lie between two knots. */
const PROBES = 32;
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
 * What lies between knots: where each stretch ends, how long its gaps are, and how many it has.
 * @typedef {{startNs: number, ends: Float64Array, gaps: Float64Array, counts: Float64Array}} Stretches
 */

/** Each gap by itself. @param {Float64Array} times @returns {Stretches} */
function singly(times) {
  const ends = times.subarray(1);
  return {
    startNs: times[0],
    ends,
    gaps: ends.map((t, i) => t - times[i]),
    counts: new Float64Array(ends.length).fill(1),
  };
}

/**
 * Of a sample of moments: some gaps at a time, and long pauses by themselves.
 * @param {Float64Array} knots
 * @param {Gather} gather
 * @returns {Stretches & {per: number}} `per`: moments between two knots, mostly
 */
function sampled(knots, gather) {
  const { gaps: lengths } = singly(knots);
  const n = lengths.length;
  const sorted = lengths.slice().sort();
  const far = Math.max(FAR * sorted[n >> 1], n > FAR_MAX ? sorted[n - FAR_MAX] : 0);
  const inside = (/** @type {number} */ k) => distinct(gather(knots[k], knots[k + 1]), knots[k + 1], knots[k]);
  let [probes, found] = [0, 0];
  for (let k = 0; k < n; k += Math.ceil(n / PROBES)) {
    if (lengths[k] > far) continue;
    probes++;
    found += inside(k).length - 1;
  }
  const per = Math.max(1, found / probes || 1);
  /** @type {[number, number, number][]} end, gap, count */
  const out = [];
  for (let k = 0; k < n; k++) {
    if (lengths[k] <= far) {
      out.push([knots[k + 1], lengths[k] / per, per]);
      continue;
    }
    const times = inside(k);
    let [from, before] = [times[0], 0];
    for (let i = 1; i < times.length; i++) {
      const long = times[i] - times[i - 1] > far;
      if (!long) before++;
      if (before && (long || i === times.length - 1)) {
        const to = long ? times[i - 1] : times[i];
        out.push([to, (to - from) / before, before]);
      }
      if (!long) continue;
      out.push([times[i], times[i] - times[i - 1], 1]);
      [from, before] = [times[i], 0];
    }
  }
  const [ends, gaps, counts] = [0, 1, 2].map((column) => Float64Array.from(out, (row) => row[column]));
  return { startNs: knots[0], ends, gaps, counts, per };
}

/**
 * @param {AxisKind} kind
 * @param {Stretches} stretches
 * @param {(gap: number) => number} width of a gap
 * @param {number} cutNs longer gaps are cuts
 * @param {Close | null} close
 */
function axisOf(kind, { startNs, ends, gaps, counts }, width, cutNs, close) {
  const n = ends.length;
  const [knots, units] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  /** @type {Cut[]} */
  const cuts = [];
  knots[0] = startNs;
  for (let i = 0; i < n; i++) {
    knots[i + 1] = ends[i];
    units[i + 1] = units[i] + counts[i] * width(gaps[i]);
    if (gaps[i] > cutNs) cuts.push({ fromNs: knots[i], toNs: ends[i] });
  }
  const all = units[n];
  for (let i = 1; i < n; i++) units[i] /= all;
  units[n] = 1;
  return new Axis(kind, knots, units, cuts, close);
}

/** What an axis is made of. @typedef {{moments: ArrayLike<number>, gather: Gather | null}} Source `gather`: the moments are a sample, and these are all */

/** @param {Source} source @param {number} endNs @param {number} startNs */
function stretchesOf({ moments, gather }, endNs, startNs) {
  const times = distinct(moments, endNs, startNs);
  return gather && times.length > 2 ? sampled(times, gather) : { ...singly(times), per: 1 };
}

/** @param {ArrayLike<number>} moments @param {number} endNs @param {number} startNs @param {Gather | null} gather */
export function paceAxis(moments, endNs, startNs = 0, gather = null) {
  const { per, ...stretches } = stretchesOf({ moments, gather }, endNs, startNs);
  const width = () => 1;
  return axisOf("pace", stretches, width, Number.POSITIVE_INFINITY, gather && { per, gather, width });
}

/**
 * @param {ArrayLike<number>} moments when something on the lanes changes
 * @param {number} endNs
 * @param {number} startNs
 * @param {Gather | null} gather where the moments are a sample
 */
export function foldedAxis(moments, endNs, startNs = 0, gather = null) {
  const { per, ...stretches } = stretchesOf({ moments, gather }, endNs, startNs);
  const { ends } = stretches;
  const cutNs = ends.length > 1 ? (ends[ends.length - 1] - startNs) * CUT_FRACTION : Number.POSITIVE_INFINITY;
  const knee = findKnee(gapClasses(stretches, cutNs));
  const width = (/** @type {number} */ gap) => Math.log1p(gap / knee);
  return axisOf("folded", stretches, width, cutNs, gather && { per, gather, width });
}

/** Gaps whose logarithms differ by less than this share of a doubling are as good as equal, where a knee is sought. */
const CLASSES_PER_DOUBLING = 64;

/**
 * Gaps in classes of about equal length, for there are many gaps and few lengths.
 * @param {Stretches} stretches
 * @param {number} cutNs
 * @returns {{gap: number, count: number, short: boolean}[]} the mean of each class
 */
function gapClasses({ gaps, counts }, cutNs) {
  /** @type {Map<number, {sum: number, count: number, short: boolean}>} */
  const found = new Map();
  for (const [i, gap] of gaps.entries()) {
    const short = gap <= cutNs;
    const key = Math.floor(Math.log2(gap) * CLASSES_PER_DOUBLING) * 2 + (short ? 1 : 0);
    const known = found.get(key);
    if (known) {
      known.sum += gap * counts[i];
      known.count += counts[i];
    } else found.set(key, { sum: gap * counts[i], count: counts[i], short });
  }
  return [...found.values()].map(({ sum, count, short }) => ({ gap: sum / count, count, short }));
}

/**
 * The knee d0 of log(1 + d/d0) that gives the short gaps their share, by bisection of its logarithm:
 * a smaller knee widens short gaps.
 * @param {{gap: number, count: number, short: boolean}[]} classes
 */
function findKnee(classes) {
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
 * @param {Gather | null} gather all moments of a stretch, where `moments` is a sample
 */
export function makeAxis(kind, moments, endNs, startNs = 0, gather = null) {
  if (kind === "linear") return linearAxis(endNs, startNs);
  return kind === "pace" ? paceAxis(moments, endNs, startNs, gather) : foldedAxis(moments, endNs, startNs, gather);
}
