/**
 * The switch between the simulator and the real kernel. Where this server has a lab, *Real* runs what the editor holds
 * there; where it has none, it says how to start one, and shows what was recorded of the scenario.
 */

import { prose } from "./dom.js";
import { notice } from "./notice.js";
import { store, stored } from "./storage.js";
import { onServer } from "./whereabouts.js";

/** @import { PageState } from "./state.js" */
/** @import { Runner } from "./runner.js" */

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

const TOKEN = "wqplay:lab-token";

/** @typedef {{on: boolean, token: boolean, missing: string[], waiting: number, machines: number, hint: string}} LabStatus */

/** What this server has; null where it does not answer. @returns {Promise<LabStatus | null>} */
export async function labStatus() {
  const answer = await fetch(onServer("/api/lab")).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

export class Real {
  /** @param {PageState} page @param {Runner} runner */
  constructor(page, runner) {
    this.page = page;
    this.runner = runner;
    this.popover = one("#about-real");
    this.field = /** @type {HTMLInputElement} */ (one("#lab-token"));
    one("#real").addEventListener("click", () => this.press());
    one("#simulator").addEventListener("click", () => this.simulate());
    one("#recorded").addEventListener("click", () => this.recorded());
    one("#stop").addEventListener("click", () => runner.stop());
    one("#lab-form").addEventListener("submit", (event) => {
      event.preventDefault();
      store(TOKEN, this.field.value.trim());
      this.#run();
    });
    runner.refused = () => {
      const had = stored(TOKEN) !== "";
      store(TOKEN, "");
      runner.lab = null;
      this.#explain(had ? "The lab did not take this token. " : "");
    };
    page.listen((flags) => {
      if (flags.has("status")) this.#switch();
    });
  }

  /** *Real* is pressed. */
  async press() {
    const status = await labStatus();
    if (status?.on && !status.missing.length && (!status.token || stored(TOKEN))) this.#run();
    else this.#explain("", status);
  }

  /** Back to the simulator, where something else is on screen or under way. */
  simulate() {
    const { page, runner } = this;
    runner.lab = null;
    if (page.live || page.store.meta?.time_base === "measured") runner.run();
    this.#switch();
  }

  #run() {
    this.popover.hidePopover();
    this.runner.lab = { token: stored(TOKEN) };
    this.runner.run({ first: true });
    this.#switch();
  }

  /** Says why nothing runs, and what to do. @param {string} before @param {LabStatus | null} [known] */
  async #explain(before, known) {
    const status = known ?? (await labStatus());
    const asks = status?.on && !status.missing.length && status.token;
    one("#lab-form").hidden = !asks;
    const hint = !status
      ? "The server does not answer."
      : asks
        ? `${before}The lab of this server needs its token; whoever runs the server has it.`
        : status.on
          ? `The lab lacks packages: ${status.hint}.`
          : `This server runs the simulator only: ${status.hint}.`;
    one("#lab-hint").replaceChildren(...prose(hint));
    one("#recorded").hidden = !this.page.base.name;
    this.popover.showPopover();
    if (asks) this.field.focus();
  }

  /** Shows the run that was recorded of the scenario. @returns {Promise<boolean>} whether there is one */
  async recorded() {
    this.popover.hidePopover();
    this.runner.lab = null;
    const { showRecorded } = await import("./recorded.js");
    const said = await showRecorded(this.page, this.runner);
    if (said) notice(said);
    return !said;
  }

  /** Which of the two is on: what runs, else what is on screen. */
  #switch() {
    const { page, runner } = this;
    const real = runner.lab !== null || (page.status === "done" && page.store.meta?.time_base === "measured");
    for (const id of ["#simulator", "#real"]) {
      const on = real === (id === "#real");
      one(id).setAttribute("aria-pressed", String(on));
      one(id).classList.toggle("on", on);
    }
  }
}
