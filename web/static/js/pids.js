/** PIDs and names of workers in text that the kernel or its tools printed, as links to the lanes of their tasks. */

import { linkTo } from "./dom.js";
import { toTask } from "./jump.js";
import { taskLane } from "./model.js";

/** @import { PageState } from "./state.js" */
/** @import { Store } from "./store.js" */

/**
 * `PID: 19` of modules and oopses, `pid 19` of the shell, the second column of `ps aux`, the first of `ps`, `[19]` of a
 * job, and workers by name: `kworker/u8:2+events_unbound`.
 */
const FOUND =
  /(?<=\bpid(?: |[:=] ?))\d+|(?<=^\s*root +)\d+(?= )|(?<=^ *)\d+(?= (?:root|\?|pts|tty))|kworker\/[\w:-]+/gim;

/** The last task of a PID, or of a worker's name, that has a lane; -1 none. @param {Store} store @param {string} word */
function taskOf(store, word) {
  const pid = Number(word);
  for (let i = store.tasks.length - 1; i >= 0; i--) {
    const { comm, pid: its } = store.tasks[i];
    const same = Number.isInteger(pid) ? its === pid : comm === word || word.startsWith(`${comm}-`);
    if (same && taskLane(store, i)) return i;
  }
  return -1;
}

/**
 * A text with links in it. They are reached by Tab from the line at the playhead only; elsewhere by pointer.
 * @param {PageState} page
 * @param {string} text
 * @param {() => number} when the moment to which a link leads
 * @returns {(string | HTMLElement)[]}
 */
export function withPids(page, text, when) {
  const { store } = page;
  const out = [];
  let from = 0;
  for (const { index, 0: word } of text.matchAll(FOUND)) {
    const task = taskOf(store, word);
    if (task < 0) continue;
    const link = linkTo(word, () => toTask(page, task, when()));
    link.classList.add("pid");
    link.title = `To the lane of ${store.tasks[task].comm}`;
    link.tabIndex = -1;
    link.addEventListener("click", (event) => event.stopPropagation());
    out.push(text.slice(from, index), link);
    from = index + word.length;
  }
  return from ? [...out, text.slice(from)] : [text];
}

/** Lets Tab reach the links of one line, and no longer those of another. @param {Element | undefined} before @param {Element | undefined} now */
export function tabHere(before, now) {
  for (const link of before?.querySelectorAll(".pid") ?? []) /** @type {HTMLElement} */ (link).tabIndex = -1;
  for (const link of now?.querySelectorAll(".pid") ?? []) /** @type {HTMLElement} */ (link).tabIndex = 0;
}
