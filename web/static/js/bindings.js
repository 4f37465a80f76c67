/** The keys of the page and what they do; the help dialog lists this table. */

import { copyText } from "./clipboard.js";
import { at } from "./format.js";
import { focusRow } from "./heads.js";
import { toTime } from "./jump.js";
import { toggleKindBreak } from "./steps.js";
import { reachable } from "./whereabouts.js";

/** @import { Binding } from "./keys.js" */
/** @import { PageState } from "./state.js" */

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** Shows a position among bookmarks. @param {PageState} page @param {number} direction */
function toBookmark(page, direction) {
  const all = [...page.bookmarks, ...(page.mark === null ? [] : [page.mark])].sort((a, b) => a - b);
  const to = direction > 0 ? all.find((ns) => ns > page.tNs) : all.findLast((ns) => ns < page.tNs);
  if (to === undefined) say(`No ${direction > 0 ? "further" : "earlier"} bookmark`);
  else toTime(page, to);
}

/** Keeps the playhead's moment, or no longer. @param {PageState} page */
function bookmark(page) {
  const { bookmarks, tNs } = page;
  const had = bookmarks.indexOf(tNs);
  if (had >= 0) bookmarks.splice(had, 1);
  else bookmarks.push(tNs);
  bookmarks.sort((a, b) => a - b);
  say(had >= 0 ? "Bookmark taken away" : `Bookmark at ${at(tNs)}`);
  page.touch("view");
}

/** A mark at the playhead, in place of the one before; once more there takes it away. @param {PageState} page */
function mark(page) {
  page.mark = page.mark === page.tNs ? null : page.tNs;
  say(page.mark === null ? "Mark taken away" : `Mark at ${at(page.mark)}: the next M moves it, Shift+M keeps one`);
  page.touch("view");
}

/** Copies what the tip over a bar says, else the life of the selection. @param {import("./timeline.js").Timeline} timeline */
async function copyTold({ tip }) {
  const [what, from] = tip.box.hidden ? ["Details", one("#details")] : ["Tip", tip.box];
  say((await copyText(from.innerText)) ? `${what} copied` : "The browser does not let this page copy");
}

/** @param {string} text */
function say(text) {
  one("#live").textContent = text;
}

/**
 * @param {{page: PageState, timeline: import("./timeline.js").Timeline, transport: import("./transport.js").Transport,
 *   run: () => void, share: import("./share.js").Share, showLow: (panel: string) => void,
 *   act: import("./act.js").Act, toggleCompare: () => void, palette: () => void,
 *   present: () => void}} parts
 * @returns {Binding[]}
 */
