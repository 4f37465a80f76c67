/** Diagnostics: asked of the server while a person types, taken from the run, shown in the list under the source. */

import { onServer, reachable } from "./whereabouts.js";

/** @import { Diagnostic, Scenario } from "./types.js" */

const DELAY_MS = 350;
const SHOWN_MAX = 30;

/** The scenario's faults, by POST /api/check; null where the server cannot say. @param {Scenario} scenario @param {AbortSignal} signal */
async function check(scenario, signal) {
  if (!reachable) return null;
  // Text, not JSON: from elsewhere that is a request without a preflight.
  const answer = await fetch(onServer("/api/check"), {
    method: "POST",
    body: JSON.stringify(scenario),
    signal,
  });
  const body = await answer.json();
  const found = body?.diagnostics ?? body?.detail?.diagnostics;
  return /** @type {Diagnostic[] | null} */ (Array.isArray(found) ? found : null);
}

/** @param {(found: Diagnostic[]) => void} found @returns {(scenario: Scenario) => void} call it at each edit */
export function makeChecker(found) {
  let timer = 0;
  let abort = new AbortController();
  return (scenario) => {
    clearTimeout(timer);
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    timer = window.setTimeout(() => {
      check(scenario, signal).then(
        (diagnostics) => diagnostics && found(diagnostics),
        () => {
          // The server is away or the text has changed again: the next edit or Run will say.
        },
      );
    }, DELAY_MS);
  };
}

/**
 * @param {HTMLElement} root
 * @param {Diagnostic[]} diagnostics
 * @param {(d: Diagnostic) => void} goTo
 */
export function showProblems(root, diagnostics, goTo) {
  root.hidden = diagnostics.length === 0;
  /** @type {Map<string, {d: Diagnostic, times: number}>} */
  const distinct = new Map();
  for (const d of diagnostics) {
    const key = [d.file, d.line, d.col, d.code, d.message].join("\n");
    const known = distinct.get(key);
    if (known) known.times++;
    else distinct.set(key, { d, times: 1 });
  }
  root.replaceChildren(
    ...[...distinct.values()].slice(0, SHOWN_MAX).map(({ d, times }) => {
      const row = document.createElement("li");
      const link = document.createElement("button");
      link.type = "button";
      link.className = d.severity;
      const place = document.createElement("code");
      place.textContent = [d.file, d.line, d.col].filter(Boolean).join(":");
      const severity = document.createElement("b");
      severity.textContent = d.severity;
      link.append(place, " ", severity, ` ${d.message}`);
      if (d.code) link.append(` [${d.code}]`);
      if (times > 1) link.append(`, ${times} times`);
      row.append(link);
      if (d.hint) {
        const help = document.createElement("p");
        help.textContent = `help: ${d.hint}`;
        row.append(help);
      }
      link.addEventListener("click", () => goTo(d));
      return row;
    }),
  );
}
