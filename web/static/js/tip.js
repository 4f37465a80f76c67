/** The tip over a bar: name, state, start, duration, CPU, worker and cause. It can be hovered, and Escape sends it away. */

import { autoUpdate, computePosition, flip, offset, shift } from "../vendor/ui.js";
import { at, duration } from "./format.js";
import { itemFunction, itemLabel, taskName, waitAt, waitText } from "./model.js";
import { told } from "./openfacts.js";

/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */

const LEAVE_MS = 120;

export class Tip {
  /** @param {PageState} page */
  constructor(page) {
    this.page = page;
    this.box = /** @type {HTMLElement} */ (document.querySelector("#tip"));
    this.span = -1;
    this.timer = 0;
    /** @type {(() => void) | null} */
    this.stop = null;
    this.box.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.box.addEventListener("pointerleave", () => this.leave());
  }

  /** @param {{id: number, count: number}} hit @param {Row} row @param {number} x @param {number} y */
  show(hit, row, x, y) {
    clearTimeout(this.timer);
    if (hit.id !== this.span) {
      this.span = hit.id;
      this.box.replaceChildren(...this.#lines(hit, row));
    }
    this.box.hidden = false;
    const anchor = { getBoundingClientRect: () => new DOMRect(x, y, 1, 1) };
    this.stop?.();
    this.stop = autoUpdate(document.body, this.box, () => {
      computePosition(anchor, this.box, {
        placement: "top-start",
        middleware: [offset(14), flip(), shift({ padding: 8 })],
      }).then((place) => {
        this.box.style.transform = `translate(${Math.round(place.x)}px, ${Math.round(place.y)}px)`;
      });
    });
  }

  leave() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.hide(), LEAVE_MS);
  }

  hide() {
    clearTimeout(this.timer);
    this.stop?.();
    this.stop = null;
    this.span = -1;
    this.box.hidden = true;
  }

  /** @param {{id: number, count: number}} hit @param {Row} row */
  #lines(hit, row) {
    const { store } = this.page;
    const { start, end, state, item, task, line } = store.spans;
    const id = hit.id;
    const life = item.at(id);
    const until = Math.min(end.at(id), store.reachedNs);
    const title = document.createElement("b");
    title.textContent = life >= 0 ? itemLabel(store, life) : taskName(store, task.at(id)) || row.name;
    const lines = [
      `${store.words.states[state.at(id)]} · ${row.name}`,
      `${at(start.at(id))}, for ${duration(until - start.at(id))}`,
    ];
    if (life >= 0 && itemFunction(store, life)) lines[0] = `${itemFunction(store, life)} · ${lines[0]}`;
    const wait = waitAt(store, id, start.at(id));
    if (wait >= 0) lines.push(`${waitText(store, wait)}${store.open?.waits.has(wait) ? "; in this run, open" : ""}`);
    if (line.at(id) > 0) lines.push(`line ${line.at(id)}`);
    lines.push(...told(store.open?.spans.get(id) ?? openWait(store, wait)));
    if (hit.count > 1) lines.push(`${hit.count} here: zoom in to tell them apart`);
    return [
      title,
      ...lines.map((text) => {
        const p = document.createElement("span");
        p.textContent = text;
        return p;
      }),
    ];
  }
}

/** @param {import("./store.js").Store} store @param {number} wait */
function openWait(store, wait) {
  const fact = store.open?.waits.get(wait);
  return fact && [fact];
}
