/**
 * Paints the lanes: bars, the text on them, cuts, the selection and its arrows. One canvas, repainted when something
 * changes. The work is bounded by the pixels: spans of less than two are drawn as one mark with their number.
 *
 *     spans    |a| |b||c|                 |d...........|
 *     pixels   ^^ one mark, "3"           ^ bar, label in or above it
 */

import { drawBar, heavier, SOLID, styleOf } from "./bars.js";
import { prepare, SANS, textWidth } from "./canvas.js";
import { firstEndingAfter } from "./hit.js";
import { Labels } from "./labels.js";
import { paintSelection } from "./marks.js";
import { callOnLine, itemLabel, taskName, waitChip } from "./model.js";
import { CUT_PX_MIN, toNs, toX } from "./ruler.js";

/** @import { Style } from "./bars.js" */
/** @import { PageState } from "./state.js" */
/** @import { Row } from "./rows.js" */
/** @import { Tick, Window } from "./ruler.js" */
/** @import { Colours } from "./theme.js" */

const MARK_PX = 2;
/** From this width on a part of a wait carries a shortened text, where there is no room beside either. */
const PART_PX = 72;

/**
 * @typedef {object} Bar
 * @property {number} x
 * @property {number} w
 * @property {Style} style
 * @property {number} span
 * @property {number} count of spans that it stands for
 * @property {number} wait the wait whose cause its text tells, -1 none
 * @property {boolean} open
 */
/**
 * @typedef {object} Scene
 * @property {PageState} page
 * @property {Row[]} rows
 * @property {Window} w
 * @property {Colours} c
 * @property {Tick[]} ticks
 * @property {number} height
 * @property {number} scroll
 */

/**
 * The bars of a lane in the window, left to right.
 * @param {Scene} scene
 * @param {Row} row
 * @returns {Bar[]}
 */
export function laneBars({ page, w }, row) {
  const { store, axis } = page;
  const lane = /** @type {import("./types.js").Lane} */ (row.lane);
  const ids = store.laneSpans.get(lane.id)?.view();
  if (!ids) return [];
  const { start, end, state, item } = store.spans;
  const states = store.words.states;
  /** @type {Bar[]} */
  const bars = [];
  const to = toNs(axis, w, w.width + 1);
  let i = firstEndingAfter(ids, end.data, toNs(axis, w, -1));
  if (i > 0 && end.data[ids[i - 1]] === start.data[ids[i - 1]]) i--;
  while (i < ids.length && start.data[ids[i]] <= to) {
    const id = ids[i];
    const style = styleOf(states[state.data[id]], item.data[id] >= 0, lane);
    const endNs = Math.min(end.data[id], store.reachedNs);
    const x = toX(axis, w, start.data[id]);
    const width = toX(axis, w, endNs) - x;
    const open = !Number.isFinite(end.data[id]);
    if (width >= MARK_PX || style === "cancel") {
      splitByWaits(bars, { x, w: width, style, span: id, count: 1, wait: -1, open }, page, w);
      i++;
      continue;
    }
    /** @type {Bar} */
    const bar = { x, w: MARK_PX, style, span: id, count: 0, wait: -1, open };
    const limit = toNs(axis, w, x + MARK_PX);
    // Many more in these pixels: count them by index, look at no more than a few for the colour.
    const first = i;
    for (let looked = 0; i < ids.length && start.data[ids[i]] <= limit && looked < 64; looked++, i++) {
      if (toX(axis, w, Math.min(end.data[ids[i]], store.reachedNs)) - x > 2 * MARK_PX && i > first) break;
      bar.style = heavier(bar.style, styleOf(states[state.data[ids[i]]], item.data[ids[i]] >= 0, lane));
      if (states[state.data[ids[i]]] !== "idle") bar.count++;
    }
    if (i === first) i++;
    if (start.data[ids[Math.min(i, ids.length - 1)]] <= limit && i - first >= 64) {
      const next = firstEndingAfter(ids, end.data, limit);
      bar.count += Math.max(0, next - i);
      i = Math.max(i, next);
    }
    bars.push(bar);
  }
  return bars;
}

/**
 * A waiting item's bar, cut where its cause changes, so that each part can say why.
 * @param {Bar[]} bars
 * @param {Bar} bar
 * @param {PageState} page
 * @param {Window} w
 */
