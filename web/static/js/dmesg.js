/** The dmesg pane and the terminal: what is printed up to the playhead in full ink, the rest grey; a line leads there. */

import { stamp } from "./format.js";
import { selectedItem } from "./marks.js";
import { eventFields } from "./model.js";

/** @import { PageState } from "./state.js" */
/** @import { Store } from "./store.js" */

/** More lines than this are not put into the page; a sentence says so. */
const LINES_MAX = 5000;

export class Dmesg {
  /** @param {HTMLElement} root @param {PageState} page @param {(seq: number) => void} goTo */
  constructor(root, page, goTo) {
    this.root = root;
    this.page = page;
    this.goTo = goTo;
    /** @type {HTMLElement[]} */
    this.lines = [];
    /** @type {number[]} seq of each line */
    this.seqs = [];
    this.taken = 0;
    this.current = -1;
    root.addEventListener("click", (event) => {
      const line = /** @type {HTMLElement} */ (event.target).closest("[data-seq]");
      if (line && getSelection()?.isCollapsed !== false) goTo(Number(/** @type {HTMLElement} */ (line).dataset.seq));
    });
    root.addEventListener("keydown", (event) => this.#key(event));
    page.listen((flags) => {
      if (flags.has("data") || flags.has("lanes")) this.#append();
      if (flags.has("data") || flags.has("time")) this.#mark();
      if (flags.has("selection") || flags.has("data")) this.#light();
    });
  }

  #append() {
    const { store } = this.page;
    if (this.taken > store.console.length || !store.meta) {
      this.root.replaceChildren();
      this.lines = [];
      this.seqs = [];
      this.taken = 0;
      this.current = -1;
    }
    const fresh = document.createDocumentFragment();
    for (; this.taken < store.console.length; this.taken++) {
      const { seq, stream, text } = store.console[this.taken];
      if (stream !== 0 || this.lines.length >= LINES_MAX) continue;
      const line = document.createElement("div");
      line.dataset.seq = String(seq);
      const time = document.createElement("span");
      time.className = "stamp";
      time.textContent = `[${stamp(store.events.t.data[seq] + store.origin)}] `;
      line.append(time, text);
      line.classList.toggle(
        "bad",
        /^(BUG|Oops|kernel BUG|WARNING|INFO: task|Call Trace|RIP|==+$|Kernel panic)/.test(text),
      );
      fresh.append(line);
      this.lines.push(line);
      this.seqs.push(seq);
    }
    this.root.append(fresh);
  }

  #mark() {
    const { seq } = this.page;
    let at = -1;
    for (let i = 0; i < this.seqs.length && this.seqs[i] <= seq; i++) at = i;
    for (const [i, line] of this.lines.entries()) line.classList.toggle("fut", i > at);
    if (at === this.current) return;
    this.lines[this.current]?.classList.remove("now");
    this.lines[this.current]?.removeAttribute("aria-current");
    this.current = at;
    const now = this.lines[at];
    if (!now) {
      this.root.scrollTop = 0;
      return;
    }
    now.classList.add("now");
    now.setAttribute("aria-current", "true");
    const [top, bottom] = [now.offsetTop, now.offsetTop + now.offsetHeight];
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop + 20 || bottom > scrollTop + clientHeight - 20) this.root.scrollTop = top - clientHeight * 0.6;
  }

  /** Lines printed while the selected item ran. */
  #light() {
    const { page } = this;
    const item = page.store.meta ? selectedItem(page) : -1;
    const { seq, last, task, state } = page.store.spans;
    const spans = item < 0 ? [] : (page.store.itemSpans.get(item) ?? []);
    const states = item < 0 ? [] : page.store.words.states;
    const running = spans.filter(
      (s) => ["running", "sleeping", "blocked"].includes(states[state.data[s]]) && task.data[s] >= 0,
    );
    for (const [i, line] of this.lines.entries()) {
      const at = this.seqs[i];
      const by = page.store.events.task.data[at];
      const lit = running.some(
        (s) => seq.data[s] <= at && (last.data[s] < 0 || last.data[s] >= at) && task.data[s] === by,
      );
      line.classList.toggle("own", lit);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.min(this.seqs.length - 1, Math.max(0, this.current + by));
    if (this.seqs[to] !== undefined) this.goTo(this.seqs[to]);
  }
}

/**
 * What the session's user sees: each command behind a prompt, and what was printed, in the order of events.
 * @param {Store} store
 * @returns {{seq: number, text: string}[]}
 */
function terminalRows(store) {
  const printed = store.console.filter((row) => row.stream === 1);
  const command = store.meta ? store.words.events.findIndex((k) => k.system === "wqp" && k.name === "command") : -1;
  const { kind } = store.events;
  const typed = [];
  for (let seq = 0; seq < kind.length; seq++) {
    if (kind.data[seq] !== command) continue;
    const fields = eventFields(store, seq);
    if (fields.get("status") === "-1") typed.push({ seq, text: `# ${fields.get("text")}\n` });
  }
  return [...typed, ...printed].sort((a, b) => a.seq - b.seq);
}

/** The session as its user sees it. @param {HTMLElement} root @param {PageState} page */
export function bindTerminal(root, page) {
  const future = document.createElement("span");
  const past = document.createElement("span");
  future.className = "fut";
  root.append(past, future);
  /** @type {{seq: number, text: string}[]} */
  let rows = [];
  page.listen((flags) => {
    if (flags.has("data")) rows = terminalRows(page.store);
    if (!flags.has("data") && !flags.has("time")) return;
    const cut = rows.findIndex((row) => row.seq > page.seq);
    const split = cut < 0 ? rows.length : cut;
    const text = (/** @type {typeof rows} */ part) => part.map((row) => row.text).join("");
    past.textContent = text(rows.slice(0, split));
    future.textContent = text(rows.slice(split));
    if (!rows.length) past.textContent = page.status === "done" ? "The session printed nothing." : "";
  });
}
