/** The event table: every event of the run, of which only the rows in view are in the page. */

import { at, inUnit } from "./format.js";
import { selectedItem } from "./marks.js";
import { eventBrief, eventName, eventText, itemRange, taskName } from "./model.js";
import { openMark, told } from "./openfacts.js";

/** @import { PageState } from "./state.js" */

const ROW_H = 22;
/** Browsers end elements at some 16 to 33 million pixels; beyond this height rows are mapped by proportion. */
const HEIGHT_MAX = 8_000_000;

export class EventTable {
  /** @param {HTMLElement} root @param {PageState} page @param {(seq: number) => void} goTo */
  constructor(root, page, goTo) {
    this.page = page;
    this.goTo = goTo;
    this.scroller = root;
    this.table = /** @type {HTMLElement} */ (root.querySelector("[role=table]"));
    this.body = /** @type {HTMLElement} */ (root.querySelector(".rows"));
    this.count = /** @type {HTMLElement} */ (document.querySelector("#event-count"));
    this.first = -1;
    root.addEventListener("scroll", () => this.#paint(), { passive: true });
    new ResizeObserver(() => this.#paint()).observe(root);
    this.body.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest("[data-seq]");
      if (row) goTo(Number(/** @type {HTMLElement} */ (row).dataset.seq));
    });
    root.addEventListener("keydown", (event) => this.#key(event));
    this.search = /** @type {HTMLInputElement} */ (root.querySelector("#event-search"));
    this.search.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.#find(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") root.focus();
    });
    page.listen((flags) => {
      if (flags.has("data") || flags.has("lanes")) this.#resize();
      if (flags.has("time") && !root.hidden) this.#follow();
      if (["data", "time", "selection", "open"].some((f) => flags.has(/** @type {any} */ (f)))) this.#paint();
    });
  }

  get total() {
    return this.page.store.events.t.length;
  }

  #resize() {
    this.count.textContent = this.total ? String(this.total) : "";
    this.table.setAttribute("aria-rowcount", String(this.total + 1));
    this.body.style.height = `${Math.min(HEIGHT_MAX, this.total * ROW_H)}px`;
  }

  /** The part of the real scroll position that a pixel stands for. */
  get #scale() {
    return Math.max(1, (this.total * ROW_H) / HEIGHT_MAX);
  }

  /** Goes to the next event, or the one before, that has the words in it; round and round. @param {number} direction */
  #find(direction) {
    const { store } = this.page;
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const n = this.total;
    if (!words.length || !store.meta) return;
    for (let k = 1; k <= n; k++) {
      const seq = (Math.max(0, this.page.seq) + direction * k + n * 2) % n;
      const text =
        `${eventName(store, seq)} ${taskName(store, store.events.task.at(seq))} ${eventText(store, seq)}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      this.search.removeAttribute("aria-invalid");
      this.goTo(seq);
      return;
    }
    this.search.setAttribute("aria-invalid", "true");
  }

  /** Opens the pane at the playhead. */
  shown() {
    this.#resize();
    this.#follow();
    this.#paint();
  }

  #follow() {
    const y = (Math.max(0, this.page.seq) * ROW_H) / this.#scale;
    const { scrollTop, clientHeight } = this.scroller;
    if (y < scrollTop || y > scrollTop + clientHeight - 3 * ROW_H)
      this.scroller.scrollTop = Math.max(0, y - clientHeight / 2);
  }

  #paint() {
    if (this.scroller.hidden || !this.scroller.clientHeight || !this.page.store.meta) return;
    const top = this.scroller.scrollTop;
    const first = Math.max(0, Math.floor((top * this.#scale) / ROW_H) - 2);
    const n = Math.min(this.total - first, Math.ceil(this.scroller.clientHeight / ROW_H) + 5);
    const own = this.#own();
    const rows = [];
    for (let i = 0; i < n; i++) rows.push(this.#row(first + i, top + ((first + i) * ROW_H - top * this.#scale), own));
    this.body.replaceChildren(...rows);
  }

  /** Whether an event belongs to the selected item: it names it. @returns {(seq: number) => boolean} */
  #own() {
    const { page } = this;
    const item = selectedItem(page);
    if (item < 0) return () => false;
    const name = page.store.items.object.at(item);
    const [from, to] = itemRange(page.store, item);
    const { kind, args, argAt, t } = page.store.events;
    return (seq) => {
      if (t.at(seq) < from || t.at(seq) > to) return false;
      const { fields } = page.store.words.events[kind.at(seq)];
      return fields.some(([, type], i) => type === "obj" && args.at(argAt.at(seq) + i) === name);
    };
  }

  /** @param {number} seq @param {number} y @param {(seq: number) => boolean} own */
  #row(seq, y, own) {
    const { store } = this.page;
    const { t, cpu, task, line } = store.events;
    const row = document.createElement("div");
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", String(seq + 2));
    row.dataset.seq = String(seq);
    row.style.transform = `translateY(${y}px)`;
    row.classList.toggle("now", seq === this.page.seq);
    row.classList.toggle("fut", seq > this.page.seq);
    row.classList.toggle("own", own(seq));
    const cells = [
      inUnit(t.at(seq), 1e6),
      cpu.at(seq) < 0 ? "" : String(cpu.at(seq)),
      taskName(store, task.at(seq)),
      eventName(store, seq),
      eventBrief(store, seq),
      line.at(seq) > 0 ? String(line.at(seq)) : "",
    ];
    for (const text of cells) {
      const cell = document.createElement("span");
      cell.setAttribute("role", "cell");
      cell.textContent = text;
      row.append(cell);
    }
    const mark = openMark(store, seq);
    if (mark) row.children[4].append(" ", mark);
    row.title = [
      `${at(t.at(seq))} ${cells[3]}: ${eventText(store, seq)}`,
      ...told(store.open?.events.get(seq), 6),
    ].join("\n");
    return row;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_H) - 2);
    /** @type {Record<string, number>} */
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.total, End: this.total };
    if (!(event.key in by)) return;
    event.preventDefault();
    event.stopPropagation();
    this.goTo(Math.min(this.total - 1, Math.max(0, this.page.seq + by[event.key])));
  }
}
