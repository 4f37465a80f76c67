/** Splitters of the wide layout, and the pane switch of the narrow one. */

import { bindSplitter } from "./panes.js";

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

export function bindLayout() {
  const main = one("#main");
  bindSplitter(one("#split-left"), {
    property: "--left",
    vertical: true,
    from: 320,
    to: () => Math.max(320, innerWidth - 480),
    measure: (event) => event.clientX,
    start: 594,
  });
  bindSplitter(one("#split-low"), {
    property: "--low",
    vertical: false,
    from: 96,
    to: () => Math.max(96, innerHeight - 320),
    measure: (event) => main.getBoundingClientRect().bottom - event.clientY,
    start: 226,
  });
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".switch [data-pane]")]);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      main.dataset.pane = button.dataset.pane;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}
