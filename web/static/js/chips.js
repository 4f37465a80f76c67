/**
 * Why, at a glance: beside the playhead, on the lane of each item that waits at this moment, its cause and who is to
 * blame. The culprits are buttons that jump there. Nothing needs a click to be read.
 */

import { canJump, toCulprit, toItem } from "./jump.js";
import { culprits, itemLabel, spanAt, waitAt, waitText } from "./model.js";
import { toX } from "./ruler.js";

/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */

const BESIDE_PX = 7;
/** Causes that say nothing that the bar does not. */
const PLAIN = new Set(["TIMER", "WORKER_WAKING", "UNKNOWN"]);
/** States in which somebody waits for others. */
const WAITING = new Set(["held", "queued", "blocked", "runnable"]);

/** @typedef {{row: Row, span: number, wait: number, key: string}} Chip */

/** @param {PageState} page @param {Row} row @returns {Chip | null} */
function chipOf({ store, tNs }, row) {
  if (row.heading || row.faint || !row.lane || row.lane.kind === "cpu") return null;
  const span = spanAt(store, row.lane.id, tNs);
  if (span < 0 || !WAITING.has(store.words.states[store.spans.state.at(span)])) return null;
  const wait = waitAt(store, span, tNs);
  if (wait < 0) return null;
  const { code } = store.words.causes[store.waits.cause.at(wait)];
  const item = store.spans.item.at(span);
  if (PLAIN.has(code) || (item < 0 && !["LOCK", "FLUSH", "DRAINING"].includes(code))) return null;
  return { row, span, wait, key: `${row.key}|${wait}|${row.y}` };
}

export class Chips {
  /** @param {HTMLElement} stage @param {PageState} page */
  constructor(stage, page) {
    this.page = page;
    this.box = document.createElement("div");
    this.box.className = "chips";
    stage.append(this.box);
    this.box.addEventListener("pointerdown", (event) => event.stopPropagation());
    /** @type {string} */
    this.shown = "";
    /** Spans that a chip tells of, so that the canvas need not. @type {Set<number>} */
    this.spans = new Set();
  }

  /**
   * Shows the chips of the moment.
   * @param {Row[]} rows
   * @param {import("./ruler.js").Window} w
   * @returns {boolean} whether other spans than before are told of
   */
  show(rows, w) {
    const { page, box } = this;
    const x = page.store.meta ? toX(page.axis, w, page.tNs) : -1;
    const found = x < 0 || x > w.width ? [] : rows.map((row) => chipOf(page, row)).filter((chip) => chip !== null);
    const right = x > w.width * 0.62;
    const key = `${page.store.meta?.run}${right}${found.map((chip) => chip.key).join()}`;
    box.style.transform = `translateX(${Math.round(right ? x - w.width - BESIDE_PX : x + BESIDE_PX)}px)`;
    if (key === this.shown) return false;
    this.shown = key;
    this.spans = new Set(found.map((chip) => chip.span));
    box.classList.toggle("flip", right);
    box.replaceChildren(...found.map((chip) => this.#chip(chip)));
    return true;
  }

  /** @param {Chip} chip */
  #chip({ row, span, wait }) {
    const { page } = this;
    const { store } = page;
    const out = document.createElement("p");
    out.style.top = `${row.y + 2}px`;
    out.title = waitText(store, wait);
    const item = store.spans.item.at(span);
    if (item >= 0 && row.sub !== "inactive") {
      const name = this.#button(itemLabel(store, item), () => toItem(page, item, page.tNs));
      name.className = "self";
      out.append(name, " ");
    }
    const who = culprits(store, wait);
    const word = store.words.causes[store.waits.cause.at(wait)].chip;
    out.append(who.length ? `${word}: ` : word);
    for (const [i, culprit] of who.slice(0, 3).entries()) {
      if (i) out.append(", ");
      out.append(
        canJump(page, culprit) ? this.#button(culprit.name, () => toCulprit(page, culprit, page.tNs)) : culprit.name,
      );
    }
    if (who.length > 3) out.append(`, ${who.length - 3} more`);
    return out;
  }

  /** @param {string} text @param {() => void} act */
  #button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }
}
