/**
 * Columns of whole numbers that grow at their end: what the store keeps of a run. Full parts are packed: each value is
 * the number that its group counts from, and what it is above that in as few bytes as the part needs.
 *
 *     values   1000007 1000007 1000031 ... | 1003300 ...
 *     base     1000007                                        of the part
 *     bases          0 (32 values)         |    3293          8 bytes a group, where that saves more
 *     data           0       0      24 ... |       0 ...      0, 1, 2, 4 or 8 bytes a value
 *
 * So a column costs what its values differ by among neighbours; one that says the same all along costs nothing.
 */

import { Packed } from "./wire.js";

const PART_BITS = 13;
const PART = 1 << PART_BITS;
const GROUP_BITS = 5;
const GROUP = 1 << GROUP_BITS;
/** The first room of a part that is being filled. */
const ROOM = 16;

/** @typedef {Uint8Array | Uint16Array | Uint32Array | Float64Array} Data */
/** @typedef {number[] | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float64Array} Numbers */
/** @typedef {{base: number, bases: Float64Array, shift: number, data: Data, open: boolean}} Part `shift`: how many values, in bits, are a group; `open`: not packed */

/** What each part that says the same all along has for data. */
const NOTHING = new Uint8Array(PART);
const ZERO = new Float64Array(1);
/** Where sums are made: memory that is used again costs no new. */
const SUMS = new Float64Array(PART);
/** @type {Part} */
const EMPTY = { base: 0, bases: ZERO, shift: PART_BITS, data: NOTHING, open: false };

/** The narrowest array for numbers from 0 to `most`. @param {number} most @param {number} n @returns {Data} */
function room(most, n) {
  if (most <= 0xff) return new Uint8Array(n);
  if (most <= 0xffff) return new Uint16Array(n);
  return most <= 0xffffffff ? new Uint32Array(n) : new Float64Array(n);
}

/** @param {Float64Array} values a whole part, which is not the same afterwards @returns {Part} */
function packed(values) {
  let same = 1;
  while (same < PART && values[same] === values[0]) same++;
  if (same === PART) return { base: values[0], bases: ZERO, shift: PART_BITS, data: NOTHING, open: false };
  const lows = new Float64Array(PART / GROUP);
  let [low, high, near] = [values[0], values[0], 0];
  for (let g = 0; g < lows.length; g++) {
    const to = (g + 1) * GROUP;
    let [least, most] = [values[to - GROUP], values[to - GROUP]];
    for (let i = to - GROUP + 1; i < to; i++) {
      const value = values[i];
      if (value < least) least = value;
      else if (value > most) most = value;
    }
    lows[g] = least;
    if (least < low) low = least;
    if (most > high) high = most;
    if (most - least > near) near = most - least;
  }
  const far = room(high - low, 0).BYTES_PER_ELEMENT;
  const grouped = room(near, 0).BYTES_PER_ELEMENT < far;
  for (let g = 0; g < lows.length; g++) lows[g] = grouped ? lows[g] - low : 0;
  for (let i = 0; i < PART; i++) values[i] -= low + lows[i >> GROUP_BITS];
  const data = room(grouped ? near : high - low, PART);
  data.set(values);
  const shift = grouped ? GROUP_BITS : PART_BITS;
  return { base: low, bases: grouped ? lows : ZERO, shift, data, open: false };
}

export class Column {
  constructor() {
    this.length = 0;
    /** All are full and packed, but the last. @type {Part[]} */
    this.parts = [];
  }

  /** The value of a row; -1, which means none, where there is no such row. @param {number} i */
  at(i) {
    if (!(i >= 0 && i < this.length)) return -1;
    const part = this.parts[i >> PART_BITS];
    const k = i & (PART - 1);
    return part.base + part.bases[k >> part.shift] + part.data[k];
  }

  /** @param {number} value */
  push(value) {
    this.#tail(1).data[this.length++ & (PART - 1)] = value;
  }

