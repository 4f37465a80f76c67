/**
 * Acting on the machine: a command at the playhead becomes a line of the scenario's actions, and the run is made again.
 * Nothing before that moment changes. The run so far is kept, to be compared with.
 */

import { make } from "./dom.js";
import { at, readMoment } from "./format.js";
import { spanAt } from "./model.js";
import { notice } from "./notice.js";

/** @import { PageState } from "./state.js" */
/** @import { Runner } from "./runner.js" */
/** @import { Task } from "./types.js" */

const ACTIONS_MAX = 64;
const KILLS_MAX = 4;

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** The number of an interrupt as the source requests it, where it can be read there: a number, or a name that is one. @param {string} source */
function interrupt(source) {
  const asked = /request(?:_threaded)?_irq\(\s*(\w+)/.exec(source)?.[1] ?? "";
  if (/^\d+$/.test(asked)) return asked;
  return asked ? (new RegExp(`\\b${asked}\\s*=?\\s*\\(?(\\d+)`).exec(source)?.[1] ?? "") : "";
}

/** User tasks that are there at the playhead, the session's shell left out. @param {PageState} page @returns {Task[]} */
function killable({ store, tNs }) {
  const { task } = store.spans;
  const found = [];
  for (const lane of store.meta ? store.lanes.values() : []) {
    const span = lane.kind === "task" ? spanAt(store, lane.id, tNs) : -1;
    const its = span >= 0 ? store.tasks[task.at(span)] : undefined;
    if (its?.kind === "command") found.push(its);
  }
  return found;
}

/** Commands that are worth a button here: what the module and its workqueues offer. @param {PageState} page @returns {[string, string][]} with what it is about, where the command does not say */
function offered(page) {
  const { store, scenario } = page;
  const module = scenario.module_name;
  const source = scenario.files["module.c"] ?? "";
  /** @type {[string, string][]} */
  const out = [[`rmmod ${module}`, ""]];
  for (const name of source.matchAll(/alloc_workqueue\(\s*"([^"%]+)"[^;]*WQ_SYSFS/gs))
    out.push([`echo 4 > /sys/devices/virtual/workqueue/${name[1]}/max_active`, ""]);
  for (const name of Object.keys(scenario.params).slice(0, 2))
    out.push([`echo 1 > /sys/module/${module}/parameters/${name}`, ""]);
  const irq = interrupt(source);
  if (irq) out.push([`irq ${irq}`, ""]);
  if ((store.meta?.machine.cpus ?? 1) > 1) out.push(["echo 0 > /sys/devices/system/cpu/cpu1/online", ""]);
  for (const task of killable(page).slice(0, KILLS_MAX)) out.push([`kill ${task.pid}`, task.comm]);
  out.push(["ps aux | grep kworker", ""], ["wq_monitor.py -i 0", ""]);
  return out;
}

export class Act {
  /** @param {PageState} page @param {Runner} runner @param {() => void} edited */
  constructor(page, runner, edited) {
    this.page = page;
    this.runner = runner;
    this.edited = edited;
    this.dialog = /** @type {HTMLDialogElement} */ (one("#act"));
    this.command = /** @type {HTMLInputElement} */ (one("#act-command"));
    this.time = /** @type {HTMLInputElement} */ (one("#act-time"));
    this.compare = /** @type {HTMLInputElement} */ (one("#act-compare"));
    one("#act-open").addEventListener("click", () => this.open(false));
    one("#act-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(this.command.value.trim());
    });
  }

  /** @param {boolean} compare whether both runs are to be seen afterwards */
  open(compare) {
    const { page } = this;
    page.playing = false;
    for (const id of ["#act-later", "#act-when", "#act-again"]) one(id).hidden = page.live;
    one("#act-now").hidden = !page.live;
    one("#act-title").textContent = page.live ? "Act now" : "Act at the playhead";
    one("#act-submit").textContent = page.live ? "Type it" : "Run again";
    this.compare.checked = compare;
    this.time.value = at(Math.max(0, page.tNs)).replace("us", "us");
    this.command.value = "";
    one("#act-offers").replaceChildren(
      ...offered(page).map(([text, about]) => {
        const button = /** @type {HTMLButtonElement} */ (make("button", "btn mono", text));
        if (about) button.append(make("span", "quiet", about));
        button.type = "button";
        button.addEventListener("click", () => this.#do(text));
        return button;
      }),
    );
    this.#list();
    this.dialog.showModal();
    this.command.focus();
  }

  /** The actions of the scenario so far, each to be taken away. */
  #list() {
    const { page } = this;
    const list = one("#act-list");
    list.hidden = page.live || page.scenario.actions.length === 0;
    list.replaceChildren(
      ...page.scenario.actions.map((action) => {
        const remove = /** @type {HTMLButtonElement} */ (make("button", "link", "Remove"));
        remove.type = "button";
        remove.addEventListener("click", () => {
          page.scenario.actions = page.scenario.actions.filter((a) => a !== action);
          this.edited();
          this.#again();
        });
        return make("li", "", make("span", "num", at(action.at_ns)), make("code", "", action.command), remove);
      }),
    );
  }

  /** On a real kernel that runs, a command is typed at once. @param {string} command @returns {boolean} whether one runs */
  #now(command) {
    if (this.page.live) this.runner.connection?.send({ type: "act", command });
    return this.page.live;
  }

  /** Types a command at the playhead, with no dialog, and runs again. @param {string} command */
  type(command) {
    if (this.#now(command)) return;
    this.#add(Math.max(0, Math.round(this.page.tNs)), command);
    this.runner.run();
  }

  /** @param {string} command */
  #do(command) {
    if (!command) return;
    const { page } = this;
    if (this.#now(command)) {
      this.dialog.close();
      return;
    }
    const typed = readMoment(this.time.value, page.tNs);
    // What the field shows is rounded; the playhead is not.
    const exact = this.time.value === at(Math.max(0, page.tNs)) ? page.tNs : (typed ?? page.tNs);
    this.#add(Math.max(0, Math.round(exact)), command);
    this.#again();
  }

  /** @param {number} at_ns @param {string} command */
  #add(at_ns, command) {
    const { page } = this;
    if (page.scenario.actions.length >= ACTIONS_MAX) {
      notice(`A scenario has at most ${ACTIONS_MAX} actions: take one away in Act.`);
      return;
    }
    page.scenario.actions = [...page.scenario.actions, { at_ns, command }].sort((a, b) => a.at_ns - b.at_ns);
    this.edited();
  }

  #again() {
    const { page } = this;
    const before = page.store.end ? page.store : null;
    this.dialog.close();
    if (this.compare.checked && before) this.runner.comparing = before;
    this.runner.run();
    one("#lanes").focus({ preventScroll: true });
  }
}
