/** The Files menu, and files that are dropped on the page. */

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** Files that are dropped anywhere on the page. @param {(file: File) => void} open */
function bindDrop(open) {
  const { body } = document;
  const has = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  body.addEventListener("dragover", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    body.classList.add("dropping");
  });
  body.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) body.classList.remove("dropping");
  });
  body.addEventListener("drop", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    body.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) open(file);
  });
}

/** @param {(file: File) => void} open @param {{save: (format: string) => void, picture: () => void}} acts */
export function bindFiles(open, { save, picture }) {
  const menu = one("#files");
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll("[data-press]")))
    button.addEventListener("click", () => {
      menu.hidePopover();
      one(`#${button.dataset.press}`).click();
    });
  const chooser = /** @type {HTMLInputElement} */ (one("#trace-file"));
  one("#open-trace").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const file = chooser.files?.[0];
    chooser.value = "";
    if (file) open(file);
  });
  menu.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    menu.hidePopover();
    if (button.dataset.save) save(button.dataset.save);
    else if (button.id === "save-png") picture();
  });
  bindDrop(open);
}
