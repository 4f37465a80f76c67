/** The first look: where a run is paused, and what the page says about it. */

import { findings } from "./footer.js";
import { readMoment } from "./format.js";
import { findItem, firstTellingWait, itemLabel, spanAt, taskLane, taskName, waitText } from "./model.js";

/** @import { PageState } from "./state.js" */

/**
 * Pauses where the scenario wants to be looked at: at the first wait of its cause; without a cause at the first
 * finding, else at the first telling wait.
 * @param {PageState} page
 * @returns {string} what is to be seen there, one sentence; empty where nothing is
 */
export function pauseAtLesson(page) {
  const { store, lesson } = page;
  const [trouble] = lesson?.pause ? [] : findings(page);
  if (trouble) {
    const ns = store.events.t.at(trouble.seq);
    page.setTime(ns);
    page.seq = trouble.seq;
    const lane = taskLane(store, store.events.task.at(trouble.seq));
    const span = lane ? spanAt(store, lane.id, ns) : -1;
    page.select(span >= 0 ? { kind: "span", id: span, atNs: ns } : { kind: "event", id: trouble.seq, atNs: ns });
    return trouble.text;
  }
  const found = lesson?.pause ? firstTellingWait(store, lesson.pause) : -1;
  const wait = found >= 0 ? found : firstTellingWait(store);
  if (wait < 0) {
    page.setTime(page.endNs);
    return "";
  }
  const from = page.axis.toU(store.waits.start.at(wait));
  const to = page.axis.toU(Math.min(store.waits.end.at(wait), store.reachedNs));
  const ns = Math.round(page.axis.toNs(from + (to - from) * 0.45));
  const item = store.waits.item.at(wait);
  page.setTime(ns);
  if (item < 0) page.select({ kind: "span", id: store.waits.span.at(wait), atNs: ns });
  else page.select({ kind: "item", id: item, atNs: ns });
  const who = item < 0 ? taskName(store, store.waits.task.at(wait)) : itemLabel(store, item);
  return `${who} waits: ${waitText(store, wait)}.`;
}

/**
 * Selects what a link names, NAME@TIME.
 * @param {PageState} page
 * @param {string} sel
 */
export function selectNamed(page, sel) {
  const cut = sel.lastIndexOf("@");
  const name = cut > 0 ? sel.slice(0, cut) : sel;
  const ns = cut > 0 ? (readMoment(sel.slice(cut + 1)) ?? page.tNs) : page.tNs;
  const item = findItem(page.store, name, ns);
  if (item >= 0) page.select({ kind: "item", id: item, atNs: ns });
}
