/**
 * Draw what comes next: the server sends the lanes up to a moment, and an empty grid. The run behind that moment
 * arrives with the grade of the drawing.
 */

import { button, make } from "./dom.js";
import { DrawGrid } from "./draw_grid.js";
import { duration } from "./format.js";
import { onServer } from "./whereabouts.js";

/** @import { Bar, Sheet } from "./draw_grid.js" */

/**
 * @typedef {object} Grade
 * @property {number} right
 * @property {number} total
 * @property {string} wrong
 * @property {string} expected
 * @property {string} explanation
 * @property {Bar[]} bars
 * @property {number} wrong_item
 * @property {number} outcomes
 * @property {number} seeds
 * @property {number} agreed
 */
/** @typedef {{sheet: Sheet | null, grade: Grade | null, picture: string}} State */

export class Drawing {
  /**
   * @param {HTMLElement} place
   * @param {object} scenario
   * @param {{seed?: number, open?: (isOpen: boolean) => void, told?: (result: object) => void,
   *   other?: () => void}} [options] `other` asks questions instead
   */
  constructor(place, scenario, options = {}) {
    this.scenario = scenario;
    this.seed = options.seed ?? Math.floor(Math.random() * 1_000_000);
    this.told = options.told ?? (() => {});
    this.open = options.open ?? (() => {});
    this.other = options.other;
    this.ended = false;
    this.body = make("div");
    this.live = make("p", "visually-hidden");
    this.live.setAttribute("role", "status");
    place.append(this.body, this.live);
  }

  /** Makes room: the open drawing is given up. */
  end() {
    this.ended = true;
    this.body.remove();
    this.live.remove();
  }

  /** Asks for a grid, or with bars for their grade. @param {Bar[] | null} [bars] */
  async ask(bars = null) {
    // Text, not JSON: from an opaque origin that is a request without a preflight.
    const answer = await fetch(onServer("/api/draw"), {
      method: "POST",
      body: JSON.stringify({ scenario: this.scenario, seed: this.seed, bars }),
    }).catch(() => null);
    const state = answer?.ok ? /** @type {State} */ (await answer.json()) : null;
    if (this.ended) return;
    if (!state) {
      const again = button("Try again", () => this.ask(bars));
      this.body.replaceChildren(make("p", "", "The server did not answer just now."), again);
      return;
    }
    this.open(state.sheet !== null && state.grade === null);
    if (!state.sheet) {
      const nothing = make("p", "", "This run has no moment at which several items wait.");
      this.body.replaceChildren(nothing, make("div", "acts", ...this.#instead()));
    } else if (state.grade) this.#tell(state.sheet, state.grade, bars ?? [], state.picture);
    else this.#pose(state.sheet, state.picture);
  }

  /** The way to the questions, where there is one. */
  #instead() {
    return this.other ? [button("Answer questions instead", this.other)] : [];
  }

  /** @param {Sheet} sheet @param {string} picture */
  #pose(sheet, picture) {
    const grid = new DrawGrid(sheet, "What executes where and when: your drawing", (text) => {
      this.live.textContent = text;
    });
    const palette = make("fieldset", "draw-items", make("legend", "", "Item"));
    const name = `draw-${Math.random()}`;
    const radios = sheet.items.map((item, number) => {
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = name;
      radio.checked = number === 0;
      radio.addEventListener("change", () => {
        grid.item = number;
      });
      const swatch = make("span", `swatch item-${number + 1}`);
      palette.append(make("label", "", radio, swatch, `${number + 1} ${item}`));
      return radio;
    });
    grid.chosen = (number) => {
      radios[number].checked = true;
    };
    const cell = `${sheet.ticks[1]} ${sheet.unit}`;
    const size = sheet.ticks[0] === "0" ? cell : `${Number(sheet.ticks[1]) - Number(sheet.ticks[0])} ${sheet.unit}`;
    const done = button("Check my drawing", () => {
      done.disabled = true;
      this.ask(grid.bars);
    });
    done.classList.add("go");
    const clear = button("Clear", () => {
      grid.show([]);
      this.live.textContent = "The grid is empty";
    });
    this.body.replaceChildren(
      make(
        "p",
        "",
        `${duration(sheet.t_ns)} after module_init began: which of these items executes where, from now on?`,
      ),
      pictureOf(picture, "The lanes up to the moment of the question"),
      palette,
      grid.element,
      make("div", "acts", done, clear, ...this.#instead()),
      make(
        "p",
        "quiet",
        `A cell is ${size}. An item belongs into it if it executes, asleep or not, for more than half` +
          " of it; one shorter than a cell, into the cell where it starts. Any worker of a group will do. What does not" +
          " start stays out.",
      ),
      make(
        "p",
        "quiet needs-keys",
        "Keys: arrows move, 1 to 6 put an item, Shift with ← or → draws it on," + " Space takes it away.",
      ),
    );
  }

  /** @param {Sheet} sheet @param {Grade} grade @param {Bar[]} bars @param {string} picture */
  #tell(sheet, grade, bars, picture) {
    const isRight = grade.right === grade.total;
    const score = isRight
      ? `Right: all ${grade.total} steps.`
      : `${grade.right} of ${grade.total} steps are right; the first wrong one:`;
    const parts = [make("p", isRight ? "yes" : "no", score)];
    if (!isRight) parts.push(make("p", "", `${grade.wrong} `, make("b", "", grade.expected), ` ${grade.explanation}`));
    if (grade.outcomes > 1) {
      const held = `${grade.agreed} of ${grade.seeds} seeds went on as you are told here`;
      parts.push(
        make("p", "quiet", `The kernel leaves this open: ${held}, and each of ${grade.outcomes} ways counts.`),
      );
    }
    const own = new DrawGrid(sheet, "Your drawing");
    own.show(bars, grade.wrong_item);
    const run = new DrawGrid(sheet, "What the run did");
    run.show(grade.bars, grade.wrong_item);
    const other = button("Another moment", () => {
      this.seed++;
      this.ask();
    });
    this.body.replaceChildren(
      ...parts,
      own.element,
      run.element,
      pictureOf(picture, "The lanes of the whole run"),
      make("div", "acts", other, ...this.#instead()),
    );
    this.live.textContent = `${score} ${grade.wrong} ${grade.expected}`;
    this.told({ right: grade.right, total: grade.total, correct: isRight });
  }
}

/** @param {string} svg @param {string} words */
function pictureOf(svg, words) {
  const image = document.createElement("img");
  image.alt = words;
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return image;
}
