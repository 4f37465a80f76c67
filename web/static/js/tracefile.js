/**
 * A recorded trace, dropped on the page or chosen: ftrace text, `trace-cmd report`, `perf script`. The page looks through
 * it and sends the lines of known events only; the server answers with lanes, and keeps nothing.
 */

import { count } from "./format.js";
import { notice } from "./notice.js";
import { LINES_MAX, Scanner } from "./scan.js";
import { Store } from "./store.js";

/** @import { PageState } from "./state.js" */

const FILE_BYTES_MAX = 512 * 1024 * 1024;

/** @param {Blob} file @returns {Promise<Scanner>} which has looked through it */
export async function scanTrace(file) {
  const scanner = new Scanner();
  const reader = file.stream().getReader();
  for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
    scanner.feed(value);
  }
  scanner.end();
  return scanner;
}

/** @param {Blob} blob @returns {Promise<Blob>} packed, where the browser can */
async function packed(blob) {
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
  const scanned = await scanTrace(file);
  if (!scanned.kept) {
    notice(
      `${file.name} has no line of an event that we know. Expected is the text of the kernel's trace file, of trace-cmd report or of perf script.`,
    );
    return;
  }
  const answer = await fetch("/api/traces", { method: "POST", body: await packed(new Blob(scanned.parts)) }).catch(
    () => null,
  );
  const body = await answer?.json().catch(() => null);
  if (!answer?.ok || !Array.isArray(body)) {
    notice(`The trace could not be read: ${body?.message ?? "the server does not answer"}.`);
    return;
  }
  const store = new Store();
  for (const message of body) store.ingest(message);
  runner.show(store, file.name);
  const sent =
    scanned.kept > LINES_MAX
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
