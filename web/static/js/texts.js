/** The texts on the lanes: what a bar is, what it does, why it waits; none over another. */

import { pixelRatio, SANS, textWidth, useFont } from "./canvas.js";
import { Labels } from "./labels.js";
import { callOnLine, itemLabel, taskName, waitChip } from "./model.js";
import { CUT_PX_MIN, toX } from "./ruler.js";
import { BAR } from "./spans.js";
import { IDLE, OWN, SOLID, styleOfCode } from "./styles.js";

/** @import { Painted, Scene } from "./lanes.js" */
/** @import { Row } from "./rows.js" */
/** @import { Style } from "./styles.js" */

const MARK_PX = 2;
/** From this width on a part of a wait carries a shortened text, where there is no room beside either. */
const PART_PX = 72;
/** With more bars on a lane, only those as wide as this get a text. */
const CROWD = 120;
const CROWD_PX = 26;
/** Less than this has no room for five characters. */
const ROOM_PX = 24;
/** A cluster as wide as this says how many spans it is, on a plate. */
const CLUSTER_PX = 64;

/**
 * @typedef {object} Bar
 * @property {number} x
 * @property {number} w
 * @property {Style} style
 * @property {number} span
 * @property {number} count of spans that it stands for
 * @property {number} wait the wait whose cause its text tells, -1 none
 * @property {boolean} faint the kernel's own
 */

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Painted[]} painted */
export function paintTexts(ctx, scene, painted) {
  useFont(ctx, `10.5px ${SANS}`);
  for (const { row, view } of painted) paintRow(ctx, scene, row, barsOf(scene, view));
}

/**
 * What may carry a text, left to right, in CSS pixels: idling left out, marks that touch taken together.
 * @param {Scene} scene
 * @param {import("./spans.js").LaneSpans} view
 * @returns {Bar[]}
 */
function barsOf({ page, w }, view) {
  const ratio = pixelRatio();
  const { data, length } = view.bars;
  const crowd = length > CROWD * BAR;
  const mark = Math.round(MARK_PX * ratio);
  /** @type {Bar[]} */
  const bars = [];
  for (let k = 0; k < length; k += BAR) {
    const [x0, first] = [data[k], data[k + 2]];
    let [x1, count] = [data[k + 1], data[k + 3]];
    const code = view.code[first];
    if (x1 - x0 <= mark) {
      while (k + BAR < length && data[k + BAR] === x1 && data[k + BAR + 1] - x1 <= mark) {
        k += BAR;
        x1 = data[k + 1];
        count += data[k + 3];
      }
    }
    if (code <= IDLE && count <= 1) continue;
    if (crowd && x1 - x0 < CROWD_PX * ratio) continue;
    const faint = code > IDLE && (code & OWN) === 0;
    const bar = {
      x: x0 / ratio,
      w: (x1 - x0) / ratio,
      style: styleOfCode(code),
      span: view.ids.at(first),
      count,
      wait: -1,
      faint,
    };
    if (count === 1) splitByWaits(bars, bar, page, w);
    else bars.push(bar);
  }
  return bars;
}

/**
 * A waiting item's bar, cut where its cause changes, so that each part can say why.
 * @param {Bar[]} bars
 * @param {Bar} bar
 * @param {import("./state.js").PageState} page
 * @param {import("./ruler.js").Window} w
 */
