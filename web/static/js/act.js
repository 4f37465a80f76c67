/**
 * Acting on the machine: a command at the playhead becomes a line of the scenario's actions, and the run is made again.
 * Nothing before that moment changes. The run so far is kept, to be compared with.
 */

import { make } from "./dom.js";
import { at, readMoment } from "./format.js";

/** @import { PageState } from "./state.js" */
/** @import { Runner } from "./runner.js" */

const ACTIONS_MAX = 64;

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** Commands that are worth a button here: what the module and its workqueues offer. @param {PageState} page @returns {string[]} */
function offered({ store, scenario }) {
  const module = scenario.module_name;
  const out = [`rmmod ${module}`];
  const source = scenario.files["module.c"] ?? "";
  for (const name of source.matchAll(/alloc_workqueue\(\s*"([^"%]+)"[^;]*WQ_SYSFS/gs))
    out.push(`echo 4 > /sys/devices/virtual/workqueue/${name[1]}/max_active`);
  for (const name of Object.keys(scenario.params).slice(0, 2))
    out.push(`echo 1 > /sys/module/${module}/parameters/${name}`);
  const irq = /request(?:_threaded)?_irq\(\s*(\d+)/.exec(source);
  if (irq) out.push(`irq ${irq[1]}`);
  if ((store.meta?.machine.cpus ?? 1) > 1) out.push("echo 0 > /sys/devices/system/cpu/cpu1/online");
  out.push("cat /proc/workqueues", "ps aux | grep kworker");
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
    this.compare.checked = compare;
    this.time.value = at(Math.max(0, page.tNs)).replace("us", "us");
    this.command.value = "";
    one("#act-offers").replaceChildren(
      ...offered(page).map((text) => {
        const button = /** @type {HTMLButtonElement} */ (make("button", "btn mono", text));
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
    list.hidden = page.scenario.actions.length === 0;
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

  /** @param {string} command */
  #do(command) {
    if (!command) return;
    const { page } = this;
    const typed = readMoment(this.time.value, page.tNs);
    // What the field shows is rounded; the playhead is not.
    const exact = this.time.value === at(Math.max(0, page.tNs)) ? page.tNs : (typed ?? page.tNs);
    const at_ns = Math.max(0, Math.round(exact));
    if (page.scenario.actions.length >= ACTIONS_MAX) return;
    page.scenario.actions = [...page.scenario.actions, { at_ns, command }].sort((a, b) => a.at_ns - b.at_ns);
    this.edited();
    this.#again();
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
