/** How much time the run spent at each line of the source: running there, and waiting there. */

/** @import { PageState } from "./state.js" */

/** @typedef {Map<number, {runNs: number, waitNs: number}>} Heat */

const WAITING = new Set(["sleeping", "blocked", "runnable"]);

/** @param {PageState} page @returns {Heat} */
export function lineHeat({ store }) {
  /** @type {Heat} */
  const heat = new Map();
  if (!store.meta) return heat;
  const { lane, state, start, end, line, seq, last, task } = store.spans;
  const at = (/** @type {number} */ l) => {
    const known = heat.get(l) ?? { runNs: 0, waitNs: 0 };
    heat.set(l, known);
    return known;
  };
  const { t, task: by, line: lines } = store.events;
  for (let i = 0; i < lane.length; i++) {
    const kind = store.lanes.get(lane.at(i))?.kind;
    if (kind !== "worker" && kind !== "task") continue;
    const word = store.words.states[state.at(i)];
    const until = Math.min(end.at(i), store.reachedNs);
    if (WAITING.has(word)) {
      if (line.at(i) > 0) at(line.at(i)).waitNs += until - start.at(i);
    } else if (word === "running") {
      // From one event of the task to its next it is at the line of the first.
      let from = start.at(i);
      let now = line.at(i);
      const stop = last.at(i) < 0 ? t.length - 1 : last.at(i);
      for (let s = seq.at(i); s <= stop && s < t.length; s++) {
        if (by.at(s) !== task.at(i) || lines.at(s) <= 0) continue;
        if (now > 0) at(now).runNs += Math.max(0, t.at(s) - from);
        from = Math.max(from, t.at(s));
        now = lines.at(s);
      }
      if (now > 0) at(now).runNs += Math.max(0, until - from);
    }
  }
  return heat;
}