function splitByWaits(bars, bar, { store, axis }, w) {
  const waits = bar.style === "idle" || bar.style === "run" ? undefined : store.spanWaits.get(bar.span);
  if (!waits?.length) {
    bars.push(bar);
    return;
  }
  const right = bar.x + bar.w;
  let x = bar.x;
  for (const [i, wait] of waits.entries()) {
    const next = i + 1 < waits.length ? toX(axis, w, store.waits.start.data[waits[i + 1]]) : right;
    if (next - x < MARK_PX && i + 1 < waits.length) continue;
    bars.push({ ...bar, x, w: Math.max(MARK_PX, next - x), wait, open: bar.open && i + 1 === waits.length });
    x = next;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @returns {Set<Style>} the styles on screen, for the legend
 */
export function paintLanes(canvas, scene) {
  const { page, rows, w, c, ticks, height, scroll } = scene;
  const ctx = prepare(canvas, w.width, height);
  /** @type {Set<Style>} */
  const seen = new Set();
  ctx.translate(0, -scroll);
  ctx.fillStyle = c.line2;
  for (const tick of ticks) ctx.fillRect(Math.round(tick.x), scroll, 1, height);
  if (!page.store.meta) return seen;
  const visible = rows.filter((row) => row.lane && !row.heading && row.y < scroll + height && row.y + row.h > scroll);
  const painted = visible.map((row) => ({ row, bars: laneBars(scene, row) }));
  for (const { row, bars } of painted) {
    ctx.fillStyle = c.line2;
    ctx.fillRect(0, row.y + row.h - 1, w.width, 1);
    for (const bar of bars) {
      const x = Math.max(-10, bar.x);
      const right = Math.min(w.width + 10, bar.x + bar.w);
      drawBar(ctx, c, bar.style, x, right - x, row.y, bar.open || right < bar.x + bar.w, row.lane?.kind === "worker");
      seen.add(bar.style);
    }
  }
  paintCuts(ctx, scene, visible);
  for (const { row, bars } of painted) paintText(ctx, scene, row, bars);
  paintSelection(ctx, scene, visible);
  return seen;
}

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row[]} visible */
function paintCuts(ctx, { page, w, c }, visible) {
  ctx.strokeStyle = c.panel;
  ctx.lineWidth = 4;
  for (const cut of page.axis.cuts) {
    const [x0, x1] = [toX(page.axis, w, cut.fromNs), toX(page.axis, w, cut.toNs)];
    if (x1 < 0 || x0 > w.width || x1 - x0 < CUT_PX_MIN) continue;
    const x = (x0 + x1) / 2;
    for (const row of visible) {
      ctx.beginPath();
      ctx.moveTo(x + 3, row.y + 1);
      ctx.lineTo(x - 3, row.y + row.h - 2);
      ctx.stroke();
    }
  }
}

/**
 * What a bar says: the item first, then what it does.
 * @param {Scene} scene
 * @param {Row} row
 * @param {Bar} bar
 */
function barText({ page }, row, bar) {
  const { store } = page;
  const { item, line, task } = store.spans;
  const lane = /** @type {import("./types.js").Lane} */ (row.lane);
  if (bar.count > 1) return "";
  const id = item.data[bar.span];
  const name = id >= 0 ? itemLabel(store, id) : "";
  switch (bar.style) {
    case "sleep":
    case "block": {
      const own = store.tasks[task.data[bar.span]]?.kind === "session";
      const does = own ? "" : callOnLine(page.ran, line.data[bar.span]);
      const chip = bar.style === "block" && bar.wait >= 0 ? waitChip(store, bar.wait) : "";
      const what = lane.kind === "task" && !does ? taskName(store, task.data[bar.span]) : "";
      return [name || what, does, chip].filter(Boolean).join(" · ");
    }
    case "timer":
      return `armed by ${taskName(store, store.events.task.data[store.spans.seq.data[bar.span]])}`;
    case "run":
      return lane.kind === "cpu" || lane.kind === "worker" ? name : "";
    case "task":
      return taskName(store, task.data[bar.span]);
    case "idle":
      return "";
    default:
      return name || taskName(store, task.data[bar.span]);
  }
}

/**
 * The widest stretch of a bar that no cut breaks.
 * @param {Scene} scene
 * @param {Bar} bar
 * @returns {[number, number]}
 */
function widestPart({ page, w }, bar) {
  /** @type {[number, number]} */
  let best = [bar.x, bar.x];
  let from = Math.max(0, bar.x);
  const right = Math.min(w.width, bar.x + bar.w);
  for (const cut of page.axis.cuts) {
    const [x0, x1] = [toX(page.axis, w, cut.fromNs), toX(page.axis, w, cut.toNs)];
    const mid = (x0 + x1) / 2;
    if (x1 - x0 < CUT_PX_MIN || mid < from || mid > right) continue;
    if (mid - 5 - from > best[1] - best[0]) best = [from, mid - 5];
    from = mid + 5;
  }
  return right - from > best[1] - best[0] ? [from, right] : best;
}

/**
 * What a waiting item says: its name, unless the row's head has it, and why it waits.
 * @param {Scene} scene
 * @param {Row} row
 * @param {Bar} part
 */
function waitingText({ page }, row, part) {
  const { store } = page;
  const item = store.spans.item.data[part.span];
  const name = item >= 0 && row.sub !== "inactive" ? itemLabel(store, item) : "";
  const code = part.wait >= 0 ? store.words.causes[store.waits.cause.data[part.wait]].code : "";
  const why = part.wait >= 0 && code !== "WORKER_WAKING" ? waitChip(store, part.wait) : "";
  return [name, why].filter(Boolean).join(" · ");
}

/**
 * The parts of one waiting span: each part says its own cause where it has room, else one text stands beside.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Scene} scene
 * @param {Row} row
 * @param {Bar[]} parts
 * @param {Labels} labels
 * @param {number} next where the row's next span begins
 */
function paintWaiting(ctx, scene, row, parts, labels, next) {
  const longest = parts.reduce((a, b) => (b.w > a.w ? b : a));
  const last = parts[parts.length - 1];
  const x = last.x + last.w + 4;
  ctx.font = `10.5px ${SANS}`;
  const text = waitingText(scene, row, longest);
  const width = textWidth(ctx, text);
  const beside = longest.w < width + 12 && (next - 6 - x >= width || longest.w < PART_PX);
  if (beside) {
    ctx.fillStyle = scene.c.ink;
    labels.beside(text, x, next - 6, row.y + 16, true);
    return;
  }
  for (const part of parts) labels.plated(waitingText(scene, row, part), part.x, part.x + part.w, row.y, scene.c);
}

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row} row @param {Bar[]} bars */
function paintText(ctx, scene, row, bars) {
  const { w, c } = scene;
  const labels = new Labels(ctx, w.width);
  const busy = bars.filter((bar) => bar.style !== "idle");
  for (let i = 0; i < busy.length; i++) {
    const bar = busy[i];
    const first = i;
    while (bar.count === 1 && busy[i + 1]?.span === bar.span && busy[i + 1].count === 1) i++;
    const end = busy[i].x + busy[i].w;
    if (end < 0 || bar.x > w.width) continue;
    const next = i + 1 < busy.length ? busy[i + 1].x : w.width;
    if (bar.count === 1 && (bar.style === "inact" || bar.style === "queued")) {
      paintWaiting(ctx, scene, row, busy.slice(first, i + 1), labels, next);
      continue;
    }
    const text = barText(scene, row, bar);
    ctx.font = `11px ${SANS}`;
    if (bar.count > 1) {
      ctx.fillStyle = c.ink3;
      labels.beside(String(bar.count), bar.x + bar.w + 3, next - 3, row.y + 16, false);
    } else if (SOLID.has(bar.style)) {
      ctx.fillStyle = c.oninside;
      const [from, to] = widestPart(scene, bar);
      const inside = bar.style !== "softirq" && labels.within(text, from, to, row.y + 16);
      if (!inside && bar.style === "run" && row.lane?.kind === "worker") {
        ctx.fillStyle = c.ink2;
        labels.beside(text, bar.x + bar.w + 4, next - 6, row.y + 16, false);
      }
    } else {
      ctx.font = `10.5px ${SANS}`;
      ctx.fillStyle = c.ink;
      const before = busy[first - 1];
      const shift = bar.style === "timer" && before && bar.x - (before.x + before.w) < 10 ? 10 : 4;
      labels.beside(text, Math.max(0, bar.x) + shift, end - 2, row.y + 11, true);
    }
  }
}
