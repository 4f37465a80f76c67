/** Ticks for any axis, and the strip above the lanes that shows them with the lengths that the cuts leave out. */

import { MONO, prepare, textWidth, useFont } from "./canvas.js";
import { duration, inUnit, rulerUnit, stamp } from "./format.js";

/** @import { Axis } from "./axis.js" */
/** @import { PageState } from "./state.js" */
/** @import { Colours } from "./theme.js" */

export const RULER_H = 38;
/** @type {("time" | "jiffies" | "dmesg")[]} */
export const RULER_UNITS = ["time", "jiffies", "dmesg"];
/** Below this width a cut has no room for its break. */
export const CUT_PX_MIN = 14;

/** @typedef {{ns: number, x: number, label: string}} Tick */
/** @typedef {{u0: number, u1: number, width: number}} Window */

/** @param {Axis} axis @param {Window} w @param {number} ns */
export function toX(axis, w, ns) {
  return ((axis.toU(ns) - w.u0) / (w.u1 - w.u0)) * w.width;
}

/** @param {Axis} axis @param {Window} w @param {number} x */
export function toNs(axis, w, x) {
  return axis.toNs(w.u0 + (x / w.width) * (w.u1 - w.u0));
}

/** The roundest number between two: 511 and 513.2 give 512, 499 and 503 give 500. @param {number} lo @param {number} hi */
export function roundest(lo, hi) {
  for (let power = 1e12; power >= 1; power /= 10) {
    for (const factor of [5, 2, 1]) {
      const step = power * factor;
      const value = Math.ceil(lo / step) * step;
      if (value <= hi) return value;
    }
  }
  return Math.round(lo);
}

/**
 * Where ticks may stand, the most wanted first: after the longest gaps; on the linear axis at round distances.
 * @param {Axis} axis
 * @param {Window} w
 * @returns {number[]}
 */
function candidates(axis, w) {
  const [from, to] = [axis.toNs(w.u0), axis.toNs(w.u1)];
  if (axis.kind === "linear" || axis.times.length < 3) {
    const least = ((to - from) / w.width) * 76;
    let step = 10 ** Math.ceil(Math.log10(Math.max(1, least)));
    for (const factor of [5, 2]) if (step / factor >= least) step /= factor === 5 && step / 5 >= least ? 5 : 2;
    const found = [];
    for (let ns = Math.ceil(from / step) * step; ns <= to && found.length < 200; ns += step) found.push(Math.round(ns));
    return found;
  }
  const knots = axis.knots(from, to);
  const stride = Math.max(1, Math.floor((knots.length - 1) / 240));
  const found = [];
  for (let i = knots[0] === axis.startNs ? 0 : 1; i < knots.length; i += stride) {
    found.push({ ns: knots[i], gap: i > 0 ? knots[i] - knots[i - 1] : Number.POSITIVE_INFINITY });
  }
  return found.sort((a, b) => b.gap - a.gap).map((c) => c.ns);
}

/**
 * @param {Axis} axis
 * @param {Window} w
 * @param {(label: string) => number} measure
 * @param {((ns: number) => string) | null} labelOf in place of the unit that fits
 * @returns {{ticks: Tick[], unit: string}}
 */
export function makeTicks(axis, w, measure, labelOf = null) {
  const [from, to] = [axis.toNs(w.u0), axis.toNs(w.u1)];
  const [unit, unitNs] = rulerUnit(from, to);
  /** @type {(Tick & {from: number, to: number})[]} */
  const placed = [];
  for (const wanted of candidates(axis, w)) {
    const at = toX(axis, w, wanted);
    const ns = axis.kind === "linear" ? wanted : roundest(toNs(axis, w, at - 0.25), toNs(axis, w, at + 2));
    const x = toX(axis, w, ns);
    if (x < -1 || x > w.width + 1) continue;
    const label = labelOf ? labelOf(ns) : inUnit(ns, unitNs);
    const width = measure(label) + 6;
    const right = x + width > w.width;
    const [a, b] = right ? [x - width, x] : [x, x + width];
    if (a < 0 || placed.some((p) => a < p.to + 8 && b > p.from - 8)) continue;
    placed.push({ ns, x, label, from: a, to: b });
  }
  placed.sort((a, b) => a.x - b.x);
  return { ticks: placed, unit };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PageState} page
 * @param {Window} w
 * @param {Colours} c
 * @returns {{ticks: Tick[], unit: string}}
 */
export function paintRuler(canvas, page, w, c) {
  const ctx = prepare(canvas, w.width, RULER_H);
  if (!page.store.meta) return { ticks: [], unit: "" };
  useFont(ctx, `11px ${MONO}`);
  const { origin, meta } = page.store;
  const labels = {
    time: null,
    jiffies: (/** @type {number} */ ns) => inUnit(Math.floor(ns / meta.tick_ns), 1),
    dmesg: (/** @type {number} */ ns) =>
      stamp(ns + origin)
        .trim()
        .slice(0, w.u1 - w.u0 < 0.02 ? undefined : -3),
  };
  const made = makeTicks(page.axis, w, (label) => textWidth(ctx, label), labels[page.rulerUnit]);
  const { ticks } = made;
  const unit = page.rulerUnit === "time" ? made.unit : page.rulerUnit === "jiffies" ? "jiffies" : "dmesg s";
  ctx.strokeStyle = c.line;
  ctx.lineWidth = 1;
  ctx.fillStyle = c.ink2;
  for (const tick of ticks) {
    const x = Math.round(tick.x) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, 4);
    ctx.lineTo(x, 18);
    ctx.stroke();
    const width = textWidth(ctx, tick.label);
    ctx.fillText(tick.label, tick.x + 4 + width > w.width ? tick.x - width - 4 : tick.x + 4, 15);
  }
  useFont(ctx, `9.5px ${MONO}`);
  ctx.fillStyle = c.ink3;
  ctx.textAlign = "center";
  let free = 0;
  for (const cut of page.axis.cuts) {
    const [x0, x1] = [toX(page.axis, w, cut.fromNs), toX(page.axis, w, cut.toNs)];
    if (x1 < 0 || x0 > w.width || x1 - x0 < CUT_PX_MIN) continue;
    const label = duration(cut.toNs - cut.fromNs);
    const width = textWidth(ctx, label);
    const mid = (x0 + x1) / 2;
    if (mid - width / 2 < free || mid + width / 2 > w.width) continue;
    ctx.fillText(label, mid, 32);
    free = mid + width / 2 + 6;
  }
  ctx.textAlign = "start";
  return { ticks, unit };
}
