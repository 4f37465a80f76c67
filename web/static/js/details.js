/** The details pane: the life of the selected item in order, each wait with its cause in words and its culprits as links. */

import { at, count, duration } from "./format.js";
import { canJump, toCulprit, toItem, toTask } from "./jump.js";
import { selectedItem } from "./marks.js";
import {
  callOnLine,
  eventName,
  eventText,
  itemFunction,
  itemLabel,
  itemQueue,
  taskLane,
  taskName,
  waitSentence,
} from "./model.js";
import { told } from "./openfacts.js";

/** @import { Culprit } from "./model.js" */
/** @import { PageState } from "./state.js" */

/** @typedef {{ns: number, order: number, dot: string, body: Node, wait: boolean}} Entry */

const WAITS_SHOWN = 6;
const OPEN_SHOWN = 6;
const ENTRIES_MAX = 400;

/** @param {string} tag @param {string} [text] @param {string} [name] */
function el(tag, text = "", name = "") {
  const out = document.createElement(tag);
  if (text) out.textContent = text;
  if (name) out.className = name;
  return out;
}

export class Details {
  /**
   * @param {HTMLElement} root
   * @param {PageState} page
   * @param {{goTo: (ns: number) => void, line: (line: number) => void}} links
   */
  constructor(root, page, links) {
    this.root = root;
    this.page = page;
    this.links = links;
    this.shown = "";
    page.listen((flags) => {
      if (!["data", "selection", "status", "open"].some((f) => flags.has(/** @type {any} */ (f)))) return;
      this.#show();
    });
  }

  #show() {
    const { page } = this;
    const { store, selection } = page;
    const key = JSON.stringify([selection, store.n, store.meta?.run, page.status, store.open !== null]);
    if (key === this.shown) return;
    this.shown = key;
    if (!store.meta)
      this.root.replaceChildren(el("p", "The life of an item appears here once there is a run.", "quiet"));
    else if (selectedItem(page) >= 0) this.root.replaceChildren(...this.#item(selectedItem(page)));
    else if (selection?.kind === "span") this.root.replaceChildren(...this.#span(selection.id));
    else if (selection?.kind === "event") this.root.replaceChildren(...this.#event(selection.id));
    else this.root.replaceChildren(...this.#nothing());
    this.root.scrollTop = 0;
  }

  /** @param {string} text @param {() => void} act */
  #link(text, act) {
    const link = /** @type {HTMLButtonElement} */ (el("button", text, "link"));
    link.type = "button";
    link.addEventListener("click", act);
    return link;
  }

  /** @param {number} line */
  #line(line) {
    return this.#link(`line ${line}`, () => this.links.line(line));
  }

  /** A culprit as a link that jumps there. @param {Culprit} culprit @param {number} ns */
  #culprit(culprit, ns) {
    return canJump(this.page, culprit)
      ? this.#link(culprit.name, () => toCulprit(this.page, culprit, ns))
      : el("b", culprit.name);
  }

