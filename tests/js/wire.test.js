import assert from "node:assert/strict";
import { test } from "node:test";
import { numbers } from "../../web/static/js/wire.js";

/** What the server's packer writes, by type. */
const SENT = /** @type {const} */ ([
  ["i8", "/38A", [-1, 127, 0]],
  ["u8", "/wCA", [255, 0, 128]],
  ["i16", "//8AgA==", [-1, -32768]],
  ["u16", "//8AgA==", [65535, 32768]],
  ["i32", "/////wAAAIA=", [-1, -(2 ** 31)]],
  ["u32", "/////wAAAIA=", [2 ** 32 - 1, 2 ** 31]],
  ["f64", "AAAAAAAAQEMAAAAAAADwvw==", [2 ** 53, -1]],
]);

test("a packed column is read as the numbers that it was made of", () => {
  for (const [type, data, values] of SENT) assert.deepEqual([...Array.from(numbers({ type, data }))], values, type);
});

test("so many times the same is read as such", () => {
  assert.deepEqual([...Array.from(numbers({ all: -1, n: 3 }))], [-1, -1, -1]);
  assert.deepEqual([...Array.from(numbers({ all: 2 ** 40, n: 1 }))], [2 ** 40]);
});

test("a short column is read as it stands", () => {
  const column = [3, -1];
  assert.equal(numbers(column), column);
});

test("a browser with base64 of its own reads the same", (t) => {
  const made = /** @type {any} */ (Uint8Array);
  if (made.fromBase64) return;
  t.after(() => delete made.fromBase64);
  made.fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  for (const [type, data, values] of SENT) assert.deepEqual([...Array.from(numbers({ type, data }))], values, type);
});
