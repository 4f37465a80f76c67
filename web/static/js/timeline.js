/**
 * The timeline: overview, ruler, lane heads (a tree grid in the page), the canvas beside them, and the playhead.
 * Input by pointer is here; keys are in keys.js.
 */

import { pixelRatio, placeIn, SANS, useFont } from "./canvas.js";
import { Chips } from "./chips.js";
import { duration, moment } from "./format.js";
import { laneHeads } from "./heads.js";
import { hitLane } from "./hit.js";
import { paintLanes } from "./lanes.js";
import { itemSpansOf } from "./marks.js";
import { announce } from "./model.js";
import { Overview } from "./overview.js";
import { layoutRows, rowAt } from "./rows.js";
import { paintRuler, RULER_H, RULER_UNITS, toNs, toX } from "./ruler.js";
import { colours } from "./theme.js";
import { Tip } from "./tip.js";

/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */
/** @import { Style } from "./styles.js" */

/** @param {string} selector @param {ParentNode} [root] */
const one = (selector, root = document) => /** @type {HTMLElement} */ (root.querySelector(selector));

export class Timeline {
  /** @param {PageState} page */
  constructor(page) {
    this.page = page;
    this.scroller = one("#lanes");
    this.stage = one("#stage");
    this.canvas = /** @type {HTMLCanvasElement} */ (one("#lane-canvas"));
    this.over = /** @type {HTMLCanvasElement} */ (one("#text-canvas"));
    this.ruler = one("#ruler");
    this.rulerCanvas = /** @type {HTMLCanvasElement} */ (one("#ruler canvas"));
    this.unit = one("#unit");
    this.playhead = one("#playhead");
    this.band = one("#band");
    this.overview = new Overview(one("#overview"), page);
    this.tip = new Tip(page);
    this.chips = new Chips(this.stage, page);
    /** @type {Row[]} */
    this.rows = [];
    this.height = 0;
    this.width = 0;
    /** @type {Set<Style>} */
    this.seen = new Set();
    this.lanesVersion = -1;
    this.seenHeight = 0;
    page.listen((flags) => this.#changed(flags));
    new ResizeObserver(() => this.#resized()).observe(this.stage);
    new ResizeObserver(() => this.#resized()).observe(this.scroller);
    this.scroller.addEventListener("scroll", () => this.#paint(), { passive: true });
    const filter = /** @type {HTMLInputElement} */ (one("#lane-filter"));
    filter.addEventListener("input", () => {
      page.arrangement.filter = filter.value;
      page.touch("lanes");
    });
    this.#bindStage();
    this.#bindScrub(this.rulerCanvas);
    this.unit.addEventListener("click", () => this.nextUnit());
    this.#bindScrub(this.playhead);
  }

  get window() {
    return { u0: this.page.u0, u1: this.page.u1, width: this.width };
  }

  #resized() {
    this.width = this.stage.clientWidth;
    // What was in sight before a pane took its room, or the page grew for a room full of people, stays so.
    const { clientHeight } = this.scroller;
    if (clientHeight < this.seenHeight && this.#laneSeen(this.seenHeight)) this.#showLane();
    this.seenHeight = clientHeight;
    this.overview.measure();
    this.page.touch("view");
  }

  /** @param {Set<import("./state.js").Flag>} flags */
  #changed(flags) {
    if (flags.has("data") || flags.has("lanes")) {
      const { rows, height } = layoutRows(this.page.store, this.page.arrangement);
      this.rows = rows;
      this.height = height;
      this.stage.style.height = `${height}px`;
      laneHeads(one("#heads"), rows, this.page);
    }
    if (flags.has("data") || flags.has("view")) this.overview.measure();
    if (flags.has("selection")) this.#showLane();
    const told = flags.size > 0 && this.width > 0 && this.chips.show(this.rows, this.window);
    const changed = ["data", "lanes", "view", "selection", "theme", "open"].some((f) =>
      flags.has(/** @type {any} */ (f)),
    );
    if (changed || told) this.#paint();
    else if (flags.has("time")) this.overview.paint();
    if (flags.has("time") || flags.has("view") || flags.has("data")) this.#placeHead();
  }

  /** The row of the selection; an item has one of its own at each moment. @returns {Row | undefined} */
  #selectedRow() {
    const { page } = this;
    const { lane, start, end } = page.store.spans;
    const now = page.selection?.atNs ?? 0;
    const spans = itemSpansOf(page);
    const span = spans.findLast(
      (s) => start.at(s) <= now && end.at(s) > now && page.store.lanes.get(lane.at(s))?.kind !== "cpu",
    );
    return this.rows.find((r) => !r.heading && r.lane?.id === lane.at(span ?? spans[0]));
  }

  /** Whether the selection's lane is in sight, in a window of a height. @param {number} height */
  #laneSeen(height) {
    const { scrollTop } = this.scroller;
    const row = this.#selectedRow();
    return row !== undefined && row.y >= scrollTop && row.y + row.h <= scrollTop + height;
  }

  /** Scrolls to the lane of the selection, where it is out of sight. */
  #showLane() {
    const { scroller } = this;
    const row = this.#selectedRow();
    if (row && !this.#laneSeen(scroller.clientHeight)) scroller.scrollTop = row.y - scroller.clientHeight / 2;
  }

  #paint() {
    if (!this.width) return;
    const c = colours();
    const { page } = this;
    const { ticks, unit } = paintRuler(this.rulerCanvas, page, this.window, c);
    this.unit.textContent = unit;
    const scroll = this.scroller.scrollTop;
    const height = Math.max(
      1,
      Math.min(this.scroller.clientHeight, Math.max(this.height - scroll, this.scroller.clientHeight)),
    );
    for (const canvas of [this.canvas, this.over]) canvas.style.transform = `translateY(${scroll}px)`;
    const scene = { page, rows: this.rows, w: this.window, c, ticks, height, scroll, quiet: this.chips.spans };
    this.seen = paintLanes(this.canvas, this.over, scene);
    this.#paintMarkers(height);
    this.overview.paint();
    this.onpaint?.(this.seen);
  }

