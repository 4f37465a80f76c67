/** The first look: where a run is paused, and what the page says about it. */

import { readMoment } from "./format.js";
import { findItem, firstTellingWait, itemLabel, waitText } from "./model.js";

/** @import { PageState } from "./state.js" */

/** The wait at which the scenario wants to be looked at: the first of an item with its cause, else the first telling one.
 * @param {PageState} page
 */
function pauseWait({ store, lesson }) {
  const { item, cause, culprits: who } = store.waits;
  let found = -1;
  for (let w = 0; w < item.length && lesson?.pause; w++) {
    if (item.data[w] < 0 || store.words.causes[cause.data[w]].code !== lesson.pause) continue;
    if (found < 0 || (!store.waits.culprits[found].length && who[w].length)) found = w;
  }
  return found >= 0 ? found : firstTellingWait(store);
}

/**
 * Pauses at the scenario's wait and says why it waits.
 * @param {PageState} page
 * @returns {string} what waits and why, one sentence; empty where nothing does
 */
export function pauseAtLesson(page) {
  const { store } = page;
  const wait = pauseWait(page);
  if (wait < 0) {
    page.setTime(page.endNs);
    return "";
  }
  const from = page.axis.toU(store.waits.start.data[wait]);
  const to = page.axis.toU(Math.min(store.waits.end.data[wait], store.reachedNs));
  const ns = Math.round(page.axis.toNs(from + (to - from) * 0.45));
  const item = store.waits.item.data[wait];
  page.setTime(ns);
  page.select({ kind: "item", id: item, atNs: ns });
  return `${itemLabel(store, item)} waits: ${waitText(store, wait)}.`;
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
