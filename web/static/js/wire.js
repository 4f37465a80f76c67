/**
 * Columns of numbers as docs/protocol.md sends them: an array, or, where it is long, little-endian
 * bytes in base64, or the number that all of them are.
 */

/** The version of the messages. */
export const PROTOCOL = 2;

const TYPES = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f64: Float64Array,
};

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

/** The numbers of a column, to be read by index. @param {number[] | {type: keyof typeof TYPES, data: string} | {all: number, n: number}} column @returns {import("./column.js").Numbers} */
export function numbers(column) {
  if (Array.isArray(column)) return column;
  if ("all" in column) return new (Math.abs(column.all) < 128 ? Int8Array : Float64Array)(column.n).fill(column.all);
  return new TYPES[column.type](bytes(column.data));
}
