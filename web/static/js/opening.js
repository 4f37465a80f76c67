/** What the page opens on: a link, else the draft of last time, else the gallery scenario that the server wrote into it. */

import { draft, keepDraft } from "./keep.js";
import { completeScenario, LinkError, readFragment } from "./link.js";
import { notice } from "./notice.js";
import { NO_SERVER, onServer, reachable, served } from "./whereabouts.js";

/** @import { Boot, Scenario } from "./types.js" */
/** @import { Link, View } from "./link.js" */
/** @import { PageState } from "./state.js" */

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** @returns {Boot} */
export function readBoot() {
  const { engine = "", scenario = "{}", current = "{}", pause = "", tried = "{}" } = one("#boot").dataset;
  const card = JSON.parse(current);
  return {
    engine,
    name: card.name,
    hash: card.hash,
    scenario: completeScenario(JSON.parse(scenario)),
    lesson: lessonOf({ ...card, pause, try: JSON.parse(tried) }),
  };
}

/** @param {any} card @returns {import("./types.js").Lesson} */
function lessonOf(card) {
  const tried = card.try?.scenario
    ? { label: card.try.label, scenario: completeScenario(card.try.scenario) }
    : undefined;
  return {
    title: card.title,
    summary: card.summary,
    why: card.why,
    pause: card.pause,
    try: tried,
    challenge: Boolean(card.challenge),
  };
}

export class Opening {
  /**
   * @param {PageState} page
   * @param {{open: (s: Scenario) => void, run: (view: View & {first?: boolean}) => void}} acts
   */
  constructor(page, acts) {
    this.page = page;
    this.acts = acts;
    one("#notice button").addEventListener("click", () => notice(""));
    one("#lesson-close").addEventListener("click", () => {
      one("#lesson").hidden = true;
    });
    one("#try").addEventListener("click", () => this.tryIt());
    window.addEventListener("hashchange", () => this.start());
  }

  /** @param {string} [fragment] what to open; without it, what the address says */
  async start(fragment = location.hash) {
    const { page } = this;
    notice("");
    /** @type {Link} */
    let link = { view: {} };
    try {
      link = await readFragment(fragment);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      notice(`${sentence(error.message)} The page shows its own scenario instead.`);
    }
    if (link.gallery) await this.#gallery(link.gallery);
    const kept = link.scenario || link.gallery || !served ? null : draft(page.base.name);
    const scenario = link.scenario ?? kept ?? page.base.scenario;
    if (kept) notice("Your edits from last time are back. Reset, beside the title, returns to the gallery's scenario.");
    if (link.engine && link.engine !== page.engine) {
      notice(
        `This link was made with engine ${link.engine}; it is replayed with ${page.engine}, so events may differ.`,
      );
    }
    this.acts.open(scenario);
    page.bookmarks = link.view.marks ?? [];
    this.#showLesson();
    const free = link.view.tNs === undefined && !link.view.sel;
    this.acts.run({ ...link.view, first: free });
  }

  /** @param {{name: string, hash: string}} wanted */
  async #gallery({ name, hash }) {
    const { page } = this;
    if (name === page.base.name && page.base.hash.startsWith(hash)) return;
    if (!reachable) {
      notice(NO_SERVER);
      return;
    }
    const answer = await fetch(onServer(`/api/scenarios/${encodeURIComponent(name)}`)).catch(() => null);
    if (!answer?.ok) {
      notice(`The gallery has no scenario “${name}” (any more).`);
      return;
    }
    const body = await answer.json();
    page.base = { name: body.name, hash: body.hash, scenario: completeScenario(body.scenario) };
    page.lesson = lessonOf(body);
    if (!body.hash.startsWith(hash))
      notice("This gallery scenario has changed since the link was made; it runs as it is now.");
  }

  #showLesson() {
    const { lesson } = this.page;
    one("#lesson-why").textContent = lesson?.why ?? "";
    one("#try").textContent = lesson?.try?.label ?? "";
    one("#try").hidden = !lesson?.try;
    one("#lesson").hidden = !lesson || this.page.edited;
    one("#tab-challenge").hidden = !lesson?.challenge || !reachable;
    document.title = `${lesson?.title ?? "Untitled"} · Workqueue Playground`;
  }

  /** The one thing to try: its edit goes into the editor, and it runs. */
  tryIt() {
    const { page } = this;
    if (!page.lesson?.try) return;
    this.acts.open(page.lesson.try.scenario);
    one("#lesson").hidden = true;
    this.acts.run({ tNs: undefined, first: true });
  }

  /** Back to the gallery's scenario; the draft is forgotten. */
  reset() {
    const { page } = this;
    keepDraft(page.base.name, null);
    this.acts.open(page.base.scenario);
    notice("");
    this.#showLesson();
    this.acts.run({ first: true });
  }
}

/** @param {string} text */
function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
