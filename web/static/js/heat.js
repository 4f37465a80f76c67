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
    const kind = store.lanes.get(lane.data[i])?.kind;
    if (kind !== "worker" && kind !== "task") continue;
    const word = store.words.states[state.data[i]];
    const until = Math.min(end.data[i], store.reachedNs);
    if (WAITING.has(word)) {
      if (line.data[i] > 0) at(line.data[i]).waitNs += until - start.data[i];
    } else if (word === "running") {
      // From one event of the task to its next it is at the line of the first.
      let from = start.data[i];
      let now = line.data[i];
      const stop = last.data[i] < 0 ? t.length - 1 : last.data[i];
      for (let s = seq.data[i]; s <= stop && s < t.length; s++) {
        if (by.data[s] !== task.data[i] || lines.data[s] <= 0) continue;
        if (now > 0) at(now).runNs += Math.max(0, t.data[s] - from);
        from = Math.max(from, t.data[s]);
        now = lines.data[s];
      }
      if (now > 0) at(now).runNs += Math.max(0, until - from);
    }
  }
  return heat;
}
