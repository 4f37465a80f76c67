/** The footer: a legend of the states on screen, the verdict of the run, and its id. */

import { at, count } from "./format.js";
import { eventFields } from "./model.js";
import { LEGEND } from "./styles.js";

/** @import { PageState } from "./state.js" */
/** @import { Style } from "./styles.js" */

const TROUBLE = /^(BUG|Oops|kernel BUG|general protection|divide error|WARNING|INFO: task|Kernel panic)/;

/** @param {HTMLElement} root @param {Set<Style>} seen */
export function showLegend(root, seen) {
  const key = LEGEND.filter(([style]) => seen.has(style)).map(([style]) => style);
  if (root.dataset.key === key.join()) return;
  root.dataset.key = key.join();
  root.replaceChildren(
    ...LEGEND.filter(([style]) => seen.has(style)).map(([style, word]) => {
      const entry = document.createElement("li");
      const mark = document.createElement("i");
      mark.className = `sw ${style}`;
      entry.append(mark, word);
      return entry;
    }),
  );
}

/** The first event that the checks or the kernel complain about; -1 none. @param {PageState} page */
export function findings({ store }) {
  const kinds = store.words.events;
  const found = [];
  const check = kinds.findIndex((k) => k.system === "wqp" && k.name === "check");
  const console = kinds.findIndex((k) => k.name === "console");
  const { kind, t } = store.events;
  for (let seq = 0; seq < t.length; seq++) {
    if (kind.at(seq) === check) found.push({ seq, text: eventFields(store, seq).get("message") ?? "" });
    else if (kind.at(seq) === console) {
      const text = eventFields(store, seq).get("text") ?? "";
      if (TROUBLE.test(text)) found.push({ seq, text });
    }
  }
  return found;
}

export const OUTCOMES = /** @type {Record<string, string>} */ ({
  completed: "Completed",
  crashed: "The machine crashed",
  deadlock: "Deadlock",
  stalled: "Stalled",
  limit: "A limit was met",
  stopped: "Stopped",
});

/**
 * @param {HTMLElement} root with #verdict, #summary and #run-id
 * @param {PageState} page
 * @param {(seq: number) => void} goTo
 */
export function bindVerdict(root, page, goTo) {
  const verdict = /** @type {HTMLElement} */ (root.querySelector("#verdict"));
  const summary = /** @type {HTMLElement} */ (root.querySelector("#summary"));
  const id = /** @type {HTMLElement} */ (root.querySelector("#run-id"));
  page.listen((flags) => {
    if (!flags.has("data") && !flags.has("status") && !flags.has("open")) return;
    const { store } = page;
    verdict.className = "";
    if (page.status === "running") {
      verdict.textContent = page.stage || `Running, ${count(store.events.t.length, "event")}`;
      return;
    }
    if (page.status === "failed") {
      verdict.className = "bad";
      verdict.textContent = "Did not run";
      return;
    }
    if (!store.end) return;
    const { outcome, stats } = store.end;
    const found = findings(page);
    const good = outcome.kind === "completed" && !found.length;
    // Where other seeds end otherwise, "completed" is no good news.
    verdict.className = !good ? "bad" : store.open?.verdict ? "" : "good";
    verdict.textContent = `${OUTCOMES[outcome.kind] ?? outcome.kind}${found.length ? ", " : ""}`;
    if (found.length) {
      const link = document.createElement("button");
      link.type = "button";
      link.className = "link";
      link.textContent = `${count(found.length, "finding")}, first at ${at(store.events.t.at(found[0].seq))}`;
      link.title = found[0].text;
      link.addEventListener("click", () => goTo(found[0].seq));
      verdict.append(link);
    } else if (good) verdict.textContent += ", no finding";
    if (store.open?.verdict) verdict.append(`, ${store.open.verdict}`);
    verdict.title = store.open ? [store.open.summary, store.open.ends].filter(Boolean).join("\n") : "";
    summary.textContent = stats?.summary ?? "";
    id.textContent = store.meta?.run ? `run ${store.meta.run.slice(0, 8)}` : "";
    id.title = store.meta?.run
      ? `run ${store.meta.run}, engine ${store.meta.engine}, digest ${store.end.digest.slice(0, 16)}`
      : "";
  });
}