  /** @param {number} task @param {number} ns */
  #task(task, ns) {
    const name = taskName(this.page.store, task);
    const has = taskLane(this.page.store, task) !== null;
    return has ? this.#link(name, () => toTask(this.page, task, ns)) : document.createTextNode(name);
  }

  /** @param {number} wait @returns {HTMLElement} */
  #wait(wait) {
    const { store } = this.page;
    const { start, end, cause, basis, line } = store.waits;
    const box = el("span", "", "why");
    const length = Math.min(end.at(wait), store.reachedNs) - start.at(wait);
    const sentence = waitSentence(store, wait);
    const verb = typeof sentence[0] === "string" && /^(waits|sleeps) /.test(sentence[0]) ? "" : "waits ";
    box.append(`${verb}${duration(length)}${Number.isFinite(end.at(wait)) ? "" : " so far"}: `);
    for (const part of sentence) {
      box.append(typeof part === "string" ? part : this.#culprit(part, start.at(wait)));
    }
    const word = store.words.causes[cause.at(wait)];
    box.title = word.rule ? `${word.code}, decided in ${word.rule}()` : word.code;
    if (store.words.basis[basis.at(wait)] === "inferred") box.append(" ", el("i", "inferred"));
    if (line.at(wait) > 0 && store.waits.task.at(wait) >= 0) {
      const call = callOnLine(this.page.ran, line.at(wait));
      if (call) box.append(" ", el("code", call));
      box.append(", ", this.#line(line.at(wait)));
    }
    const rests = store.open?.waits.get(wait);
    if (rests) {
      const mark = el("span", "in this run, open", "either");
      mark.title = rests.text;
      box.append(" ", mark);
    }
    return box;
  }

  /** @param {number} item */
  #item(item) {
    const { store } = this.page;
    const title = el("h2", itemLabel(store, item));
    const about = [itemFunction(store, item), itemQueue(store, item)].filter(Boolean).join(", ");
    title.append(" ", el("span", about));
    const list = el("ol", "", "life");
    const entries = [...this.#steps(item), ...this.#waits(item)].sort((a, b) => a.ns - b.ns || a.order - b.order);
    for (const entry of entries.slice(0, ENTRIES_MAX)) {
      const row = el("li");
      const time = this.#link(at(entry.ns), () => this.links.goTo(entry.ns));
      time.className = "link at";
      const dot = el("i", "", `dot ${entry.dot}`);
      row.append(time, dot, entry.body);
      list.append(row);
    }
    if (entries.length > ENTRIES_MAX) list.append(el("li", `and ${entries.length - ENTRIES_MAX} more steps`));
    return [title, el("p", this.#sums(item), "sub"), list];
  }

  /** "waits 1.018 s · runs 1.5 ms · sleeps 512 ms" @param {number} item */
  #sums(item) {
    const { store } = this.page;
    const { lane, state, start, end } = store.spans;
    const words = /** @type {Record<string, string>} */ ({
      held: "waits",
      queued: "waits",
      runnable: "waits for a CPU",
      running: "runs",
      sleeping: "sleeps",
      blocked: "is blocked",
      armed: "armed",
    });
    /** @type {Map<string, number>} */
    const sums = new Map();
    for (const span of store.spansOf(item)) {
      if (store.lanes.get(lane.at(span))?.kind === "cpu") continue;
      const word = words[store.words.states[state.at(span)]];
      if (!word) continue;
      const length = Math.min(end.at(span), store.reachedNs) - start.at(span);
      sums.set(word, (sums.get(word) ?? 0) + length);
    }
    const parts = [];
    for (const word of new Set(Object.values(words))) {
      const ns = sums.get(word);
      if (ns) parts.push(`${word} ${duration(ns)}`);
    }
    return parts.join(" · ");
  }

  /** @param {number} item @returns {Entry[]} */
  #steps(item) {
    const { store } = this.page;
    const { t, task, cpu, line } = store.events;
    return store.stepsOf(item).map((step, order) => {
      const kind = store.words.steps[step.step];
      const body = el("span");
      const [by, from, ns] = [task.at(step.seq), line.at(step.seq), t.at(step.seq)];
      const where = () => {
        if (by >= 0) body.append(" by ", this.#task(by, ns));
        if (from > 0) body.append(", ", this.#line(from));
      };
      if (kind === "armed" || kind === "queued" || kind === "cancelled") {
        body.append(kind);
        where();
      } else if (kind === "started") {
        body.append("starts on ", by >= 0 ? this.#task(by, ns) : "a worker", `, CPU ${cpu.at(step.seq)}`);
      } else body.append(kind === "ended" ? "ends" : kind);
      if (step.cause && kind !== "cancelled") body.append(` ${step.cause}`);
      for (const text of told(store.open?.events.get(step.seq))) body.append(el("small", text, "left"));
      const dots = /** @type {Record<string, string>} */ ({
        armed: "timer",
        queued: "inact",
        activated: "ready",
        started: "run",
      });
      return { ns, order, dot: dots[kind] ?? "end", body, wait: false };
    });
  }

  /** @param {number} item @returns {Entry[]} */
  #waits(item) {
    const { store } = this.page;
    const { start, end } = store.waits;
    const lasting = [...store.waitsOf(item)].filter((wait) => end.at(wait) > start.at(wait));
    return lasting.map((wait) => ({
      ns: store.waits.start.at(wait),
      order: 1000 + wait,
      dot: store.waits.task.at(wait) >= 0 ? "sleep" : "wait",
      body: this.#wait(wait),
      wait: true,
    }));
  }

  /** @param {number} span */
  #span(span) {
    const { store } = this.page;
    const { lane, state, start, end, task, line } = store.spans;
    const row = store.lanes.get(lane.at(span));
    const title = el("h2", taskName(store, task.at(span)) || row?.name || "");
    const pid = store.tasks[task.at(span)]?.pid;
    title.append(" ", el("span", [pid > 0 ? `pid ${pid}` : "", row?.name ?? ""].filter(Boolean).join(", ")));
    const until = Math.min(end.at(span), store.reachedNs);
    const sub = `${store.words.states[state.at(span)]} from ${at(start.at(span))} to ${at(until)}, ${duration(until - start.at(span))}`;
    const out = [title, el("p", sub, "sub")];
    const list = el("ol", "", "life");
    for (const wait of store.waitsOfSpan(span).subarray(0, 50)) {
      const entry = el("li");
      entry.append(el("time", at(store.waits.start.at(wait))), el("i", "", "dot wait"), this.#wait(wait));
      list.append(entry);
    }
    if (list.childElementCount) out.push(list);
    if (line.at(span) > 0) {
      const p = el("p", "", "sub");
      p.append("at ", this.#line(line.at(span)), " ", el("code", callOnLine(this.page.ran, line.at(span))));
      out.push(p);
    }
    return out;
  }

  /** @param {number} seq */
  #event(seq) {
    const { store } = this.page;
    const title = el("h2", eventName(store, seq));
    title.append(" ", el("span", `event ${seq}`));
    const p = el("p", "", "sub");
    const { t, cpu, task, line } = store.events;
    p.append(`${at(t.at(seq))}, CPU ${cpu.at(seq)}, `, this.#task(task.at(seq), t.at(seq)));
    if (line.at(seq) > 0) p.append(", ", this.#line(line.at(seq)));
    const left = told(store.open?.events.get(seq), OPEN_SHOWN).map((text) => el("p", text, "sub"));
    return [title, p, el("p", eventText(store, seq), "mono"), ...left];
  }

  #nothing() {
    const { store } = this.page;
    const { item, start, end } = store.waits;
    const waits = [];
    for (let w = 0; w < item.length; w++) {
      if (item.at(w) >= 0 && store.culpritsOf(w).length && store.waits.task.at(w) < 0) waits.push(w);
    }
    const length = (/** @type {number} */ w) => Math.min(end.at(w), store.reachedNs) - start.at(w);
    waits.sort((a, b) => length(b) - length(a) || a - b);
    const out = [el("h2", "Nothing selected"), el("p", "Click a bar to read its life. These waited longest:", "sub")];
    if (!waits.length)
      out[1].textContent = `Click a bar to read its life. ${count(store.itemCount, "item")} so far; none waited for another.`;
    const list = el("ol", "", "life");
    for (const w of waits.slice(0, WAITS_SHOWN)) {
      const row = el("li");
      const body = el("span");
      body.append(
        this.#link(itemLabel(store, item.at(w)), () => toItem(this.page, item.at(w), start.at(w) + length(w) / 2)),
        " ",
      );
      for (const part of waitSentence(store, w)) body.append(typeof part === "string" ? part : part.name);
      row.append(el("time", duration(length(w))), el("i", "", "dot inact"), body);
      list.append(row);
    }
    if (store.open)
      out.push(el("p", [store.open.summary, store.open.ends].filter(Boolean).join(" "), "sub open-summary"));
    return [...out, list];
  }
}
