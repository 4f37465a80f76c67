/**
 * Why, at a glance: beside the playhead, on the lane of each item that waits at this moment, its cause and who is to
 * blame. The culprits are buttons that jump there. Nothing needs a click to be read.
 */

import { SANS, textWidth, useFont } from "./canvas.js";
import { canJump, toCulprit, toItem, toTask } from "./jump.js";
import { culprits, itemLabel, spanAt, taskName, waitAt, waitText } from "./model.js";
import { isOwn } from "./own.js";
import { toX } from "./ruler.js";

/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */

const BESIDE_PX = 7;
/** What a chip has beside its text: padding and border. */
const EDGES_PX = 18;
/** As the style sheet has it. */
const WIDTH_MAX = 420;
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
  if (PLAIN.has(code) || (item < 0 ? !["LOCK", "FLUSH", "DRAINING"].includes(code) : !isOwn(store, item))) return null;
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
    /** Their widths, as measured on a canvas: the page is not laid out for it. @type {number[]} */
    this.widths = [];
    this.measure = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
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
    const key = `${page.store.meta?.run}${found.map((chip) => chip.key).join()}`;
    const changed = key !== this.shown;
    if (changed) this.#fill(found, key);
    const right = x > w.width * 0.62 && x - BESIDE_PX >= Math.max(0, ...this.widths);
    box.classList.toggle("flip", right);
    box.style.transform = `translateX(${Math.round(right ? x - w.width - BESIDE_PX : x + BESIDE_PX)}px)`;
    // What does not fit on its side of the playhead stays inside the lanes.
    for (const [i, chip] of /** @type {HTMLElement[]} */ ([...box.children]).entries()) {
      const over = right ? 0 : Math.max(0, Math.round(x + BESIDE_PX + this.widths[i] - w.width));
      const left = over ? `${-Math.min(over, Math.round(x + BESIDE_PX))}px` : "";
      if (chip.style.left !== left) chip.style.left = left;
    }
    return changed;
  }

  /** @param {Chip[]} found @param {string} key */
  #fill(found, key) {
    this.shown = key;
    this.spans = new Set(found.map((chip) => chip.span));
    this.box.replaceChildren(...found.map((chip) => this.#chip(chip)));
    useFont(this.measure, `600 11.5px ${SANS}`);
    const texts = [...this.box.children].map((chip) => chip.textContent ?? "");
    this.widths = texts.map((text) => Math.min(WIDTH_MAX, textWidth(this.measure, text) + EDGES_PX));
  }

  /** @param {Chip} chip */
  #chip({ row, span, wait }) {
    const { page } = this;
    const { store } = page;
    const out = document.createElement("p");
    out.style.top = `${row.y + 2}px`;
    out.title = waitText(store, wait);
    const item = store.spans.item.at(span);
    const task = store.spans.task.at(span);
    const name =
      item >= 0
        ? this.#button(itemLabel(store, item), () => toItem(page, item, page.tNs))
        : this.#button(taskName(store, task), () => toTask(page, task, page.tNs));
    name.className = "self";
    if (item < 0 ? row.name !== name.textContent : row.sub !== "inactive") out.append(name, " ");
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
