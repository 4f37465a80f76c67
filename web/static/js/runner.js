/** Runs the scenario and fills the page while it streams. The run before stays on screen until the new one has lanes. */

import { OUTCOMES } from "./footer.js";
import { at } from "./format.js";
import { pauseAtLesson, selectNamed } from "./lesson.js";
import { selectedItem } from "./marks.js";
import { itemName } from "./model.js";
import { notice } from "./notice.js";
import { Store } from "./store.js";
import { replayRun, startRun } from "./stream.js";
import { precomputed } from "./whereabouts.js";

/** @import { PageState } from "./state.js" */
/** @import { View } from "./link.js" */

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

const EDITOR_LATEST_MS = 2000;
const RUNS_KEPT = 6;

export class Runner {
  /** @param {PageState} page */
  constructor(page) {
    this.page = page;
    /** @type {(() => void) | null} */
    this.abandon = null;
    /** The run to be shown under the next one's bars. @type {Store | null} */
    this.comparing = null;
    /** @type {() => void} */
    this.tellPainted = () => {};
    /** Settles once lanes have been painted. @type {Promise<void>} */
    this.painted = new Promise((done) => {
      this.tellPainted = done;
      window.setTimeout(done, EDITOR_LATEST_MS);
    });
  }

  /**
   * @param {View & {first?: boolean}} [view] where to look at the run afterwards; without it, where one looks now
   */
  run(view) {
    const { page } = this;
    this.abandon?.();
    page.playing = false;
    const look = view ?? this.#present();
    if (!view) notice("");
    const store = new Store();
    const scenario = structuredClone(page.scenario);
    let shown = false;
    page.status = "running";
    page.failure = "";
    performance.mark("run");
    this.#show();
    page.touch("status");

    const swap = () => {
      if (shown) return;
      shown = true;
      page.store = store;
      page.ran = scenario;
      page.selection = null;
      page.other = null;
      page.tNs = 0;
      page.seq = -1;
      page.setWindow(0, 1);
      page.touch("lanes", "selection", "time");
    };
    /** @type {import("./stream.js").Handlers} */
    const handlers = {
      message: (message) => {
        store.ingest(message);
        if (message.type === "batch" || message.type === "console" || message.type === "end") {
          const first = !shown;
          swap();
          if (message.type !== "console") page.rebuildAxis();
          page.touch("data");
          if (message.type === "end") this.#ended(look);
          if (first) this.#first();
          if (message.type === "end") this.#show();
        } else if (message.type === "diagnostic") {
          page.diagnostics = [...store.diagnostics];
          page.touch("scenario", "status");
        } else if (message.type === "error") {
          this.#failed(store.diagnostics.length ? "" : sentence(store.error?.message ?? message.code));
        }
        return store.n;
      },
      failed: (text) => this.#failed(text),
    };
    const ready = page.edited ? null : precomputed(page.base.hash);
    this.abandon = ready ? replayRun(ready, handlers) : startRun(scenario, handlers);
  }

  /** Shows a run that is there already: a recorded trace. @param {Store} store @param {string} name */
  show(store, name) {
    const { page } = this;
    this.abandon?.();
    page.playing = false;
    page.store = store;
    page.ran = null;
    page.other = null;
    page.selection = null;
    page.status = "done";
    page.diagnostics = [];
    one("#lesson").hidden = true;
    page.tNs = 0;
    page.seq = -1;
    page.kept.push({ store, label: name });
    page.rebuildAxis();
    page.setWindow(0, 1);
    one("#live").textContent = pauseAtLesson(page);
    this.#show();
    page.touch("data", "lanes", "selection", "time", "status", "scenario");
  }

