/**
 * Runs the scenario, in the simulator or on the real kernel, and fills the page while it streams. The run before stays on
 * screen until the new one has lanes.
 */

import { OUTCOMES } from "./footer.js";
import { at } from "./format.js";
import { pauseAtLesson, selectNamed } from "./lesson.js";
import { selectedItem } from "./marks.js";
import { itemName } from "./model.js";
import { notice } from "./notice.js";
import { Store } from "./store.js";
import { replayRun, startRun } from "./stream.js";
import { precomputed } from "./whereabouts.js";

/** @import { Connection, Lab, Queue } from "./stream.js" */
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
    /** The real kernel, where it is what runs; null: the simulator. @type {Lab | null} */
    this.lab = null;
    /** @type {Connection | null} */
    this.connection = null;
    /** Whether a real run that is over is being told again. */
    this.explaining = false;
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
    const { lab } = this;
    this.connection?.abandon();
    page.playing = false;
    const look = view ?? this.#present();
    if (!view) notice("");
    const store = new Store();
    const scenario = structuredClone(page.scenario);
    let shown = false;
    page.status = "running";
    page.failure = "";
    this.explaining = false;
    page.stage = lab ? STAGES.start : "";
    page.live = lab !== null;
    performance.mark("run");
    this.#show();
    page.touch("status");

    const swap = () => {
      if (shown) return;
      shown = true;
      page.stage = "";
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
      queued: (queue) => {
        page.stage = stageOf(queue);
        this.#show();
        page.touch("status");
      },
      message: (message) => {
        store.ingest(message);
        if (message.type === "batch" || message.type === "console" || message.type === "end") {
          const first = !shown;
          swap();
          if (message.type !== "console") page.growAxis();
          page.touch("data");
          if (message.type === "end") this.#ended(look);
          if (first) this.#first();
          if (message.type === "end") this.#show();
          if (message.type === "end" && lab && message.outcome.kind !== "stopped") this.#explain(lab, store, look);
        } else if (message.type === "open") {
          page.touch("open");
        } else if (message.type === "diagnostic") {
          page.diagnostics = [...store.diagnostics];
          page.touch("scenario", "status");
        } else if (message.type === "error") {
          this.#failed(store.diagnostics.length ? "" : sentence(store.error?.message ?? message.code));
          if (message.code === "lab") this.refused?.();
        }
        return store.n;
      },
      failed: (text) => this.#failed(text),
    };
    const ready = page.edited || lab ? null : precomputed(page.base.hash);
    this.connection = ready ? replayRun(ready, handlers) : startRun({ scenario }, handlers, lab);
  }

  /** Called when a real run is over and its waits are explained. @type {(() => void) | undefined} */
  told;

  /** Called when the real kernel is not for this page, or not any more. @type {(() => void) | undefined} */
  refused;

  /** Ends the run under way; what it has shown stays. */
  stop() {
    const { page } = this;
    if (page.status !== "running") return;
    if (!page.stage) {
      this.connection?.send({ type: "stop" });
      return;
    }
    this.connection?.abandon();
    page.stage = "";
    page.live = false;
    page.status = page.store.end ? "done" : "failed";
    page.failure = "Stopped before the first event.";
    this.#show();
    page.touch("status");
  }

  /**
   * A real run is told again once it is over, its waits explained as far as a trace decides them.
   * @param {Lab} lab @param {Store} live the run as it came @param {View & {first?: boolean}} look
   */
  #explain(lab, live, look) {
    const { page } = this;
    const store = new Store();
    const stood = page.tNs;
    const put = () => {
      if (page.store !== live) return;
      const { sel } = this.#present();
      page.store = store;
      for (const kept of page.kept) if (kept.store === live) kept.store = store;
      page.growAxis();
      page.selection = null;
      if (look.first && page.tNs === stood) one("#live").textContent = pauseAtLesson(page);
      else page.setTime(page.tNs);
      if (sel && !page.selection) selectNamed(page, sel);
      page.touch("data", "lanes", "selection", "status", "compare");
      this.explaining = false;
      this.told?.();
    };
    const message = (/** @type {Record<string, any>} */ each) => {
      store.ingest(each);
      if (each.type === "end") put();
      return store.n;
    };
    this.explaining = true;
    // Without the explanation the run stays as it came, its waits unknown.
    this.connection = startRun({ run: live.meta?.run ?? "", explained: true }, { message, failed: () => {} }, lab);
  }

  /** Shows a run that is there already: a recorded trace. @param {Store} store @param {string} name */
  show(store, name) {
    const { page } = this;
    this.connection?.abandon();
    page.playing = false;
    page.store = store;
    page.ran = null;
    page.stage = "";
    page.live = false;
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
    page.live = false;
    this.#keep();
    const { outcome } = /** @type {import("./types.js").End} */ (page.store.end);
    if (outcome.kind !== "completed" && outcome.kind !== "stopped") {
      const when = at(outcome.at_ns - page.store.origin);
      const cycle = (outcome.cycle ?? []).filter((line) => line !== outcome.message);
      notice(`${OUTCOMES[outcome.kind] ?? outcome.kind} at ${when}: ${outcome.message}`, cycle);
    }
    page.diagnostics = page.store.diagnostics.filter((d) => d.severity !== "error");
    if (look.first) one("#live").textContent = pauseAtLesson(page);
    this.look(look);
    page.touch("status", "data", "scenario");
  }

  /** Looks at the run on screen as a link says. @param {View} look */
  look(look) {
    const { page } = this;
    if (look.axis) page.setAxis(/** @type {import("./axis.js").AxisKind} */ (look.axis));
    if (look.tNs !== undefined) page.setTime(look.tNs);
    if (look.sel) selectNamed(page, look.sel);
    if (look.fromNs !== undefined && look.toNs !== undefined) {
      page.setWindow(page.axis.toU(look.fromNs), page.axis.toU(look.toNs));
    }
  }

  /** Keeps the finished run, so that the next can be compared with it. */
  #keep() {
    const { page } = this;
    const last = page.ran?.actions.at(-1);
    const id = page.store.meta?.run.slice(0, 8) ?? "";
    const what = last ? `with “${last.command}” at ${at(last.at_ns)}` : page.edited ? "edited" : "as in the gallery";
    page.kept = page.kept.filter((k) => k.store.meta?.run !== page.store.meta?.run).slice(1 - RUNS_KEPT);
    const real = page.store.meta?.time_base === "measured" ? "real run" : "run";
    page.kept.push({ store: page.store, label: `${real} ${id}, ${what}` });
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
    this.page.stage = "";
    this.page.live = false;
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
      : page.stage || (page.live ? STAGES.session : page.status === "running" ? "Running the simulation" : "");
    const over = (failed || page.stage !== "") && has;
    empty.hidden = !over && (has || page.status === "done");
    /** @type {HTMLElement} */ (empty.querySelector("p")).textContent = sentence;
    empty.classList.toggle("over", over);
    one(".stack").classList.toggle("stale", over);
    one("#run").hidden = page.live;
    one("#stop").hidden = !page.live;
    this.#badge(failed);
  }

  /** What the run on screen was made by, always in sight. @param {boolean} failed whether the scenario did not run */
  #badge(failed) {
    const { page } = this;
    const badge = one("#badge");
    const machine =
      (page.store.meta && !failed ? page.store.meta.machine : page.scenario.machine) ?? page.scenario.machine;
    const { meta, recorded } = page.store;
    if (meta?.time_base === "measured" && !failed) {
      const version = meta.kernel.split(/[+-]/, 1)[0];
      badge.textContent = recorded
        ? `recorded on ${version}, ${recorded.date}`
        : version
          ? `${page.live ? "live on" : "measured on"} Linux ${version} in QEMU`
          : "measured, a recorded trace";
      badge.title = version ? `Measured time: Linux ${meta.kernel} in QEMU` : "Measured time";
      return;
    }
    badge.title = "Simulated time: the engine computes what Linux would do";
    const { seed } = page.ran ?? page.scenario;
    badge.textContent = `simulated ${machine.kernel.replace("-debug", " + checks")} · ${machine.cpus} CPU${machine.cpus === 1 ? "" : "s"} · seed ${seed}`;
  }
}

/** Where a real run stands, in words. */
const STAGES = /** @type {Record<string, string>} */ ({
  start: "Asking for the real kernel",
  boot: "Linux boots; the runs after this one start from a snapshot of it",
  build: "The machine starts, and kbuild builds the module",
  session: "The session begins",
});

/** @param {Queue} queue */
function stageOf({ position, stage }) {
  if (position > 0) return `The real kernel is busy: number ${position} in its queue`;
  return STAGES[stage] ?? STAGES.start;
}

/** @param {string} text */
function sentence(text) {
  return text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "";
}
