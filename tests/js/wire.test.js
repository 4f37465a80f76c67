import assert from "node:assert/strict";
import { test } from "node:test";
import { Column } from "../../web/static/js/column.js";
import { numbers, received } from "../../web/static/js/wire.js";

/** What the server's packer writes. @type {[import("../../web/static/js/wire.js").Sent, number[]][]} */
const SENT = [
  [{ least: -1, n: 3, type: "u8", data: "AAH/" }, [-1, 0, 254]],
  [{ least: 0, n: 3, type: "u8", data: "/wCA" }, [255, 0, 128]],
  [{ least: 5000, n: 2, type: "u16", data: "//8AgA==" }, [70535, 37768]],
  [{ least: 0, n: 2, type: "u32", data: "/////wAAAIA=" }, [2 ** 32 - 1, 2 ** 31]],
  [{ least: 0, n: 2, type: "f64", data: "AAAAAAAAQEMAAAAAAADwvw==" }, [2 ** 53, -1]],
  [{ least: -7, n: 3 }, [-7, -7, -7]],
  [{ least: 2 ** 40, n: 1 }, [2 ** 40]],
];

test("a packed column is read as the numbers that it was made of", () => {
  for (const [sent, values] of SENT) assert.deepEqual([...Array.from(numbers(sent))], values);
});

test("a column takes packed numbers as it takes any, wherever they fall", () => {
  for (const [sent, values] of SENT) {
    const column = new Column();
    column.append([5]);
    column.append(received(sent));
    assert.deepEqual([...column.slice(0, column.length)], [5, ...values]);
  }
  const n = 30_000;
  const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 7) % 251);
  const sent = /** @type {const} */ ({ least: -3, n, type: "u8", data: Buffer.from(bytes).toString("base64") });
  for (const before of [0, 1, 8192, 9000]) {
    const column = new Column();
    const first = Array.from({ length: before }, (_, i) => i);
    column.append(first);
    column.append(received(sent));
    column.append(received({ least: 4, n: 20_000 }));
    column.push(1e9);
    const all = [...first, ...Array.from(bytes, (b) => b - 3), ...Array(20_000).fill(4), 1e9];
    assert.deepEqual([...column.slice(0, column.length)], all);
    assert.deepEqual(
      all.map((_, i) => column.at(i)),
      all,
    );
    for (const i of [before, before + 8200, before + n + 100]) {
      column.set(i, 77_777);
      all[i] = 77_777;
    }
    assert.deepEqual([...column.slice(0, column.length)], all);
  }
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
  for (const [sent, values] of SENT) assert.deepEqual([...Array.from(numbers(sent))], values);
});
