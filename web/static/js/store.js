/**
 * What the page knows of a run: columns filled from the messages of docs/protocol.md, in their order.
 * Times are turned from "since boot" into "since the origin" on the way in. Nothing is derived here but indices.
 */

import { bytes, Column, floats, ints, undelta } from "./column.js";

/** @import { Diagnostic, End, Item, Lane, Meta, Task, Thing } from "./types.js" */

/** @typedef {Record<string, any>} Message */
/** @typedef {{seq: number, stream: number, text: string}} ConsoleRow */
/** @typedef {{kind: number, from: number, to: number, fromLane: number, toLane: number, item: number}} Arrow */
/** @typedef {{step: number, seq: number, cause: string}} Step */
/** @typedef {{kind: number, name: string, seqs: number[], values: string[]}} Series */

export class Store {
  constructor() {
    /** @type {Meta | null} */
    this.meta = null;
    /** @type {End | null} */
    this.end = null;
    /** @type {{code: string, message: string} | null} */
    this.error = null;
    /** @type {Diagnostic[]} */
    this.diagnostics = [];
    /** Of a run that was recorded before: when, how many there are, and whether its scenario has changed since. @type {{date: string, runs: number, stale: boolean} | null} */
    this.recorded = null;
    /** Number of the last message held; -1 before the first. */
    this.n = -1;
    /** The timeline is complete up to here. */
    this.reachedNs = 0;
    /** @type {string[]} */
    this.strings = [];
    /** @type {Task[]} */
    this.tasks = [];
    /** @type {Thing[]} */
    this.objects = [];
    /** @type {Item[]} */
    this.items = [];
    /** @type {Map<number, Lane>} */
    this.lanes = new Map();
    /** Raised when a lane comes or changes, so that the page lays them out anew. */
    this.lanesVersion = 0;
    this.events = {
      t: floats(),
      kind: bytes(),
      cpu: ints(),
      task: ints(),
      line: ints(),
      argAt: ints(),
      args: floats(),
    };
    this.spans = {
      lane: ints(),
      state: bytes(),
      start: floats(),
      end: floats(),
      item: ints(),
      task: ints(),
      line: ints(),
      seq: ints(),
      last: ints(),
    };
    this.waits = {
      item: ints(),
      task: ints(),
      start: floats(),
      end: floats(),
      cause: bytes(),
      basis: bytes(),
      line: ints(),
      span: ints(),
      seq: ints(),
      /** @type {number[][]} */
      culprits: [],
      /** @type {string[]} */
      text: [],
    };
    /** Spans of each lane, in order of their start. @type {Map<number, Column<Int32Array>>} */
    this.laneSpans = new Map();
    /** @type {Map<number, number[]>} */
    this.itemSpans = new Map();
    /** @type {Map<number, number[]>} */
    this.itemWaits = new Map();
    /** @type {Map<number, number[]>} */
    this.spanWaits = new Map();
    /** @type {Map<number, Step[]>} */
    this.itemSteps = new Map();
    /** @type {Arrow[]} */
    this.arrows = [];
    /** Values of a counter, by `lane:name`. @type {Map<string, {t: number[], value: number[]}>} */
    this.counters = new Map();
    /** Variables and locks by name, in order of first appearance. @type {Map<string, Series>} */
    this.values = new Map();
    /** @type {ConsoleRow[]} */
    this.console = [];
  }

  get origin() {
    return this.meta?.origin_ns ?? 0;
  }

  /** @returns {import("./types.js").Words} */
  get words() {
    if (!this.meta) throw new Error("no meta yet");
    return this.meta.words;
  }

  /**
   * Takes one message of the server; messages already held (after a resumption) are skipped.
   * @param {Message} message
   * @returns {boolean} whether it was new
   */
  ingest(message) {
    if (message.n <= this.n) return false;
    this.n = message.n;
    switch (message.type) {
      case "meta":
        this.meta = /** @type {any} */ (message);
        break;
      case "batch":
        this.#batch(message);
        break;
      case "console":
        this.#console(message);
        break;
      case "diagnostic":
        this.diagnostics.push(/** @type {any} */ (message));
        break;
      case "end":
        this.end = /** @type {any} */ (message);
        this.reachedNs = Math.max(this.reachedNs, message.outcome.at_ns - this.origin);
        break;
      case "error":
        this.error = { code: message.code, message: message.message };
        break;
    }
    return true;
  }