export function pageBindings({ page, timeline, transport, run, share, showLow, act, toggleCompare, palette, present }) {
  const pan = (/** @type {number} */ by) => () => {
    page.follow = false;
    page.setWindow(page.u0 + by * (page.u1 - page.u0), page.u1 + by * (page.u1 - page.u0));
  };
  const lane = (/** @type {number} */ by) => () => {
    const heads = one("#heads");
    const rows = /** @type {HTMLElement[]} */ ([...heads.children]);
    const now = rows.findIndex((r) => r.tabIndex === 0);
    const to = rows[Math.min(rows.length - 1, Math.max(0, now + by))];
    if (to) focusRow(heads, to);
  };
  const find = () => {
    showLow("pane-events");
    one("#event-search").focus();
  };
  /** @type {Binding[]} */
  const all = [
    { keys: ["Control+Enter", "Meta+Enter"], show: "Ctrl Enter", words: "run", act: run, server: true },
    { keys: ["Space"], show: "Space", words: "play, pause", act: () => transport.toggle() },
    { keys: ["."], show: ".", words: "step forward", act: () => transport.step(1) },
    { keys: [","], show: ",", words: "step back", act: () => transport.step(-1) },
    {
      keys: ["Shift+Period"],
      show: "Shift .",
      words: "next event of the selected item",
      act: () => transport.step(1, "item"),
    },
    {
      keys: ["Shift+Comma"],
      show: "Shift ,",
      words: "event before of the selected item",
      act: () => transport.step(-1, "item"),
    },
    { keys: ["ArrowLeft", "KeyA"], show: "← A", words: "pan left", act: pan(-0.1) },
    { keys: ["ArrowRight", "KeyD"], show: "→ D", words: "pan right", act: pan(0.1) },
    { keys: ["Shift+ArrowLeft"], show: "Shift ←", words: "pan left by a window", act: pan(-1) },
    { keys: ["Shift+ArrowRight"], show: "Shift →", words: "pan right by a window", act: pan(1) },
    { keys: ["ArrowUp"], show: "↑", words: "lane above", act: lane(-1) },
    { keys: ["ArrowDown"], show: "↓", words: "lane below", act: lane(1) },
    { keys: ["KeyW", "+", "Shift++", "="], show: "W +", words: "zoom in", act: () => transport.zoom(0.6) },
    { keys: ["KeyS", "-"], show: "S -", words: "zoom out", act: () => transport.zoom(1 / 0.6) },
    { keys: ["KeyF"], show: "F", words: "fit the selection, again: the whole run", act: () => timeline.fitSelection() },
    { keys: ["0"], show: "0", words: "fit all", act: () => page.setWindow(0, 1) },
    { keys: ["Home"], show: "Home", words: "to the start", act: () => transport.toStart() },
    {
      keys: ["End"],
      show: "End",
      words: "to the end",
      act: () => {
        page.setTime(page.endNs);
        page.reveal(page.tNs);
      },
    },
    { keys: ["Digit1"], show: "1", words: "marker A at the playhead", act: () => transport.mark(0) },
    { keys: ["Digit2"], show: "2", words: "marker B, and the time between", act: () => transport.mark(1) },
    { keys: ["KeyM"], show: "M", words: "mark at the playhead, until the next", act: () => mark(page) },
    { keys: ["Shift+KeyM"], show: "Shift M", words: "bookmark: a mark that is kept", act: () => bookmark(page) },
    { keys: ["["], show: "[", words: "bookmark before", act: () => toBookmark(page, -1) },
    { keys: ["]"], show: "]", words: "next bookmark", act: () => toBookmark(page, 1) },
    { keys: ["PageUp"], show: "PgUp", words: "bookmark before (presenter)", act: () => toBookmark(page, -1) },
    { keys: ["PageDown"], show: "PgDn", words: "next bookmark (presenter)", act: () => toBookmark(page, 1) },
    {
      keys: ["KeyR"],
      show: "R",
      words: "markers A and B around the selection",
      act: () => timeline.markSelection(transport),
    },
    {
      keys: ["KeyB"],
      show: "B",
      words: "stop at events of this type, or no longer",
      act: () => say(toggleKindBreak(page)),
    },
    { keys: ["KeyX"], show: "X", words: "what if: act here, keep both runs", act: () => act.open(true), server: true },
    { keys: ["KeyC"], show: "C", words: "compare with the run before", act: toggleCompare, server: true },
    { keys: ["Shift+KeyC"], show: "Shift C", words: "copy the tip, or the details", act: () => copyTold(timeline) },
    { keys: ["KeyU"], show: "U", words: "unit of the ruler", act: () => timeline.nextUnit() },
    { keys: ["Control+k", "Meta+k", "Control+Shift+P"], show: "Ctrl K", words: "all commands", act: palette },
    { keys: ["<", "Shift+<"], show: "<", words: "play slower", act: () => transport.faster(-1) },
    { keys: [">", "Shift+>"], show: ">", words: "play faster", act: () => transport.faster(1) },
    { keys: ["Enter"], show: "Enter", words: "read the selection's life", act: () => one("#details").focus() },
    { keys: ["Escape"], show: "Esc", words: "clear the selection, leave the editor", act: () => clear(page, timeline) },
    { keys: ["/"], show: "/", words: "find in events", act: find },
    {
      keys: ["Control+f", "Meta+f"],
      show: "Ctrl F",
      words: "the same, from the lanes and the panes below",
      where: ".time, .low",
      act: find,
    },
    { keys: ["KeyP"], show: "P", words: "presenter mode, and out of it", act: present, server: true },
    { keys: ["KeyL"], show: "L", words: "share the link", act: () => share.open(), server: true },
    {
      keys: ["?", "Shift+?"],
      show: "?",
      words: "this help",
      act: () => /** @type {HTMLDialogElement} */ (one("#help")).showModal(),
    },
  ];
  return all.filter(({ server }) => !server || reachable);
}

/** @param {PageState} page @param {import("./timeline.js").Timeline} timeline */
function clear(page, timeline) {
  if (!timeline.tip.box.hidden) {
    timeline.tip.hide();
    return;
  }
  page.select(null);
  page.mark = null;
  page.touch("view");
}
