/**
 * What the page knows of a run: columns filled from the messages of docs/protocol.md, in their order.
 * Times are turned from "since boot" into "since the origin" on the way in. Nothing is derived here but indices.
 */

import { Column, Rows, sortedRows, undelta } from "./column.js";
import { readOpen } from "./openfacts.js";
import { listed, numbers, received } from "./wire.js";

/** @import { Diagnostic, End, Lane, Meta, Task, Thing } from "./types.js" */

/** @typedef {Record<string, any>} Message */
/** @typedef {{seq: number, stream: number, text: string}} ConsoleRow */
/** @typedef {{kind: number, from: number, to: number, fromLane: number, toLane: number, item: number}} Arrow */
/** @typedef {{step: number, seq: number, cause: string}} Step */
/** @typedef {{kind: number, name: string, seqs: Column, values: Column}} Series `values` are numbers of texts */

const NONE = new Column();

/** Columns by name. @template {string} K @param {K[]} names @returns {Record<K, Column>} */
function columns(...names) {
  return /** @type {any} */ (Object.fromEntries(names.map((name) => [name, new Column()])));
}

/** The ends of spans or waits; without end are those still open. */
class Ends {
  /** @param {Column} start @param {Column} dur -1: open */
  constructor(start, dur) {
    this.start = start;
    this.dur = dur;
  }

  /** @param {number} i */
  at(i) {
    const dur = this.dur.at(i);
    return dur < 0 ? Number.POSITIVE_INFINITY : this.start.at(i) + dur;
  }
}

/** The last event of each span; -1 where there may come more. */
class Lasts {
  /** @param {Column} seq of the first @param {Column} more how many numbers after it, -1: open */
  constructor(seq, more) {
    this.seq = seq;
    this.more = more;
  }

  /** @param {number} i */
  at(i) {
    const more = this.more.at(i);
    return more < 0 ? -1 : this.seq.at(i) + more;
  }
}

