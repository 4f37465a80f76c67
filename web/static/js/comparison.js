/**
 * The real kernel against the simulator: the run on screen is a real one, the simulated run of the same scenario lies
 * under it, and the server holds the facts of all real runs against that. More real runs show what the kernel leaves open.
 */

import { itemOfKey } from "./align.js";
import { notice } from "./notice.js";
import { labStatus } from "./real.js";
import { Store } from "./store.js";
import { startRun } from "./stream.js";
import { onServer } from "./whereabouts.js";

/** @import { Connection, Lab } from "./stream.js" */
/** @import { Machine, Scenario } from "./types.js" */
/** @import { PageState } from "./state.js" */

/** @typedef {"held" | "red" | "open"} State */
/** @typedef {{state: State, real: string, here: string, items: [string, number][], real_us: number, here_us: number}} Told */
/** @typedef {{fact: string, held: number, red: number, open: number, facts: Told[]}} Row */
/** @typedef {{ok: boolean, references: number, rows: Row[], items: [string, number, State][]}} Table */
/**
 * @typedef {object} Facts
 * @property {string} kernel
 * @property {number} runs of this lab
 * @property {number} recorded runs of the gallery
 * @property {string} date
 * @property {Machine} machine
 * @property {Table} table
 * @property {Map<number, State>} marks by item of the run on screen
 * @property {Store | null} simulated the run that they were asked of
 * @property {number} wanted how many real runs there are to be, those under way included
 */

/** As many real runs as a gallery scenario ships. */
const RUNS_WANTED = 6;

export class Comparison {
  /** @param {PageState} page */
  constructor(page) {
    this.page = page;
    /** @type {Store | null} the real run that is compared */
    this.real = null;
    /** @type {Connection | null} */
    this.further = null;
    page.listen((flags) => {
      if (flags.has("status") && this.real && page.store !== this.real) this.end();
    });
  }

  /** Whether the run on screen is one that facts can be asked of. */
  get possible() {
    const { store } = this.page;
    return store.end !== null && store.meta?.producer === "vm" && this.#scenario() !== null;
  }

  /** @returns {Scenario | null} what the real run was of */
  #scenario() {
    const { page } = this;
    return page.store.recorded ? page.base.scenario : page.ran;
  }

  /** Compares the real run on screen. @param {Lab | null} lab where further runs can be made */
  async start(lab) {
    const { page } = this;
    const scenario = this.#scenario();
    if (!this.possible || !scenario) return;
    this.end();
    this.real = page.store;
    const runs = page.store.recorded ? [] : [page.store.meta?.run ?? ""];
    const machine = page.store.recorded?.stale ? null : await this.#ask(scenario, runs);
    if (this.real !== page.store) return;
    await this.#simulate({ ...scenario, machine: machine ?? scenario.machine });
    if (machine && lab && !page.store.recorded) this.#more(scenario, runs, lab);
  }

  /** No comparison any more. */
  end() {
    this.further?.abandon();
    this.further = null;
    this.real = null;
    this.page.facts = null;
  }

  /** No further runs; what is known stays. */
  enough() {
    this.further?.abandon();
    this.further = null;
    const { facts } = this.page;
    if (facts) facts.wanted = facts.runs + facts.recorded;
    this.page.touch("compare");
  }

  /** The facts of these runs, put on the page. @param {Scenario} scenario @param {string[]} runs @returns {Promise<Machine | null>} */
  async #ask(scenario, runs) {
    const { page, real } = this;
    const answer = await fetch(onServer("/api/compare"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ scenario, name: page.base.name, runs }),
    }).catch(() => null);
    const body = await answer?.json().catch(() => null);
    if (real !== page.store) return null;
    if (!answer?.ok) {
      notice(`The facts could not be compared: ${body?.message ?? body?.detail ?? "the server does not answer"}.`);
      return null;
    }
    /** @type {Map<number, State>} */
    const marks = new Map();
    for (const [name, n, state] of body.table.items) {
      const item = itemOfKey(page.store, name, n);
      if (item >= 0) marks.set(item, state);
    }
    const { simulated = null, wanted = 0 } = page.facts ?? {};
    page.facts = { ...body, marks, simulated, wanted: Math.max(wanted, body.runs + body.recorded) };
    page.touch("compare", "lanes");
    return body.machine;
  }

  /** The simulated run that the facts were asked of, laid under the real one. @param {Scenario} scenario */
  #simulate(scenario) {
    const { page, real } = this;
    const store = new Store();
    return new Promise((done) => {
      const message = (/** @type {Record<string, any>} */ each) => {
        store.ingest(each);
        if (each.type === "end" && page.store === real) {
          page.kept = page.kept.filter((k) => k.store.meta?.run !== store.meta?.run);
          page.kept.unshift({
            store,
            label: `simulated, Linux ${scenario.machine.kernel} at the speed of that machine`,
          });
          page.other = store;
          if (page.facts) page.facts.simulated = store;
          page.rebuildAxis();
          page.touch("compare", "lanes");
        }
        if (each.type === "end" || each.type === "error") done(null);
        return store.n;
      };
      startRun({ scenario }, { message, failed: done });
    });
  }

  /** Further real runs, one after the other, while nobody else waits for the machine. @param {Scenario} scenario @param {string[]} runs @param {Lab} lab */
  async #more(scenario, runs, lab) {
    const { page, real } = this;
    const known = page.facts ? page.facts.runs + page.facts.recorded : RUNS_WANTED;
    if (page.facts) page.facts.wanted = Math.max(known, RUNS_WANTED);
    for (let left = RUNS_WANTED - known; left > 0; left--) {
      if ((await labStatus())?.waiting !== 0) break;
      const run = await this.#another(scenario, lab);
      if (!run || this.real !== real || page.store !== real) break;
      runs.push(run);
      await this.#ask(scenario, runs);
    }
    if (this.real === real) this.enough();
  }

  /** One more run, unseen. @param {Scenario} scenario @param {Lab} lab @returns {Promise<string>} its id; empty where it came to nothing */
  #another(scenario, lab) {
    return new Promise((done) => {
      let run = "";
      /** @type {import("./stream.js").Handlers} */
      const handlers = {
        queued: (queue) => {
          run = queue.run;
        },
        message: (each) => {
          if (each.type === "end") done(run);
          if (each.type === "error") done("");
          return each.n;
        },
        failed: () => done(""),
      };
      const connection = startRun({ scenario }, handlers, lab);
      this.further = {
        send: connection.send,
        abandon: () => {
          connection.abandon();
          done("");
        },
      };
    });
  }
}
