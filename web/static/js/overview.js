/** The strip that shows the whole run, how busy it was, and the window as a brush that can be moved and resized. */

import { prepare } from "./canvas.js";
import { findings } from "./footer.js";
import { toX } from "./ruler.js";
import { colours } from "./theme.js";

/** @import { PageState } from "./state.js" */

const HEIGHT = 34;
const GRIP_PX = 8;

export class Overview {
  /** @param {HTMLElement} root @param {PageState} page */
  constructor(root, page) {
    this.canvas = /** @type {HTMLCanvasElement} */ (root.querySelector("canvas"));
    this.root = root;
    this.page = page;
    this.width = 0;
    /** What the counts were made from. @type {unknown[]} */
    this.known = [];
    /** Activity for each pixel: CPUs that run an item, CPUs that run anything. */
    this.work = new Uint8Array();
    this.any = new Uint8Array();
    /** Complaints of the kernel and of the checks. @type {{seq: number}[]} */
    this.marks = [];
    root.addEventListener("pointerdown", (event) => this.#down(event));
    root.addEventListener("dblclick", () => page.setWindow(0, 1));
  }

  /** Counts anew where data, axis or width have changed: it looks at each span. */
  measure() {
    const width = Math.max(1, Math.floor(this.root.clientWidth));
    const known = [this.page.axis, this.page.store, this.page.store.n, width];
    if (known.every((value, i) => value === this.known[i])) return;
    this.known = known;
    this.width = width;
    this.work = new Uint8Array(width);
    this.any = new Uint8Array(width);
    const { store, axis } = this.page;
    this.marks = store.meta && store.end ? findings(this.page).slice(0, 200) : [];
    if (!store.meta) return;
    const idle = store.words.states.indexOf("idle");
    const whole = { u0: 0, u1: 1, width };
    const { start, end, state, item } = store.spans;
    for (const lane of store.lanes.values()) {
      if (lane.kind !== "cpu") continue;
      const ids = store.spansOn(lane.id);
      for (let i = 0; i < ids.length; i++) {
        const id = ids.at(i);
        if (state.at(id) === idle) continue;
        const x0 = Math.max(0, Math.min(width - 1, Math.floor(toX(axis, whole, start.at(id)))));
        const x1 = Math.min(
          width,
          Math.max(x0 + 2, Math.ceil(toX(axis, whole, Math.min(end.at(id), store.reachedNs)))),
        );
        const target = item.at(id) >= 0 ? this.work : this.any;
        for (let x = x0; x < x1; x++) target[x] |= 1 << Math.min(7, lane.cpu);
      }
    }
  }

  paint() {
    const { page, width } = this;
    const c = colours();
    const ctx = prepare(this.canvas, width, HEIGHT);
    for (let x = 0; x < width; x++) {
      const all = bits(this.work[x] | this.any[x]);
      if (!all) continue;
      const work = bits(this.work[x]);
      const unit = 24 / Math.max(2, page.store.meta?.machine.cpus ?? 2);
      const h = Math.max(9, Math.min(24, all * unit));
      ctx.fillStyle = work ? c.run : c.task;
      ctx.fillRect(x, 30 - h, 1, h);
    }
    const x0 = page.u0 * width;
    const x1 = page.u1 * width;
    ctx.fillStyle = c.ground;
    ctx.globalAlpha = 0.72;
    ctx.fillRect(0, 0, x0, HEIGHT);
    ctx.fillRect(x1, 0, width - x1, HEIGHT);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = c.ink3;
    ctx.strokeRect(Math.max(0.5, x0 + 0.5), 2.5, Math.max(2, Math.min(width, x1) - x0 - 1), 28);
    ctx.fillStyle = c.ink3;
    for (const x of [x0 + 3, x1 - 5]) ctx.fillRect(x, 11, 2, 11);
    ctx.fillStyle = c.block;
    for (const { seq } of this.marks) ctx.fillRect(page.axis.toU(page.store.events.t.at(seq)) * width - 1, 2, 3, 6);
    const head = page.axis.toU(page.tNs) * width;
    ctx.fillStyle = c.accent;
    ctx.fillRect(Math.min(width - 2, Math.max(0, head - 1)), 2, 2, 29);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    const { page, root } = this;
    const box = this.canvas.getBoundingClientRect();
    const uAt = (/** @type {PointerEvent} */ e) => Math.min(1, Math.max(0, (e.clientX - box.left) / box.width));
    const start = uAt(event);
    const [u0, u1] = [page.u0, page.u1];
    const grip = GRIP_PX / box.width;
    const whole = u1 - u0 > 0.999;
    const mode =
      Math.abs(start - u0) < grip
        ? "left"
        : Math.abs(start - u1) < grip
          ? "right"
          : !whole && start > u0 && start < u1
            ? "move"
            : "new";
    root.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ e) => {
      const u = uAt(e);
      if (mode === "left") page.setWindow(Math.min(u, u1 - grip), u1);
      else if (mode === "right") page.setWindow(u0, Math.max(u, u0 + grip));
      else if (mode === "move") page.setWindow(u0 + u - start, u1 + u - start);
      else if (Math.abs(u - start) > grip / 2) page.setWindow(Math.min(u, start), Math.max(u, start));
    };
    const up = (/** @type {PointerEvent} */ e) => {
      root.removeEventListener("pointermove", move);
      if (mode === "new" && Math.abs(uAt(e) - start) <= grip / 2) {
        if (whole) page.setTime(page.axis.toNs(start));
        else page.setWindow(start - (u1 - u0) / 2, start + (u1 - u0) / 2);
      }
    };
    root.addEventListener("pointermove", move);
    root.addEventListener("pointerup", up, { once: true });
  }
}

/** @param {number} mask */
function bits(mask) {
  let n = 0;
  for (let m = mask; m; m &= m - 1) n++;
  return n;
}
