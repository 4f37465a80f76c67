/**
 * Lanes as pixels: the look of each column of a lane (spans.js) becomes rows of 32-bit pixels, put on the canvas in one
 * go. A look is a tile, repeated along the lane:
 *
 *     tile of "inact"    12 px wide (one period), a row high
 *     / / / /            hatched between two lines
 *
 * Rows of a lane that are equal are copied; so a lane of solid bars costs a handful of rows.
 */

import { pixelRatio } from "./canvas.js";
import { LANE_H } from "./rows.js";
import { CODES, EDGE_INACT, EDGE_QUEUED, extent, OWN, STYLES } from "./styles.js";

/** @import { Colours } from "./theme.js" */
/** @import { Style } from "./styles.js" */

const PERIOD = 12;
const FAINT = 0.42;
/** Where the run that is compared lies, under the bars of this one. */
const OTHER_Y = 20;
const OTHER_H = 3;

/** A colour of the style sheet as a pixel. @param {string} colour */
function pixel(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, 1, 1);
  return new Uint32Array(ctx.getImageData(0, 0, 1, 1).data.buffer)[0];
}

/** @param {number} a @param {number} b @param {number} share of a */
function mixed(a, b, share) {
  let out = 0xff000000;
  for (const shift of [0, 8, 16]) {
    const value = Math.round(((a >>> shift) & 255) * share + ((b >>> shift) & 255) * (1 - share));
    out |= value << shift;
  }
  return out >>> 0;
}

/**
 * The pixel of a look at (x, y), in CSS pixels within its tile; 0 where the ground shows.
 * @param {Style} style
 * @param {number} x
 * @param {number} y
 * @param {number} colour
 * @param {number} panel
 */
function look(style, x, y, colour, panel) {
  const [top, height] = extent(style);
  if (y < top || y >= top + height) return 0;
  const rim = y < top + 1 || y >= top + height - 1;
  switch (style) {
    case "inact":
      return rim || (x + y) % 6 < 1.7 ? colour : panel;
    case "queued":
      return rim && x % 6 < 4 ? colour : 0;
    case "timer":
      return x % 4 < 2 ? colour : 0;
    case "block":
      return x % 6 < 4 ? colour : 0;
    case "cancel":
      return 0;
    default:
      return colour;
  }
}

export class Pixels {
  /** @param {Colours} c @param {number} ratio of the screen */
  constructor(c, ratio) {
    this.key = Pixels.keyOf(c, ratio);
    this.height = Math.round(LANE_H * ratio);
    this.period = Math.max(1, Math.round(PERIOD * ratio));
    this.tick = pixel(c.line2);
    const panel = pixel(c.panel);
    const size = this.height * this.period;
    /** Tile of each code, rows one after the other. */
    this.tiles = new Uint32Array(CODES * size);
    /** Whether a row of a code's tile differs from the one above. */
    this.steps = new Uint8Array(CODES * this.height);
    /** Colour of each code, for the thin strip of the other run. */
    this.flat = new Uint32Array(CODES);
    for (const [i, style] of STYLES.entries()) {
      const own = pixel(
        style === "queued" ? c.ready : style === "cancel" ? c.block : c[/** @type {keyof Colours} */ (style)],
      );
      const faint = style === "idle" ? own : mixed(own, panel, FAINT);
      this.#tile(i + 1, (x, y) => look(style, x, y, faint, panel), ratio);
      this.#tile((i + 1) | OWN, (x, y) => look(style, x, y, own, panel), ratio);
      this.flat[i + 1] = style === "idle" ? 0 : faint;
      this.flat[(i + 1) | OWN] = style === "idle" ? 0 : own;
    }
    this.#tile(EDGE_QUEUED, (_, y) => (y >= 6 && y < 18 ? pixel(c.ready) : 0), ratio);
    this.#tile(EDGE_INACT, (_, y) => (y >= 6 && y < 18 ? pixel(c.inact) : 0), ratio);
    this.edge = Math.max(1, Math.round(ratio));
    this.ratio = ratio;
    /** @type {ImageData | null} */
    this.image = null;
    this.data = new Uint32Array();
    this.ground = new Uint32Array();
  }

  /** @param {Colours} c @param {number} ratio */
  static keyOf(c, ratio) {
    return `${Object.values(c).join()}@${ratio}`;
  }

