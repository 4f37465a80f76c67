/** The strip above the timeline for what a person should know before going on; it stays until closed. */

/**
 * @param {string} text empty takes it away
 * @param {string[]} [list] what stands below it: of a deadlock, who waits for whom
 */
export function notice(text, list = []) {
  const box = /** @type {HTMLElement} */ (document.querySelector("#notice"));
  const p = /** @type {HTMLElement} */ (box.querySelector("p"));
  box.hidden = !text;
  p.textContent = text;
  for (const entry of list) {
    const line = document.createElement("span");
    line.textContent = entry;
    p.append(line);
  }
}
