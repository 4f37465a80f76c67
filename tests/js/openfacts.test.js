import assert from "node:assert/strict";
import { test } from "node:test";
import { readOpen, told } from "../../web/static/js/openfacts.js";

const fact = (seq, other, text) => ({ fact: "order", seq, other, text });
const message = {
  type: "open",
  seeds: 24,
  recorded: 6,
  summary: "",
  verdict: "in 3 of 24 seeds",
  ends: "",
  facts: [fact(4, 9, "a"), fact(4, -1, "b"), fact(9, 12, "c")],
  spans: [
    [7, 0],
    [7, 1],
    [7, 0],
    [8, 2],
  ],
  waits: [[3, 1]],
};

test("facts are found by event, span and wait", () => {
  const open = readOpen(message);
  assert.deepEqual(
    [4, 9, 12].map((seq) => open.events.get(seq).map((f) => f.text)),
    [["a", "b"], ["a", "c"], ["c"]],
  );
  assert.deepEqual(
    [...open.spans].map(([span, facts]) => [span, facts.map((f) => f.text)]),
    [
      [7, ["a", "b"]],
      [8, ["c"]],
    ],
  );
  assert.equal(open.waits.get(3).text, "b");
  assert.equal(open.events.has(-1), false);
});

test("many facts of one event are told shortly", () => {
  assert.deepEqual(told(undefined), []);
  assert.deepEqual(told(message.facts), ["a", "b", "and 1 more that are open"]);
});
