/**
 * Playing a recording: to start, step, play and pause, speed, the axis, zoom. The page owns the clock; a run is over
 * before it is looked at.
 *
 * On the linear axis speed 1 is one simulated second a second; on the others the playhead crosses the whole run in
 * 24 s, so that microseconds can be followed and waiting does not bore. With reduced motion it goes from moment to moment.
 */

import { at, duration, moment, readMoment, stamp } from "./format.js";
import { announce } from "./model.js";
import { breaksAt, stepBy, UNITS } from "./steps.js";

/** @import { AxisKind } from "./axis.js" */
/** @import { PageState } from "./state.js" */
/** @import { Unit } from "./steps.js" */

/** The slider is logarithmic: its value is the power of ten. */
const SPEED_STEP = 0.25;
const CROSS_S = 24;
const STEP_S = 1.1;
const ANNOUNCE_MS = 1500;

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

export class Transport {
  /** @param {PageState} page @param {{fit: () => void}} timeline */
  constructor(page, timeline) {
    this.page = page;
    this.speed = 1;
    this.last = 0;
    this.spoken = 0;
    this.play = one("#play");
    this.time = /** @type {HTMLInputElement} */ (one("#time"));
    this.stamp = one("#stamp");
    this.live = one("#live");
    one("#to-start").addEventListener("click", () => this.toStart());
    one("#back").addEventListener("click", () => this.step(-1));
    one("#forward").addEventListener("click", () => this.step(1));
    this.play.addEventListener("click", () => this.toggle());
    one("#zoom-in").addEventListener("click", () => this.zoom(0.6));
    one("#zoom-out").addEventListener("click", () => this.zoom(1 / 0.6));
    one("#fit").addEventListener("click", () => timeline.fit());
    this.slider = /** @type {HTMLInputElement} */ (one("#speed"));
    this.slider.addEventListener("input", () => this.#setSpeed(Number(this.slider.value)));
    this.unit = /** @type {HTMLSelectElement} */ (one("#step-unit"));
    for (const [value, text] of UNITS) this.unit.append(new Option(text, value));
    for (const radio of document.querySelectorAll('input[name="axis"]')) {
      radio.addEventListener("change", () =>
        page.setAxis(/** @type {AxisKind} */ (/** @type {HTMLInputElement} */ (radio).value)),
      );
    }
    this.time.addEventListener("change", () => {
      const ns = readMoment(this.time.value, page.tNs);
      if (ns !== null) {
        page.setTime(ns);
        page.reveal(page.tNs);
      }
      this.time.value = moment(page.tNs);
    });
    this.time.addEventListener("focus", () => this.time.select());
    page.listen((flags) => {
      if (flags.has("time") || flags.has("data") || flags.has("status")) this.#show();
      if (flags.has("view")) this.#showAxis();
    });
  }

  toStart() {
    this.page.setTime(this.page.axis.startNs);
    this.page.reveal(this.page.tNs);
    this.#speak(true);
  }

  /** @param {number} direction @param {Unit} [unit] the chosen one where none is named */
  step(direction, unit = /** @type {Unit} */ (this.unit.value)) {
    this.pause();
    const done = stepBy(this.page, unit, direction);
    this.page.reveal(this.page.tNs);
    if (done) this.#speak(true);
    else this.live.textContent = `No ${direction > 0 ? "further" : "earlier"} ${unit}`;
  }

  /** Puts marker A (0) or B (1) at a moment, else at the playhead; once more there takes it away. @param {number} which @param {number} [ns] */
  mark(which, ns = this.page.tNs) {
    const { markers } = this.page;
    markers[which] = markers[which] === ns ? null : ns;
    const [a, b] = markers;
    const text = [a === null ? "" : `A ${at(a)}`, b === null ? "" : `B ${at(b)}`];
    if (a !== null && b !== null) text.push(`B − A ${duration(b - a)}`);
    one("#markers").textContent = text.filter(Boolean).join(" · ");
    this.live.textContent = one("#markers").textContent;
    this.page.touch("view");
  }

  /** @param {number} factor */
  zoom(factor) {
    const { page } = this;
    const u = page.axis.toU(page.tNs);
    page.zoom(factor, u >= page.u0 && u <= page.u1 ? u : (page.u0 + page.u1) / 2);
  }

  /** @param {number} direction */
  faster(direction) {
    this.#setSpeed(Number(this.slider.value) + direction * SPEED_STEP);
  }

  /** @param {number} power of ten */
  #setSpeed(power) {
    const { slider } = this;
    slider.value = String(power);
    this.speed = Number((10 ** Number(slider.value)).toPrecision(2));
    const text = `×${this.speed}`;
    one("#speed-now").textContent = text;
    slider.setAttribute("aria-valuetext", text);
  }

  toggle() {
    if (this.page.playing) this.pause();
    else this.start();
  }

  pause() {
    this.page.playing = false;
    this.#show();
  }

  start() {
    const { page } = this;
    if (!page.store.meta) return;
    if (page.tNs >= page.endNs) page.setTime(page.axis.startNs);
    page.playing = true;
    page.follow = true;
    this.last = performance.now();
    this.#show();
    requestAnimationFrame((now) => this.#tick(now));
  }

  /** @param {number} now */
  #tick(now) {
    const { page } = this;
    if (!page.playing) {
      this.#show();
      return;
    }
    const seconds = Math.min(0.25, (now - this.last) / 1000) * this.speed;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      if (now - this.last >= (STEP_S * 1000) / this.speed) {
        page.step(1);
        this.last = now;
      }
    } else {
      this.last = now;
      const to =
        page.axis.kind === "linear"
          ? page.tNs + seconds * 1e9
          : page.axis.toNs(page.axis.toU(page.tNs) + seconds / CROSS_S);
      this.#advance(to);
    }
    if (page.follow) page.reveal(page.tNs);
    if (page.tNs >= page.endNs) page.playing = false;
    this.#speak(false);
    requestAnimationFrame((next) => this.#tick(next));
  }

  /** Plays on to a moment, or to the first breakpoint before it. @param {number} to */
  #advance(to) {
    const { page } = this;
    const from = page.seq;
    page.setTime(to);
    if (!page.breaks.kinds.size && !page.breaks.lines.size) return;
    for (let seq = from + 1; seq <= page.seq; seq++) {
      if (!breaksAt(page, seq)) continue;
      page.setTime(page.store.events.t.at(seq));
      page.seq = seq;
      page.playing = false;
      this.#speak(true);
      return;
    }
  }

  /** Tells what happens at the playhead, in play at most every 1.5 s. @param {boolean} always */
  #speak(always) {
    const now = performance.now();
    if (!always && now - this.spoken < ANNOUNCE_MS) return;
    this.spoken = now;
    const text = `${moment(this.page.tNs)}: ${announce(this.page.store, this.page.seq)}`;
    if (this.live.textContent !== text) this.live.textContent = text;
  }

  #show() {
    const { page } = this;
    if (document.activeElement !== this.time || page.playing) this.time.value = moment(page.tNs);
    this.stamp.textContent = page.store.meta ? `dmesg ${stamp(page.tNs + page.store.origin).trim()}` : "";
    this.play.setAttribute("aria-label", page.playing ? "Pause" : "Play");
    this.play.setAttribute("aria-pressed", String(page.playing));
  }

  #showAxis() {
    for (const radio of document.querySelectorAll('input[name="axis"]')) {
      /** @type {HTMLInputElement} */ (radio).checked =
        /** @type {HTMLInputElement} */ (radio).value === this.page.axisKind;
    }
  }
}
