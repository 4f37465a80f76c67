/**
 * The Terminal pane: the session as its user sees it, and beside it, where wanted, a second terminal, on which a command
 * is typed at the playhead. What was printed up to there is in full ink; PIDs lead to the lanes of their tasks.
 */

import { button, make } from "./dom.js";
import { at } from "./format.js";
import { toTime } from "./jump.js";
import { eventFields } from "./model.js";
import { withPids } from "./pids.js";
import { Scrollback } from "./scrollback.js";

/** @import { PageState } from "./state.js" */
/** @import { Store } from "./store.js" */

/** The session's terminal, and that of actions, as `wqp:tty` numbers them (on a real machine each has its own). */
const [SESSION, BESIDE] = [1, 2];
/** How long after a command was typed its answer is waited for, before the playhead goes on without it. */
const ANSWER_NS = 100e6;
/** What is worth looking at beside a session. */
const OFFERS = ["dmesg -w", "ps aux | grep kworker", "wq_monitor.py -i 0", "wq_dump.py"];

/** @param {Store} store @param {string} system @param {string} name */
const kindOf = (store, system, name) =>
  store.words.events.findIndex((kind) => kind.system === system && kind.name === name);

/**
 * What stands on each terminal, in the order of events: commands behind a prompt, and what was printed. A command is
 * on the terminal from which its process descends.
 * @param {Store} store
 * @returns {Map<number, {seq: number, text: string}[]>}
 */
export function terminals(store) {
  /** @type {Map<number, {seq: number, text: string}[]>} */
  const found = new Map([
    [SESSION, []],
    [BESIDE, []],
  ]);
  if (!store.meta) return found;
  const [command, fork] = [kindOf(store, "wqp", "command"), kindOf(store, "sched", "sched_process_fork")];
  const { kind, task } = store.events;
  const actions = new Set(store.tasks.filter((t) => t.kind === "action").map((t) => t.pid));
  const put = (/** @type {number} */ terminal, /** @type {{seq: number, text: string}} */ row) =>
    found.get(Math.min(terminal, BESIDE))?.push(row);
  for (const { seq, stream, text } of store.console) if (stream > 0) put(stream, { seq, text });
  for (let seq = 0; seq < kind.length; seq++) {
    if (kind.at(seq) !== command && kind.at(seq) !== fork) continue;
    const fields = eventFields(store, seq);
    if (kind.at(seq) === fork) {
      if (actions.has(Number(fields.get("parent_pid")))) actions.add(Number(fields.get("child_pid")));
    } else if (fields.get("status") === "-1") {
      const beside = actions.has(store.tasks[task.at(seq)]?.pid ?? -1);
      put(beside ? BESIDE : SESSION, { seq, text: `# ${fields.get("text")}\n` });
    }
  }
  for (const rows of found.values()) rows.sort((a, b) => a.seq - b.seq);
  return found;
}

/** One terminal: a heading and its lines. */
class Terminal {
  /** @param {PageState} page @param {string} title */
  constructor(page, title) {
    this.page = page;
    this.text = make("div", "text lines");
    this.text.tabIndex = 0;
    this.text.setAttribute("role", "log");
    this.text.setAttribute("aria-label", title);
    this.text.setAttribute("aria-live", "off");
    this.head = make("p", "term-head", make("span", "", title));
    this.root = make("section", "term", this.head, this.text);
    this.root.setAttribute("aria-label", title);
    this.lines = new Scrollback(this.text);
    this.rows = 0;
  }

  /** @param {{seq: number, text: string}[]} rows @param {boolean} anew */
  show(rows, anew) {
    if (anew || rows.length < this.rows) {
      this.lines.clear();
      this.rows = 0;
    }
    const { page } = this;
    const { t } = page.store.events;
    for (const { seq, text } of rows.slice(this.rows)) {
      const when = () => t.at(seq);
      for (const line of text.replace(/\n$/, "").split("\n")) this.lines.add(seq, ...withPids(page, line, when));
    }
    this.rows = rows.length;
    this.lines.mark(page.seq);
  }
}

