/**
 * Columns of numbers as docs/protocol.md sends them: an array, or, where it is long, packed: what each number is above
 * the least, as bytes in base64.
 */

/** @import { Data, Numbers } from "./column.js" */

/** The version of the messages. */
export const PROTOCOL = 2;

/** @typedef {{least: number, n: number, type?: keyof typeof TYPES, data?: string}} Sent */

const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array };

/** @param {string} text in base64 @returns {ArrayBuffer} */
function bytes(text) {
  // Browsers of before 2025 do it by a string.
  const native = /** @type {{fromBase64?: (text: string) => Uint8Array<ArrayBuffer>}} */ (Uint8Array).fromBase64;
  if (native) return native.call(Uint8Array, text).buffer;
  const chars = atob(text);
  const out = new Uint8Array(chars.length);
  for (let i = 0; i < out.length; i++) out[i] = chars.charCodeAt(i);
  return out.buffer;
}

/** Numbers that are counted from the least of them. */
export class Packed {
  /** @param {number} least @param {number} length @param {Data | null} data null: all are the least */
  constructor(least, length, data) {
    this.least = least;
    this.length = length;
    this.data = data;
  }
}

/** A column as it came, for who takes it packed. @param {number[] | Sent} column @returns {number[] | Packed} */
export function received(column) {
  if (Array.isArray(column)) return column;
  const { least, n, type, data } = column;
  return new Packed(least, n, type && data ? new TYPES[type](bytes(data)) : null);
}

/** The same, to be read by index. @param {number[] | Packed} found @returns {Numbers} */
export function listed(found) {
  if (Array.isArray(found)) return found;
  const { least, data } = found;
  if (least === 0) return data ?? new Uint8Array(found.length);
  const out = new Float64Array(found.length);
  if (!data) return out.fill(least);
  out.set(data);
  for (let i = 0; i < out.length; i++) out[i] += least;
  return out;
}

/** The numbers of a column. @param {number[] | Sent} column @returns {Numbers} */
export function numbers(column) {
  return listed(received(column));
}
