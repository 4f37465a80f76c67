import assert from "node:assert/strict";
import { test } from "node:test";
import {
  count,
  duration,
  inUnit,
  linkMoment,
  moment,
  readMoment,
  rulerUnit,
  stamp,
} from "../../web/static/js/format.js";

/** @param {(value: any) => unknown} f @param {[unknown, unknown][]} cases */
const check = (f, cases) => {
  for (const [value, wanted] of cases) assert.equal(f(value), wanted, `${value}`);
};

test("durations have three digits and their best unit", () => {
  check(duration, [
    [0, "0 ns"],
    [999, "999 ns"],
    [1500, "1.5 us"],
    [84_000, "84 us"],
    [999_499, "999 us"],
    [1_000_000, "1 ms"],
    [511_288_000, "511 ms"],
    [1_018_000_000, "1.018 s"],
    [6_019_000_000, "6.019 s"],
    [3_600_000_000_000, "3,600 s"],
  ]);
});

test("moments, stamps and ruler numbers", () => {
  assert.equal(moment(734_000_000), "0.734 000 s");
  assert.equal(moment(-1_600), "-0.000 002 s");
  assert.equal(stamp(3_177_000_000), "    3.177000");
  assert.equal(inUnit(1_021_370_000, 1e6), "1,021.37");
  assert.deepEqual(rulerUnit(0, 1e10), ["ms", 1e6]);
});

test("what a person types for a moment", () => {
  check(
    (text) => readMoment(text, 1_000_000),
    [
      ["12ms", 12_000_000],
      ["1.5s", 1_500_000_000],
      ["+200us", 1_200_000],
      ["-1 ms", 0],
      ["734", 734_000_000],
      ["1,021 ms", 1_021_000_000],
      ["0.734 000 s", 734_000_000],
      ["", null],
      ["soon", null],
    ],
  );
});

test("moments in links lose no nanosecond", () => {
  for (const ns of [0, 17, 3_100_000, 734_000_000, 2_000_000_000, 1_021_000_123]) {
    assert.equal(readMoment(linkMoment(ns)), ns);
  }
});

test("counts", () => {
  assert.equal(count(1, "item"), "1 item");
  assert.equal(count(1482, "character"), "1,482 characters");
});