function splitByWaits(bars, bar, { store, axis }, w) {
  const waits = bar.style === "run" ? undefined : store.waitsOfSpan(bar.span);
  if (!waits?.length) {
    bars.push(bar);
    return;
  }
  const right = bar.x + bar.w;
  let x = bar.x;
  for (const [i, wait] of waits.entries()) {
    const next = i + 1 < waits.length ? toX(axis, w, store.waits.start.at(waits[i + 1])) : right;
    if (next - x < MARK_PX && i + 1 < waits.length) continue;
    if (x >= right && bars[bars.length - 1]?.span === bar.span) break;
    bars.push({ ...bar, x, w: Math.max(MARK_PX, Math.min(right, next) - x), wait });
    x = Math.max(x, next);
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
  const { item, line, task, seq } = store.spans;
  const kind = row.lane?.kind;
  const id = item.at(bar.span);
  const name = id >= 0 ? itemLabel(store, id) : "";
  switch (bar.style) {
    case "sleep":
    case "block": {
      const own = store.tasks[task.at(bar.span)]?.kind === "session";
      const does = own ? "" : callOnLine(page.ran, line.at(bar.span));
      const chip = bar.style === "block" && bar.wait >= 0 ? waitChip(store, bar.wait) : "";
      const what = kind === "task" && !does ? taskName(store, task.at(bar.span)) : "";
      return [name || what, does, chip].filter(Boolean).join(" · ");
    }
    case "timer":
      return `armed by ${taskName(store, store.events.task.at(seq.at(bar.span)))}`;
    case "run":
      return kind === "cpu" || kind === "worker" ? name : "";
    case "task":
      return taskName(store, task.at(bar.span));
    case "idle":
      return "";
    default:
      return name || taskName(store, task.at(bar.span));
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
  const item = store.spans.item.at(part.span);
  const name = item >= 0 && row.sub !== "inactive" ? itemLabel(store, item) : "";
  const code = part.wait >= 0 ? store.words.causes[store.waits.cause.at(part.wait)].code : "";
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
  const text = waitingText(scene, row, longest);
  const width = textWidth(ctx, text);
  ctx.fillStyle = parts[0].faint ? scene.c.ink3 : scene.c.ink;
  const beside = longest.w < width + 12 && (next - 6 - x >= width || longest.w < PART_PX);
  if (beside) {
    labels.beside(text, x, next - 6, row.y + 16, true);
    return;
  }
  for (const part of parts) {
    // Where one cause ends and the next begins.
    if (part !== parts[0] && part.x > 0 && part.x < scene.w.width) ctx.fillRect(Math.round(part.x), row.y + 6, 1, 12);
    labels.plated(waitingText(scene, row, part), part.x, part.x + part.w, row.y, scene.c);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row} row @param {Bar[]} bars */
function paintRow(ctx, scene, row, bars) {
  const { w, c } = scene;
  const labels = new Labels(ctx, w.width);
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i];
    const first = i;
    while (bar.count === 1 && bars[i + 1]?.span === bar.span && bars[i + 1].count === 1) i++;
    const end = bars[i].x + bars[i].w;
    const next = i + 1 < bars.length ? bars[i + 1].x : w.width;
    const ink = bar.faint ? c.ink3 : c.ink;
    if (bar.count > 1) {
      ctx.fillStyle = c.ink3;
      if (bar.w >= CLUSTER_PX) labels.plated(`${bar.count.toLocaleString("en")} spans`, bar.x, end, row.y, c);
      else labels.beside(bar.count.toLocaleString("en"), end + 5, next - 3, row.y + 16, false);
      continue;
    }
    if (bar.style === "inact" || bar.style === "queued") {
      const told = scene.quiet?.has(bar.span);
      if (!told) paintWaiting(ctx, scene, row, bars.slice(first, i + 1), labels, next);
      continue;
    }
    if (scene.quiet?.has(bar.span)) continue;
    // No room for a text, in the bar or beside it: most bars of a full window.
    if (Math.max(next, end) - bar.x < ROOM_PX) continue;
    const text = barText(scene, row, bar);
    if (SOLID.has(bar.style)) {
      ctx.fillStyle = bar.faint ? c.ink : c.oninside;
      const [from, to] = widestPart(scene, bar);
      const inside = bar.style !== "softirq" && labels.within(text, from, to, row.y + 16);
      if (!inside && bar.style === "run" && row.lane?.kind === "worker") {
        ctx.fillStyle = bar.faint ? c.ink3 : c.ink2;
        labels.beside(text, end + 4, next - 6, row.y + 16, false);
      }
    } else {
      ctx.fillStyle = ink;
      const before = bars[first - 1];
      const shift = bar.style === "timer" && before && bar.x - (before.x + before.w) < 10 ? 10 : 4;
      labels.beside(text, Math.max(0, bar.x) + shift, end - 2, row.y + 11, true);
    }
  }
}
