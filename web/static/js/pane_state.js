/** The State pane: the whole machine at the playhead, and the breakpoints. Each name leads to its lane. */

import { joined, linkTo, make, table } from "./dom.js";
import { at, duration } from "./format.js";
import { itemLink, toTask } from "./jump.js";
import { beingName, machineAt, valuesAt } from "./machine.js";
import { taskName } from "./model.js";

/** @import { Being } from "./machine.js" */
/** @import { PageState } from "./state.js" */

/** @param {HTMLElement} root @param {PageState} page */
export function showState(root, page) {
  const { store, tNs, seq } = page;
  if (!store.meta) return;
  const machine = machineAt(store, tNs);
  /** @param {Being} being */
  const name = (being) => (being.item >= 0 ? itemLink(page, being.item) : taskLink(page, being.task, being.lane.name));
  /** @param {Being[]} list */
  const names = (list) => (list.length ? joined(list.map(name)) : "–");
  const out = [breakpoints(page)];
  out.push(
    table(
      "CPUs",
      ["CPU", "runs", "on", "for"],
      machine.cpus.map((b) => [
        b.lane.name,
        b.state === "idle" ? "idle" : b.state === "running" ? name(b) : b.state,
        b.item >= 0 ? taskLink(page, b.task, "") : "",
        duration(tNs - b.sinceNs),
      ]),
      1,
    ),
  );
  for (const pool of machine.pools) {
    const { counters } = pool;
    const rows = [
      ["worklist", names(pool.queued)],
      ["inactive", names(pool.held)],
      ["busy", pool.busy.length ? joined(pool.busy.map((b) => busy(page, b))) : "–"],
      ["idle list", pool.idle.length ? joined(pool.idle.map((b) => taskLink(page, b.task, b.lane.name))) : "–"],
    ];
    const caption = `${pool.lane.name}, ${pool.lane.sub}: nr_running ${counters.running}, ${counters.idle} idle`;
    out.push(table(caption, [], /** @type {(Node | string)[][]} */ (rows)));
  }
  const values = valuesAt(store, seq);
  const [locks, variables] = [values.filter((v) => v.lock), values.filter((v) => !v.lock)];
  const plain = (/** @type {typeof values} */ list) => list.map((v) => [make("code", "", v.name), v.value]);
  if (locks.length) out.push(table("Locks", [], plain(locks)));
  if (variables.length) out.push(table("Variables of the module", [], plain(variables)));
  const timers = machine.timers.map((b) => [beingName(store, b), `since ${at(b.sinceNs)}, ${until(page, b)}`]);
  if (timers.length) out.push(table("Timers armed", [], timers));
  root.replaceChildren(...out);
}

/** @param {PageState} page @param {Being} being */
function until({ store }, being) {
  const end = store.spans.end.at(being.span);
  return Number.isFinite(end) ? `until ${at(end)}` : "still armed at the end";
}

/** @param {PageState} page @param {number} task @param {string} otherwise */
function taskLink(page, task, otherwise) {
  const name = task >= 0 ? taskName(page.store, task) : "";
  return name ? linkTo(name, () => toTask(page, task, page.tNs)) : otherwise;
}

/** @param {PageState} page @param {Being} being */
function busy(page, being) {
  const worker = taskLink(page, being.task, being.lane.name);
  const what = being.item >= 0 ? itemLink(page, being.item) : "manages";
  return make("span", "", worker, " ", make("span", "quiet", `${being.state} `), what);
}

/** @param {PageState} page */
function breakpoints(page) {
  const { kinds, lines } = page.breaks;
  const box = make("p", "sub");
  if (!kinds.size && !lines.size) {
    box.append("No breakpoints: B stops at events of the selected type, a click left of a line number stops there.");
    return box;
  }
  const parts = [];
  for (const kind of kinds)
    parts.push(
      linkTo(`${kind} ✕`, () => {
        kinds.delete(kind);
        page.touch("breaks");
      }),
    );
  for (const line of lines)
    parts.push(
      linkTo(`line ${line} ✕`, () => {
        lines.delete(line);
        page.touch("breaks");
      }),
    );
  box.append("Stops at ", joined(parts));
  return box;
}
