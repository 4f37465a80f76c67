/**
 * What Linux leaves open in a run: the server is asked for it once the run is over, and it is marked on the lanes when it
 * comes.
 */

import { toX } from "./ruler.js";
import { onServer } from "./whereabouts.js";

/** @import { Scene } from "./lanes.js" */
/** @import { Row } from "./rows.js" */
/** @import { PageState } from "./state.js" */
/** @import { Store } from "./store.js" */
/** @import { Style } from "./styles.js" */

/** A run that is followed at once by another is not asked about. */
const PATIENCE_MS = 500;
const TRIES_MAX = 4;

/** Asks for each simulated run of this server once it is over and there is nothing better to do. @param {PageState} page */
export function bindOpen(page) {
  /** @type {Store | null} */
  let asked = null;
  page.listen((flags) => {
    const { store } = page;
    if (!flags.has("status") || page.status !== "done" || asked === store || store.open) return;
    if (store.meta?.producer !== "simulator" || !store.end || store.end.outcome.kind === "stopped") return;
    asked = store;
    window.setTimeout(() => ask(page, store, TRIES_MAX), PATIENCE_MS);
  });
}

/** @param {PageState} page @param {Store} store @param {number} tries */
async function ask(page, store, tries) {
  if (page.store !== store || !store.meta) return;
  const answer = await fetch(onServer(`/api/runs/${store.meta.run}/open`)).catch(() => null);
  if (answer?.status === 200) {
    store.ingest(await answer.json());
    page.touch("open");
    return;
  }
  const seconds = Number(answer?.headers.get("retry-after") ?? 0);
  if (seconds && tries > 1)
    window.setTimeout(() => ask(page, store, tries - 1), 1000 * seconds * (TRIES_MAX + 1 - tries));
}

/** A dotted frame around each execution at whose start or end something is open. @param {CanvasRenderingContext2D} ctx @param {Scene} scene @param {Row[]} visible @param {Set<Style>} seen */
export function paintOpen(ctx, { page, w, c }, visible, seen) {
  const { store } = page;
  if (!store.open) return;
  const place = new Map(visible.map((row) => [row.lane?.id ?? -1, row]));
  const { lane, start, end } = store.spans;
  /** @type {Map<Row, number>} */
  const free = new Map();
  ctx.strokeStyle = c.ink;
  ctx.lineWidth = 1;
  ctx.setLineDash([1.5, 2.5]);
  for (const span of store.open.spans.keys()) {
    const row = place.get(lane.at(span));
    if (!row) continue;
    const x0 = toX(page.axis, w, start.at(span));
    const x1 = Math.max(x0 + 2, toX(page.axis, w, Math.min(end.at(span), store.reachedNs)));
    if (x1 < -4 || x0 > w.width + 4 || x1 + 2 < (free.get(row) ?? Number.NEGATIVE_INFINITY)) continue;
    const left = Math.max(-4, Math.round(x0)) - 2.5;
    const right = Math.min(w.width + 4, Math.round(x1)) + 2.5;
    ctx.strokeRect(left, row.y + 1.5, right - left, row.h - 4);
    free.set(row, right);
    seen.add("either");
  }
  ctx.setLineDash([]);
}
