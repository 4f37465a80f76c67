import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Column, undelta } from "../../web/static/js/column.js";
import {
  callOnLine,
  culprits,
  eventText,
  firstTellingWait,
  itemLabel,
  itemRange,
  spanAt,
  waitText,
} from "../../web/static/js/model.js";
import { layoutRows } from "../../web/static/js/rows.js";
import { Store } from "../../web/static/js/store.js";

const messages = JSON.parse(readFileSync(new URL("../fixtures/demo.messages.json", import.meta.url), "utf8"));

function loaded() {
  const store = new Store();
  for (const message of messages) store.ingest(message);
  return store;
}

test("undelta is a running sum", () => {
  assert.deepEqual([...undelta([5, 1, -2, 0])], [5, 6, 4, 4]);
  assert.deepEqual([...undelta([5, 1], -5)], [0, 1]);
  assert.deepEqual([...undelta([])], []);
});

test("the fixture's messages fill the columns, all of one table as long as each other", () => {
  const store = loaded();
  assert.equal(store.events.t.length, store.end?.rows);
  for (const table of [store.spans, store.waits]) {
    const columns = Object.values(table).filter((column) => column instanceof Column);
    assert.ok(columns.length > 8);
    const lengths = new Set(columns.map((column) => column.length));
    assert.equal(lengths.size, 1);
  }
});

test("times count from the origin and never decrease", () => {
  const { t: column } = loaded().events;
  const t = column.slice(0, column.length);
  assert.ok(t[0] <= 1e6);
  for (let i = 1; i < t.length; i++) assert.ok(t[i] >= t[i - 1]);
});

test("spans of a lane do not overlap and are in order", () => {
  const store = loaded();
  for (const ids of store.laneSpans.values()) {
    let before = Number.NEGATIVE_INFINITY;
    for (const id of ids.slice(0, ids.length)) {
      assert.ok(store.spans.start.at(id) >= before);
      before = store.spans.end.at(id);
    }
  }
});

test("a message that is already held changes nothing", () => {
  const store = loaded();
  const before = store.events.t.length;
  assert.equal(store.ingest(messages[1]), false);
  assert.equal(store.events.t.length, before);
});

test("each item has a life with words", () => {
  const store = loaded();
  assert.ok(store.itemCount >= 5);
  for (let i = 0; i < store.itemCount; i++) {
    const [from, to] = itemRange(store, i);
    assert.ok(to >= from);
    assert.ok(itemLabel(store, i).length > 0);
  }
});

test("the first telling wait is that of the second item of the dedicated queue", () => {
  const store = loaded();
  const wait = firstTellingWait(store);
  assert.ok(wait >= 0);
  assert.match(waitText(store, wait), /demo_wq .*dedicated_fn#0/);
  assert.doesNotMatch(waitText(store, wait), /\{\d\}/);
});

test("events have a text without places left open", () => {
  const store = loaded();
  for (let seq = 0; seq < store.events.t.length; seq++) assert.doesNotMatch(eventText(store, seq), /\{\w+/);
});

test("rows come in groups, none over another, idle lanes left out", () => {
  const store = loaded();
  const { rows, height } = layoutRows(store);
  assert.equal(rows[0].name, "CPUs");
  let y = 0;
  for (const row of rows) {
    assert.ok(row.y >= y);
    y = row.y + row.h;
  }
  assert.ok(height >= y);
});

test("spanAt finds what covers a moment", () => {
  const store = loaded();
  const [lane, ids] = [...store.laneSpans].find(([, column]) => column.length > 1) ?? [0, null];
  assert.ok(ids);
  const id = ids.at(1);
  const middle = (store.spans.start.at(id) + Math.min(store.spans.end.at(id), store.reachedNs)) / 2;
  assert.equal(spanAt(store, lane, middle), id);
  assert.equal(spanAt(store, lane, -1e15), -1);
});

test("of a simulated run the module's delayed work has a lane, the kernel's own timers have none", () => {
  const store = new Store();
  const simulated = new URL("../fixtures/demo.sim.messages.json", import.meta.url);
  for (const message of JSON.parse(readFileSync(simulated, "utf8"))) store.ingest(message);
  const timers = layoutRows(store).rows.filter((row) => row.lane?.kind === "timer");
  assert.deepEqual(
    timers.map((row) => row.name),
    ["delayed_work"],
  );
});

test("the call on a line is one that may sleep, none of the module's own", () => {
  const source = [
    "static void tell(const char *what, bool pending)",
    "{",
    '\tpr_info("%s\\n", what);',
    "}",
    '\ttell("slow", cancel_work_sync(&slow));',
    "\tif (mutex_lock_interruptible(&lock))",
    "\ttell(0, 1);",
  ].join("\n");
  const scenario = /** @type {any} */ ({ files: { "module.c": source } });
  const calls = [1, 3, 5, 6, 7, 8].map((line) => callOnLine(scenario, line));
  assert.deepEqual(calls, ["", "", "cancel_work_sync(&slow)", "mutex_lock_interruptible(&lock)", "", ""]);
});

test("a worker is named with the item that it executes, a command as what it executes", () => {
  const store = new Store();
  const simulated = new URL("../fixtures/demo.sim.messages.json", import.meta.url);
  for (const message of JSON.parse(readFileSync(simulated, "utf8"))) store.ingest(message);
  const names = [];
  for (let wait = 0; wait < store.waits.item.length; wait++) names.push(...culprits(store, wait).map((c) => c.name));
  assert.ok(names.some((name) => /^kworker\/\S+ \(\w+\)$/.test(name)));
  assert.ok(names.includes("insmod"));
});
