/** The facts of the real kernel in the Compare pane: how many hold, by kind; each with its moment in the lanes. */

import { itemOfKey } from "./align.js";
import { linkTo, make } from "./dom.js";
import { count } from "./format.js";
import { toTime } from "./jump.js";
import { VERDICTS } from "./verdicts.js";

/** @import { Facts, Row, State, Told } from "./comparison.js" */
/** @import { PageState } from "./state.js" */

/** What each kind of fact is about. @type {Record<string, string>} */
const KINDS = {
  counts: "how often each item is queued, activated, started and ended",
  order: "what comes first, where it is not left to chance",
  workers: "which items share a kworker",
  placement: "on what kind of worker, on which CPU",
  timing: "how long items wait and run",
  console: "the lines of the log and their order",
};
/** @type {State[]} */
const STATES = ["held", "red", "open"];

/** Kinds that the person has opened or closed; those with a red fact are open by themselves. @type {Map<string, boolean>} */
const turned = new Map();

/** @param {Facts} facts */
function summary({ table, runs, recorded, date, kernel }) {
  const [held, red, open] = STATES.map((state) => table.rows.reduce((sum, row) => sum + row[state], 0));
  const of = [
    runs ? `${count(runs, "run")} of this lab` : "",
    recorded ? `${count(recorded, "run")} recorded on ${date}` : "",
  ].filter(Boolean);
  const shared = table.references > 1 ? `that ${of.join(" and ")} share` : `of ${of.join("")}`;
  const left =
    table.references > 1 ? `; ${open ? count(open, "fact") : "none"} ${open > 1 ? "are" : "is"} left open` : "";
  const all = red
    ? `${held} hold in the simulated run, ${red} ${red === 1 ? "differs" : "differ"}`
    : "all hold in the simulated run";
  return `Of ${count(held + red, "fact")} ${shared} (Linux ${kernel.split(/[+-]/, 1)[0]}), ${all}${left}.`;
}

/** @param {PageState} page @param {() => void} enough ends the further runs */
export function factsOf(page, enough) {
  const { facts } = page;
  const out = make("section", "verdicts");
  if (!facts) return out;
  const none = "In one of the runs no work item is seen: there is nothing that the simulator could be held against.";
  const words = make("p", "verdict", facts.table.rows.length ? summary(facts) : none);
  const known = facts.runs + facts.recorded;
  if (facts.wanted > known)
    words.append(
      ` Run ${known + 1} of ${facts.wanted} is under way, unseen: what differs between them is open. `,
      linkTo("No further runs", enough),
    );
  else if (facts.table.references === 1)
    words.append(" With one real run nothing is known to be open: a fact may differ by chance.");
  out.append(words);
  for (const row of facts.table.rows) if (row.held + row.red + row.open) out.append(kind(page, row));
  return out;
}

/** @param {PageState} page @param {Row} row */
function kind(page, row) {
  const box = /** @type {HTMLDetailsElement} */ (make("details", "kind"));
  box.open = turned.get(row.fact) ?? row.red > 0;
  const head = make("summary", "", make("b", "", row.fact));
  for (const state of STATES) {
    const { style, words } = VERDICTS[state];
    const number = make("span", `n ${style}`);
    const how = state === "red" && row[state] > 1 ? "differ" : words;
    if (row[state]) number.append(mark(state), ` ${row[state].toLocaleString("en")} ${how}`);
    head.append(number);
  }
  box.append(head);
  const list = make("ul");
  const fill = () => {
    if (list.childElementCount) return;
    list.append(
      make("li", "quiet", `${KINDS[row.fact] ?? row.fact}:`),
      ...row.facts.map((fact) => line(page, fact)),
      ...rest(row),
    );
  };
  if (box.open) fill();
  box.addEventListener("toggle", () => {
    turned.set(row.fact, box.open);
    if (box.open) fill();
  });
  box.append(list);
  return box;
}

/** @param {State} state */
function mark(state) {
  const glyph = make("i", "", VERDICTS[state].glyph);
  glyph.setAttribute("aria-hidden", "true");
  return glyph;
}

/** @param {PageState} page @param {Told} fact */
function line(page, fact) {
  const { style, words } = VERDICTS[fact.state];
  const sentence = `${fact.real}${fact.state === "open" ? "; real runs differ" : ""}`;
  const said = make("span", "said", fact.real_us < 0 ? sentence : linkTo(sentence, () => toFact(page, fact)));
  if (fact.here) said.append(make("span", "here", `simulated: ${fact.here}`));
  return make("li", style, mark(fact.state), make("span", "word", words), said);
}

/** To the moment in the real run, its item selected. @param {PageState} page @param {Told} fact */
function toFact(page, fact) {
  const ns = fact.real_us * 1000 - page.store.origin;
  const [name, n] = fact.items[0] ?? ["", 0];
  const item = itemOfKey(page.store, name, n);
  page.select(item >= 0 ? { kind: "item", id: item, atNs: ns } : null);
  toTime(page, ns);
}

/** @param {Row} row */
function rest(row) {
  const more = row.held + row.red + row.open - row.facts.length;
  return more > 0 ? [make("li", "quiet", `and ${more.toLocaleString("en")} more`)] : [];
}
