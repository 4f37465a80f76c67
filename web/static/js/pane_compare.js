/** The Compare pane: the run on screen against one before; a summary in words, then item by item. */

import { compareRuns, laneDifference } from "./difference.js";
import { joined, linkTo, make, table } from "./dom.js";
import { duration } from "./format.js";
import { toItem, toLane, toTime } from "./jump.js";
import { factsOf } from "./pane_facts.js";

/** @import { Life, Pair } from "./difference.js" */
/** @import { PageState } from "./state.js" */

const ROWS_MAX = 300;
const LANES_MAX = 12;

/** @param {HTMLElement} root @param {PageState} page @param {() => void} enough ends further real runs */
export function showCompare(root, page, enough) {
  const { store, kept } = page;
  const others = kept.filter((k) => k.store !== store);
  if (!store.end || !others.length) {
    root.replaceChildren(
      make(
        "p",
        "sub",
        "Nothing to compare yet: change the source, a control or the session, or act on the machine at the playhead (X), and run again. The run before is kept.",
      ),
    );
    return;
  }
  const chosen = others.find((k) => k.store === page.other) ?? others[others.length - 1];
  const select = document.createElement("select");
  select.className = "btn";
  select.setAttribute("aria-label", "Compare with");
  for (const [i, k] of others.entries()) {
    const option = new Option(k.label, String(i));
    option.selected = k === chosen;
    select.append(option);
  }
  const show = (/** @type {import("./store.js").Store | null} */ other) => {
    page.other = other;
    page.touch("lanes", "view", "compare");
  };
  select.addEventListener("change", () => show(others[Number(select.value)].store));
  const on = page.other !== null;
  const toggle = linkTo(on ? "Hide it in the lanes" : "Show it in the lanes", () => show(on ? null : chosen.store));
  const { pairs, seq, across, sentences } = compareRuns(chosen.store, store);
  const words = make("p", "verdict", sentences.join(" "));
  const bar = make("p", "sub compare-bar", "against ", select, " ", toggle);
  if (seq >= 0) {
    const from = seq < store.events.t.length ? store : chosen.store;
    bar.append(
      " ",
      linkTo("To the first difference", () => toTime(page, from.events.t.at(seq))),
    );
  }
  const measured = store.meta?.time_base === "measured";
  const [now, was] = across ? (measured ? ["real", "simulated"] : ["simulated", "real"]) : ["now", "before"];
  const rows = pairs.slice(0, ROWS_MAX).map((pair) => row(page, pair, now, was));
  const heads = across
    ? [`waits, ${was}`, now, "Δ waiting", `runs, ${was}`, now, "Δ running"]
    : ["waited", "waits", "Δ waiting", "ran", "runs", "Δ running"];
  const sheet = table(`Items: ${was}, ${now}, and the difference`, ["item", "fate", ...heads], rows, 6);
  for (const [i, line] of [...sheet.tBodies[0].rows].entries()) line.classList.toggle("differs", pairs[i].differs);
  const asked = page.facts?.simulated && page.facts.simulated === chosen.store;
  const lanes = across ? [] : lanesOfOne(page, chosen.store); // of a real run they bear other names
  root.replaceChildren(...(asked ? [factsOf(page, enough)] : []), words, bar, ...lanes, sheet);
}

/** Lanes that only one of the runs has, those of this run as links. @param {PageState} page @param {import("./store.js").Store} other */
function lanesOfOne(page, other) {
  const { before, now } = laneDifference(other, page.store);
  const out = [];
  if (now.length) {
    const links = now.slice(0, LANES_MAX).map(({ name, id }) => linkTo(name, () => toLane(page, id)));
    out.push(make("p", "sub", "Lanes only now: ", joined([...links, ...rest(now.length)])));
  }
  if (before.length) {
    const words = joined([...before.slice(0, LANES_MAX), ...rest(before.length)]);
    out.push(make("p", "sub", "Lanes only before: ", words));
  }
  return out;
}

/** @param {number} n */
const rest = (n) => (n > LANES_MAX ? [`${n - LANES_MAX} more`] : []);

/** @param {PageState} page @param {Pair} pair @param {string} now @param {string} was */
function row(page, { label, a, b, waits, runs }, now, was) {
  const ns = (/** @type {Life | null} */ life, /** @type {"waits" | "runs"} */ key) =>
    life ? duration(life[key]) : "–";
  const delta = (/** @type {number} */ by) => (a && b && by ? `${by > 0 ? "+" : "−"}${duration(Math.abs(by))}` : "");
  const fate = !a ? `only ${now}` : !b ? `only ${was}` : a.fate === b.fate ? a.fate : `${a.fate} → ${b.fate}`;
  const name = b ? linkTo(label, () => toItem(page, b.item, page.tNs)) : label;
  return [name, fate, ns(a, "waits"), ns(b, "waits"), delta(waits), ns(a, "runs"), ns(b, "runs"), delta(runs)];
}