/** @template {{start: Column, dur: Column}} T @param {T} table @returns {T & {end: Ends}} */
function withEnds(table) {
  return { ...table, end: new Ends(table.start, table.dur) };
}

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
    /** What Linux leaves open in it, once that is known. @type {import("./openfacts.js").Open | null} */
    this.open = null;
    /** Number of the last message held; -1 before the first. */
    this.n = -1;
    /** The timeline is complete up to here. */
    this.reachedNs = 0;
    /** What arguments of events index. @type {string[]} */
    this.strings = [];
    /** Sentences, causes of steps, values: each once. @type {string[]} */
    this.texts = [];
    /** @type {Map<string, number>} */
    this.textNumbers = new Map();
    /** @type {Task[]} */
    this.tasks = [];
    /** @type {Thing[]} */
    this.objects = [];
    this.items = columns("object", "nth", "wq");
    /** @type {Map<number, Lane>} */
    this.lanes = new Map();
    /** Raised when a lane comes or changes, so that the page lays them out anew. */
    this.lanesVersion = 0;
    this.events = columns("t", "kind", "cpu", "task", "line", "argAt", "args");
    const spans = withEnds(columns("lane", "state", "start", "dur", "item", "task", "line", "seq", "more"));
    this.spans = { ...spans, last: new Lasts(spans.seq, spans.more) };
    this.waits = withEnds(
      columns("item", "task", "start", "dur", "cause", "basis", "line", "span", "seq", "text", "culpritAt"),
    );
    /** Flat pairs (kind, id); those of a wait begin at its `culpritAt`. */
    this.culprits = new Column();
    this.steps = columns("item", "step", "seq", "cause");
    this.arrows = columns("kind", "from", "to", "fromLane", "toLane", "item");
    /** Spans of each lane, in order of their start. @type {Map<number, Column>} */
    this.laneSpans = new Map();
    this.rows = {
      itemSpans: new Rows(this.spans.item),
      itemWaits: new Rows(this.waits.item),
      spanWaits: new Rows(this.waits.span),
      itemSteps: new Rows(this.steps.item),
      itemArrows: new Rows(this.arrows.item),
    };
    /** Values of a counter, by `lane:name`. @type {Map<string, {t: Column, value: Column, most: number}>} */
    this.counters = new Map();
    /** Variables and locks by name, in order of first appearance. @type {Map<string, Series>} */
    this.values = new Map();
    /** @type {ConsoleRow[]} */
    this.console = [];
  }

  /** How many items there are. */
  get itemCount() {
    return this.items.object.length;
  }

  /** The spans of a lane, in order of their start. @param {number} lane */
  spansOn(lane) {
    return this.laneSpans.get(lane) ?? NONE;
  }

  /** @param {number} item @returns {Int32Array} */
  spansOf(item) {
    return this.rows.itemSpans.of(item);
  }

  /** @param {number} item @returns {Int32Array} */
  waitsOf(item) {
    return this.rows.itemWaits.of(item);
  }

  /** The waits that a span is explained by, in order. @param {number} span @returns {Int32Array} */
  waitsOfSpan(span) {
    return this.rows.spanWaits.of(span);
  }

  /** @param {number} item @returns {Step[]} */
  stepsOf(item) {
    const { step, seq, cause } = this.steps;
    return Array.from(this.rows.itemSteps.of(item), (i) => ({
      step: step.at(i),
      seq: seq.at(i),
      cause: this.texts[cause.at(i)],
    }));
  }

  /** @param {number} item @returns {Arrow[]} */
  arrowsOf(item) {
    const { kind, from, to, fromLane, toLane } = this.arrows;
    return Array.from(this.rows.itemArrows.of(item), (i) => ({
      kind: kind.at(i),
      from: from.at(i),
      to: to.at(i),
      fromLane: fromLane.at(i),
      toLane: toLane.at(i),
      item,
    }));
  }

  /** Whom a wait is due to, in flat pairs: kind, id. @param {number} wait @returns {Float64Array} */
  culpritsOf(wait) {
    const { culpritAt } = this.waits;
    const to = wait + 1 < culpritAt.length ? culpritAt.at(wait + 1) : this.culprits.length;
    return this.culprits.slice(culpritAt.at(wait), to);
  }

  /** The number of a text. @param {string} text */
  #text(text) {
    let number = this.textNumbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.textNumbers.set(text, number);
    }
    return number;
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
    if (message.type === "open") {
      this.open = readOpen(message);
      return true;
    }
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
      for (const name of /** @type {const} */ (["object", "nth", "wq"]))
        this.items[name].append(received(m.items[name]));
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
      if (!this.laneSpans.has(id)) this.laneSpans.set(id, new Column());
    }
    this.lanesVersion++;
  }

  /** @param {Message} c */
  #events(c) {
    const { t, kind, cpu, task, line, argAt, args } = this.events;
    const packedKinds = received(c.kind);
    const kinds = listed(packedKinds);
    const widths = this.words.events.map(({ fields }) => fields.length);
    t.appendSums(numbers(c.t), -this.origin);
    kind.append(packedKinds);
    cpu.append(received(c.cpu));
    task.append(received(c.task));
    line.append(received(c.line));
    let at = args.length;
    for (let i = 0; i < kinds.length; i++) {
      argAt.push(at);
      at += widths[kinds[i]];
    }
    args.append(received(c.args));
  }

  /** Moments since the origin, of a delta-coded column. @param {Parameters<typeof numbers>[0]} column */
  #times(column) {
    return undelta(numbers(column), -this.origin);
  }

  /** @param {Message} c */
  #spans(c) {
    const s = this.spans;
    const first = s.lane.length;
    const lanes = received(c.lane);
    s.lane.append(lanes);
    s.start.appendSums(numbers(c.start), -this.origin);
    for (const name of /** @type {const} */ (["state", "dur", "item", "task", "line"]))
      s[name].append(received(c[name]));
    s.seq.appendSums(numbers(c.seq));
    s.more.append(received(c.last));
    const { rows, ends } = sortedRows(listed(lanes), first);
    for (let lane = 0, from = 0; lane < ends.length; from = ends[lane++]) {
      if (ends[lane] > from) this.laneSpans.get(lane)?.append(rows.subarray(from, ends[lane]));
    }
  }

  /** @param {Message} c */
  #waits(c) {
    const w = this.waits;
    w.start.appendSums(numbers(c.start), -this.origin);
    w.seq.appendSums(numbers(c.seq));
    for (const name of /** @type {const} */ (["item", "task", "dur", "cause", "basis", "line", "span"])) {
      w[name].append(received(c[name]));
    }
    for (const text of c.text) w.text.push(this.#text(text));
    for (const pairs of c.culprits) {
      w.culpritAt.push(this.culprits.length);
      this.culprits.append(pairs);
    }
  }

  /** @param {Message} closed */
  #closed({ spans, waits }) {
    if (spans) {
      const ids = this.#close(this.spans, spans);
      const lasts = undelta(numbers(spans.last));
      const { seq, more } = this.spans;
      for (let i = 0; i < ids.length; i++) more.set(ids[i], lasts[i] - seq.at(ids[i]));
    }
    if (waits) this.#close(this.waits, waits);
  }

  /** @param {{start: Column, dur: Column}} table @param {Message} c */
  #close({ start, dur }, c) {
    const ids = undelta(numbers(c.id));
    const ends = this.#times(c.end);
    for (let i = 0; i < ids.length; i++) dur.set(ids[i], ends[i] - start.at(ids[i]));
    return ids;
  }

  /** @param {Message} c */
  #steps(c) {
    const { item, step, seq, cause } = this.steps;
    item.append(received(c.item));
    step.append(received(c.step));
    seq.appendSums(numbers(c.seq));
    for (const text of c.cause) cause.push(this.#text(text));
  }

  /** @param {Message} c */
  #arrows(c) {
    const { kind, from, to, fromLane, toLane, item } = this.arrows;
    const [froms, lengths] = [undelta(numbers(c.from)), numbers(c.to)];
    kind.append(received(c.kind));
    from.append(froms);
    for (let i = 0; i < froms.length; i++) to.push(froms[i] + lengths[i]);
    fromLane.append(received(c.from_lane));
    toLane.append(received(c.to_lane));
    item.append(received(c.item));
  }

  /** @param {Message} c */
  #counters(c) {
    const [times, lanes, names, values] = [this.#times(c.t), numbers(c.lane), numbers(c.name), numbers(c.value)];
    for (let i = 0; i < times.length; i++) {
      const key = `${lanes[i]}:${this.words.counters[names[i]]}`;
      let series = this.counters.get(key);
      if (!series) {
        series = { t: new Column(), value: new Column(), most: 0 };
        this.counters.set(key, series);
      }
      series.t.push(times[i]);
      series.value.push(values[i]);
      series.most = Math.max(series.most, values[i]);
    }
  }

  /** @param {Message} c */
  #values(c) {
    const [seqs, kinds] = [undelta(numbers(c.seq)), numbers(c.kind)];
    for (let i = 0; i < seqs.length; i++) {
      const name = c.name[i];
      let series = this.values.get(name);
      if (!series) {
        series = { kind: kinds[i], name, seqs: new Column(), values: new Column() };
        this.values.set(name, series);
      }
      series.seqs.push(seqs[i]);
      series.values.push(this.#text(c.value[i]));
    }
  }

  /** @param {Message} c */
  #console(c) {
    const [seqs, streams] = [undelta(numbers(c.seq)), numbers(c.stream)];
    for (let i = 0; i < seqs.length; i++) {
      this.console.push({ seq: seqs[i], stream: streams[i], text: c.text[i] });
    }
  }
}
