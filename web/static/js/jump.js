/** Jumps: to an item, a task, a culprit, an event, a line. They select, move the playhead and bring it into the window. */

import { linkTo } from "./dom.js";
import { selectedItem } from "./marks.js";
import { itemLabel, itemRange, lastStarted, taskLane } from "./model.js";

/** @import { Culprit } from "./model.js" */
/** @import { PageState } from "./state.js" */

/** @param {PageState} page @param {number} ns */
export function toTime(page, ns) {
  page.playing = false;
  page.setTime(ns);
  page.reveal(page.tNs);
}

/** @param {PageState} page @param {number} seq */
export function toEvent(page, seq) {
  toTime(page, page.store.events.t.at(seq));
  page.seq = seq;
  page.select({ kind: "event", id: seq, atNs: page.tNs });
}

/** To an item as it is at a moment; before or after its life, to where that is nearest. @param {PageState} page @param {number} item @param {number} ns */
export function toItem(page, item, ns) {
  const [from, to] = itemRange(page.store, item);
  const at = Math.min(Math.max(ns, from), to);
  page.select({ kind: "item", id: item, atNs: at });
  toTime(page, at);
}

/** An item's name as a link to it; marked where it is the selection. @param {PageState} page @param {number} item */
export function itemLink(page, item) {
  const link = linkTo(itemLabel(page.store, item), () => toItem(page, item, page.tNs));
  if (selectedItem(page) === item) link.setAttribute("aria-current", "true");
  return link;
}

/** To what a task does at a moment. @param {PageState} page @param {number} task @param {number} ns @returns {boolean} whether it has a lane */
export function toTask(page, task, ns) {
  const { store } = page;
  const lane = taskLane(store, task);
  if (!lane) return false;
  const ids = store.spansOn(lane.id);
  const best = ids.at(Math.max(0, lastStarted(store, ids, ns)));
  if (best >= 0) page.select({ kind: "span", id: best, atNs: ns });
  toTime(page, ns);
  return true;
}

/** To the first thing that happens on a lane. @param {PageState} page @param {number} lane */
export function toLane(page, lane) {
  const { store } = page;
  const { spans, words } = store;
  const idle = words.states.indexOf("idle");
  const ids = store.spansOn(lane);
  let i = 0;
  while (i < ids.length && spans.state.at(ids.at(i)) === idle) i++;
  if (i === ids.length) return;
  const first = ids.at(i);
  page.select({ kind: "span", id: first, atNs: spans.start.at(first) });
  toTime(page, spans.start.at(first));
}

/** The life of an object that covers a moment, else the nearest before it; -1 where it is no item. @param {import("./store.js").Store} store @param {number} object @param {number} ns */
export function lifeOf(store, object, ns) {
  let best = -1;
  for (let i = 0; i < store.itemCount; i++) {
    if (store.items.object.at(i) !== object) continue;
    if (best < 0 || itemRange(store, i)[0] <= ns) best = i;
  }
  return best;
}

/** Whether there is anything to jump to. @param {PageState} page @param {Culprit} culprit */
export function canJump({ store }, culprit) {
  if (culprit.kind === "item") return true;
  if (culprit.kind === "task") return taskLane(store, culprit.id) !== null;
  return store.items.object.some((object) => object === culprit.id);
}

/** @param {PageState} page @param {Culprit} culprit @param {number} ns */
export function toCulprit(page, culprit, ns) {
  if (culprit.kind === "item") toItem(page, culprit.id, ns);
  else if (culprit.kind === "task") toTask(page, culprit.id, ns);
  else {
    const life = lifeOf(page.store, culprit.id, ns);
    if (life >= 0) toItem(page, life, ns);
  }
}

/** To the next event of a source line, and round again. @param {PageState} page @param {number} line */
export function toLine(page, line) {
  const { line: lines, t } = page.store.events;
  const n = lines.length;
  for (let i = 1; i <= n; i++) {
    const seq = (Math.max(-1, page.seq) + i) % n;
    if (lines.at(seq) === line) {
      toTime(page, t.at(seq));
      return;
    }
  }
}