  /** The first lanes are painted at once, in this task, not in the next frame. */
  #first() {
    this.#show();
    this.page.flush();
    performance.measure("first lanes", "run");
    this.tellPainted();
  }

  /** @param {View & {first?: boolean}} look */
  #ended(look) {
    const { page } = this;
    page.status = "done";
    this.#keep();
    const { outcome } = /** @type {import("./types.js").End} */ (page.store.end);
    if (outcome.kind !== "completed" && outcome.kind !== "stopped") {
      const when = at(outcome.at_ns - page.store.origin);
      const cycle = (outcome.cycle ?? []).filter((line) => line !== outcome.message);
      notice(`${OUTCOMES[outcome.kind] ?? outcome.kind} at ${when}: ${outcome.message}`, cycle);
    }
    page.diagnostics = page.store.diagnostics.filter((d) => d.severity !== "error");
    if (look.axis) page.setAxis(/** @type {import("./axis.js").AxisKind} */ (look.axis));
    if (look.first) one("#live").textContent = pauseAtLesson(page);
    if (look.tNs !== undefined) page.setTime(look.tNs);
    if (look.sel) selectNamed(page, look.sel);
    if (look.fromNs !== undefined && look.toNs !== undefined) {
      page.setWindow(page.axis.toU(look.fromNs), page.axis.toU(look.toNs));
    }
    page.touch("status", "data", "scenario");
  }

  /** Keeps the finished run, so that the next can be compared with it. */
  #keep() {
    const { page } = this;
    const last = page.ran?.actions.at(-1);
    const id = page.store.meta?.run.slice(0, 8) ?? "";
    const what = last ? `with “${last.command}” at ${at(last.at_ns)}` : page.edited ? "edited" : "as in the gallery";
    page.kept = page.kept.filter((k) => k.store.meta?.run !== page.store.meta?.run).slice(1 - RUNS_KEPT);
    page.kept.push({ store: page.store, label: `run ${id}, ${what}` });
    page.other = this.comparing;
    this.comparing = null;
    if (page.other) {
      page.rebuildAxis();
      this.compared?.();
    }
    page.touch("compare", "lanes");
  }

  /** Called when two runs are to be seen beside each other. @type {(() => void) | undefined} */
  compared;

  /** @param {string} text */
  #failed(text) {
    this.page.status = "failed";
    this.page.failure = text;
    this.#show();
    this.tellPainted();
    this.page.touch("status", "scenario");
  }

  /** Where the person looks now, by name, so that it can be found in another run. @returns {View & {first?: boolean}} */
  #present() {
    const { page } = this;
    if (!page.store.meta) return { first: true };
    const item = selectedItem(page);
    return {
      tNs: page.tNs,
      sel: item >= 0 ? `${itemName(page.store, item)}@${Math.round(page.selection?.atNs ?? page.tNs)}ns` : undefined,
    };
  }

  /** The sentence in the place of the lanes, and the badge. */
  #show() {
    const { page } = this;
    const empty = one("#empty");
    const has = page.store.lanes.size > 0;
    const problems = page.diagnostics.filter((d) => d.severity === "error").length;
    const failed = page.status === "failed";
    const sentence = failed
      ? page.failure ||
        `The scenario did not run: ${problems === 1 ? "one error" : `${problems} errors`}, listed under the source.`
      : page.status === "running"
        ? "Running the simulation"
        : "";
    empty.hidden = !failed && (has || page.status === "done");
    /** @type {HTMLElement} */ (empty.querySelector("p")).textContent = sentence;
    empty.classList.toggle("over", failed && has);
    one(".stack").classList.toggle("stale", failed && has);
    const machine =
      (page.store.meta && !failed ? page.store.meta.machine : page.scenario.machine) ?? page.scenario.machine;
    const measured = page.store.meta?.time_base === "measured";
    const kernel = measured ? page.store.meta?.kernel : machine.kernel.replace("-debug", " + checks");
    const seed = (page.ran ?? page.scenario).seed;
    one("#badge").textContent = measured
      ? `measured${kernel ? ` on ${kernel}` : ", a recorded trace"}`
      : `simulated ${kernel} · ${machine.cpus} CPU${machine.cpus === 1 ? "" : "s"} · seed ${seed}`;
  }
}

/** @param {string} text */
function sentence(text) {
  return text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "";
}
