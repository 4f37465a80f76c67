import assert from "node:assert/strict";
import { test } from "node:test";
import { Column, Rows } from "../../web/static/js/column.js";

/** Numbers that are the same at every run. @param {number} seed */
function chance(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const N = 20_000;
const random = chance(7);
/** What the columns of a run are like, from the easiest to the hardest to pack. */
const KINDS = /** @type {Record<string, (i: number) => number>} */ ({
  "the same all along": () => -1,
  "small numbers": () => random(50) - 1,
  "moments, about in order": (i) => 4e12 + i * 700 + random(30_000),
  "moments far apart": (i) => i * 3e9 + random(1e9),
  "anything up to 2^53": () => random(2 ** 31) * 2 ** 22 - 2 ** 51,
});

for (const [kind, make] of Object.entries(KINDS)) {
  const values = Array.from({ length: N }, (_, i) => make(i));

  test(`a column gives back what was put in: ${kind}`, () => {
    const [pushed, appended] = [new Column(), new Column()];
    for (const value of values) pushed.push(value);
    for (let from = 0; from < N; from += 777) appended.append(values.slice(from, from + 777));
    for (const column of [pushed, appended]) {
      assert.equal(column.length, N);
      assert.deepEqual(
        values.map((_, i) => column.at(i)),
        values,
      );
      assert.deepEqual([...column.slice(4000, 13_000)], values.slice(4000, 13_000));
      const rows = [0, 5, 8191, 8192, 9000, 3, N - 1];
      assert.deepEqual(
        [...column.gather(Float64Array.from(rows), new Float64Array(rows.length))],
        rows.map((i) => values[i]),
      );
    }
  });

  test(`a value can be changed, wherever it is: ${kind}`, () => {
    const column = new Column();
    column.append(values);
    const now = [...values];
    for (const i of [0, 31, 32, 8191, 8192, 9000, N - 1]) {
      for (const value of [now[i] + 1, -1, 5e14 + i]) {
        column.set(i, value);
        now[i] = value;
        assert.deepEqual([...column.slice(0, N)], now);
      }
    }
  });
}

test("there is nothing where there is no row", () => {
  const column = new Column();
  column.append([3, 4]);
  for (const i of [-1, 2, 5000, Number.NaN]) assert.equal(column.at(i), -1);
});

test("neighbours that differ little take little room", () => {
  const bytes = (/** @type {number[]} */ values) => {
    const column = new Column();
    column.append(values);
    return column.parts.slice(0, -1).reduce((sum, part) => sum + part.data.BYTES_PER_ELEMENT, 0);
  };
  const all = (/** @type {(i: number) => number} */ make) => Array.from({ length: 8193 }, (_, i) => make(i));
  assert.equal(bytes(all((i) => i % 200)), 1);
  assert.equal(bytes(all((i) => 4e12 + i * 1000)), 2);
  assert.equal(bytes(all((i) => 4e12 + i * 1_000_000)), 4);
});

test("lastAtMost finds the last value not above another, across parts", () => {
  const column = new Column();
  for (let i = 0; i < 10_000; i++) column.push(2 * i);
  assert.equal(column.lastAtMost(-1), -1);
  assert.equal(column.lastAtMost(9001), 4500);
  assert.equal(column.lastAtMost(1e9), 9999);
  assert.equal(new Column().lastAtMost(3), -1);
});

test("the rows of a key are all of them, in order, and the latest too", () => {
  const keys = new Column();
  const rows = new Rows(keys);
  /** @type {Map<number, number[]>} */
  const expected = new Map();
  for (const part of [100, 5000]) {
    for (let i = 0; i < part; i++) {
      const key = random(60) - 1;
      expected.set(key, [...(expected.get(key) ?? []), keys.length]);
      keys.push(key);
    }
    for (let key = 0; key < 62; key++) assert.deepEqual([...rows.of(key)], expected.get(key) ?? []);
  }
});