  /** @param {Numbers | Packed} values */
  append(values) {
    const [least, all] = values instanceof Packed ? [values.least, values.data] : [0, values];
    for (let from = 0; from < values.length; ) {
      if (values instanceof Packed && values.length - from >= PART && (this.length & (PART - 1)) === 0) {
        this.#whole(values, from);
        from += PART;
        continue;
      }
      const { data } = this.#tail(values.length - from);
      const k = this.length & (PART - 1);
      const to = Math.min(values.length, from + data.length - k);
      if (!all) data.fill(least, k, k + to - from);
      else {
        data.set(Array.isArray(all) ? all.slice(from, to) : all.subarray(from, to), k);
        if (least) for (let j = k; j < k + to - from; j++) data[j] += least;
      }
      this.length += to - from;
      from = to;
    }
  }

  /** Appends the running sums of a delta-coded column. @param {Numbers} deltas @param {number} sum to begin with */
  appendSums(deltas, sum = 0) {
    let total = sum;
    for (let from = 0; from < deltas.length; from += PART) {
      const n = Math.min(PART, deltas.length - from);
      for (let i = 0; i < n; i++) {
        total += deltas[from + i];
        SUMS[i] = total;
      }
      this.append(SUMS.subarray(0, n));
    }
  }

  /** A whole part that comes packed is taken as it is. @param {Packed} values @param {number} from */
  #whole({ least, data }, from) {
    const { parts } = this;
    const full = parts[parts.length - 1];
    if (full?.open) parts[parts.length - 1] = packed(/** @type {Float64Array} */ (full.data));
    const its = data ? data.slice(from, from + PART) : NOTHING;
    parts.push({ base: least, bases: ZERO, shift: PART_BITS, data: its, open: false });
    this.length += PART;
  }

  /** Changes the value of a row. @param {number} i @param {number} value */
  set(i, value) {
    const number = i >> PART_BITS;
    const part = this.parts[number];
    const k = i & (PART - 1);
    const above = value - part.base - part.bases[k >> part.shift];
    if (part.data !== NOTHING || above === 0) {
      part.data[k] = above;
      if (part.data[k] === above) return;
    }
    const values = new Float64Array(PART);
    for (let j = 0; j < PART; j++) values[j] = j === k ? value : this.at((number << PART_BITS) + j);
    this.parts[number] = packed(values);
  }

  /** The last part, with room for one value at least. @param {number} wanted @returns {Part} */
  #tail(wanted) {
    const { parts } = this;
    const k = this.length & (PART - 1);
    let tail = parts[parts.length - 1];
    if (k === 0) {
      const full = tail?.open ? /** @type {Float64Array} */ (tail.data) : null;
      if (full) parts[parts.length - 1] = packed(full);
      const n = Math.min(PART, Math.max(ROOM, wanted));
      const data = full && n === PART ? full : new Float64Array(n);
      tail = { base: 0, bases: ZERO, shift: PART_BITS, data, open: true };
      parts.push(tail);
    } else if (k === tail.data.length) {
      const data = new Float64Array(Math.min(PART, Math.max(2 * k, k + wanted)));
      data.set(tail.data);
      tail.data = data;
    }
    return tail;
  }

  /** The values of rows `from` to `to` - 1. @param {number} from @param {number} to @returns {Float64Array} */
  slice(from, to) {
    return this.read(from, new Float64Array(Math.max(0, to - from)));
  }

  /** The values from row `from` on, as many as `out` has room for. @param {number} from @param {Float64Array} out */
  read(from, out) {
    for (let n = 0; n < out.length; ) {
      const i = from + n;
      const { base, bases, shift, data } = this.parts[i >> PART_BITS];
      let k = i & (PART - 1);
      const last = Math.min(PART, k + out.length - n);
      if (data === NOTHING) {
        out.fill(base, n, n + last - k);
        n += last - k;
        continue;
      }
      // The browser widens numbers many times faster than a loop over arrays of several types.
      out.set(data.subarray(k, last), n);
      if (bases === ZERO && base === 0) n += last - k;
      else for (; k < last; k++) out[n++] += base + bases[k >> shift];
    }
    return out;
  }

  /** The values of some rows, best in order. @param {Float64Array} rows @param {Float64Array} out */
  gather(rows, out) {
    let number = -1;
    let { base, bases, shift, data } = EMPTY;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (row >> PART_BITS !== number) {
        number = row >> PART_BITS;
        ({ base, bases, shift, data } = this.parts[number]);
      }
      const k = row & (PART - 1);
      out[i] = data === NOTHING ? base : base + bases[k >> shift] + data[k];
    }
    return out;
  }

  /** Whether a value passes. @param {(value: number) => boolean} test */
  some(test) {
    for (let i = 0; i < this.length; i++) if (test(this.at(i))) return true;
    return false;
  }

  /** Index of the last value not above `value`, of a column that never decreases; -1 where all are above. @param {number} value */
  lastAtMost(value) {
    let lo = 0;
    let hi = this.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.at(mid) <= value) lo = mid + 1;
      else hi = mid;
    }
    return lo - 1;
  }
}

