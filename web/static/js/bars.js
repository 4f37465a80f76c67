/**
 * How each state looks. Colour never stands alone: solid, thin, dashed, hatched, notched and dotted tell them apart too.
 *
 *     run, task, ready, irq   full bar            queued   dashed frame
 *     sleep                   thin bar            inact    hatched frame
 *     block                   thin, notched       timer    dotted line, flag at the end
 *     idle                    hairline            cancel   a cross
 */

/** @import { Colours } from "./theme.js" */
/** @import { Lane } from "./types.js" */

/** @typedef {"run" | "task" | "ready" | "sleep" | "block" | "inact" | "queued" | "idle" | "irq" | "softirq" | "timer" | "cancel"} Style */

/** In the order of the legend. @type {[Style, string][]} */
export const LEGEND = [
  ["run", "running"],
  ["sleep", "sleeping"],
  ["block", "blocked"],
  ["queued", "on the worklist"],
  ["ready", "runnable"],
  ["inact", "inactive"],
  ["task", "task"],
  ["irq", "irq"],
  ["softirq", "softirq"],
  ["timer", "timer"],
  ["cancel", "cancelled"],
];

/** Bars that fill the row, on which text may stand. */
export const SOLID = new Set(["run", "task", "ready", "irq", "softirq"]);

/** Which of several states a mark that stands for all of them shows. */
const WEIGHT = {
  idle: 0,
  timer: 1,
  sleep: 2,
  queued: 3,
  ready: 4,
  inact: 5,
  block: 6,
  task: 7,
  softirq: 8,
  irq: 9,
  run: 10,
  cancel: 11,
};

/** @param {Style} a @param {Style} b */
export function heavier(a, b) {
  return WEIGHT[a] >= WEIGHT[b] ? a : b;
}

/** @param {string} state of the protocol @param {boolean} isItem @param {Lane} lane @returns {Style} */
export function styleOf(state, isItem, lane) {
  switch (state) {
    case "running":
      return isItem && lane.kind !== "task" ? "run" : "task";
    case "runnable":
      return "ready";
    case "sleeping":
      return "sleep";
    case "blocked":
      return "block";
    case "held":
      return "inact";
    case "queued":
      return "queued";
    case "hardirq":
      return "irq";
    case "softirq":
      return "softirq";
    case "armed":
      return "timer";
    case "cancelled":
      return "cancel";
    default:
      return "idle";
  }
}

/** @type {{key: string, pattern: CanvasPattern} | null} */
let hatch = null;

/** @param {CanvasRenderingContext2D} ctx @param {Colours} c */
function hatching(ctx, c) {
  const ratio = window.devicePixelRatio || 1;
  const key = `${c.inact}${c.panel}${ratio}`;
  if (hatch?.key === key) return hatch.pattern;
  const size = Math.round(6 * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const p = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  p.fillStyle = c.panel;
  p.fillRect(0, 0, size, size);
  p.strokeStyle = c.inact;
  p.lineWidth = 1.7 * ratio;
  for (const shift of [-size, 0, size]) {
    p.beginPath();
    p.moveTo(shift - 2, size + 2);
    p.lineTo(shift + size + 2, -2);
    p.stroke();
  }
  const pattern = /** @type {CanvasPattern} */ (ctx.createPattern(tile, "repeat"));
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  hatch = { key, pattern };
  return pattern;
}

/** Height of a style's bar and its distance from the top of the row. @param {Style} style @returns {[number, number]} */
export function extent(style) {
  if (style === "idle") return [10, 4];
  if (style === "sleep" || style === "block") return [13, 6];
  if (style === "queued") return [6, 12];
  if (style === "inact") return [6, 12];
  if (style === "softirq") return [7, 10];
  return [4, 16];
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Colours} c
 * @param {Style} style
 * @param {number} x
 * @param {number} w at least 2 for all that is not a point
 * @param {number} y top of the row
 * @param {boolean} open not yet ended: no flag at its end
 * @param {boolean} faint an idle worker, not an idle CPU
 */
export function drawBar(ctx, c, style, x, w, y, open, faint) {
  const [dy, h] = extent(style);
  if (style === "idle") {
    ctx.fillStyle = c.idle;
    if (faint) ctx.fillRect(x, y + dy + 1, w, 1);
    else ctx.fillRect(x, y + dy, w, h);
  } else if (style === "inact") {
    ctx.fillStyle = hatching(ctx, c);
    ctx.fillRect(x, y + dy, w, h);
    ctx.strokeStyle = c.inact;
    ctx.lineWidth = 1;
    if (w > 3) ctx.strokeRect(x + 0.5, y + dy + 0.5, w - 1, h - 1);
  } else if (style === "queued") {
    ctx.strokeStyle = c.ready;
    ctx.lineWidth = 1.2;
    ctx.setLineDash(w > 6 ? [3, 2] : []);
    ctx.strokeRect(x + 0.6, y + dy + 0.6, Math.max(0.8, w - 1.2), h - 1.2);
    ctx.setLineDash([]);
  } else if (style === "timer") {
    drawTimer(ctx, c, x, w, y, open);
  } else if (style === "cancel") {
    ctx.strokeStyle = c.block;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(x - 4, y + 8);
    ctx.lineTo(x + 4, y + 16);
    ctx.moveTo(x + 4, y + 8);
    ctx.lineTo(x - 4, y + 16);
    ctx.stroke();
  } else {
    ctx.fillStyle = style === "ready" ? c.ready : c[style];
    ctx.beginPath();
    ctx.roundRect(x, y + dy, w, h, w > 5 && h > 8 ? 1.5 : 0);
    ctx.fill();
    if (style === "block") notch(ctx, c, x, w, y + dy, h);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Colours} c @param {number} x @param {number} w @param {number} y @param {number} h */
function notch(ctx, c, x, w, y, h) {
  ctx.fillStyle = c.panel;
  for (let at = x + 5; at < x + w - 2; at += 7) ctx.fillRect(at, y, 2, h);
}

/** @param {CanvasRenderingContext2D} ctx @param {Colours} c @param {number} x @param {number} w @param {number} y @param {boolean} open */
function drawTimer(ctx, c, x, w, y, open) {
  ctx.strokeStyle = c.timer;
  ctx.fillStyle = c.timer;
  ctx.lineWidth = 1.5;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x, y + 15);
  ctx.lineTo(x + w, y + 15);
  ctx.stroke();
  ctx.setLineDash([]);
  if (open) return;
  ctx.beginPath();
  ctx.moveTo(x + w, y + 18);
  ctx.lineTo(x + w, y + 5);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x + w, y + 5);
  ctx.lineTo(x + w + 7, y + 8.5);
  ctx.lineTo(x + w, y + 12);
  ctx.fill();
}
