/** What became of each item in a comparison with the real kernel, as a mark where it began to run: held, differs, open. */

import { toX } from "./ruler.js";

/** @import { Scene } from "./lanes.js" */
/** @import { Row } from "./rows.js" */
/** @import { Style } from "./styles.js" */
/** @import { State } from "./comparison.js" */

/** Marks nearer than this to the one before on their lane are left out, unless they weigh more. */
const APART_PX = 8;
const R = 3.5;

/** @type {Record<State, {style: Style, glyph: string, words: string}>} */
export const VERDICTS = {
  held: { style: "held", glyph: "●", words: "held" },
  red: { style: "differs", glyph: "✕", words: "differs" },
  open: { style: "open", glyph: "○", words: "open" },
};

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row[]} visible @param {Set<Style>} seen */
export function paintVerdicts(ctx, scene, visible, seen) {
  const { page, w } = scene;
  if (!page.facts || !page.other || page.facts.simulated !== page.other) return;
  const place = new Map(visible.map((row) => [row.lane?.id ?? -1, row]));
  const { lane, start } = page.store.spans;
  /** @type {{x: number, row: Row, state: State}[]} */
  const marks = [];
  for (const [item, state] of page.facts.marks) {
    const spans = page.store.spansOf(item);
    const ran = spans.find((id) => page.store.lanes.get(lane.at(id))?.kind === "worker") ?? spans[0];
    const row = ran === undefined ? undefined : place.get(lane.at(ran));
    const x = row ? toX(page.axis, w, start.at(ran)) : -1;
    if (row && x >= 0 && x <= w.width) marks.push({ x, row, state });
  }
  marks.sort((a, b) => Number(b.state === "red") - Number(a.state === "red") || a.x - b.x);
  /** @type {Map<Row, number[]>} */
  const drawn = new Map();
  for (const mark of marks) {
    const others = drawn.get(mark.row) ?? [];
    if (others.some((x) => Math.abs(x - mark.x) < APART_PX)) continue;
    drawn.set(mark.row, [...others, mark.x]);
    seen.add(VERDICTS[mark.state].style);
    paintMark(ctx, scene, mark.x, mark.row.y + 5, mark.state);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {number} x @param {number} y @param {State} state */
function paintMark(ctx, { c }, x, y, state) {
  ctx.beginPath();
  ctx.arc(x, y, R + 2, 0, 2 * Math.PI);
  ctx.fillStyle = c.panel;
  ctx.fill();
  ctx.beginPath();
  if (state === "red") {
    ctx.moveTo(x - R, y - R);
    ctx.lineTo(x + R, y + R);
    ctx.moveTo(x - R, y + R);
    ctx.lineTo(x + R, y - R);
    ctx.strokeStyle = c.bad;
    ctx.lineWidth = 2;
    ctx.stroke();
    return;
  }
  ctx.arc(x, y, state === "open" ? R - 0.75 : R, 0, 2 * Math.PI);
  ctx.fillStyle = c.good;
  ctx.strokeStyle = c.ink3;
  ctx.lineWidth = 1.5;
  if (state === "open") ctx.stroke();
  else ctx.fill();
}
