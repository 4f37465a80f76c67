/** What the selection puts on the lanes: outlines of the item's bars, and the arrows of its life. */

import { toNs, toX } from "./ruler.js";

/** @import { Row } from "./rows.js" */
/** @import { Scene } from "./lanes.js" */
/** @import { PageState } from "./state.js" */

/** More spans of the selection than this are not underlined at once. */
const SPANS_MAX = 500;

/** The item that the selection is about; -1 where it is about none. @param {PageState} page */
export function selectedItem({ selection, store }) {
  if (!selection) return -1;
  if (selection.kind === "item") return selection.id < store.itemCount ? selection.id : -1;
  if (selection.kind === "span") return store.spans.item.at(selection.id);
  return -1;
}

/** @param {PageState} page @returns {Int32Array} all spans that the selection lights up */
export function itemSpansOf(page) {
  const item = selectedItem(page);
  if (item >= 0) return page.store.spansOf(item);
  return page.selection?.kind === "span" ? Int32Array.of(page.selection.id) : new Int32Array();
}

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row[]} visible */
export function paintSelection(ctx, scene, visible) {
  const { page, w, c } = scene;
  const { lane, start, end } = page.store.spans;
  const place = new Map(visible.map((row) => [row.lane?.id ?? -1, row]));
  const now = page.selection?.atNs ?? 0;
  const [from, to] = [toNs(page.axis, w, 0), toNs(page.axis, w, w.width)];
  ctx.strokeStyle = c.accent;
  ctx.fillStyle = c.accent;
  let drawn = 0;
  for (const id of itemSpansOf(page)) {
    if (end.at(id) < from || start.at(id) > to) continue;
    if (++drawn > SPANS_MAX && !(start.at(id) <= now && end.at(id) > now)) continue;
    const row = place.get(lane.at(id));
    if (!row) continue;
    const x0 = Math.max(-4, toX(page.axis, w, start.at(id)));
    const x1 = Math.min(w.width + 4, toX(page.axis, w, Math.min(end.at(id), page.store.reachedNs)));
    if (x1 < 0 || x0 > w.width) continue;
    const chosen = page.selection?.kind === "span" ? page.selection.id === id : start.at(id) <= now && end.at(id) > now;
    const [x, width] = [Math.round(x0), Math.max(2, Math.round(x1 - x0))];
    ctx.lineWidth = 2;
    if (chosen && row.lane?.kind !== "cpu") ctx.strokeRect(x - 1, row.y + 3, Math.max(4, width + 2), row.h - 7);
    else ctx.fillRect(x, row.y + row.h - 3, width, 2);
  }
  const item = selectedItem(page);
  if (item >= 0) for (const arrow of page.store.arrowsOf(item)) paintArrow(ctx, scene, place, arrow);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Scene} scene
 * @param {Map<number, Row>} place
 * @param {import("./store.js").Arrow} arrow
 */
function paintArrow(ctx, { page, w, c }, place, arrow) {
  const [from, to] = [place.get(arrow.fromLane), place.get(arrow.toLane)];
  // From a CPU's lane it is the timer interrupt that wakes: that says less than the lines it would cross.
  if (!from || !to || from === to || from.lane?.kind === "cpu") return;
  const { t } = page.store.events;
  const x0 = toX(page.axis, w, t.at(arrow.from));
  const x1 = toX(page.axis, w, t.at(arrow.to));
  if (Math.max(x0, x1) < 0 || Math.min(x0, x1) > w.width) return;
  const y0 = from.y + from.h / 2;
  const y1 = to.y + (to.y > from.y ? 4 : to.h - 5);
  const bend = Math.min(26, Math.abs(y1 - y0) / 2 + 6);
  ctx.strokeStyle = c.accent;
  ctx.fillStyle = c.accent;
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(x0 + bend, y0, x1 + bend / 3, y1 - Math.sign(y1 - y0) * bend, x1, y1);
  ctx.stroke();
  const way = Math.sign(y1 - y0) || 1;
  ctx.beginPath();
  ctx.moveTo(x1, y1 + way * 2);
  ctx.lineTo(x1 - 3.5, y1 - way * 5);
  ctx.lineTo(x1 + 4.5, y1 - way * 5);
  ctx.fill();
}
