/** Two runs side by side: which items differ, in waiting and running, and from which moment on. */

import { isAcross, keyOf } from "./align.js";
import { count, duration } from "./format.js";
import { announce, itemLabel, itemName, taskName } from "./model.js";
import { isOwn, isUsed } from "./own.js";

/** @import { Store } from "./store.js" */

/** @typedef {{label: string, a: Life | null, b: Life | null, waits: number, runs: number, differs: boolean, own: boolean}} Pair */
/** @typedef {{item: number, waits: number, runs: number, total: number, startNs: number, endNs: number, fate: string}} Life */

/** Differences below this are rounding of costs, not behaviour; across machines, within three ticks at HZ=250. */
const SAME_NS = 1000;
const SAME_ACROSS_NS = 12_000_000;

/** @param {Store} store @param {boolean} across whether names differ @returns {Map<string, Life>} by name and number of the life */
function lives(store, across) {
  const found = new Map();
  const table = /** @type {any} */ (store.end?.stats)?.items;
  const { t } = store.events;
  for (let i = 0; i < (table?.item.length ?? 0); i++) {
    const item = table.item[i];
    const steps = store.stepsOf(item);
    const last = steps[steps.length - 1];
    const word = last ? store.words.steps[last.step] : "";
    const start = steps.find((s) => store.words.steps[s.step] === "started");
    if (across && !isOwn(store, item)) continue; // the kernel's own depend on all that the machine has
    found.set(across ? keyOf(store, item) : `${itemName(store, item)}\n${store.items.nth.at(item)}`, {
      item,
      waits: table.held[i] + table.queued[i] + table.runnable[i],
      runs: table.running[i],
      total: table.total[i],
      startNs: start ? t.at(start.seq) : -1,
      endNs: last ? t.at(last.seq) : -1,
      fate: word === "ended" || word === "cancelled" ? word : "still under way",
    });
  }
  return found;
}

/** The number of the first event that is not the same in both; -1 where all are. @param {Store} a @param {Store} b */
export function firstDifference(a, b) {
  const n = Math.max(a.events.t.length, b.events.t.length);
  for (let seq = 0; seq < n; seq++) {
    if (seq >= a.events.t.length || seq >= b.events.t.length) return seq;
    const same =
      a.events.t.at(seq) === b.events.t.at(seq) &&
      a.events.kind.at(seq) === b.events.kind.at(seq) &&
      a.events.cpu.at(seq) === b.events.cpu.at(seq) &&
      taskName(a, a.events.task.at(seq)) === taskName(b, b.events.task.at(seq));
    if (!same) return seq;
  }
  return -1;
}

/** Lanes on which something happens, by the name that they have in another run too. @param {Store} store @returns {Map<string, number>} with their ids */
function lanesOf(store) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const lane of store.lanes.values()) {
    if (!["cpu", "worker", "timer", "task"].includes(lane.kind) || !isUsed(store, lane)) continue;
    found.set(lane.kind === "timer" ? `timer ${lane.name}` : lane.name, lane.id);
  }
  return found;
}

/** Lanes that only one of two runs has. @param {Store} a the run before @param {Store} b the run on screen */
export function laneDifference(a, b) {
  const [before, now] = [lanesOf(a), lanesOf(b)];
  return {
    before: [...before.keys()].filter((name) => !now.has(name)),
    now: [...now.entries()].filter(([name]) => !before.has(name)).map(([name, id]) => ({ name, id })),
  };
}

/** @param {Store} a the run before @param {Store} b the run on screen */
export function compareRuns(a, b) {
  const across = isAcross(a, b);
  const same = across ? SAME_ACROSS_NS : SAME_NS;
  const [before, after] = [lives(a, across), lives(b, across)];
  /** @type {Pair[]} */
  const pairs = [];
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const [one, two] = [before.get(key) ?? null, after.get(key) ?? null];
    const [was, is] = [one ? itemLabel(a, one.item) : "", two ? itemLabel(b, two.item) : ""];
    const label = was && is && was !== is ? `${is} · ${was}` : is || was;
    const waits = one && two ? two.waits - one.waits : 0;
    const runs = one && two ? two.runs - one.runs : 0;
    const moved = !across && one && two && Math.abs(two.startNs - one.startNs) > same;
    const differs =
      !one || !two || one.fate !== two.fate || Math.abs(waits) > same || Math.abs(runs) > same || moved === true;
    const own = two ? isOwn(b, two.item) : one !== null && isOwn(a, one.item);
    pairs.push({ label, a: one, b: two, waits, runs, differs, own });
  }
  const weight = (/** @type {Pair} */ p) => (p.a && p.b ? Math.abs(p.waits) + Math.abs(p.runs) : 1e15);
  pairs.sort((p, q) => Number(q.differs) - Number(p.differs) || Number(q.own) - Number(p.own) || weight(q) - weight(p));
  if (across) return { pairs, seq: -1, across, sentences: [acrossSentence(pairs)] };
  const seq = firstDifference(a, b);
  return { pairs, seq, across, sentences: sentences(a, b, pairs, seq) };
}

/** Of a real and a simulated run, whose events are never the same one for one. @param {Pair[]} pairs */
function acrossSentence(pairs) {
  const both = pairs.filter((p) => p.a && p.b).length;
  const differing = pairs.filter((p) => p.differs).length;
  const same = `wait and run as long, within ${duration(SAME_ACROSS_NS)}`;
  if (!differing) return `All ${count(both, "run")} of the module's items ${same}, in both.`;
  return `Of ${count(pairs.length, "run")} of the module's items ${pairs.length - differing} ${same}.`;
}

/** @param {Store} a @param {Store} b @param {Pair[]} pairs @param {number} seq @returns {string[]} */
function sentences(a, b, pairs, seq) {
  if (seq < 0) return ["Both runs are the same, event for event."];
  const differing = pairs.filter((p) => p.differs && p.own);
  const out = [];
  const from = seq < b.events.t.length ? b : a;
  const ns = from.events.t.at(seq);
  out.push(`The runs are the same up to ${duration(ns)}: ${announce(from, seq)}.`);
  if (!differing.length) out.push("No item waits or runs differently.");
  else out.push(`${count(differing.length, "item")} of the module ${differing.length === 1 ? "differs" : "differ"}.`);
  for (const p of differing.slice(0, 3)) {
    if (!p.a) out.push(`${p.label} is new.`);
    else if (!p.b) out.push(`${p.label} is no longer queued.`);
    else if (p.a.fate !== p.b.fate) out.push(`${p.label}: ${p.a.fate} before, now ${p.b.fate}.`);
    else if (Math.abs(p.waits) > SAME_NS)
      out.push(
        `${p.label} waits ${duration(Math.abs(p.waits))} ${p.waits < 0 ? "less" : "longer"} (${duration(p.b.waits)} instead of ${duration(p.a.waits)}).`,
      );
    else if (Math.abs(p.runs) > SAME_NS)
      out.push(`${p.label} runs ${duration(Math.abs(p.runs))} ${p.runs < 0 ? "less" : "longer"}.`);
    else
      out.push(
        `${p.label} starts ${duration(Math.abs(p.b.startNs - p.a.startNs))} ${p.b.startNs < p.a.startNs ? "earlier" : "later"}.`,
      );
  }
  const [ea, eb] = [a.end?.outcome, b.end?.outcome];
  if (ea && eb && ea.kind !== eb.kind) out.push(`Before: ${ea.kind}; now: ${eb.kind}.`);
  return out;
}
