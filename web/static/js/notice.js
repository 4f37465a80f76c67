/** The strip above the timeline for what a person should know before going on; it stays until closed. */

/**
 * @param {string} text empty takes it away
 * @param {string[]} [list] what stands below it: of a deadlock, who waits for whom
 * @param {boolean} [bad] whether something went wrong
 */
export function notice(text, list = [], bad = true) {
  const box = /** @type {HTMLElement} */ (document.querySelector("#notice"));
  const p = /** @type {HTMLElement} */ (box.querySelector("p"));
  box.hidden = !text;
  box.classList.toggle("calm", !bad);
  p.textContent = text;
  for (const entry of list) {
    const line = document.createElement("span");
    line.textContent = entry;
    p.append(line);
  }
}
