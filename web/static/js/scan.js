/**
 * Looks through the text of a trace, byte by byte, for lines that tell of events that become lanes. They are taken as
 * they stand, and never become strings:
 *
 *     kworker/0:1-41  [000] d..2.   3.715300: workqueue_queue_work: work struct=…
 *                                         ^   ^                   ^
 *                     a digit, a colon and spaces, the name (its system and a colon before it, or not), a colon
 */

/** As many lines as the server makes lanes of. */
export const LINES_MAX = 50_000;
/** Longer lines are none of a trace. */
const LINE_BYTES_MAX = 1 << 20;

const [NEWLINE, SPACE, COLON, UNDERSCORE] = [10, 32, 58, 95];
/** @param {number} byte */
const isDigit = (byte) => byte >= 48 && byte <= 57;
/** @param {number} byte */
const isLetter = (byte) => (byte >= 97 && byte <= 122) || byte === UNDERSCORE;

/** What the names of such events begin with; of others only their number is told. */
const SYSTEMS = "workqueue_ sched_ timer_ hrtimer_ irq_ softirq_ tasklet_ module_ console"
  .split(" ")
  .map((name) => new TextEncoder().encode(name));

/** @param {Uint8Array} bytes @param {number} from @param {number} to */
function isKnown(bytes, from, to) {
  for (const system of SYSTEMS) {
    let k = 0;
    while (k < system.length && bytes[from + k] === system[k]) k++;
    if (k === system.length && from + k <= to) return true;
  }
  return false;
}

/** Whether a line tells of such an event. @param {Uint8Array} bytes @param {number} from @param {number} to */
function tells(bytes, from, to) {
  for (let i = from + 1; i + 1 < to; i++) {
    if (bytes[i] !== COLON || bytes[i + 1] !== SPACE || !isDigit(bytes[i - 1])) continue;
    let a = i + 2;
    while (a < to && bytes[a] === SPACE) a++;
    let b = a;
    while (b < to && isLetter(bytes[b])) b++;
    if (b > a && b + 1 < to && bytes[b] === COLON && bytes[b + 1] !== SPACE) {
      a = b + 1;
      b = a;
      while (b < to && isLetter(bytes[b])) b++;
    }
    if (b > a && b + 1 < to && bytes[b] === COLON && bytes[b + 1] === SPACE) return isKnown(bytes, a, b);
  }
  return false;
}

export class Scanner {
  constructor() {
    this.lines = 0;
    /** How many of them tell of an event that becomes lanes. */
    this.kept = 0;
    /** Those lines, at most LINES_MAX of them. @type {Uint8Array<ArrayBuffer>[]} */
    this.parts = [];
    /** The beginning of a line whose end has not come. */
    this.rest = new Uint8Array();
  }

  /** @param {Uint8Array} bytes what comes next of the file */
  feed(bytes) {
    let from = 0;
    if (this.rest.length) {
      const end = bytes.indexOf(NEWLINE);
      from = end < 0 ? bytes.length : end + 1;
      const line = new Uint8Array(this.rest.length + from);
      line.set(this.rest);
      line.set(bytes.subarray(0, from), this.rest.length);
      if (end >= 0) this.#lines(line, 0);
      this.rest = end >= 0 || line.length > LINE_BYTES_MAX ? new Uint8Array() : line;
    }
    const done = this.#lines(bytes, from);
    if (done < bytes.length) this.rest = bytes.slice(done);
  }

  /** The file is over. */
  end() {
    if (this.rest.length) this.feed(Uint8Array.of(NEWLINE));
  }

  /** Takes all whole lines. @param {Uint8Array} bytes @param {number} from @returns {number} where the last that is not begins */
  #lines(bytes, from) {
    let run = -1; // where lines begin that are to be kept, one after the other
    for (let to = bytes.indexOf(NEWLINE, from); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      this.lines++;
      const taken = tells(bytes, from, to) && this.kept++ < LINES_MAX;
      if (taken && run < 0) run = from;
      else if (!taken && run >= 0) {
        this.parts.push(bytes.slice(run, from));
        run = -1;
      }
      from = to + 1;
    }
    if (run >= 0) this.parts.push(bytes.slice(run, from));
    return from;
  }
}
