/**
 * Paints the lanes on two canvases, one over the other: bars as pixels, which cost what the pixels cost however many
 * spans there are (spans.js, pixels.js), and over them what is few: cuts, flags, texts, the selection and its arrows.
 *
 *     spans    |a| |b||c|                 |d...........|
 *     pixels   ^^ one mark, "3"           ^ bar, label in or above it
 */

import { matchedLanes } from "./align.js";
import { pixelRatio, prepare, sized } from "./canvas.js";
import { paintOpen } from "./leftopen.js";
import { paintSelection } from "./marks.js";
import { pixels } from "./pixels.js";
import { DEPTH_H } from "./rows.js";
import { CUT_PX_MIN, toNs, toX } from "./ruler.js";
import { BAR, laneSpans } from "./spans.js";
import { OWN, styleOfCode } from "./styles.js";
import { paintTexts } from "./texts.js";
import { paintVerdicts } from "./verdicts.js";

/** @import { LaneSpans } from "./spans.js" */
/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */
/** @import { Style } from "./styles.js" */
/** @import { Tick, Window } from "./ruler.js" */
/** @import { Colours } from "./theme.js" */

/** Least width of a mark, in CSS pixels. */
const MARK_PX = 2;
/** More bars of a lane than this get no flags and crosses: they would be one blot. */
const POINTS_MAX = 200;

/**
 * @typedef {object} Scene
 * @property {PageState} page
 * @property {Row[]} rows
 * @property {Window} w
 * @property {Colours} c
 * @property {Tick[]} ticks
 * @property {number} height
 * @property {number} scroll
 * @property {Set<number>} [quiet] lanes whose waiting bars are told by a chip at the playhead
 */
/** @typedef {{row: Row, view: LaneSpans}} Painted a lane with its bars in device pixels */

/**
 * @param {HTMLCanvasElement} under
 * @param {HTMLCanvasElement} over
 * @param {Scene} scene
 * @returns {Set<Style>} the styles on screen, for the legend
 */
export function paintLanes(under, over, scene) {
  const { page, rows, w, height, scroll } = scene;
  /** @type {Set<Style>} */
  const seen = new Set();
  const visible = rows.filter((row) => row.y < scroll + height && row.y + row.h > scroll);
  const painted = paintBars(under, scene, visible, seen);
  const ctx = prepare(over, w.width, height);
  ctx.translate(0, -scroll);
  if (!page.store.meta) return seen;
  const lanes = visible.filter((row) => row.lane && !row.heading);
  paintCuts(ctx, scene, lanes);
  for (const row of visible) if (row.heading && row.lane) paintDepth(ctx, scene, row);
  for (const { row, view } of painted) paintPoints(ctx, scene, row, view);
  paintOpen(ctx, scene, lanes, seen);
  paintTexts(ctx, scene, painted);
  paintSelection(ctx, scene, lanes);
  paintVerdicts(ctx, scene, lanes, seen);
  return seen;
}

/** @param {HTMLCanvasElement} canvas @param {Scene} scene @param {Row[]} visible @param {Set<Style>} seen @returns {Painted[]} */
function paintBars(canvas, { page, w, c, ticks, height, scroll }, visible, seen) {
  const ctx = sized(canvas, w.width, height);
  const painter = pixels(c);
  const { ratio } = painter;
  const width = canvas.width;
  painter.frame(
    width,
    ticks.map((tick) => Math.round(tick.x * ratio)),
  );
  ctx.clearRect(0, 0, width, canvas.height);
  ctx.fillStyle = c.line2;
  for (const tick of ticks) ctx.fillRect(Math.round(tick.x * ratio), 0, painter.edge, canvas.height);
  if (!page.store.meta) return [];
  const edges = pixelEdges(page, w, width);
  const matched = page.other?.meta ? matchedLanes(page.store, page.other) : null;
  const { columns, others } = /** @type {{columns: Uint8Array, others: Uint8Array}} */ (painter);
  const mark = Math.round(MARK_PX * ratio);
  const seenCodes = new Uint8Array(64);
  /** @type {Painted[]} */
  const painted = [];
  for (const row of visible) {
    if (!row.lane || row.heading) continue;
    const view = laneSpans(page.store, row.lane);
    columns.fill(0);
    view.columns(edges, columns, mark, page.store.reachedNs);
    for (let x = 0; x < width; x += 2) seenCodes[columns[x]] = 1;
    for (let k = 0; k < view.bars.length; k += BAR) seenCodes[columns[view.bars.data[k]]] = 1;
    painter.edges(columns, view.bars);
    const other = matched?.get(row.lane.id);
    if (other && page.other) {
      others.fill(0);
      laneSpans(page.other, other).columns(edges, others, mark, page.other.reachedNs);
    }
    painter.lane(ctx, Math.round((row.y - scroll) * ratio), columns, other ? others : null);
    painted.push({ row, view });
  }
  for (let code = 2; code < 32; code++) if (seenCodes[code]) seen.add(styleOfCode(code & ~OWN));
  return painted;
}

