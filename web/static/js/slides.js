/** Bookmarks as slides: those of the person, or, where there are none, the moments of the scenario's notes. */

import { readMoment } from "./format.js";
import { toTime } from "./jump.js";
import { selectNamed } from "./lesson.js";
import { announce } from "./model.js";
import { onServer, reachable } from "./whereabouts.js";

/** @import { PageState } from "./state.js" */

/** What notes say of a moment. @typedef {{words: string, sel: string}} Told */

const WORDS_MAX = 320;

export class Slides {
  /** @param {PageState} page */
  constructor(page) {
    this.page = page;
    /** By moment in ns. @type {Map<number, Told>} */
    this.told = new Map();
  }

  /** Takes the words of the gallery's notes; and their moments, where the person has set no bookmark. */
  async take() {
    const { page } = this;
    if (!page.base.name || page.edited || !reachable) return;
    const answer = await fetch(onServer(`/api/scenarios/${encodeURIComponent(page.base.name)}`)).catch(() => null);
    const notes = answer?.ok ? (await answer.json()).notes_html : "";
    const own = page.bookmarks.length > 0;
    const read = new DOMParser().parseFromString(notes, "text/html");
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (read.querySelectorAll("a.moment"))) {
      const keys = new URLSearchParams((link.getAttribute("href") ?? "").replace(/^#/, ""));
      const ns = readMoment(keys.get("t") ?? "");
      if (ns === null || ns === undefined || this.told.has(ns)) continue;
      const words = (link.closest("p, li")?.textContent ?? "").trim().replace(/\s+/g, " ");
      this.told.set(ns, {
        words: words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX)}…` : words,
        sel: keys.get("sel") ?? "",
      });
      if (!own) page.bookmarks.push(ns);
    }
    page.bookmarks.sort((a, b) => a - b);
    page.touch("view");
  }

  /** The slide on display, counted from 0; -1 before the first. */
  get at() {
    return this.page.bookmarks.findLastIndex((ns) => ns <= this.page.tNs);
  }

  /** @param {number} direction @returns {boolean} whether there was one */
  go(direction) {
    const { page } = this;
    const ns = direction > 0 ? page.bookmarks.find((b) => b > page.tNs) : page.bookmarks.findLast((b) => b < page.tNs);
    if (ns === undefined) return false;
    toTime(page, ns);
    const { sel } = this.told.get(ns) ?? { sel: "" };
    if (sel) selectNamed(page, `${sel}@${ns}ns`);
    return true;
  }

  /** What to read aloud: the notes' words on a slide, else what happens at the playhead. */
  get words() {
    const { page } = this;
    return this.told.get(page.tNs)?.words ?? announce(page.store, page.seq);
  }
}