/**
 * @param {{type: (command: string) => void}} act types a command at the playhead and runs again
 * @returns {(root: HTMLElement, page: PageState) => void}
 */
export function terminalPane(act) {
  /** @type {{session: Terminal, beside: Terminal, empty: HTMLElement, wanted: boolean, store: Store, n: number,
   *   more: HTMLElement, typed: {text: string, ns: number} | null} | null} */
  let made = null;

  /** @param {HTMLElement} root @param {PageState} page */
  const build = (root, page) => {
    const session = new Terminal(page, "Terminal 1: the session");
    const beside = new Terminal(page, "Terminal 2");
    const input = document.createElement("input");
    input.className = "mono";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.setAttribute("aria-label", "Command, typed at the playhead on terminal 2");
    const prompt = make("form", "prompt", make("span", "mono", "#"), input);
    const send = (/** @type {string} */ command) => {
      if (!command.trim()) return;
      input.value = "";
      if (made) made.typed = { text: `# ${command.trim()}\n`, ns: page.tNs };
      act.type(command.trim());
    };
    prompt.addEventListener("submit", (event) => {
      event.preventDefault();
      send(input.value);
    });
    const offers = OFFERS.map((text) => button(text, () => send(text), "btn mono"));
    const words = "Nothing was typed here yet. A command is typed at the playhead; all before it stays as it was.";
    const empty = make("div", "empty-term", make("p", "sub", words), make("p", "offers", ...offers));
    beside.text.before(empty);
    const more = button("Another beside it", () => set(true), "link");
    const less = button("Close", () => set(false), "link");
    const set = (/** @type {boolean} */ wanted) => {
      if (!made) return;
      made.wanted = wanted;
      arrange(root);
      (wanted ? input : more).focus();
    };
    session.head.append(more);
    beside.head.append(less);
    beside.root.append(prompt);
    root.replaceChildren(session.root, beside.root);
    made = { session, beside, empty, wanted: false, store: page.store, n: -2, more, typed: null };
    const when = () => {
      input.placeholder = page.live ? "typed now" : `typed at ${at(Math.max(0, page.tNs))}`;
    };
    page.listen((flags) => {
      if (flags.has("time") || flags.has("status")) when();
    });
    when();
    return made;
  };

  /** @param {HTMLElement} root */
  const arrange = (root) => {
    if (!made) return;
    const two = made.wanted || made.beside.rows > 0;
    root.classList.toggle("two", two);
    made.beside.root.hidden = !two;
    made.more.hidden = two;
    made.beside.head.lastElementChild?.toggleAttribute("hidden", made.beside.rows > 0);
    made.empty.hidden = made.beside.rows > 0;
    made.beside.text.hidden = made.beside.rows === 0;
  };

  /** To what was answered to the command just typed: that is what the person wants to see. @param {PageState} page @param {{seq: number, text: string}[]} rows */
  const toAnswer = (page, rows) => {
    if (!made?.typed || page.status !== "done") return;
    const { text, ns } = made.typed;
    const { t } = page.store.events;
    made.typed = null;
    const from = rows.findIndex((row) => row.text === text && t.at(row.seq) >= ns);
    const last = rows.findLast((row, i) => i >= from && t.at(row.seq) <= ns + ANSWER_NS);
    if (from >= 0 && last) toTime(page, t.at(last.seq));
  };

  return (root, page) => {
    const pane = made ?? build(root, page);
    if (pane.store !== page.store || pane.n !== page.store.n) {
      const anew = pane.store !== page.store;
      const found = terminals(page.store);
      pane.session.show(found.get(SESSION) ?? [], anew || pane.n < 0);
      pane.beside.show(found.get(BESIDE) ?? [], anew);
      pane.store = page.store;
      pane.n = page.store.n;
      arrange(root);
      toAnswer(page, found.get(BESIDE) ?? []);
      if (!pane.session.rows && page.status === "done") pane.session.text.textContent = "The session printed nothing.";
    }
    pane.session.lines.mark(page.seq);
    pane.beside.lines.mark(page.seq);
  };
}
