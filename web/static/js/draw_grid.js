/**
 * The grid on which what comes next is drawn: workers down, time across, an item's number in each cell. It works with
 * keys (a grid with one tab stop, as ARIA's patterns have it), with a pointer, and says aloud what it did.
 */

import { make } from "./dom.js";

/**
 * @typedef {{group: string, number: number}} Row
 * @typedef {{item: number, row: number, start: number, end: number}} Bar
 * @typedef {object} Sheet
 * @property {number} t_ns
 * @property {number} from_ns
 * @property {number} cell_ns
 * @property {number} columns
 * @property {string[]} items
 * @property {Row[]} rows
 * @property {string[]} ticks
 * @property {string} unit
 * @property {string} since
 */

export class DrawGrid {
  /** @type {(item: number) => void} told when a key chooses another item */
  chosen = () => {};

  /**
   * @param {Sheet} sheet
   * @param {string} caption
   * @param {(text: string) => void} [say] where what happens is announced; without it the grid is only to be read
   */
  constructor(sheet, caption, say) {
    this.sheet = sheet;
    this.say = say;
    this.item = 0;
    /** @type {number[][]} the item in each cell, -1 for none */
    this.cells = sheet.rows.map(() => Array(sheet.columns).fill(-1));
    /** @type {HTMLElement[][]} */
    this.fields = [];
    this.at = { row: 0, column: 0 };
    /** @type {{row: number, last: number, item: number} | null} */
    this.stroke = null;
    this.element = make("div", "draw-frame", this.#table(caption));
    if (say) this.#listen();
  }

  /** @returns {Bar[]} */
  get bars() {
    /** @type {Bar[]} */
    const bars = [];
    for (const [row, cells] of this.cells.entries()) {
      for (const [column, item] of cells.entries()) {
        const last = bars.at(-1);
        if (item < 0) continue;
        if (last?.row === row && last.item === item && last.end === column) last.end++;
        else bars.push({ item, row, start: column, end: column + 1 });
      }
    }
    return bars;
  }

  /** @param {Bar[]} bars @param {number} [marked] an item to point out */
  show(bars, marked = -1) {
    this.cells = this.sheet.rows.map(() => Array(this.sheet.columns).fill(-1));
    for (const bar of bars) this.cells[bar.row].fill(bar.item, bar.start, bar.end);
    this.marked = marked;
    this.#paint();
    if (this.say) return;
    for (const [row, { number }] of this.sheet.rows.entries()) {
      const line = this.fields[row][0].parentElement;
      if (line) line.hidden = number > 1 && this.cells[row].every((item) => item < 0);
    }
  }

  /** @param {string} caption */
  #table(caption) {
    const { sheet } = this;
    const table = make("table", "draw-grid", make("caption", this.say ? "visually-hidden" : "", caption));
    if (this.say) table.setAttribute("role", "grid");
    const head = make("tr", "", make("td", "", sheet.since ? `${sheet.unit} from ${sheet.since}` : sheet.unit));
    for (let n = 0; n < sheet.columns; n++) {
      const th = /** @type {HTMLTableCellElement} */ (make("th", "num", sheet.ticks[n]));
      th.scope = "col";
      head.append(th);
    }
    const body = make("tbody");
    for (const [number, row] of sheet.rows.entries()) {
      if (row.number === 1) {
        const group = /** @type {HTMLTableCellElement} */ (make("th", "", row.group));
        group.colSpan = sheet.columns + 1;
        group.scope = "rowgroup";
        body.append(make("tr", "group", group));
      }
      const label = make("span", "wide", row.group === "unbound workers" ? "" : "worker ");
      const th = /** @type {HTMLTableCellElement} */ (make("th", "", label, String(row.number)));
      th.scope = "row";
      const line = make("tr", "", th);
      this.fields.push([]);
      for (let column = 0; column < sheet.columns; column++) {
        const cell = make("td", "cell");
        cell.dataset.row = String(number);
        cell.dataset.column = String(column);
        if (this.say) {
          cell.setAttribute("role", "gridcell");
          cell.tabIndex = number || column ? -1 : 0;
        }
        this.fields[number].push(cell);
        line.append(cell);
      }
      body.append(line);
    }
    table.append(make("thead", "", head), body);
    this.element = table;
    this.#paint();
    return table;
  }

  #paint() {
    for (const [row, cells] of this.cells.entries()) {
      for (const [column, item] of cells.entries()) {
        const field = this.fields[row][column];
        const joined = column > 0 && cells[column - 1] === item;
        const marked = item >= 0 && item === this.marked;
        field.className = `cell${item < 0 ? "" : ` item-${item + 1}${joined ? " joined" : ""}${marked ? " marked" : ""}`}`;
        field.replaceChildren();
        if (item >= 0 && !joined) {
          let length = 1;
          while (cells[column + length] === item) length++;
          const plate = make("span", "plate", this.#name(item));
          plate.style.setProperty("--cells", String(length));
          field.append(plate);
        }
        field.setAttribute("aria-label", `${this.#place(row, column, column + 1)}: ${this.#name(item)}`);
      }
    }
  }

