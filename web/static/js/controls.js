/**
 * The Controls pane. The server draws it, one field for each setting of the machine and each module_param of the source
 * (templates/partials/controls.html); here its changes go into the scenario.
 */

/** @import { PageState } from "./state.js" */

/** @param {PageState} page @param {() => void} edited */
export function bindControls(page, edited) {
  const source = /** @type {HTMLFormElement} */ (document.querySelector("#controls-source"));
  const pane = /** @type {HTMLElement} */ (document.querySelector("#controls"));
  const count = /** @type {HTMLElement} */ (document.querySelector("#param-count"));
  const field = /** @type {HTMLTextAreaElement} */ (source.elements.namedItem("scenario"));

  pane.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (!input.name || !input.checkValidity()) {
      input.reportValidity?.();
      return;
    }
    if (take(page, input)) edited();
  });
  document.addEventListener("htmx:after:swap", () => {
    const params = pane.querySelectorAll("[data-param]").length;
    count.textContent = params ? String(params) : "";
  });
  /** What the fields on screen were made from; the server made the first. */
  let drawn = JSON.stringify(page.scenario);
  return {
    /** Asks the server for the fields of the scenario as it stands, where it is another than on screen. */
    refresh() {
      const now = JSON.stringify(page.scenario);
      if (now === drawn) return;
      drawn = now;
      field.value = now;
      source.dispatchEvent(new CustomEvent("refresh"));
    },
  };
}

/** @param {PageState} page @param {HTMLInputElement} input @returns {boolean} whether it means something here */
function take({ scenario }, input) {
  const value = input.type === "checkbox" ? (input.checked ? "1" : "0") : input.value.trim();
  const [kind, name] = input.name.split(":");
  if (input.name === "cpus") {
    scenario.machine.cpus = Number(value);
    scenario.machine.topology = [];
  } else if (input.name === "kernel") scenario.machine.kernel = value;
  else if (input.name === "costs") scenario.machine.costs = value;
  else if (input.name === "seed") scenario.seed = Number(value);
  else if (kind === "param" && name) {
    if (value === "" || value === input.dataset.default) delete scenario.params[name];
    else scenario.params[name] = value;
  } else if (kind === "config" && name) {
    if (value === "" || value === input.dataset.default) delete scenario.machine.config[name];
    else scenario.machine.config[name] = value;
  } else return false;
  return true;
}
