/**
 * Predict, then look: one question after the other. The server sends the run up to the question's moment and nothing
 * behind it; what comes next arrives with the answer's verdict.
 */

import { onServer } from "./whereabouts.js";

/**
 * @typedef {object} Asked
 * @property {string} id
 * @property {string} text
 * @property {string[]} options
 */
/**
 * @typedef {object} Told
 * @property {string} text
 * @property {string[]} options
 * @property {number} given
 * @property {number} answer
 * @property {boolean} correct
 * @property {string} explanation
 * @property {string} open what to say where seeds differ, else empty
 */
/** @typedef {{total: number, score: number, results: Told[], question: Asked | null, picture: string}} State */

/** @param {string} tag @param {string} [text] @param {string} [css] */
function made(tag, text = "", css = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (css) element.className = css;
  return element;
}

export class Quiz {
  /**
   * @param {HTMLElement} place
   * @param {object} scenario
   * @param {{seed?: number, count?: number, told?: (result: Told & {id: string, score: number}) => void,
   *   open?: (isOpen: boolean) => void, other?: () => void}} [options] `other` has what comes next drawn instead
   */
  constructor(place, scenario, options = {}) {
    this.place = place;
    this.scenario = scenario;
    this.seed = options.seed ?? Math.floor(Math.random() * 1_000_000);
    this.count = options.count ?? 5;
    this.told = options.told ?? (() => {});
    this.open = options.open ?? (() => {});
    this.other = options.other;
    this.ended = false;
    /** @type {number[]} */
    this.answers = [];
    this.body = made("div");
    this.body.setAttribute("aria-live", "polite");
    place.append(this.body);
  }

  /** Makes room: the open question is given up. */
  end() {
    this.ended = true;
    this.body.remove();
  }

  async ask() {
    // Text, not JSON: from an opaque origin that is a request without a preflight.
    const answer = await fetch(onServer("/api/quiz"), {
      method: "POST",
      body: JSON.stringify({ scenario: this.scenario, seed: this.seed, count: this.count, answers: this.answers }),
    }).catch(() => null);
    const state = answer?.ok ? /** @type {State} */ (await answer.json()) : null;
    if (this.ended) return;
    if (state) this.#show(state);
    else this.body.replaceChildren(made("p", "The questions cannot be made just now. Try again in a moment."));
  }

  /** @param {State} state */
  #show(state) {
    this.open(state.question !== null);
    const parts = [];
    const last = state.results.at(-1);
    if (last) {
      parts.push(
        made("p", `${last.correct ? "Right" : "No"}: ${last.options[last.answer]}.`, last.correct ? "yes" : "no"),
      );
      parts.push(made("p", last.explanation, "quiet"));
      if (last.open) parts.push(made("p", last.open, "quiet"));
    }
    const picture = document.createElement("img");
    picture.alt = state.question ? "The lanes up to the moment of the question" : "The lanes of the whole run";
    picture.src = `data:image/svg+xml,${encodeURIComponent(state.picture)}`;
    parts.push(picture);
    parts.push(state.question ? this.#question(state, state.question) : this.#end(state));
    this.body.replaceChildren(...parts);
    if (last) this.told({ ...last, id: String(state.results.length), score: state.score });
  }

  /** @param {State} state @param {Asked} question */
  #question(state, question) {
    const form = document.createElement("form");
    const set = document.createElement("fieldset");
    set.append(made("legend", `${state.results.length + 1} of ${state.total}. ${question.text}`));
    question.options.forEach((text, number) => {
      const label = made("label", "", "option");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = "option";
      radio.value = String(number);
      radio.required = true;
      label.append(radio, ` ${text}`);
      set.append(label);
    });
    const button = /** @type {HTMLButtonElement} */ (made("button", "Answer", "btn go"));
    const acts = made("div", "", "acts");
    acts.append(button);
    if (this.other) acts.append(this.#instead("Draw what comes next instead"));
    form.append(set, acts);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = new FormData(form).get("option");
      if (chosen === null) return;
      this.answers.push(Number(chosen));
      button.disabled = true;
      this.ask();
    });
    return form;
  }

  /** @param {State} state */
  #end(state) {
    const words = state.total ? `${state.score} of ${state.total} right.` : "This run has nothing to ask about.";
    const again = made("button", "Other questions", "btn");
    again.addEventListener("click", () => {
      this.seed++;
      this.answers = [];
      this.ask();
    });
    const end = made("div");
    const acts = made("div", "", "acts");
    if (state.total) acts.append(again);
    if (this.other) acts.append(this.#instead("Draw what comes next"));
    end.append(made("p", words, "score"), acts);
    return end;
  }

  /** @param {string} words */
  #instead(words) {
    const button = /** @type {HTMLButtonElement} */ (made("button", words, "btn"));
    button.type = "button";
    button.addEventListener("click", () => this.other?.());
    return button;
  }
}