  /** @param {number} item */
  #name(item) {
    return item < 0 ? "nothing" : `${item + 1} ${this.sheet.items[item]}`;
  }

  /** @param {number} row @param {number} start @param {number} end */
  #place(row, start, end) {
    const { rows, ticks, unit, since } = this.sheet;
    const lane = `${rows[row].group}, worker ${rows[row].number}`;
    return `${lane}, ${ticks[start]} to ${ticks[end]} ${unit}${since ? ` after ${since}` : ""}`;
  }

  /**
   * Puts an item, or with -1 nothing, into a cell; an item executes in one place at a time.
   * @param {number} row
   * @param {number} column
   * @param {number} item
   */
  put(row, column, item) {
    if (item >= 0) for (const cells of this.cells) if (cells[column] === item) cells[column] = -1;
    this.cells[row][column] = item;
    this.#paint();
  }

  /** What the cell's bar is now, said aloud. @param {number} row @param {number} column */
  #announce(row, column) {
    const item = this.cells[row][column];
    if (item < 0) return this.say?.(`${this.#place(row, column, column + 1)}: nothing`);
    const bar = this.bars.find((b) => b.row === row && b.start <= column && column < b.end);
    if (bar) this.say?.(`${this.sheet.items[item]}: ${this.#place(row, bar.start, bar.end)}`);
  }

  #listen() {
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", (event) => {
      const cell = cellOf(event.target);
      if (cell) this.#enter(cell.row, cell.column);
    });
    this.element.addEventListener("pointerdown", (event) => {
      const cell = cellOf(event.target);
      if (!cell || event.button !== 0) return;
      const item = this.cells[cell.row][cell.column] === this.item ? -1 : this.item;
      this.stroke = { row: cell.row, last: cell.column, item };
      this.put(cell.row, cell.column, item);
      /** @type {HTMLElement} */ (event.target).releasePointerCapture?.(event.pointerId);
    });
    this.element.addEventListener("pointermove", (event) => {
      const cell = this.stroke && cellOf(document.elementFromPoint(event.clientX, event.clientY));
      if (!this.stroke || !cell || !event.buttons) return;
      const step = Math.sign(cell.column - this.stroke.last);
      while (this.stroke.last !== cell.column) {
        this.stroke.last += step;
        this.put(this.stroke.row, this.stroke.last, this.stroke.item);
      }
    });
    const end = () => {
      if (this.stroke) this.#announce(this.stroke.row, this.stroke.last);
      this.stroke = null;
    };
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", end);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = this.at;
    const last = this.sheet.columns - 1;
    const digit = Number(event.key);
    if (digit >= 1 && digit <= this.sheet.items.length) {
      this.item = digit - 1;
      this.chosen(this.item);
      this.put(row, column, this.item);
    } else if (event.key === " " || event.key === "Enter") {
      this.put(row, column, this.cells[row][column] === this.item ? -1 : this.item);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.put(row, column, -1);
    } else if (event.shiftKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const to = column + (event.key === "ArrowRight" ? 1 : -1);
      if (to < 0 || to > last) return event.preventDefault();
      this.put(row, to, this.cells[row][column]);
      this.#enter(row, to, true);
      event.preventDefault();
      this.#announce(row, to);
      return;
    } else {
      const to = {
        ArrowRight: [row, Math.min(column + 1, last)],
        ArrowLeft: [row, Math.max(column - 1, 0)],
        ArrowDown: [Math.min(row + 1, this.cells.length - 1), column],
        ArrowUp: [Math.max(row - 1, 0), column],
        Home: [row, 0],
        End: [row, last],
      }[event.key];
      if (!to) return;
      event.preventDefault();
      this.#enter(to[0], to[1], true);
      return;
    }
    event.preventDefault();
    this.#announce(row, column);
  }

  /** Makes a cell the grid's tab stop. @param {number} row @param {number} column @param {boolean} [focus] */
  #enter(row, column, focus = false) {
    this.fields[this.at.row][this.at.column].tabIndex = -1;
    this.at = { row, column };
    this.fields[row][column].tabIndex = 0;
    if (focus) this.fields[row][column].focus();
  }
}

/** @param {EventTarget | null} target */
function cellOf(target) {
  const cell = target instanceof Element ? target.closest("td.cell") : null;
  if (!(cell instanceof HTMLElement)) return null;
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}
