import assert from "node:assert/strict";
import { test } from "node:test";
import { linearAxis } from "../../web/static/js/axis.js";
import { firstEndingAfter, hitLane } from "../../web/static/js/hit.js";

//  x     0   10   20   30  ..  100        one pixel is 10 ns
//  span  0000            1 2 33333333
const spans = { start: [0, 500, 520, 540], end: [100, 501, 521, 900] };
const ids = [0, 1, 2, 3];
const axis = linearAxis(1000);
const w = { u0: 0, u1: 1, width: 100 };
const hit = (/** @type {number} */ x, counts = (/** @type {number} */ _) => true) =>
  hitLane(ids, spans, axis, w, x, counts);

test("firstEndingAfter", () => {
  assert.equal(firstEndingAfter(ids, spans.end, -1), 0);
  assert.equal(firstEndingAfter(ids, spans.end, 100), 1);
  assert.equal(firstEndingAfter(ids, spans.end, 5000), 4);
});

test("inside a bar is that bar", () => {
  assert.deepEqual(hit(5), { id: 0, count: 1 });
  assert.equal(hit(80)?.id, 3);
});

test("near a bar is the nearest, far away is none", () => {
  assert.equal(hit(12)?.id, 0);
  assert.equal(hit(30), null);
});

test("bars that share pixels are counted", () => {
  assert.deepEqual(hit(51), { id: 1, count: 3 });
});

test("what may not be hit is looked past", () => {
  assert.equal(
    hit(5, (id) => id !== 0),
    null,
  );
});

test("a zoomed window maps pixels to its part", () => {
  assert.equal(hitLane(ids, spans, axis, { u0: 0.5, u1: 0.53, width: 100 }, 70, () => true)?.id, 2);
});
