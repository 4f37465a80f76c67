/** A typed array that grows: one column of the store. */

/**
 * @template {Int32Array | Float64Array | Uint8Array} A
 */
export class Column {
  /** @param {new (n: number) => A} Type @param {number} capacity */
  constructor(Type, capacity = 512) {
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

  /** The filled part, without copying. @returns {A} */
  view() {
    return /** @type {A} */ (this.data.subarray(0, this.length));
  }
}

export const ints = () => new Column(Int32Array);
export const floats = () => new Column(Float64Array);
export const bytes = () => new Column(Uint8Array);

/** Running sums of a delta-coded column. @param {number[]} deltas @returns {number[]} */
export function undelta(deltas) {
  let sum = 0;
  return deltas.map((d) => {
    sum += d;
    return sum;
  });
}
