/** Tabs and splitters, by the patterns of the ARIA practices guide. */

/** @param {HTMLElement} list role=tablist @param {(id: string) => void} [shown] */
export function bindTabs(list, shown) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
  /** @param {HTMLElement} tab @param {boolean} focus */
  const select = (tab, focus) => {
    for (const other of tabs) {
      const on = other === tab;
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !on;
    }
    if (focus) tab.focus();
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    shown?.(tab.getAttribute("aria-controls") ?? "");
  };
  for (const tab of tabs) tab.addEventListener("click", () => select(tab, false));
  list.addEventListener("keydown", (event) => {
    const here = tabs.filter((t) => t.offsetParent !== null);
    const i = here.indexOf(/** @type {HTMLElement} */ (event.target));
    if (i < 0) return;
    const to = { ArrowRight: i + 1, ArrowLeft: i - 1 + here.length, Home: 0, End: here.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    select(here[to % here.length], true);
  });
  return (/** @type {string} */ panel) => {
    const tab = tabs.find((t) => t.getAttribute("aria-controls") === panel);
    if (tab) select(tab, false);
  };
}

/**
 * A splitter that sets a custom property in pixels; arrows move it, Home and End go to its ends, Enter resets it.
 * @param {HTMLElement} bar role=separator
 * @param {{property: string, vertical: boolean, from: number, to: () => number, measure: (e: PointerEvent) => number, start: number}} options
 */
export function bindSplitter(bar, { property, vertical, from, to, measure, start }) {
  const root = document.documentElement;
  let value = start;
  /** @param {number} px */
  const set = (px) => {
    value = Math.round(Math.min(to(), Math.max(from, px)));
    root.style.setProperty(property, `${value}px`);
    bar.setAttribute("aria-valuenow", String(value));
    bar.setAttribute("aria-valuemax", String(Math.round(to())));
  };
  bar.setAttribute("aria-valuemin", String(from));
  bar.setAttribute("aria-valuenow", String(start));
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
    bar.focus();
    const move = (/** @type {PointerEvent} */ e) => set(measure(e));
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", () => bar.removeEventListener("pointermove", move), { once: true });
  });
  bar.addEventListener("keydown", (event) => {
    const [less, more] = vertical ? ["ArrowLeft", "ArrowRight"] : ["ArrowDown", "ArrowUp"];
    if (event.key === less) set(value - 24);
    else if (event.key === more) set(value + 24);
    else if (event.key === "Home") set(from);
    else if (event.key === "End") set(to());
    else if (event.key === "Enter") {
      root.style.removeProperty(property);
      value = start;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  bar.addEventListener("dblclick", () => {
    root.style.removeProperty(property);
    value = start;
  });
}
