import assert from "node:assert/strict";
import { test } from "node:test";
import { foldedAxis, lastAtMost, linearAxis, makeAxis, paceAxis } from "../../web/static/js/axis.js";

const MS = 1e6;
const moments = [0, 0.1 * MS, 0.3 * MS, 4 * MS, 104 * MS, 104.2 * MS, 511 * MS, 511.3 * MS, 2013 * MS, 2014 * MS];
const END = 10_046 * MS;

test("lastAtMost finds the last element not above a value", () => {
  assert.equal(lastAtMost([], 1), -1);
  assert.equal(lastAtMost([1, 2, 2, 3], 0), -1);
  assert.equal(lastAtMost([1, 2, 2, 3], 2), 2);
  assert.equal(lastAtMost([1, 2, 2, 3], 9), 3);
});

for (const kind of /** @type {const} */ (["linear", "folded", "pace"])) {
  test(`${kind}: from 0 to 1, monotone, and back to the same moment`, () => {
    const axis = makeAxis(kind, moments, END);
    assert.equal(axis.toU(0), 0);
    assert.equal(axis.toU(END), 1);
    let before = -1;
    for (let ns = 0; ns <= END; ns += END / 997) {
      const u = axis.toU(ns);
      assert.ok(u >= before);
      before = u;
      assert.ok(Math.abs(axis.toNs(u) - ns) < 1e-3 * END * 1e-3, `${kind} at ${ns}`);
    }
  });

  test(`${kind}: moments outside are clamped`, () => {
    const axis = makeAxis(kind, moments, END);
    assert.equal(axis.toU(-5), 0);
    assert.equal(axis.toU(END * 2), 1);
  });

  test(`${kind}: a run of no length does not divide by zero`, () => {
    const axis = makeAxis(kind, [], 0);
    assert.equal(axis.toU(0), 0);
    assert.ok(Number.isFinite(axis.toNs(0.5)));
  });
}

test("folded: a longer gap is never narrower than a shorter one", () => {
  const axis = foldedAxis(moments, END);
  const gaps = [];
  for (let i = 1; i < axis.times.length; i++) {
    gaps.push([axis.times[i] - axis.times[i - 1], axis.units[i] - axis.units[i - 1]]);
  }
  gaps.sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < gaps.length; i++) assert.ok(gaps[i][1] >= gaps[i - 1][1] - 1e-12);
});

test("folded: the long gaps are cuts, and the short ones get their share", () => {
  const axis = foldedAxis(moments, END);
  assert.deepEqual(
    axis.cuts.map((c) => Math.round((c.toNs - c.fromNs) / MS)),
    [407, 1502, 8032],
  );
  const cut = axis.cuts.reduce((sum, c) => sum + axis.toU(c.toNs) - axis.toU(c.fromNs), 0);
  assert.ok(cut > 0.4 && cut < 0.8, `cuts take ${cut}`);
});

test("folded: nothing happened, nothing is cut", () => {
  assert.deepEqual(foldedAxis([], END).cuts, []);
});

test("pace: each moment is as far from the next", () => {
  const axis = paceAxis([0, 10, 1000, 1000, 5000], 10_000);
  assert.deepEqual([...axis.units], [0, 0.25, 0.5, 0.75, 1]);
});

test("an axis may begin before the origin", () => {
  const axis = linearAxis(100, -100);
  assert.equal(axis.toU(0), 0.5);
});

/** A run of 100,000 moments in bursts, with pauses between. */
function long() {
  const times = [];
  let [t, state] = [0, 7];
  for (let i = 0; i < 100_000; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    t += i % 20_000 === 19_999 ? 300 * MS : i % 50 ? 1 + (state % 3000) : 40_000;
    times.push(t);
  }
  return { times: Float64Array.from(times), end: t + 5 };
}

for (const make of [paceAxis, foldedAxis]) {
  const { times, end } = long();
  const gather = (/** @type {number} */ from, /** @type {number} */ to) => times.filter((t) => t >= from && t <= to);
  const sample = times.filter((_, i) => i % 16 === 0);
  const exact = make(times, end);
  const axis = make(sample, end, 0, gather);

  test(`${exact.kind}: of a long run a sample is kept, and the whole looks about the same`, () => {
    assert.ok(axis.times.length < exact.times.length / 10);
    const rounded = (/** @type {import("../../web/static/js/axis.js").Axis} */ a) =>
      a.cuts.map(({ fromNs, toNs }) => [fromNs, toNs]);
    assert.deepEqual(rounded(axis), rounded(exact));
    for (let i = 0; i < times.length; i += 97) {
      const [a, b] = [axis.toU(times[i]), exact.toU(times[i])];
      assert.ok(Math.abs(a - b) < 0.02, `moment ${i}: ${a}, not ${b}`);
    }
  });

  test(`${exact.kind}: where one looks, each moment has its own place, as if all were kept`, () => {
    const [u0, u1] = [axis.toU(times[40_100]), axis.toU(times[40_400])];
    const [v0, v1] = [exact.toU(times[40_100]), exact.toU(times[40_400])];
    axis.focus(u0, u1);
    let before = -1;
    for (let i = 40_100; i < 40_400; i++) {
      const u = axis.toU(times[i]);
      assert.ok(u > before);
      before = u;
      const [place, wanted] = [(u - u0) / (u1 - u0), (exact.toU(times[i]) - v0) / (v1 - v0)];
      assert.ok(Math.abs(place - wanted) < 0.1, `moment ${i}: ${place}, not ${wanted}`);
      assert.ok(Math.abs(axis.toNs(u) - times[i]) < 1);
    }
    const knots = axis.knots(times[40_110], times[40_120]);
    assert.deepEqual([...knots.subarray(1, -1)], [...times.subarray(40_110, 40_121)]);
    axis.focus(0, 1);
    assert.ok(axis.knots(times[40_110], times[40_120]).length < 11);
  });

  test(`${exact.kind}: a sample's axis goes from 0 to 1, up all the way, and back`, () => {
    axis.focus(0, 1);
    assert.equal(axis.toU(0), 0);
    assert.equal(axis.toU(end), 1);
    for (let i = 1; i < axis.times.length; i++) {
      assert.ok(axis.times[i] > axis.times[i - 1]);
      assert.ok(axis.units[i] > axis.units[i - 1]);
    }
  });
}
