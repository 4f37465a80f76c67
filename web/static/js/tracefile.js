/**
 * A recorded trace, dropped on the page or chosen: ftrace text, `trace-cmd report`, `perf script`. The page looks through
 * it and sends the lines of known events only; the server answers with lanes, and keeps nothing.
 */

import { count } from "./format.js";
import { notice } from "./notice.js";
import { Store } from "./store.js";

/** @import { PageState } from "./state.js" */

const FILE_BYTES_MAX = 512 * 1024 * 1024;
/** As many lines as the server makes lanes of. */
const LINES_MAX = 50_000;
/** An event's name, behind its stamp: `3.715300: workqueue_queue_work: …`, or with its system before it. */
const NAME = /\d: +(?:[a-z_]+:)?([a-z_]+): /;

/** The systems whose events become lanes; of others only their number is told. */
const SYSTEMS = /^(workqueue_|sched_|timer_|hrtimer_|irq_|softirq_|tasklet_|module_|console)/;

/** @typedef {{text: string, lines: number, kept: number, cut: boolean}} Scanned */

/**
 * The lines that tell of known events, as they stand.
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {Promise<Scanned>}
 */
export async function scanTrace(stream) {
  /** @type {string[]} */
  const out = [];
  let [lines, kept, rest] = [0, 0, ""];
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  /** @param {string} line */
  const take = (line) => {
    lines++;
    const found = NAME.exec(line);
    if (!found || !SYSTEMS.test(found[1])) return;
    if (kept++ < LINES_MAX) out.push(line);
  };
  for (;;) {
    const { done, value } = await reader.read();
    const text = rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }));
    let from = 0;
    for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
      take(text.slice(from, to));
      from = to + 1;
    }
    rest = text.slice(from);
    if (done) break;
  }
  if (rest) take(rest);
  return { text: `${out.join("\n")}\n`, lines, kept, cut: kept > LINES_MAX };
}

/** @param {string} text @returns {Promise<Blob>} packed, where the browser can */
async function packed(text) {
  const blob = new Blob([text]);
  if (!("CompressionStream" in globalThis)) return blob;
  return new Response(blob.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/**

 * @param {File} file
 * @param {{show: (store: Store, name: string) => void}} runner
 */
export async function openTrace(file, runner) {
  if (file.size > FILE_BYTES_MAX) {
    notice("That file is larger than 512 MiB: cut the trace, or record fewer events.");
    return;
  }
  notice(`Looking through ${file.name}`);
  const scanned = await scanTrace(file.stream());
  if (!scanned.kept) {
    notice(
      `${file.name} has no line of an event that we know. Expected is the text of the kernel's trace file, of trace-cmd report or of perf script.`,
    );
    return;
  }
  const answer = await fetch("/api/traces", { method: "POST", body: await packed(scanned.text) }).catch(() => null);
  const body = await answer?.json().catch(() => null);
  if (!answer?.ok || !Array.isArray(body)) {
    notice(`The trace could not be read: ${body?.message ?? "the server does not answer"}.`);
    return;
  }
  const store = new Store();
  for (const message of body) store.ingest(message);
  runner.show(store, file.name);
  const sent = scanned.cut
    ? `the first ${count(LINES_MAX, "line")} of ${scanned.kept.toLocaleString("en")}`
    : count(scanned.kept, "line");
  const lacks = store.diagnostics.filter((d) => d.code === "trace-lacks");
  notice(
    `${file.name}, measured: ${sent} of events were sent to the server, out of ${count(scanned.lines, "line")}; nothing is stored.`,
    lacks
      .map((d) => `${d.message[0].toUpperCase()}${d.message.slice(1)}.`)
      .concat(lacks[0]?.hint ? [`To know, ${lacks[0].hint}`] : []),
    false,
  );
}
