/**
 * Lines that appeared one after the other: what had been printed at the playhead in full ink, the rest grey; the line at
 * the playhead is marked and in sight. Made for new text at the end and for a playhead that moves.
 */

import { tabHere } from "./pids.js";

/** More lines than this are not put into the page; a sentence says so. */
const LINES_MAX = 5000;

export class Scrollback {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {HTMLElement[]} */
    this.lines = [];
    /** @type {number[]} number of the event of each line */
    this.seqs = [];
    /** The last line that has been printed at the playhead. */
    this.at = -1;
    this.full = false;
  }

  clear() {
    this.root.replaceChildren();
    this.lines = [];
    this.seqs = [];
    this.at = -1;
    this.full = false;
  }

  /** @param {number} seq @param {...(string | Node)} content */
  add(seq, ...content) {
    if (this.full) return null;
    const line = document.createElement("div");
    line.dataset.seq = String(seq);
    line.className = "fut";
    this.full = this.lines.length >= LINES_MAX;
    if (this.full) line.append(`No more than ${LINES_MAX.toLocaleString("en")} lines are shown here.`);
    else line.append(...content);
    this.root.append(line);
    this.lines.push(line);
    this.seqs.push(seq);
    return line;
  }

  /** Goes to an event. @param {number} seq */
  mark(seq) {
    let at = this.at;
    while (at + 1 < this.seqs.length && this.seqs[at + 1] <= seq) this.lines[++at].classList.remove("fut");
    while (at >= 0 && this.seqs[at] > seq) this.lines[at--].classList.add("fut");
    if (at === this.at) return;
    const [before, now] = [this.lines[this.at], this.lines[at]];
    before?.classList.remove("now");
    before?.removeAttribute("aria-current");
    tabHere(before, now);
    this.at = at;
    if (!now) {
      this.root.scrollTop = 0;
      return;
    }
    now.classList.add("now");
    now.setAttribute("aria-current", "true");
    const [top, bottom] = [now.offsetTop, now.offsetTop + now.offsetHeight];
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop + 20 || bottom > scrollTop + clientHeight - 20) this.root.scrollTop = top - clientHeight * 0.6;
  }
}
