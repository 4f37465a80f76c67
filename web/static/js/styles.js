/**
 * How each state looks. Colour never stands alone: solid, thin, dashed, hatched, notched and dotted tell them apart too.
 *
 *     run, task, ready, irq   full bar            queued   dashed frame
 *     sleep                   thin bar            inact    hatched frame
 *     block                   thin, notched       timer    dotted line, flag at the end
 *     idle                    hairline            cancel   a cross
 *     either                  dotted frame around a bar, whatever it is
 */

/** What became of an item in a comparison with the real kernel: a disc, a cross, a ring. @typedef {"held" | "differs" | "open"} Verdict */
/** @typedef {"run" | "task" | "ready" | "sleep" | "block" | "inact" | "queued" | "idle" | "irq" | "softirq" | "timer" | "cancel" | "either" | Verdict} Style */

/** In the order of the legend. @type {[Style, string][]} */
export const LEGEND = [
  ["run", "running"],
  ["sleep", "sleeping"],
  ["block", "blocked"],
  ["queued", "on the worklist"],
  ["ready", "runnable"],
  ["inact", "inactive"],
  ["task", "task"],
  ["irq", "irq"],
  ["softirq", "softirq"],
  ["timer", "timer"],
  ["cancel", "cancelled"],
  ["either", "left open by Linux"],
  ["held", "as on the real kernel"],
  ["differs", "differs from it"],
  ["open", "the kernel leaves it open"],
];

/** Bars that fill the row, on which text may stand. */
export const SOLID = new Set(["run", "task", "ready", "irq", "softirq"]);

/** Light to heavy: which of several states a mark that stands for all of them shows. Index + 1 is the code. @type {Style[]} */
export const STYLES = [
  "idle",
  "timer",
  "sleep",
  "queued",
  "ready",
  "inact",
  "block",
  "task",
  "softirq",
  "irq",
  "run",
  "cancel",
];
export const IDLE = 1;
/** Added to the code of what is not the kernel's own; the kernel's is drawn faint. */
export const OWN = 16;
/** The left and right edges of framed bars. */
export const EDGE_QUEUED = 40;
export const EDGE_INACT = 41;
export const CODES = 42;

/** @type {Record<string, Style>} */
const BY_STATE = {
  runnable: "ready",
  sleeping: "sleep",
  blocked: "block",
  held: "inact",
  queued: "queued",
  hardirq: "irq",
  softirq: "softirq",
  armed: "timer",
  cancelled: "cancel",
};

/** @param {string} state of the protocol @param {boolean} isItem @param {string} laneKind @returns {Style} */
export function styleOf(state, isItem, laneKind) {
  if (state === "running") return isItem && laneKind !== "task" ? "run" : "task";
  return BY_STATE[state] ?? "idle";
}

/** @param {string} state @param {boolean} isItem @param {string} laneKind */
export function styleCode(state, isItem, laneKind) {
  return STYLES.indexOf(styleOf(state, isItem, laneKind)) + 1;
}

/** @param {number} code @returns {Style} */
export function styleOfCode(code) {
  return STYLES[(code & ~OWN) - 1];
}

/** Height of a style's bar and its distance from the top of the row. @param {Style} style @returns {[number, number]} */
export function extent(style) {
  if (style === "idle") return [10, 4];
  if (style === "sleep" || style === "block") return [13, 6];
  if (style === "queued" || style === "inact") return [6, 12];
  if (style === "softirq") return [7, 10];
  if (style === "timer") return [14, 2];
  return [4, 16];
}
