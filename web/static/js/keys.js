/**
 * The keyboard: one table, which also makes the help dialog. Letters by physical code, so that they lie alike on every
 * keyboard. They act only where no text is being typed, and can be switched off in the help dialog.
 */

import { tinykeys } from "../vendor/ui.js";

/**
 * `where`: a selector; the key means this only while the focus is within it. `server`: it needs one.
 * @typedef {{keys: string[], show: string, words: string, act: () => void, where?: string, server?: boolean}} Binding
 */

/** @param {EventTarget | null} target */
function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && /** @type {HTMLInputElement} */ (target).type !== "radio")
  );
}

/** Whether the key has a meaning of its own where the focus is. @param {KeyboardEvent} event */
function taken(event) {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (!target) return false;
  if (document.querySelector("dialog[open]")) return true;
  if ((event.key === " " || event.key === "Enter") && target.closest("button, a, summary, [role=tab], [role=row]"))
    return true;
  return (
    event.key.startsWith("Arrow") && target.closest("[role=tablist], [role=separator], input[type=radio]") !== null
  );
}

let enabled = true;

/** @param {Binding[]} bindings */
export function bindKeys(bindings) {
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const map = {};
  for (const { keys, act, where } of bindings) {
    for (const key of keys) {
      map[key] = (event) => {
        // The editor and the lists have acted on it already.
        if (event.defaultPrevented) return;
        if (where && !document.activeElement?.closest(where)) return;
        const always = event.ctrlKey || event.metaKey;
        if (!always && (!enabled || typing(event.target) || taken(event))) return;
        event.preventDefault();
        act();
      };
    }
  }
  tinykeys(document.documentElement, map, { ignore: () => false });
}

/** @param {HTMLElement} list @param {Binding[]} bindings @param {HTMLInputElement} toggle */
export function fillHelp(list, bindings, toggle) {
  for (const { show, words } of bindings) {
    const row = document.createElement("div");
    const dt = document.createElement("dt");
    for (const part of show.split(" ")) {
      const key = document.createElement("kbd");
      key.textContent = part;
      dt.append(key, " ");
    }
    const dd = document.createElement("dd");
    dd.textContent = words;
    row.append(dt, dd);
    list.append(row);
  }
  try {
    enabled = localStorage.getItem("wqplay:keys") !== "off";
  } catch {
    enabled = true;
  }
  toggle.checked = enabled;
  toggle.addEventListener("change", () => {
    enabled = toggle.checked;
    try {
      localStorage.setItem("wqplay:keys", enabled ? "on" : "off");
    } catch {
      // No storage: the choice lasts as long as the page.
    }
  });
}
