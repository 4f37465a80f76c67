/** The command palette: all that has a key, all panes, the items and lanes of the run; found by their words. */

import { make } from "./dom.js";
import { toItem } from "./jump.js";
import { itemLabel } from "./model.js";
import { reachable } from "./whereabouts.js";

/** @import { Binding } from "./keys.js" */
/** @import { PageState } from "./state.js" */

const SHOWN_MAX = 60;
const ITEMS_MAX = 400;

/** @typedef {{words: string, show: string, act: () => void}} Command */

/** @type {Command[]} */
let commands = [];
let chosen = 0;
/** @type {Command[]} */
let found = [];

const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#palette"));
const input = /** @type {HTMLInputElement} */ (document.querySelector("#palette-input"));
const list = /** @type {HTMLElement} */ (document.querySelector("#palette-list"));

input.addEventListener("input", () => show());
input.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && found.length) {
    event.preventDefault();
    choose((chosen + by + found.length) % found.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    perform(found[chosen]);
  }
});
list.addEventListener("click", (event) => {
  const row = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[role=option]"));
  if (row) perform(found[Number(row.dataset.i)]);
});

/** @param {Command | undefined} command */
function perform(command) {
  if (!command) return;
  dialog.close();
  command.act();
}

/** @param {number} i */
function choose(i) {
  chosen = i;
  for (const [k, row] of [...list.children].entries()) {
    row.setAttribute("aria-selected", String(k === i));
    if (k === i) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }
  }
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = commands.filter((c) => words.every((word) => c.words.toLowerCase().includes(word))).slice(0, SHOWN_MAX);
  list.replaceChildren(
    ...found.map((command, i) => {
      const row = make("div", "", make("span", "", command.words));
      if (command.show) row.append(make("kbd", "", command.show));
      row.id = `command-${i}`;
      row.setAttribute("role", "option");
      row.dataset.i = String(i);
      return row;
    }),
  );
  choose(0);
}

/** What a server is needed for. @param {(href: string) => void} open @returns {Command[]} */
const served = (open) => [
  { words: "Run in the simulator", show: "", act: () => document.getElementById("simulator")?.click() },
  { words: "Run on the real kernel", show: "", act: () => document.getElementById("real")?.click() },
  { words: "Show the recorded real run", show: "", act: () => document.getElementById("recorded")?.click() },
  { words: "Open the gallery", show: "", act: () => open("/gallery") },
  { words: "Open a trace file", show: "", act: () => document.getElementById("open-trace")?.click() },
  ...[...document.querySelectorAll("#files button:not(#open-trace)")].map((e) => ({
    words: e.textContent ?? "",
    show: "",
    act: () => /** @type {HTMLElement} */ (e).click(),
  })),
];

/**
 * @param {PageState} page
 * @param {Binding[]} bindings
 * @param {{showLow: (id: string) => void, showLeft: (id: string) => void, open: (href: string) => void}} acts
 */
export function openPalette(page, bindings, { showLow, showLeft, open }) {
  const tab = (/** @type {Element} */ e) => ({
    words: `Show ${e.firstChild?.textContent?.trim() ?? ""}`,
    show: "",
    act: () => {
      const id = e.getAttribute("aria-controls") ?? "";
      (e.closest("#left-tabs") ? showLeft : showLow)(id);
      document.getElementById(id)?.focus();
    },
  });
  const items = page.store.meta ? Math.min(ITEMS_MAX, page.store.itemCount) : 0;
  commands = [
    ...bindings.map(({ words, show: keys, act }) => ({
      words: words[0].toUpperCase() + words.slice(1),
      show: keys,
      act,
    })),
    ...[...document.querySelectorAll("[role=tab]")].filter((e) => e.checkVisibility()).map(tab),
    ...(reachable ? served(open) : []),
    ...Array.from({ length: items }, (_, i) => ({
      words: `Item ${itemLabel(page.store, i)}`,
      show: "",
      act: () => toItem(page, i, page.tNs),
    })),
  ];
  input.value = "";
  show();
  dialog.showModal();
}
