/**
 * What Linux leaves open in a run: other seeds, or recorded real runs, have it otherwise (docs/protocol.md, open).
 */

/** @import { Store } from "./store.js" */

/** @typedef {{fact: string, seq: number, other: number, text: string}} Fact */
/**
 * @typedef {object} Open
 * @property {number} seeds
 * @property {number} recorded
 * @property {string} summary
 * @property {string} verdict
 * @property {string} ends
 * @property {Map<number, Fact[]>} events
 * @property {Map<number, Fact[]>} spans
 * @property {Map<number, Fact>} waits
 */

const TOLD_MAX = 2;

/** @param {Record<string, any>} message of the server @returns {Open} */
export function readOpen({ seeds, recorded, summary, verdict, ends, facts, spans, waits }) {
  /** @type {Map<number, Fact[]>} */
  const events = new Map();
  for (const fact of facts) {
    put(events, fact.seq, fact);
    if (fact.other >= 0) put(events, fact.other, fact);
  }
  /** @type {Map<number, Fact[]>} */
  const bySpan = new Map();
  for (const [span, number] of spans) put(bySpan, span, facts[number]);
  /** @type {Map<number, Fact>} */
  const byWait = new Map();
  for (const [wait, number] of waits) byWait.set(wait, facts[number]);
  return { seeds, recorded, summary, verdict, ends, events, spans: bySpan, waits: byWait };
}

/** @param {Map<number, Fact[]>} map @param {number} key @param {Fact} fact */
function put(map, key, fact) {
  const list = map.get(key);
  if (!list) map.set(key, [fact]);
  else if (!list.includes(fact)) list.push(fact);
}

/** A few facts as lines of text. @param {Fact[] | undefined} facts @param {number} [most] @returns {string[]} */
export function told(facts, most = TOLD_MAX) {
  if (!facts) return [];
  const lines = facts.slice(0, most).map((fact) => fact.text);
  if (facts.length > most) lines.push(`and ${facts.length - most} more that are open`);
  return lines;
}

/** The word that marks a line, an event or a step; null where nothing of it is open. @param {Store} store @param {number} seq */
export function openMark(store, seq) {
  const facts = store.open?.events.get(seq);
  if (!facts) return null;
  const mark = document.createElement("span");
  mark.className = "either";
  mark.textContent = "open";
  mark.title = told(facts, 6).join("\n");
  return mark;
}
