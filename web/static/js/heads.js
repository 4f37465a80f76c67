/**
 * The lane heads as a tree grid: groups that open and close, their lanes, and for each lane what it does at the
 * playhead, for those who do not see the canvas. Up and Down move between rows, Left and Right close and open a group,
 * Enter selects what is on the lane at the playhead, P pins it, Alt with the arrows moves it.
 */

import { bindLaneDrag, siblings } from "./lanedrag.js";
import { counterAt, itemLabel, spanAt, taskName, waitAt, waitText } from "./model.js";
import { told } from "./openfacts.js";

/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */

/** @param {HTMLElement} root @param {Row[]} rows @param {PageState} page */
export function laneHeads(root, rows, page) {
  const key = rows.map((r) => [r.heading, r.open, r.count, r.name, r.sub, r.lane?.id, r.y].join("|")).join("\n");
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  const old = /** @type {HTMLElement | null} */ (root.querySelector('[tabindex="0"]'));
  const had = root.contains(document.activeElement);
  root.replaceChildren(...rows.map((row) => headOf(row, page)));
  const heads = /** @type {HTMLElement[]} */ ([...root.children]);
  const now = heads.find((e) => e.dataset.key === old?.dataset.key) ?? heads[0];
  if (now) now.tabIndex = 0;
  if (now && had) now.focus({ preventScroll: true });
  if (!root.dataset.bound) bind(root, page);
}

