/**
 * Edits survive: in the address, for reload and back, and in the browser's storage, where it is allowed, for a closed
 * tab. A draft belongs to the gallery scenario that it began as.
 */

import { completeScenario, trimScenario } from "./link.js";

/** @import { Scenario } from "./types.js" */

/** @param {string} name */
const key = (name) => `wqplay:draft:${name}`;

/** @param {string} name @param {Scenario | null} scenario null forgets it */
export function keepDraft(name, scenario) {
  try {
    if (scenario) localStorage.setItem(key(name), JSON.stringify(trimScenario(scenario)));
    else localStorage.removeItem(key(name));
  } catch {
    // No storage, or it is full: the address still holds the edit.
  }
}

/** @param {string} name @returns {Scenario | null} */
export function draft(name) {
  try {
    const text = localStorage.getItem(key(name));
    const found = text ? JSON.parse(text) : null;
    return typeof found?.files?.["module.c"] === "string" && typeof found.session_sh === "string"
      ? completeScenario(found)
      : null;
  } catch {
    return null;
  }
}
