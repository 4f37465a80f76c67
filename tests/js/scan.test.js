import assert from "node:assert/strict";
import { test } from "node:test";
import { LINES_MAX, Scanner } from "../../web/static/js/scan.js";

/** What is meant, by a regular expression for a line. */
const NAME = /\d: +(?:[a-z_]+:)?([a-z_]+): /;
const SYSTEMS = /^(workqueue_|sched_|timer_|hrtimer_|irq_|softirq_|tasklet_|module_|console)/;
const wanted = (/** @type {string} */ line) => SYSTEMS.test(NAME.exec(line)?.[1] ?? "");

const LINES = [
  "# tracer: nop",
  "           bash-62      [000] d..2.     3.715300: workqueue_queue_work: work struct=00 function=work_fn [demo]",
  "     kworker/0:1-41      [000] .....     3.715310: workqueue_execute_start: work struct 00: function work_fn",
  "              sh-146   [000]     5.817844: hrtimer_expire_entry: hrtimer=0xff now=5687007985",
  "          <idle>-0     [001]     5.818144: softirq_raise:        vec=9 [action=RCU]",
  "swapper     0 [001]  3.715300: sched:sched_switch: prev_comm=swapper/1 ==> next_comm=sh",
  "swapper     0 [001]  3.715300: power:cpu_idle: state=1",
  "sh-1 [000] 5.1: sys_enter_read: fd=3",
  "sh-1 [000] 5.1: console: [    5.1] sched_switch: not one",
  "sh-1 [000] 5.1: consoles: begins like one",
  "sh-1 [000] 5.1: my_sched_switch: does not begin like one",
  "sh-1 [000] 5.1: sched_: ",
  "sh-1 [000] 5.1: sched",
  "sh-1 [000] 5.1: sched_switch:",
  "sh-1 [000] 5.1:sched_switch: x",
  "sh-1 [000] 5.1: a:b:sched_switch: x 9: timer_start: y",
  "a1: 2: irq_handler_entry: irq=1",
  "é 12: timer_start: timer=é",
  "",
  ":",
  "1: ",
  "CPU:1 [LOST 42 EVENTS]",
];

const TEXT = LINES.concat(LINES.toReversed(), LINES).join("\n");
const EXPECTED = TEXT.split("\n").filter(wanted);

/** @param {Uint8Array[]} pieces */
function scanned(pieces) {
  const scanner = new Scanner();
  for (const piece of pieces) scanner.feed(piece);
  scanner.end();
  const text = Buffer.concat(scanner.parts).toString();
  return { lines: scanner.lines, kept: scanner.kept, text };
}

test("the lines of known events are taken as they stand, wherever the file is cut", () => {
  assert.ok(EXPECTED.length > 20);
  const bytes = new TextEncoder().encode(`${TEXT}\n`);
  for (const size of [1, 2, 7, 64, 1000, bytes.length]) {
    const pieces = [];
    for (let from = 0; from < bytes.length; from += size) pieces.push(bytes.subarray(from, from + size));
    const found = scanned(pieces);
    assert.deepEqual(found.text.split("\n").slice(0, -1), EXPECTED, `in pieces of ${size}`);
    assert.equal(found.kept, EXPECTED.length);
    assert.equal(found.lines, TEXT.split("\n").length);
  }
});

test("the last line needs no newline", () => {
  assert.equal(scanned([new TextEncoder().encode(LINES[1])]).text, `${LINES[1]}\n`);
});

test("more lines than become lanes are counted, not taken", () => {
  const piece = new TextEncoder().encode(`${LINES[1]}\n`.repeat(1000));
  const found = scanned(Array(Math.ceil(LINES_MAX / 1000) + 1).fill(piece));
  assert.equal(found.kept, LINES_MAX + 1000);
  assert.equal(found.text.split("\n").length - 1, LINES_MAX);
});

test("what has no lines is passed over, and does not pile up", () => {
  const scanner = new Scanner();
  for (let i = 0; i < 40; i++) scanner.feed(new Uint8Array(1 << 17));
  assert.ok(scanner.rest.length <= 1 << 20);
  scanner.feed(new TextEncoder().encode(`\n${LINES[1]}\n`));
  assert.equal(scanner.kept, 1);
});
