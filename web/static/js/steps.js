/** Stepping: by moment, event, item, worker, line of dmesg, or to the next breakpoint; forwards and back. */

import { lastAtMost } from "./axis.js";
import { selectedItem } from "./marks.js";
import { eventName } from "./model.js";

/** @import { PageState } from "./state.js" */
/** @import { Store } from "./store.js" */

/** @typedef {"moment" | "event" | "item" | "worker" | "dmesg" | "breakpoint"} Unit */

/** What a step may be, and the words for it. @type {[Unit, string][]} */
export const UNITS = [
  ["moment", "moment"],
  ["event", "event"],
  ["item", "item"],
  ["worker", "worker"],
  ["dmesg", "dmesg line"],
  ["breakpoint", "breakpoint"],
];

/** Sorted event numbers of all lives' steps. @type {WeakMap<Store, {n: number, seqs: Int32Array}>} */
const stepsKnown = new WeakMap();

/** @param {Store} store */
function allSteps(store) {
  const known = stepsKnown.get(store);
  if (known?.n === store.n) return known.seqs;
  const { seq } = store.steps;
  const seqs = Int32Array.from(seq.slice(0, seq.length)).sort();
  stepsKnown.set(store, { n: store.n, seqs });
  return seqs;
}

/** The task that the selection is about: the one of its span at the playhead, or its last before; -1 none. @param {PageState} page */
function selectedTask(page) {
  const { store, selection, tNs } = page;
  if (!selection) return -1;
  if (selection.kind === "event") return store.events.task.at(selection.id);
  if (selection.kind === "span" && store.spans.task.at(selection.id) >= 0) return store.spans.task.at(selection.id);
  const item = selectedItem(page);
  let best = -1;
  for (const span of store.spansOf(item)) {
    const task = store.spans.task.at(span);
    if (task >= 0 && (best < 0 || store.spans.start.at(span) <= tNs)) best = task;
  }
  return best;
}

/** Whether an event is a breakpoint. @param {PageState} page @param {number} seq */
export function breaksAt({ store, breaks }, seq) {
  return (
    (breaks.lines.size > 0 && breaks.lines.has(store.events.line.at(seq))) ||
    (breaks.kinds.size > 0 && breaks.kinds.has(eventName(store, seq)))
  );
}

/** The first event from `from` on (or back) that fits; -1 none. @param {number} from @param {number} n @param {number} direction @param {(seq: number) => boolean} fits */
function scan(from, n, direction, fits) {
  for (let seq = from; seq >= 0 && seq < n; seq += direction) if (fits(seq)) return seq;
  return -1;
}

/** In a sorted list, the next above or the next below. @param {ArrayLike<number>} sorted @param {number} seq @param {number} direction */
function beside(sorted, seq, direction) {
  let i = lastAtMost(sorted, seq);
  if (direction > 0) i++;
  else if (sorted[i] === seq) i--;
  return i < 0 || i >= sorted.length ? -1 : sorted[i];
}

/**
 * The event to which a step leads; -1 where there is none.
 * @param {PageState} page
 * @param {Unit} unit
 * @param {number} direction
 */
export function stepTarget(page, unit, direction) {
  const { store, seq } = page;
  const n = store.events.t.length;
  switch (unit) {
    case "event":
      return scan(seq + direction, n, direction, () => true);
    case "item": {
      const item = selectedItem(page);
      const steps = item >= 0 ? store.stepsOf(item).map((s) => s.seq) : allSteps(store);
      return beside(steps, seq, direction);
    }
    case "worker": {
      const task = selectedTask(page);
      const is = (/** @type {number} */ s) => store.tasks[store.events.task.at(s)]?.kind === "kworker";
      return scan(seq + direction, n, direction, task < 0 ? is : (s) => store.events.task.at(s) === task);
    }
    case "dmesg": {
      const seqs = store.console.filter((row) => row.stream === 0).map((row) => row.seq);
      return beside(seqs, seq, direction);
    }
    default:
      return scan(seq + direction, n, direction, (s) => breaksAt(page, s));
  }
}

/**
 * Makes a step.
 * @param {PageState} page
 * @param {Unit} unit
 * @param {number} direction
 * @returns {boolean} whether there was one to make
 */
export function stepBy(page, unit, direction) {
  if (!page.store.meta) return false;
  if (unit === "moment") {
    page.step(direction);
    return true;
  }
  const seq = stepTarget(page, unit, direction);
  if (seq < 0) return false;
  page.setTime(page.store.events.t.at(seq));
  page.seq = seq;
  return true;
}

/** Sets or takes away the breakpoint on the type of the selected event, else of the event at the playhead. @param {PageState} page @returns {string} what was done */
export function toggleKindBreak(page) {
  const seq = page.selection?.kind === "event" ? page.selection.id : page.seq;
  if (seq < 0 || !page.store.meta) return "no event to stop at";
  const name = eventName(page.store, seq);
  const { kinds } = page.breaks;
  const had = kinds.delete(name);
  if (!had) kinds.add(name);
  page.touch("breaks");
  return had ? `no longer stops at ${name}` : `stops at each ${name}`;
}

/** @param {PageState} page @param {number} line */
export function toggleLineBreak(page, line) {
  const { lines } = page.breaks;
  if (!lines.delete(line)) lines.add(line);
  page.touch("breaks");
}