  /** Markers A and B: a dashed line each. @param {number} height */
  #paintMarkers(height) {
    const ctx = /** @type {CanvasRenderingContext2D} */ (this.over.getContext("2d"));
    const ratio = pixelRatio();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.strokeStyle = ctx.fillStyle = colours().ink2;
    useFont(ctx, `600 10.5px ${SANS}`);
    ctx.lineWidth = 1;
    ctx.setLineDash([4, 3]);
    for (const [i, ns] of this.page.markers.entries()) {
      if (ns === null) continue;
      const x = Math.round(toX(this.page.axis, this.window, ns)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, height);
      ctx.stroke();
      ctx.fillText("AB"[i], x + 3, 11);
    }
    ctx.setLineDash([]);
    const { bookmarks, mark } = this.page;
    for (const ns of mark === null ? bookmarks : [...bookmarks, mark]) {
      const x = Math.round(toX(this.page.axis, this.window, ns)) + 0.5;
      ctx.fillStyle = ctx.strokeStyle = colours().accent;
      ctx.beginPath();
      ctx.moveTo(x - 4, 0);
      ctx.lineTo(x + 4, 0);
      ctx.lineTo(x + 4, 8);
      ctx.lineTo(x, 5);
      ctx.lineTo(x - 4, 8);
      ctx.closePath();
      if (bookmarks.includes(ns)) ctx.fill();
      else ctx.stroke();
    }
  }

  /** @type {((seen: Set<Style>) => void) | undefined} */
  onpaint;

  #placeHead() {
    const { page, playhead } = this;
    const x = toX(page.axis, this.window, page.tNs);
    playhead.hidden = x < -1 || x > this.width + 1 || !page.store.meta;
    playhead.style.transform = `translateX(${x}px)`;
    playhead.setAttribute("aria-valuemin", String(Math.round(page.axis.startNs / 1000)));
    playhead.setAttribute("aria-valuemax", String(Math.round(page.endNs / 1000)));
    playhead.setAttribute("aria-valuenow", String(Math.round(page.tNs / 1000)));
    playhead.setAttribute("aria-valuetext", `${moment(page.tNs)}, ${announce(page.store, page.seq)}`);
  }

  /** Drags on the ruler and on the playhead move the playhead. @param {HTMLElement} target */
  #bindScrub(target) {
    target.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      target.setPointerCapture(event.pointerId);
      this.page.playing = false;
      const move = (/** @type {PointerEvent} */ e) => {
        const [x] = placeIn(e, this.rulerCanvas);
        this.page.setTime(toNs(this.page.axis, this.window, Math.min(this.width, Math.max(0, x))));
      };
      move(event);
      target.addEventListener("pointermove", move);
      target.addEventListener("pointerup", () => target.removeEventListener("pointermove", move), { once: true });
      target.addEventListener("pointercancel", () => target.removeEventListener("pointermove", move), { once: true });
    });
  }

  /** The row and span under a pointer. @param {MouseEvent} event */
  #under(event) {
    const [x, y] = placeIn(event, this.stage);
    const row = rowAt(this.rows, y);
    const lane = row?.lane;
    if (!row || !lane || row.heading || !this.page.store.meta) return { x, row, hit: null };
    const { store, axis } = this.page;
    const idle = store.words.states.indexOf("idle");
    const ids = store.spansOn(lane.id);
    return { x, row, hit: hitLane(ids, store.spans, axis, this.window, x, (id) => store.spans.state.at(id) !== idle) };
  }

  #bindStage() {
    const { stage, page } = this;
    /** @type {Map<number, PointerEvent>} */
    const fingers = new Map();
    stage.addEventListener("pointerdown", (event) => {
      this.tip.hide();
      fingers.set(event.pointerId, event);
      if (event.button > 1) return;
      if (event.button === 1) event.preventDefault();
      const { x, hit } = this.#under(event);
      const pan = event.shiftKey || event.button === 1 || event.pointerType === "touch";
      let moved = false;
      const [u0, u1] = [page.u0, page.u1];
      stage.setPointerCapture(event.pointerId);
      const move = (/** @type {PointerEvent} */ e) => {
        if (fingers.size > 1) this.#pinch(fingers, e);
        fingers.set(e.pointerId, e);
        const dx = placeIn(e, stage)[0] - x;
        if (fingers.size > 1 || Math.abs(dx) < 4) return;
        moved = true;
        if (pan) page.setWindow(u0 - (dx / this.width) * (u1 - u0), u1 - (dx / this.width) * (u1 - u0));
        else this.#showBand(x, x + dx);
      };
      const up = (/** @type {PointerEvent} */ e) => {
        stage.removeEventListener("pointermove", move);
        fingers.delete(e.pointerId);
        this.band.hidden = true;
        if (e.type === "pointercancel") return;
        const dx = placeIn(e, stage)[0] - x;
        if (moved && !pan) this.#zoomTo(x, x + dx);
        else if (!moved && event.button === 0) this.#click(x, hit);
      };
      stage.addEventListener("pointermove", move);
      stage.addEventListener("pointerup", up, { once: true });
      stage.addEventListener("pointercancel", up, { once: true });
    });
    stage.addEventListener("pointermove", (event) => {
      if (event.buttons || event.pointerType === "touch") return;
      const { row, hit } = this.#under(event);
      stage.classList.toggle("over", hit !== null);
      if (hit && row) this.tip.show(hit, row, event.clientX, event.clientY);
      else this.tip.leave();
    });
    stage.addEventListener("pointerleave", () => this.tip.leave());
    stage.addEventListener("dblclick", () => this.fitSelection());
    this.scroller.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.ruler.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** @param {Map<number, PointerEvent>} fingers @param {PointerEvent} moved */
  #pinch(fingers, moved) {
    const other = [...fingers.values()].find((f) => f.pointerId !== moved.pointerId);
    const before = fingers.get(moved.pointerId);
    if (!other || !before) return;
    const [was, is] = [Math.abs(before.clientX - other.clientX), Math.abs(moved.clientX - other.clientX)];
    if (was < 8 || is < 8) return;
    const { u0, u1 } = this.page;
    this.page.zoom(was / is, u0 + (placeIn(other, this.stage)[0] / this.width) * (u1 - u0));
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { page } = this;
    const span = page.u1 - page.u0;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const [x] = placeIn(event, this.rulerCanvas);
      page.zoom(1.0022 ** event.deltaY, page.u0 + (x / this.width) * span);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = ((event.deltaX || event.deltaY) / this.width) * span;
      page.setWindow(page.u0 + by, page.u1 + by);
    }
  }

  /** @param {number} x @param {{id: number, count: number} | null} hit */
  #click(x, hit) {
    const { page } = this;
    this.scroller.focus({ preventScroll: true });
    const ns = toNs(page.axis, this.window, x);
    if (!hit) {
      page.setTime(ns);
      page.select(null);
      return;
    }
    const { start, end } = page.store.spans;
    const atNs = Math.min(Math.max(ns, start.at(hit.id)), Math.min(end.at(hit.id), page.store.reachedNs));
    page.select({ kind: "span", id: hit.id, atNs });
    page.setTime(atNs);
  }

  /** @param {number} a @param {number} b */
  #showBand(a, b) {
    const [x0, x1] = [Math.max(0, Math.min(a, b)), Math.min(this.width, Math.max(a, b))];
    this.band.hidden = false;
    this.band.style.left = `${x0}px`;
    this.band.style.width = `${x1 - x0}px`;
    const { axis } = this.page;
    one("span", this.band).textContent = duration(toNs(axis, this.window, x1) - toNs(axis, this.window, x0));
  }

  /** @param {number} a @param {number} b */
  #zoomTo(a, b) {
    const { u0, u1 } = this.page;
    const u = (/** @type {number} */ x) => u0 + (x / this.width) * (u1 - u0);
    this.page.setWindow(u(Math.min(a, b)), u(Math.max(a, b)));
  }

  /** Brings the selection to the middle; where it is there already, the whole run. */
  fitSelection() {
    const { page } = this;
    const spans = itemSpansOf(page);
    if (!spans.length) {
      page.setWindow(0, 1);
      return;
    }
    const [from, to] = this.#range(spans).map((ns) => page.axis.toU(ns));
    const pad = (to - from) * 0.06 + 1e-6;
    const [u0, u1] = [Math.max(0, from - pad), Math.min(1, to + pad)];
    const there = Math.abs(page.u0 - u0) + Math.abs(page.u1 - u1) < 0.01 * (u1 - u0);
    page.setWindow(there ? 0 : u0, there ? 1 : u1);
  }

  /** Puts markers A and B around the selection. @param {{mark: (which: number, ns?: number) => void}} transport */
  markSelection(transport) {
    const { page } = this;
    const spans = itemSpansOf(page).filter((s) => page.store.spans.lane.at(s) >= 0);
    if (!spans.length) return;
    const [from, to] = this.#range(spans);
    transport.mark(0, from);
    transport.mark(1, to);
  }

  /** From the first start of some spans to their last end. @param {Int32Array} spans @returns {[number, number]} */
  #range(spans) {
    const { store } = this.page;
    const { start, end } = store.spans;
    let [from, to] = [Number.POSITIVE_INFINITY, 0];
    for (const s of spans) {
      from = Math.min(from, start.at(s));
      to = Math.max(to, Math.min(end.at(s), store.reachedNs));
    }
    return [from, to];
  }

  /** The ruler's next unit: time, jiffies, stamps of dmesg. */
  nextUnit() {
    const at = RULER_UNITS.indexOf(this.page.rulerUnit);
    this.page.rulerUnit = RULER_UNITS[(at + 1) % RULER_UNITS.length];
    this.page.touch("view");
  }

  static rulerHeight = RULER_H;
}
