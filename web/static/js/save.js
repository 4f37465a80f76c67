/** Exports: the server writes the run in other formats; the picture of the lanes is made here, from the same painter. */

import { pixelRatio, SANS, useFont } from "./canvas.js";
import { paintLanes } from "./lanes.js";
import { notice } from "./notice.js";
import { paintRuler, RULER_H } from "./ruler.js";
import { colours } from "./theme.js";

/** @import { PageState } from "./state.js" */
/** @import { Timeline } from "./timeline.js" */

/** @param {Blob} blob @param {string} name */
function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A run that the server no longer keeps is made again there, and is the same. @param {PageState} page @param {string} format */
export async function saveAs(page, format) {
  const { meta } = page.store;
  if (meta?.time_base !== "simulated" || !page.ran) {
    notice("Only simulated runs can be written in other formats here; wqplay export does it for recorded traces.");
    return;
  }
  const url = `/api/runs/${meta.run}/export/${format}`;
  let answer = await fetch(url);
  if (answer.status === 404) {
    const json = { "content-type": "application/json" };
    await fetch("/api/runs", { method: "POST", headers: json, body: JSON.stringify(page.ran) });
    answer = await fetch(url);
  }
  if (!answer.ok) {
    const body = await answer.json().catch(() => null);
    notice(`The run could not be written as ${format}: ${body?.message ?? answer.status}.`);
    return;
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? `run.${format}`;
  download(await answer.blob(), name);
}

const HEAD_PX = 172;
const PAD = 14;

/** The lanes as they are on the page, all of them, as a PNG. @param {PageState} page @param {Timeline} timeline */
export function savePicture(page, timeline) {
  const c = colours();
  const { width } = timeline;
  const height = Math.min(timeline.height, 12_000);
  const w = { u0: page.u0, u1: page.u1, width };
  const [ruler, under, over] = [0, 1, 2].map(() => document.createElement("canvas"));
  const { ticks } = paintRuler(ruler, page, w, c);
  paintLanes(under, over, { page, rows: timeline.rows, w, c, ticks, height, scroll: 0 });
  const ratio = pixelRatio();
  const out = document.createElement("canvas");
  out.width = Math.round((HEAD_PX + width + PAD) * ratio);
  out.height = Math.round((RULER_H + height) * ratio);
  const ctx = /** @type {CanvasRenderingContext2D} */ (out.getContext("2d"));
  ctx.scale(ratio, ratio);
  ctx.fillStyle = c.panel;
  ctx.fillRect(0, 0, HEAD_PX + width + PAD, RULER_H + height);
  ctx.drawImage(ruler, HEAD_PX, 0, width, RULER_H);
  for (const canvas of [under, over]) ctx.drawImage(canvas, HEAD_PX, RULER_H, width, height);
  for (const row of timeline.rows) {
    useFont(ctx, row.heading ? `600 10.5px ${SANS}` : `12px ${SANS}`);
    ctx.fillStyle = row.heading ? c.ink3 : c.ink;
    const text = row.heading ? [row.name, row.sub].filter(Boolean).join(" · ").toUpperCase() : row.name;
    ctx.fillText(text, PAD, RULER_H + row.y + row.h / 2 + 4, row.heading ? undefined : HEAD_PX - PAD - 4);
  }
  out.toBlob((blob) => blob && download(blob, `${page.store.meta?.module || "lanes"}.png`));
}
