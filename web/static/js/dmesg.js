/** The dmesg pane: what is printed up to the playhead in full ink, the rest grey; a line leads there, a PID to its lane. */

import { stamp } from "./format.js";
import { selectedItem } from "./marks.js";
import { openMark } from "./openfacts.js";
import { withPids } from "./pids.js";
import { Scrollback } from "./scrollback.js";

/** @import { PageState } from "./state.js" */

export class Dmesg {
  /** @param {HTMLElement} root @param {PageState} page @param {(seq: number) => void} goTo */
  constructor(root, page, goTo) {
    this.root = root;
    this.page = page;
    this.goTo = goTo;
    this.lines = new Scrollback(root);
    this.taken = 0;
    this.store = page.store;
    /** The run whose lines are marked. @type {import("./store.js").Store | null} */
    this.marked = null;
    root.addEventListener("click", (event) => {
      const line = /** @type {HTMLElement} */ (event.target).closest("[data-seq]");
      if (line && getSelection()?.isCollapsed !== false) goTo(Number(/** @type {HTMLElement} */ (line).dataset.seq));
    });
    root.addEventListener("keydown", (event) => this.#key(event));
    page.listen((flags) => {
      if (flags.has("data") || flags.has("lanes")) this.#append();
      if (flags.has("data") || flags.has("lanes") || flags.has("open")) this.#open();
      if (flags.has("data") || flags.has("time")) this.lines.mark(page.seq);
      if (flags.has("selection") || flags.has("data")) this.#light();
    });
  }

  #append() {
    const { page } = this;
    const { store } = page;
    if (this.taken > store.console.length || !store.meta || store !== this.store) {
      this.lines.clear();
      this.taken = 0;
      this.store = store;
      this.marked = null;
    }
    for (; this.taken < store.console.length; this.taken++) {
      const { seq, stream, text } = store.console[this.taken];
      if (stream !== 0) continue;
      const time = document.createElement("span");
      time.className = "stamp";
      time.textContent = `[${stamp(store.events.t.at(seq) + store.origin)}] `;
      const line = this.lines.add(seq, time, ...withPids(page, text, () => store.events.t.at(seq)));
      line?.classList.toggle(
        "bad",
        /^(BUG|Oops|kernel BUG|WARNING|INFO: task|Call Trace|RIP|==+$|Kernel panic)/.test(text),
      );
    }
  }

  /** Marks the lines whose place, or presence, Linux leaves open. */
  #open() {
    const { store } = this.page;
    if (!store.open || this.marked === store) return;
    this.marked = store;
    for (const [i, line] of this.lines.lines.entries()) {
      const mark = openMark(store, this.lines.seqs[i]);
      if (mark) line.append(" ", mark);
    }
  }

  /** Lines printed while the selected item ran. */
  #light() {
    const { page } = this;
    const item = page.store.meta ? selectedItem(page) : -1;
    const { seq, last, task, state } = page.store.spans;
    const spans = item < 0 ? new Int32Array() : page.store.spansOf(item);
    const states = item < 0 ? [] : page.store.words.states;
    const running = spans.filter(
      (s) => ["running", "sleeping", "blocked"].includes(states[state.at(s)]) && task.at(s) >= 0,
    );
    for (const [i, line] of this.lines.lines.entries()) {
      const at = this.lines.seqs[i];
      const by = page.store.events.task.at(at);
      const lit = running.some((s) => seq.at(s) <= at && (last.at(s) < 0 || last.at(s) >= at) && task.at(s) === by);
      line.classList.toggle("own", lit);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const { seqs, at } = this.lines;
    const to = Math.min(seqs.length - 1, Math.max(0, at + by));
    if (seqs[to] !== undefined) this.goTo(seqs[to]);
  }
}
