/** The colours of the style sheet, resolved for the canvas: `light-dark()` and forced colours are the browser's to know. */

/** Every custom property that the painters use; app.css defines each. */
const NAMES = /** @type {const} */ ([
  "ground",
  "panel",
  "line",
  "line2",
  "ink",
  "ink2",
  "ink3",
  "accent",
  "lit",
  "run",
  "sleep",
  "ready",
  "block",
  "inact",
  "irq",
  "softirq",
  "task",
  "idle",
  "timer",
  "oninside",
  "good",
  "bad",
]);

/** @typedef {Record<typeof NAMES[number], string>} Colours */

/** @type {Colours | null} */
let cached = null;

/** @returns {Colours} */
export function colours() {
  if (cached) return cached;
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.setProperty("forced-color-adjust", "none"); // a mixture of system colours would be forced to be text's
  document.body.append(probe);
  const found = /** @type {Colours} */ ({});
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  cached = found;
  return found;
}

/** @typedef {"auto" | "light" | "dark"} Theme */

/** @param {Theme} theme */
function apply(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  cached = null;
}

/**
 * Lets `button` go through light, dark and the system's, and tells of each change. The page has its theme already: the
 * stored one (early.js), or that of an embed's address.
 * @param {HTMLElement} button
 * @param {() => void} changed
 */
export function bindTheme(button, changed) {
  /** @type {Theme} */
  let theme = /** @type {Theme} */ (document.documentElement.dataset.theme ?? "auto");
  const label = () => {
    const words = { auto: "as the system", light: "light", dark: "dark" };
    button.title = `Theme: ${words[theme]}`;
    button.setAttribute("aria-label", `Theme: ${words[theme]}`);
  };
  label();
  button.addEventListener("click", () => {
    const darkSystem = matchMedia("(prefers-color-scheme: dark)").matches;
    /** @type {Theme[]} */
    const order = darkSystem ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    theme = order[(order.indexOf(theme) + 1) % 3];
    apply(theme);
    label();
    try {
      localStorage.setItem("wqplay:theme", theme);
    } catch {
      // No storage: the choice lasts as long as the page.
    }
    changed();
  });
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", () => {
      cached = null;
      changed();
    });
  }
}
