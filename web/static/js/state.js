/**
 * The state of the page, one object: the run, the window on it, the playhead, the selection. Components change it by
 * its methods and are told once a frame what has changed.
 */

import { linearAxis, makeAxis } from "./axis.js";
import { allMoments, momentsBetween, someMoments } from "./moments.js";
import { Arrangement } from "./rows.js";
import { Store } from "./store.js";

/** @import { Axis, AxisKind } from "./axis.js" */
/** @import { Diagnostic, Lesson, Scenario } from "./types.js" */

/** @typedef {"data" | "lanes" | "view" | "time" | "selection" | "theme" | "scenario" | "status" | "breaks" | "compare" | "open"} Flag */
/**
 * @typedef {{kind: "item", id: number, atNs: number} | {kind: "span", id: number, atNs: number}
 *   | {kind: "event", id: number, atNs: number} | null} Selection
 */
/** @typedef {(flags: Set<Flag>) => void} Listener */

/** An axis has the moments of all spans up to so many, and of longer runs a sample of about so many. */
const SPANS_MAX = 1 << 16;
const SAMPLE = 1 << 15;
/** The narrowest window, as a share of the axis: below it positions would exceed what a double keeps exact. */
const WINDOW_MIN = 1e-9;

export class PageState {
  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.store = new Store();
    /** What the editor holds; a run takes a copy. */
    this.scenario = scenario;
    /** @type {Scenario | null} */
    this.ran = null;
    this.engine = "";
    /** The gallery scenario that this one began as. */
    this.base = { name: "", hash: "", scenario };
    /** @type {Lesson | null} */
    this.lesson = null;
    /** @type {Diagnostic[]} of the source as it stands in the editor */
    this.diagnostics = [];
    /** @type {"empty" | "running" | "done" | "failed"} */
    this.status = "empty";
    this.failure = "";
    /** What a real run is at before its first event, in words. */
    this.stage = "";
    /** Whether a run of the real kernel is under way. */
    this.live = false;
    /** @type {AxisKind} */
    this.axisKind = "folded";
    /** @type {Axis} */
    this.axis = linearAxis(1);
    this.u0 = 0;
    this.u1 = 1;
    this.tNs = 0;
    /** The last event that has happened at the playhead; -1 before the first. */
    this.seq = -1;
    /** @type {Selection} */
    this.selection = null;
    /** Markers A and B, in ns. @type {(number | null)[]} */
    this.markers = [null, null];
    /** @type {"time" | "jiffies" | "dmesg"} */
    this.rulerUnit = "time";
    this.arrangement = new Arrangement();
    /** Where playing stops: types of events, lines of module.c. */
    this.breaks = { kinds: /** @type {Set<string>} */ (new Set()), lines: /** @type {Set<number>} */ (new Set()) };
    /** Runs that came to their end, the latest last. @type {{store: Store, label: string}[]} */
    this.kept = [];
    /** Moments to come back to, in order. @type {number[]} */
    this.bookmarks = [];
    /** One more, that goes where the next is set. @type {number | null} */
    this.mark = null;
    /** The run that this one is compared with, drawn under its bars. @type {Store | null} */
    this.other = null;
    /** What the real kernel's runs say of the simulated one. @type {import("./comparison.js").Facts | null} */
    this.facts = null;
    this.playing = false;
    this.follow = true;
    /** Whether the page shows what a presenter shows (follow.js). */
    this.following = false;
    /** @type {Set<Flag>} */
    this.flags = new Set();
    /** @type {Listener[]} */
    this.listeners = [];
    this.frame = 0;
  }

  /** @param {Listener} listener */
  listen(listener) {
    this.listeners.push(listener);
  }

  /** @param {Flag[]} flags */
  touch(...flags) {
    for (const flag of flags) this.flags.add(flag);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.flush());
  }

  /** Tells the components now, not in the next frame. */
  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.flags.size) return;
    const flags = this.flags;
    this.flags = new Set();
    for (const listener of this.listeners) listener(flags);
  }

  get endNs() {
    return Math.max(1, this.store.reachedNs);
  }

  /** Makes the axis anew from the moments at which something on the lanes changes; of both runs, where two are compared. */
  rebuildAxis() {
    const stores = this.other ? [this.store, this.other] : [this.store];
    const end = stores.reduce((ns, store) => Math.max(ns, store.reachedNs), this.endNs);
    const first = Math.min(0, this.store.events.t.length ? this.store.events.t.at(0) : 0);
    const spans = stores.reduce((n, store) => n + store.spans.lane.length, 0);
    if (this.axisKind === "linear") this.axis = makeAxis("linear", [], end, first);
    else if (spans <= SPANS_MAX) this.axis = makeAxis(this.axisKind, allMoments(stores), end, first);
    else {
      const gather = (/** @type {number} */ from, /** @type {number} */ to) => momentsBetween(stores, from, to);
      this.axis = makeAxis(this.axisKind, someMoments(stores, SAMPLE), end, first, gather);
    }
    this.axis.focus(this.u0, this.u1);
    this.touch("view");
  }

  /** @param {AxisKind} kind */
  setAxis(kind) {
    if (kind === this.axisKind) return;
    this.growAxis(kind);
  }

  /** The axis made anew under a window that stays where it is: on the whole run, or on the same stretch. @param {AxisKind} [kind] */
  growAxis(kind = this.axisKind) {
    const [from, to] = [this.axis.toNs(this.u0), this.axis.toNs(this.u1)];
    const whole = this.u0 <= 0 && this.u1 >= 1;
    this.axisKind = kind;
    this.rebuildAxis();
    if (whole) this.setWindow(0, 1);
    else this.setWindow(this.axis.toU(from), this.axis.toU(to));
  }

  /** @param {number} u0 @param {number} u1 */
  setWindow(u0, u1) {
    const width = Math.min(1, Math.max(WINDOW_MIN, u1 - u0));
    this.u0 = Math.min(1 - width, Math.max(0, u0));
    this.u1 = this.u0 + width;
    this.axis.focus(this.u0, this.u1);
    this.touch("view");
  }

  /** @param {number} factor below 1 comes nearer @param {number} aroundU */
  zoom(factor, aroundU) {
    const width = Math.min(1, Math.max(WINDOW_MIN, (this.u1 - this.u0) * factor));
    const share = (aroundU - this.u0) / (this.u1 - this.u0);
    this.setWindow(aroundU - share * width, aroundU + (1 - share) * width);
  }

  /** Moves the window only as far as is needed to show `ns`. @param {number} ns */
  reveal(ns) {
    const u = this.axis.toU(ns);
    const width = this.u1 - this.u0;
    if (u < this.u0 || u > this.u1) this.setWindow(u - width / 2, u + width / 2);
  }

  /** @param {number} ns */
  setTime(ns) {
    this.tNs = Math.min(this.endNs, Math.max(this.axis.startNs, ns));
    this.seq = this.store.events.t.lastAtMost(this.tNs);
    this.touch("time");
  }

  /** Goes to the next (1) or previous (-1) moment at which an event happened. @param {number} direction */
  step(direction) {
    const { t: times } = this.store.events;
    let seq = times.lastAtMost(this.tNs);
    if (direction > 0) seq++;
    else while (seq >= 0 && times.at(seq) >= this.tNs) seq--;
    this.setTime(seq < 0 ? this.axis.startNs : seq >= times.length ? this.endNs : times.at(seq));
  }

  /** @param {Selection} selection */
  select(selection) {
    this.selection = selection;
    this.touch("selection");
  }

  get edited() {
    return JSON.stringify(this.scenario) !== JSON.stringify(this.base.scenario);
  }
}
