/**
 * The lane heads as a tree grid: groups, their lanes, and for each lane what it does at the playhead, for those who
 * do not see the canvas. Up and Down move between rows, Enter selects what is on the lane at the playhead.
 */

import { counterAt, itemLabel, spanAt, taskName, waitAt, waitText } from "./model.js";

/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */

/** @param {HTMLElement} root @param {Row[]} rows @param {PageState} page */
export function laneHeads(root, rows, page) {
  const key = rows.map((r) => `${r.heading}${r.name}|${r.sub}|${r.lane?.id}`).join("\n");
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  const focused = Number(/** @type {HTMLElement | null} */ (root.querySelector('[tabindex="0"]'))?.dataset.lane ?? -1);
  root.replaceChildren(
    ...rows.map((row) => {
      const line = document.createElement("div");
      line.setAttribute("role", "row");
      line.className = row.heading ? "group" : "lane";
      line.dataset.lane = String(row.lane?.id ?? -1);
      line.setAttribute("aria-level", row.heading ? "1" : "2");
      line.style.top = `${row.y}px`;
      line.style.height = `${row.h}px`;
      line.tabIndex = -1;
      line.append(cell(row.name, "name"), cell(row.sub, "sub"), cell("", "visually-hidden now"));
      if (row.sub) line.title = `${row.name}, ${row.sub}`;
      return line;
    }),
  );
  const first =
    [...root.children].find((e) => /** @type {HTMLElement} */ (e).dataset.lane === String(focused)) ??
    root.firstElementChild;
  if (first) /** @type {HTMLElement} */ (first).tabIndex = 0;
  if (!root.dataset.bound) bind(root, page);
}

/** @param {string} text @param {string} name */
function cell(text, name) {
  const out = document.createElement("span");
  out.setAttribute("role", "gridcell");
  out.className = name;
  out.textContent = text;
  return out;
}

/** @param {HTMLElement} root @param {PageState} page */
function bind(root, page) {
  root.dataset.bound = "yes";
  root.addEventListener("keydown", (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest("[role=row]");
    if (!row) return;
    if (event.key === "Enter") {
      const lane = Number(/** @type {HTMLElement} */ (row).dataset.lane);
      const span = page.store.meta && lane >= 0 ? spanAt(page.store, lane, page.tNs) : -1;
      if (span >= 0) page.select({ kind: "span", id: span, atNs: page.tNs });
      event.preventDefault();
      return;
    }
    const to =
      event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    focusRow(root, /** @type {HTMLElement} */ (to));
  });
  root.addEventListener("focusin", (event) => describe(/** @type {HTMLElement} */ (event.target), page));
}

/** @param {HTMLElement} root @param {HTMLElement} row */
export function focusRow(root, row) {
  for (const old of root.querySelectorAll('[tabindex="0"]')) /** @type {HTMLElement} */ (old).tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
}

/** Says what is on a lane at the playhead. @param {HTMLElement} row @param {PageState} page */
function describe(row, page) {
  const now = row.querySelector(".now");
  const lane = Number(row.dataset.lane);
  const { store } = page;
  if (!now || lane < 0 || !store.meta) return;
  const span = spanAt(store, lane, page.tNs);
  if (span < 0) {
    now.textContent = "nothing here now";
    return;
  }
  const { state, item, task } = store.spans;
  const who = item.data[span] >= 0 ? itemLabel(store, item.data[span]) : taskName(store, task.data[span]);
  const wait = waitAt(store, span, page.tNs);
  now.textContent = [who, store.words.states[state.data[span]], wait >= 0 ? waitText(store, wait) : ""]
    .filter(Boolean)
    .join(", ");
}

/** Writes the depth of each worklist at the playhead into its head. @param {HTMLElement} root @param {Row[]} rows @param {PageState} page */
export function updateDepths(root, rows, page) {
  for (const [i, row] of rows.entries()) {
    if (row.lane?.kind !== "worklist" || !row.name) continue;
    const sub = root.children[i]?.querySelector(".sub");
    const depth = counterAt(page.store, row.lane.parent, "worklist", page.tNs);
    const text = depth === null ? row.sub : `depth ${depth}`;
    if (sub && sub.textContent !== text) sub.textContent = text;
  }
}
