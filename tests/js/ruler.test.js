import assert from "node:assert/strict";
import { test } from "node:test";
import { foldedAxis, linearAxis } from "../../web/static/js/axis.js";
import { makeTicks, roundest, toNs, toX } from "../../web/static/js/ruler.js";

const measure = (/** @type {string} */ label) => label.length * 6.6;
const MS = 1e6;

test("roundest", () => {
  assert.equal(roundest(511, 513.2), 512);
  assert.equal(roundest(499, 503), 500);
  assert.equal(roundest(0, 3), 0);
});

test("pixels and moments are inverse", () => {
  const axis = linearAxis(1000 * MS);
  const w = { u0: 0.2, u1: 0.4, width: 700 };
  assert.ok(Math.abs(toX(axis, w, toNs(axis, w, 123)) - 123) < 1e-6);
});

for (const [name, axis] of /** @type {const} */ ([
  ["linear", linearAxis(10_046 * MS)],
  ["folded", foldedAxis([0, 1e5, 3e5, 4 * MS, 104 * MS, 511 * MS, 512 * MS, 2013 * MS], 10_046 * MS)],
])) {
  for (const width of [240, 700, 1900]) {
    test(`labels do not overlap: ${name}, ${width} px`, () => {
      const { ticks } = makeTicks(axis, { u0: 0, u1: 1, width }, measure);
      assert.ok(ticks.length >= 2);
      for (let i = 1; i < ticks.length; i++) {
        const room = ticks[i].x - ticks[i - 1].x;
        const last = ticks[i].x + measure(ticks[i].label) > width;
        assert.ok(
          room >= (last ? 2 : 1) * 6 + measure(ticks[i - 1].label),
          `${ticks[i - 1].label} and ${ticks[i].label}`,
        );
      }
    });
  }
}