/** @type {Float64Array} */
let edgesKept = new Float64Array();

/** The time at the left of each pixel, and of the one after the last. @param {PageState} page @param {Window} w @param {number} width */
function pixelEdges({ axis }, { u0, u1 }, width) {
  if (edgesKept.length !== width + 1) edgesKept = new Float64Array(width + 1);
  axis.fill(edgesKept, u0, u1);
  return edgesKept;
}

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row[]} visible */
function paintCuts(ctx, { page, w, c }, visible) {
  ctx.strokeStyle = c.panel;
  ctx.lineWidth = 4;
  for (const cut of page.axis.cuts) {
    const [x0, x1] = [toX(page.axis, w, cut.fromNs), toX(page.axis, w, cut.toNs)];
    if (x1 < 0 || x0 > w.width || x1 - x0 < CUT_PX_MIN) continue;
    const x = (x0 + x1) / 2;
    ctx.beginPath();
    for (const row of visible) {
      ctx.moveTo(x + 3, row.y + 1);
      ctx.lineTo(x - 3, row.y + row.h - 2);
    }
    ctx.stroke();
  }
}

/** What has no width, or stands out of its bar: flags of timers, crosses of what was cancelled. @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row} row @param {LaneSpans} view */
function paintPoints(ctx, { w, c, page }, row, view) {
  const { bars } = view;
  if (bars.length > POINTS_MAX * BAR) return;
  const ratio = pixelRatio();
  for (let k = 0; k < bars.length; k += BAR) {
    const style = styleOfCode(view.code[bars.data[k + 2]]);
    if (style === "timer") {
      const span = bars.data[k + 2];
      const x = toX(page.axis, w, view.endOf(span));
      if (Number.isFinite(view.endOf(span)) && x <= w.width + 1) flag(ctx, c, x, row.y);
    } else if (style === "cancel") cross(ctx, c, bars.data[k] / ratio, row.y);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Colours} c @param {number} x @param {number} y */
function flag(ctx, c, x, y) {
  ctx.strokeStyle = ctx.fillStyle = c.timer;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, y + 18);
  ctx.lineTo(x, y + 5);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x, y + 5);
  ctx.lineTo(x + 7, y + 8.5);
  ctx.lineTo(x, y + 12);
  ctx.fill();
}

/** @param {CanvasRenderingContext2D} ctx @param {Colours} c @param {number} x @param {number} y */
function cross(ctx, c, x, y) {
  ctx.strokeStyle = c.block;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x - 4, y + 8);
  ctx.lineTo(x + 4, y + 16);
  ctx.moveTo(x + 4, y + 8);
  ctx.lineTo(x - 4, y + 16);
  ctx.stroke();
}

/** How many items lie on a pool's worklist and inactive, as steps in its heading. @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row} row */
function paintDepth(ctx, { page, w, c }, row) {
  const lane = /** @type {import("./types.js").Lane} */ (row.lane);
  for (const [name, colour] of /** @type {const} */ ([
    ["held", c.inact],
    ["worklist", c.ready],
  ])) {
    const series = page.store.counters.get(`${lane.id}:${name}`);
    if (!series?.most) continue;
    ctx.fillStyle = colour;
    ctx.globalAlpha = name === "held" ? 0.35 : 0.55;
    const unit = Math.min(3, DEPTH_H / series.most);
    let free = -1;
    const { t, value } = series;
    for (let i = Math.max(0, t.lastAtMost(toNs(page.axis, w, 0))); i < t.length; i++) {
      if (!value.at(i)) continue;
      const x = Math.max(free, toX(page.axis, w, t.at(i)));
      if (x > w.width) break;
      const right = toX(page.axis, w, i + 1 < t.length ? t.at(i + 1) : page.store.reachedNs);
      if (right < 0 || right - free < 0.5) continue;
      const h = Math.max(1.5, value.at(i) * unit);
      ctx.fillRect(x, row.y + row.h - h, Math.max(1, right - x), h);
      free = Math.max(x + 1, right);
    }
    ctx.globalAlpha = 1;
  }
}