  /** @param {number} code @param {(x: number, y: number) => number} at @param {number} ratio */
  #tile(code, at, ratio) {
    const base = code * this.height * this.period;
    for (let y = 0; y < this.height; y++) {
      let differs = y === 0;
      for (let x = 0; x < this.period; x++) {
        const value = at(x / ratio, y / ratio);
        const place = base + y * this.period + x;
        this.tiles[place] = value;
        if (y && value !== this.tiles[place - this.period]) differs = true;
      }
      this.steps[code * this.height + y] = differs ? 1 : 0;
    }
  }

  /** Sizes the buffer and puts the ruler's ticks into the ground. @param {number} width in device pixels @param {number[]} ticks likewise */
  frame(width, ticks) {
    if (this.image?.width !== width) {
      this.image = new ImageData(width, this.height);
      this.data = new Uint32Array(this.image.data.buffer);
      this.ground = new Uint32Array(width);
      this.phase = new Uint16Array(width).map((_, x) => x % this.period);
      this.columns = new Uint8Array(width);
      this.others = new Uint8Array(width);
    }
    this.ground.fill(0);
    for (const x of ticks) if (x >= 0 && x < width) this.ground.fill(this.tick, x, Math.min(width, x + this.edge));
  }

  /**
   * Puts a lane on the canvas.
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} y top of the lane on the canvas, in device pixels
   * @param {Uint8Array} columns
   * @param {Uint8Array | null} others columns of the run that is compared
   */
  lane(ctx, y, columns, others) {
    const { data, tiles, steps, height, period, ground } = this;
    const phase = /** @type {Uint16Array} */ (this.phase);
    const width = columns.length;
    const used = new Uint8Array(CODES);
    for (let x = 0; x < width; x++) used[columns[x]] = 1;
    const codes = [];
    for (let code = 1; code < CODES; code++) if (used[code]) codes.push(code);
    for (let row = 0; row < height; row++) {
      const at = row * width;
      const same = row > 0 && codes.every((code) => steps[code * height + row] === 0);
      if (same) {
        data.copyWithin(at, at - width, at);
        continue;
      }
      data.set(ground, at);
      const base = row * period;
      for (let x = 0; x < width; x++) {
        const code = columns[x];
        if (code === 0) continue;
        const value = tiles[code * height * period + base + phase[x]];
        if (value !== 0) data[at + x] = value;
      }
    }
    if (others) this.#strip(others);
    data.fill(this.tick, (height - this.edge) * width, height * width);
    ctx.putImageData(/** @type {ImageData} */ (this.image), 0, y);
  }

  /** @param {Uint8Array} others */
  #strip(others) {
    const width = others.length;
    const [top, bottom] = [Math.round(OTHER_Y * this.ratio), Math.round((OTHER_Y + OTHER_H) * this.ratio)];
    for (let row = top; row < bottom; row++) {
      for (let x = 0; x < width; x++) {
        const value = this.flat[others[x]];
        if (value !== 0) this.data[row * width + x] = value;
      }
    }
  }

  /**
   * Gaps between equal neighbours, and the sides of frames.
   * @param {Uint8Array} columns
   * @param {import("./column.js").Scratch<Int32Array>} bars
   */
  edges(columns, bars) {
    const { edge } = this;
    const [queued, inact] = [STYLES.indexOf("queued") + 1, STYLES.indexOf("inact") + 1];
    const b = bars.data;
    for (let k = 0; k < bars.length; k += 4) {
      const [x0, x1] = [b[k], b[k + 1]];
      const code = columns[x0];
      const look = code & ~OWN;
      const framed = look === queued || look === inact;
      const side = look === queued ? EDGE_QUEUED : EDGE_INACT;
      if (x1 - x0 < 4 * edge) {
        if (framed) columns.fill(side, x0, x1);
      } else if (framed) {
        columns.fill(side, x0, x0 + edge);
        columns.fill(side, x1 - edge, x1);
      } else if (look > 1 && x0 > 0 && columns[x0 - 1] === code) columns.fill(0, x0, x0 + edge);
    }
  }
}

/** @type {Pixels | null} */
let current = null;

/** The painter for a theme and a screen. @param {Colours} c */
export function pixels(c) {
  const ratio = pixelRatio();
  if (current?.key !== Pixels.keyOf(c, ratio)) current = new Pixels(c, ratio);
  return current;
}
