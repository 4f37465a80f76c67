/**
 * Following a presenter: `?follow=ROOM`. What he shows is shown here, until the person moves something; a button leads
 * back. Loaded where the address asks for it.
 */

import { button, make } from "./dom.js";
import { selectNamed } from "./lesson.js";
import { readFragment } from "./link.js";
import { joinRoom } from "./room.js";
import { PROTOCOL } from "./wire.js";

/** @import { Opening } from "./opening.js" */
/** @import { View } from "./link.js" */
/** @import { PageState } from "./state.js" */

/** A change counts as the person's so long after a key or pointer. */
const OWN_MS = 1500;

export class Follower {
  /** @param {PageState} page @param {Opening} opening @param {string} id of the room */
  constructor(page, opening, id) {
    this.page = page;
    this.opening = opening;
    this.with = true;
    this.over = false;
    this.touched = Number.NEGATIVE_INFINITY;
    /** The latest of the presenter, and what of it is on display here. */
    this.wanted = { fragment: "", keys: "" };
    this.shown = "";
    /** Which run of it was asked for last: the recorded one, or else the simulated one. @type {View["run"]} */
    this.run = undefined;
    /** The state as it was put here; anything else is the person's. */
    this.put = "";
    this.words = make("span", "", "Looking for the presenter");
    this.away = button("Look around myself", () => this.#leave());
    this.back = button("Back to the presenter", () => this.#return());
    this.back.hidden = true;
    const bar = make("div", "following", this.words, this.away, this.back);
    bar.setAttribute("role", "status");
    document.querySelector("section.time")?.prepend(bar);
    page.following = true;
    for (const type of ["pointerdown", "keydown", "wheel"]) {
      document.addEventListener(
        type,
        (event) => {
          if (!bar.contains(/** @type {Node} */ (event.target))) this.touched = performance.now();
        },
        { capture: true, passive: true },
      );
    }
    page.listen((flags) => {
      if (flags.has("status") && page.status === "done") this.#look();
      else if (this.with && this.put && performance.now() - this.touched < OWN_MS && this.#state() !== this.put)
        this.#leave();
    });
    joinRoom(() => ({ type: "follow", v: PROTOCOL, room: id }), {
      heard: (message) => {
        if (message.type === "show") this.wanted = { fragment: message.fragment, keys: "" };
        if (message.type === "view") this.wanted.keys = message.keys;
        if (this.with) this.#show();
        this.#say();
      },
      lost: (text, again) => {
        this.over = !again;
        this.words.textContent = text;
        if (again) return;
        page.following = false;
        if (!this.shown) this.opening.start();
        this.away.hidden = this.back.hidden = true;
      },
    });
  }

  #state() {
    const { page } = this;
    return JSON.stringify([Math.round(page.tNs), page.u0, page.u1, page.selection, page.axisKind, page.edited]);
  }

  #say() {
    if (this.over) return;
    this.words.textContent = this.with ? "You follow the presenter" : "You look around yourself";
    this.away.hidden = !this.with;
    this.back.hidden = this.with;
  }

  #leave() {
    this.with = false;
    this.page.following = false;
    this.put = "";
    this.#say();
  }

  #return() {
    this.with = true;
    this.page.following = true;
    this.shown = "";
    this.#show();
    this.#say();
  }

  /** The presenter's scenario, if it is another; then his moment. */
  #show() {
    const { fragment } = this.wanted;
    if (fragment && fragment !== this.shown) {
      this.shown = fragment;
      this.put = "";
      this.run = undefined;
      this.opening.start(`#${fragment}`);
    } else if (this.page.status === "done") this.#look();
  }

  async #look() {
    const { page } = this;
    const { keys } = this.wanted;
    if (!keys || !this.with) return;
    const { view } = await readFragment(`#${keys}`);
    if (!this.with || keys !== this.wanted.keys) return;
    if (view.run !== this.run) {
      this.run = view.run;
      this.put = "";
      this.opening.start(`#${this.shown}&${keys}`); // looks again once that run is there
      return;
    }
    page.playing = false;
    page.setAxis(view.axis ? /** @type {import("./axis.js").AxisKind} */ (view.axis) : "folded");
    if (view.tNs !== undefined) page.setTime(view.tNs);
    page.select(null);
    if (view.sel) selectNamed(page, view.sel);
    if (view.fromNs !== undefined && view.toNs !== undefined)
      page.setWindow(page.axis.toU(view.fromNs), page.axis.toU(view.toNs));
    else page.setWindow(0, 1);
    this.put = this.#state();
  }
}
