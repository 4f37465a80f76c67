/** The gutter left of the line numbers: breakpoints, and how much time the run spent at each line. */

import { GutterMarker, gutter, StateEffect, StateField } from "../vendor/codemirror.js";
import { duration } from "./format.js";

/** @import { Heat } from "./heat.js" */

export const setHeat = /** @type {import("../vendor/codemirror.js").StateEffectType<Heat>} */ (StateEffect.define());
export const setBreaks = /** @type {import("../vendor/codemirror.js").StateEffectType<Set<number>>} */ (
  StateEffect.define()
);

const marks = StateField.define({
  create: () => ({ heat: /** @type {Heat} */ (new Map()), breaks: /** @type {Set<number>} */ (new Set()), most: 1 }),
  update(value, transaction) {
    let out = value;
    for (const effect of transaction.effects) {
      if (effect.is(setHeat)) {
        const most = Math.max(1, ...[...effect.value.values()].map((h) => h.runNs + h.waitNs));
        out = { ...out, heat: effect.value, most };
      }
      if (effect.is(setBreaks)) out = { ...out, breaks: effect.value };
    }
    return out;
  },
});

class LineMark extends GutterMarker {
  /** @param {boolean} stops @param {number} share @param {boolean} runs @param {string} title */
  constructor(stops, share, runs, title) {
    super();
    this.stops = stops;
    this.share = share;
    this.runs = runs;
    this.title = title;
  }

  /** @param {LineMark} other */
  eq(other) {
    return other.stops === this.stops && other.title === this.title && other.share === this.share;
  }

  toDOM() {
    const box = document.createElement("span");
    box.className = `heat${this.stops ? " stops" : ""}${this.runs ? " runs" : ""}`;
    box.style.setProperty("--share", String(this.share));
    box.title = this.title;
    return box;
  }
}

/** @param {(line: number) => void} toggled a click there */
export function heatGutter(toggled) {
  return [
    marks,
    gutter({
      class: "cm-heat",
      lineMarker(view, block) {
        const { heat, breaks, most } = view.state.field(marks);
        const line = view.state.doc.lineAt(block.from).number;
        const found = heat.get(line);
        if (!found && !breaks.has(line)) return null;
        const all = (found?.runNs ?? 0) + (found?.waitNs ?? 0);
        // By the logarithm: microseconds of running beside seconds of sleep.
        const share = all > 0 ? Math.max(0.12, Math.log1p(all) / Math.log1p(most)) : 0;
        const words = [
          found?.runNs ? `runs ${duration(found.runNs)} here` : "",
          found?.waitNs ? `waits ${duration(found.waitNs)} here` : "",
          breaks.has(line) ? "playing stops here" : "",
        ];
        return new LineMark(
          breaks.has(line),
          share,
          (found?.runNs ?? 0) > (found?.waitNs ?? 0),
          words.filter(Boolean).join(", "),
        );
      },
      lineMarkerChange: (update) => update.startState.field(marks) !== update.state.field(marks),
      domEventHandlers: {
        mousedown(view, block) {
          toggled(view.state.doc.lineAt(block.from).number);
          return true;
        },
      },
    }),
  ];
}