/**
 * Numbers of rows in order of their keys, those of a key together and ascending; by counting, for keys are small.
 * @param {Numbers} keys those below 0 are left out
 * @param {number} first number of the first row
 * @returns {{rows: Int32Array<ArrayBuffer>, ends: Int32Array}} `ends`: where those of each key end in `rows`
 */
export function sortedRows(keys, first = 0) {
  const n = keys.length;
  let most = -1;
  for (let i = 0; i < n; i++) if (keys[i] > most) most = keys[i];
  const place = new Int32Array(most + 2);
  for (let i = 0; i < n; i++) if (keys[i] >= 0) place[keys[i] + 1]++;
  for (let key = 0; key <= most; key++) place[key + 1] += place[key];
  const rows = new Int32Array(place[most + 1]);
  for (let i = 0; i < n; i++) if (keys[i] >= 0) rows[place[keys[i]]++] = first + i;
  return { rows, ends: place.subarray(0, most + 1) };
}

/** The rows of each value of a column, found when they are asked for. */
export class Rows {
  /** @param {Column} keys of the rows; those below 0 are left out */
  constructor(keys) {
    this.keys = keys;
    this.known = 0;
    /** The rows, those of a key together, in order. */
    this.rows = new Int32Array();
  }

  /** @param {number} key @returns {Int32Array} */
  of(key) {
    const { keys } = this;
    if (this.known !== keys.length) this.rows = sortedRows(keys.slice(0, keys.length)).rows;
    this.known = keys.length;
    const { rows } = this;
    const from = firstFrom(rows, keys, key);
    let to = from;
    // Mostly few; else the end is sought like the beginning.
    while (to < rows.length && to < from + GROUP && keys.at(rows[to]) === key) to++;
    if (to === from + GROUP) to = firstFrom(rows, keys, key + 1);
    return rows.subarray(from, to);
  }
}

/** @param {Int32Array} rows @param {Column} keys @param {number} key */
function firstFrom(rows, keys, key) {
  let lo = 0;
  let hi = rows.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (keys.at(rows[mid]) < key) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/**
 * A typed array that grows, for what is made and thrown away while painting.
 * @template {Int32Array | Float64Array | Uint8Array} A
 */
export class Scratch {
  /** @param {new (n: number) => A} Type @param {number} capacity */
  constructor(Type, capacity) {
    this.Type = Type;
    this.data = new Type(capacity);
    this.length = 0;
  }

  /** @param {number} value */
  push(value) {
    if (this.length === this.data.length) {
      const wider = new this.Type(this.data.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length++] = value;
  }
}

/** Running sums of a delta-coded column. @param {Numbers} deltas @param {number} sum to begin with @returns {Float64Array} */
export function undelta(deltas, sum = 0) {
  const out = new Float64Array(deltas.length);
  for (let i = 0; i < out.length; i++) {
    sum += deltas[i];
    out[i] = sum;
  }
  return out;
}
