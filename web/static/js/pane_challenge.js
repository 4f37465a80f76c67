/** The Challenge pane: what is to be reached, whether the scenario on show reaches it, and the token of whoever did. */

import { copyText } from "./clipboard.js";
import { button, make } from "./dom.js";
import { onServer } from "./whereabouts.js";

/** @import { PageState } from "./state.js" */

/**
 * @typedef {{name: string, title: string, text: string, edit: string[], keep: string[], goal: string[], hints: string[]}} Challenge
 * @typedef {{text: string, ok: boolean, found: string}} Verdict
 * @typedef {{passed: boolean, verdicts: Verdict[], token: string, message?: string}} Result
 */

/** @returns {(root: HTMLElement, page: PageState) => void} */
export function challengePane() {
  let name = "";
  return (root, page) => {
    if (name === page.base.name) return;
    name = page.base.name;
    fill(root, page, name);
  };
}

/** @param {HTMLElement} root @param {PageState} page @param {string} name */
async function fill(root, page, name) {
  root.replaceChildren(make("p", "sub", "Loading"));
  const answer = await fetch(onServer("/api/challenges")).catch(() => null);
  const all = answer?.ok ? /** @type {Challenge[]} */ (await answer.json()) : [];
  const challenge = all.find((one) => one.name === name);
  if (page.base.name !== name) return;
  if (!challenge) {
    root.replaceChildren(make("p", "sub", "The challenge cannot be had just now."));
    return;
  }
  const person = document.createElement("input");
  person.id = "challenge-id";
  person.maxLength = 64;
  person.autocomplete = "off";
  const label = /** @type {HTMLLabelElement} */ (make("label", "", "Your id, if you have one "));
  label.htmlFor = person.id;
  label.title = "The run gets the seed that belongs to the id, and the token names it";
  const goals = make("ul", "goals", ...challenge.goal.map((line) => make("li", "", make("code", "", line))));
  const status = make("span", "");
  status.setAttribute("role", "status");
  const won = make("div");
  const go = button("Check", async () => {
    go.disabled = true;
    const result = await judged(page, name, person.value.trim());
    go.disabled = false;
    status.className = result.passed ? "yes" : "no";
    status.textContent = result.passed ? "Passed" : result.message || "Not yet";
    if (result.verdicts.length) goals.replaceChildren(...result.verdicts.map(line));
    won.replaceChildren(...(result.token ? [tokenBox(result.token)] : []));
    won.scrollIntoView({ block: "nearest" });
  });
  go.classList.add("go");
  const allowed = `You may change: ${challenge.edit.join(", ")}.`;
  const kept = challenge.keep.length ? ` This must stay: ${challenge.keep.map((text) => text.trim()).join(" ")}` : "";
  root.replaceChildren(
    make("h2", "", challenge.title),
    make("p", "", challenge.text),
    goals,
    make("div", "row", go, label, person, status),
    won,
    make("p", "sub", allowed + kept),
    ...challenge.hints.map((text, n) => make("details", "", make("summary", "", `Hint ${n + 1}`), make("p", "", text))),
  );
}

/** @param {Verdict} verdict */
function line({ text, ok, found }) {
  return make("li", ok ? "yes" : "no", `${ok ? "yes" : "no"} `, make("code", "", text), found ? ` (${found})` : "");
}

/** @param {PageState} page @param {string} name @param {string} person @returns {Promise<Result>} */
async function judged(page, name, person) {
  const address = `/api/challenges/${name}${person ? `?person=${encodeURIComponent(person)}` : ""}`;
  const body = JSON.stringify(page.scenario);
  const answer = await fetch(onServer(address), { method: "POST", body }).catch(() => null);
  const nothing = { passed: false, verdicts: [], token: "" };
  if (!answer) return { ...nothing, message: "The server did not answer just now." };
  return { ...nothing, ...(await answer.json()) };
}

/** @param {string} token */
function tokenBox(token) {
  const field = document.createElement("textarea");
  field.readOnly = true;
  field.rows = 3;
  field.value = token;
  field.setAttribute("aria-label", "Token");
  const copy = button("Copy the token", async () => {
    copy.textContent = (await copyText(token)) ? "Copied" : "Press Ctrl+C";
  });
  const words = "It shows that you passed: it holds what you handed in, and whoever runs that again sees it.";
  return make("div", "token", make("p", "sub", words), field, copy);
}