/** @param {Row} row @param {PageState} page */
function headOf(row, page) {
  const line = document.createElement("div");
  line.setAttribute("role", "row");
  line.className = row.heading ? "group" : "lane";
  line.classList.toggle("faint", row.faint);
  line.dataset.lane = String(row.lane?.id ?? -1);
  line.dataset.key = row.key;
  line.dataset.group = row.group;
  line.setAttribute("aria-level", row.heading ? "1" : "2");
  line.style.top = `${row.y}px`;
  line.style.height = `${row.h}px`;
  line.tabIndex = -1;
  line.append(cell(row.name, "name"), cell(row.sub, "sub"), cell("", "visually-hidden now"));
  if (row.heading) {
    line.setAttribute("aria-expanded", String(row.open));
    if (!row.open) line.append(cell(`${row.count} lane${row.count === 1 ? "" : "s"}`, "sub folded"));
    return line;
  }
  line.classList.toggle("pinned", page.arrangement.pinned.includes(row.key));
  line.title = `${[row.name, row.sub].filter(Boolean).join(", ") || "worklist"}: drag it within its group; P pins it, Alt with the arrows moves it`;
  const more = document.createElement("button");
  more.type = "button";
  more.className = "more";
  more.tabIndex = -1;
  more.setAttribute("aria-label", `Lane ${row.name || "worklist"}: pin, move`);
  more.textContent = "⋮";
  const held = document.createElement("span");
  held.setAttribute("role", "gridcell");
  held.append(more);
  line.append(held);
  return line;
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
  bindLaneDrag(root, (row, by) => move(page, row, by));
  root.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest("[role=row]"));
    if (!row) return;
    if (target.closest(".more")) openMenu(row, page);
    else if (row.classList.contains("group")) turn(page, row.dataset.key ?? "");
    else focusRow(root, row);
  });
  root.addEventListener("keydown", (event) => {
    const row = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[role=row]"));
    if (row && act(root, row, event, page)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  root.addEventListener("focusin", (event) => {
    const row = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[role=row]"));
    if (row) describe(row, page);
  });
}

/** @param {HTMLElement} root @param {HTMLElement} row @param {KeyboardEvent} event @param {PageState} page @returns {boolean} whether the key meant something */
function act(root, row, event, page) {
  const key = row.dataset.key ?? "";
  const group = row.classList.contains("group");
  const open = row.getAttribute("aria-expanded") === "true";
  if (event.ctrlKey || event.metaKey) return false;
  if (event.altKey && /^Arrow(Up|Down)$/.test(event.key)) {
    if (!group) move(page, row, event.key === "ArrowUp" ? -1 : 1);
    return true;
  }
  if (event.altKey) return false;
  if (
    group &&
    (event.key === "Enter" || (event.key === "ArrowRight" && !open) || (event.key === "ArrowLeft" && open))
  ) {
    turn(page, key);
    return true;
  }
  if (event.key === "Enter") {
    const lane = Number(row.dataset.lane);
    const span = page.store.meta && lane >= 0 ? spanAt(page.store, lane, page.tNs) : -1;
    if (span >= 0) page.select({ kind: "span", id: span, atNs: page.tNs });
    return true;
  }
  if (event.code === "KeyP" && !group) {
    pin(page, key);
    return true;
  }
  const to =
    event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  if (to) focusRow(root, /** @type {HTMLElement} */ (to));
  return to !== null;
}

/** @param {PageState} page @param {string} key */
function turn(page, key) {
  page.arrangement.turn(key);
  page.touch("lanes");
}

/** @param {PageState} page @param {string} key */
function pin(page, key) {
  page.arrangement.pin(key);
  page.touch("lanes");
}

/** Moves a lane within its group. @param {PageState} page @param {HTMLElement} row @param {number} by */
function move(page, row, by) {
  const keys = siblings(row).map((lane) => lane.dataset.key ?? "");
  page.arrangement.move(row.dataset.group ?? "", keys, row.dataset.key ?? "", by);
  page.touch("lanes");
}

/** @param {HTMLElement} row @param {PageState} page */
function openMenu(row, page) {
  const menu = /** @type {HTMLElement} */ (document.querySelector("#lane-menu"));
  const key = row.dataset.key ?? "";
  const box = row.getBoundingClientRect();
  menu.style.left = `${Math.round(box.right - 20)}px`;
  menu.style.top = `${Math.round(Math.min(box.bottom, innerHeight - 130))}px`;
  /** @type {[string, () => void][]} */
  const entries = [
    [page.arrangement.pinned.includes(key) ? "Unpin" : "Pin to the top", () => pin(page, key)],
    ["Move up", () => move(page, row, -1)],
    ["Move down", () => move(page, row, 1)],
  ];
  menu.replaceChildren(
    ...entries.map(([text, todo]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "menuitem");
      button.textContent = text;
      button.addEventListener("click", () => {
        menu.hidePopover();
        todo();
      });
      return button;
    }),
  );
  menu.onkeydown = (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!by) return;
    const all = /** @type {HTMLElement[]} */ ([...menu.children]);
    all[(all.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by + all.length) % all.length].focus();
    event.preventDefault();
    event.stopPropagation();
  };
  menu.showPopover();
  /** @type {HTMLElement} */ (menu.firstElementChild).focus();
}

/** @param {HTMLElement} root @param {HTMLElement} row */
export function focusRow(root, row) {
  for (const old of root.querySelectorAll('[role=row][tabindex="0"]')) /** @type {HTMLElement} */ (old).tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
}

/** Says what is on a lane at the playhead. @param {HTMLElement} row @param {PageState} page */
function describe(row, page) {
  const now = row.querySelector(".now");
  const lane = Number(row.dataset.lane);
  const { store } = page;
  if (!now || lane < 0 || !store.meta || row.classList.contains("group")) return;
  const span = spanAt(store, lane, page.tNs);
  if (span < 0) {
    now.textContent = "nothing here now";
    return;
  }
  const { state, item, task } = store.spans;
  const who = item.at(span) >= 0 ? itemLabel(store, item.at(span)) : taskName(store, task.at(span));
  const wait = waitAt(store, span, page.tNs);
  const rests = store.open?.waits.has(wait) ? ", in this run, open" : "";
  const cause = wait >= 0 ? `${waitText(store, wait)}${rests}` : "";
  now.textContent = [who, store.words.states[state.at(span)], cause, ...told(store.open?.spans.get(span))]
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
