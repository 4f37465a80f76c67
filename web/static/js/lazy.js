/** Panes that are fetched when they are first looked at, and painted only while they are seen. */

/** @import { PageState, Flag } from "./state.js" */

/** @typedef {(root: HTMLElement, page: PageState) => void} Show */

/**
 * @param {HTMLElement} root the pane; hidden while another is looked at
 * @param {PageState} page
 * @param {() => Promise<Show>} load
 * @param {Flag[]} when what changes it
 * @returns {() => Promise<void>} paints it, where it is seen
 */
export function lazyPane(root, page, load, when) {
  /** @type {Show | null} */
  let show = null;
  const paint = async () => {
    if (root.hidden) return;
    show ??= await load();
    const { scrollTop } = root;
    const focused = [...root.querySelectorAll("button")].indexOf(/** @type {any} */ (document.activeElement));
    show(root, page);
    root.scrollTop = scrollTop;
    if (focused >= 0) root.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
  };
  page.listen((flags) => {
    if (!root.hidden && when.some((flag) => flags.has(flag))) paint();
  });
  return paint;
}