  /** @param {Message} m */
  #batch(m) {
    this.reachedNs = m.t_ns - this.origin;
    if (m.tables) this.#tables(m.tables);
    if (m.lanes) this.#lanes(m.lanes);
    if (m.items) {
      const { object, nth, wq } = m.items;
      for (let i = 0; i < object.length; i++) this.items.push({ object: object[i], nth: nth[i], wq: wq[i] });
    }
    if (m.events) this.#events(m.events);
    if (m.spans) this.#spans(m.spans);
    if (m.waits) this.#waits(m.waits);
    if (m.closed) this.#closed(m.closed);
    if (m.steps) this.#steps(m.steps);
    if (m.arrows) this.#arrows(m.arrows);
    if (m.counters) this.#counters(m.counters);
    if (m.values) this.#values(m.values);
  }

  /** @param {Message} tables */
  #tables({ strings, tasks, objects }) {
    if (strings) for (const text of strings) this.strings.push(text);
    if (tasks) {
      for (let i = 0; i < tasks.pid.length; i++) {
        this.tasks.push({ pid: tasks.pid[i], comm: tasks.comm[i], kind: tasks.kind[i] });
      }
    }
    if (objects) {
      const { kind, addr, name, info } = objects;
      for (let i = 0; i < kind.length; i++) {
        this.objects.push({ kind: kind[i], addr: addr[i], name: name[i], info: info[i] });
      }
    }
  }

  /** @param {Message} c */
  #lanes(c) {
    for (let i = 0; i < c.id.length; i++) {
      const id = c.id[i];
      this.lanes.set(id, {
        id,
        kind: this.words.lanes[c.kind[i]],
        name: c.name[i],
        sub: c.sub[i],
        parent: c.parent[i],
        order: c.order[i],
        pid: c.pid[i],
        cpu: c.cpu[i],
        object: c.object[i],
      });
      if (!this.laneSpans.has(id)) this.laneSpans.set(id, new Column(Int32Array, 64));
    }
    this.lanesVersion++;
  }

  /** @param {Message} c */
  #events(c) {
    const { t, kind, cpu, task, line, argAt, args } = this.events;
    const times = undelta(c.t);
    let at = 0;
    for (let i = 0; i < times.length; i++) {
      t.push(times[i] - this.origin);
      kind.push(c.kind[i]);
      cpu.push(c.cpu[i]);
      task.push(c.task[i]);
      line.push(c.line[i]);
      argAt.push(args.length);
      const width = this.words.events[c.kind[i]].fields.length;
      for (let k = 0; k < width; k++) args.push(c.args[at + k]);
      at += width;
    }
  }

  /** @param {Message} c */
  #spans(c) {
    const s = this.spans;
    const starts = undelta(c.start);
    const seqs = undelta(c.seq);
    for (let i = 0; i < starts.length; i++) {
      const id = s.lane.length;
      const start = starts[i] - this.origin;
      s.lane.push(c.lane[i]);
      s.state.push(c.state[i]);
      s.start.push(start);
      s.end.push(c.dur[i] < 0 ? Number.POSITIVE_INFINITY : start + c.dur[i]);
      s.item.push(c.item[i]);
      s.task.push(c.task[i]);
      s.line.push(c.line[i]);
      s.seq.push(seqs[i]);
      s.last.push(c.last[i] < 0 ? -1 : seqs[i] + c.last[i]);
      this.laneSpans.get(c.lane[i])?.push(id);
      if (c.item[i] >= 0) append(this.itemSpans, c.item[i], id);
    }
  }

  /** @param {Message} c */
  #waits(c) {
    const w = this.waits;
    const starts = undelta(c.start);
    const seqs = undelta(c.seq);
    for (let i = 0; i < starts.length; i++) {
      const id = w.item.length;
      const start = starts[i] - this.origin;
      w.item.push(c.item[i]);
      w.task.push(c.task[i]);
      w.start.push(start);
      w.end.push(c.dur[i] < 0 ? Number.POSITIVE_INFINITY : start + c.dur[i]);
      w.cause.push(c.cause[i]);
      w.basis.push(c.basis[i]);
      w.line.push(c.line[i]);
      w.span.push(c.span[i]);
      w.seq.push(seqs[i]);
      w.culprits.push(c.culprits[i]);
      w.text.push(c.text[i]);
      if (c.item[i] >= 0) append(this.itemWaits, c.item[i], id);
      if (c.span[i] >= 0) append(this.spanWaits, c.span[i], id);
    }
  }

  /** @param {Message} closed */
  #closed({ spans, waits }) {
    if (spans) {
      const ids = undelta(spans.id);
      const ends = undelta(spans.end);
      const lasts = undelta(spans.last);
      for (let i = 0; i < ids.length; i++) {
        this.spans.end.data[ids[i]] = ends[i] - this.origin;
        this.spans.last.data[ids[i]] = lasts[i];
      }
    }
    if (waits) {
      const ids = undelta(waits.id);
      const ends = undelta(waits.end);
      for (let i = 0; i < ids.length; i++) this.waits.end.data[ids[i]] = ends[i] - this.origin;
    }
  }

  /** @param {Message} c */
  #steps(c) {
    const seqs = undelta(c.seq);
    for (let i = 0; i < seqs.length; i++) {
      append(this.itemSteps, c.item[i], { step: c.step[i], seq: seqs[i], cause: c.cause[i] });
    }
  }

  /** @param {Message} c */
  #arrows(c) {
    const froms = undelta(c.from);
    for (let i = 0; i < froms.length; i++) {
      this.arrows.push({
        kind: c.kind[i],
        from: froms[i],
        to: froms[i] + c.to[i],
        fromLane: c.from_lane[i],
        toLane: c.to_lane[i],
        item: c.item[i],
      });
    }
  }

  /** @param {Message} c */
  #counters(c) {
    const times = undelta(c.t);
    for (let i = 0; i < times.length; i++) {
      const key = `${c.lane[i]}:${this.words.counters[c.name[i]]}`;
      let series = this.counters.get(key);
      if (!series) {
        series = { t: [], value: [] };
        this.counters.set(key, series);
      }
      series.t.push(times[i] - this.origin);
      series.value.push(c.value[i]);
    }
  }

  /** @param {Message} c */
  #values(c) {
    const seqs = undelta(c.seq);
    for (let i = 0; i < seqs.length; i++) {
      const name = c.name[i];
      let series = this.values.get(name);
      if (!series) {
        series = { kind: c.kind[i], name, seqs: [], values: [] };
        this.values.set(name, series);
      }
      series.seqs.push(seqs[i]);
      series.values.push(c.value[i]);
    }
  }

  /** @param {Message} c */
  #console(c) {
    const seqs = undelta(c.seq);
    for (let i = 0; i < seqs.length; i++) {
      this.console.push({ seq: seqs[i], stream: c.stream[i], text: c.text[i] });
    }
  }
}

/**
 * @template V
 * @param {Map<number, V[]>} map
 * @param {number} key
 * @param {V} value
 */
function append(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
