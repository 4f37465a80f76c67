/** Text on one lane, placed left to right, none over another: what has no room is shortened or left out. */

import { fitted, textWidth } from "./canvas.js";

/** @import { Colours } from "./theme.js" */

const PAD = 4;

export class Labels {
  /** @param {CanvasRenderingContext2D} ctx @param {number} width */
  constructor(ctx, width) {
    this.ctx = ctx;
    this.width = width;
    /** Where the last text ended. */
    this.free = 0;
  }

  /**
   * Inside a bar that is as high as the text; where the bar begins left of the window, at the window's edge.
   * @param {string} text
   * @param {number} x0
   * @param {number} x1
   * @param {number} y baseline
   */
  within(text, x0, x1, y) {
    return this.beside(text, Math.max(0, x0) + PAD, Math.min(this.width, x1) - PAD, y, true);
  }

  /**
   * From `x` on, to `limit` at most.
   * @param {string} text
   * @param {number} x
   * @param {number} limit
   * @param {number} y
   * @param {boolean} shorten
   * @returns {boolean} whether there was room
   */
  beside(text, x, limit, y, shorten) {
    const from = Math.max(x, this.free + PAD);
    const room = Math.min(limit, this.width) - from;
    if (!text || room < 6) return false;
    const shown = shorten ? fitted(this.ctx, text, room) : textWidth(this.ctx, text) <= room ? text : "";
    if (!shown) return false;
    this.ctx.fillText(shown, from, y);
    this.free = from + textWidth(this.ctx, shown);
    return true;
  }

  /**
   * On a plate that covers the pattern behind it.
   * @param {string} text
   * @param {number} x0
   * @param {number} x1
   * @param {number} top of the row
   * @param {Colours} c
   */
  plated(text, x0, x1, top, c) {
    const from = Math.max(Math.max(0, x0) + PAD, this.free + PAD);
    const room = Math.min(x1, this.width) - from - 6;
    if (!text || room < 24) return;
    const shown = fitted(this.ctx, text, room);
    if (!shown) return;
    const width = textWidth(this.ctx, shown);
    this.ctx.fillStyle = c.panel;
    this.ctx.fillRect(from, top + 5, width + 5, 14);
    this.ctx.fillStyle = c.ink;
    this.ctx.fillText(shown, from + 2, top + 16);
    this.free = from + width + 5;
  }
}
