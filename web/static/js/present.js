/**
 * Presenter mode: everything larger, bookmarks as slides for a remote's keys, a black screen, and a room in which
 * students follow. Loaded when it is first asked for.
 */

import { setScale } from "./canvas.js";
import { button, make } from "./dom.js";
import { count } from "./format.js";
import { galleryFragment, scenarioFragment } from "./link.js";
import { joinRoom } from "./room.js";
import { currentView } from "./share.js";
import { Slides } from "./slides.js";
import { PROTOCOL } from "./wire.js";

/** @import { PageState } from "./state.js" */

const SCALE = 1.4;
const VIEW_MS = 100;

export class Presenter {
  /** @param {PageState} page */
  constructor(page) {
    this.page = page;
    this.slides = new Slides(page);
    this.on = false;
    /** @type {ReturnType<typeof joinRoom> | null} */
    this.room = null;
    /** The room's name and the key with which a broken connection comes back. */
    this.id = "";
    this.key = "";
    this.followers = 0;
    /** What the room shows, as it was sent last. */
    this.sent = { fragment: "", keys: "" };
    this.timer = 0;
    this.number = make("span", "num");
    this.words = make("p", "words");
    this.link = make("b", "num");
    this.count = make("span", "quiet");
    this.follow = button("Let students follow", () => this.#toggleRoom());
    this.bar = make(
      "div",
      "presenter",
      button("‹", () => this.slides.go(-1), "btn"),
      this.number,
      button("›", () => this.slides.go(1), "btn"),
      this.words,
      this.link,
      this.count,
      this.follow,
      button("Leave", () => this.toggle()),
    );
    this.bar.setAttribute("role", "region");
    this.bar.setAttribute("aria-label", "Presenter");
    this.bar.querySelectorAll("button")[0].setAttribute("aria-label", "Slide before");
    this.bar.querySelectorAll("button")[1].setAttribute("aria-label", "Next slide");
    this.cover = make("div", "blank");
    this.cover.hidden = true;
    this.cover.addEventListener("click", () => this.#blank());
    document.body.append(this.bar, this.cover);
    this.bar.hidden = true;
    document.addEventListener("keydown", (event) => this.#key(event), true);
    page.listen((flags) => {
      if (this.on && (flags.has("time") || flags.has("view") || flags.has("data"))) this.#show();
      if (flags.has("time") || flags.has("view") || flags.has("selection") || flags.has("status")) this.#later();
    });
  }

  /** Begins or ends it. */
  toggle() {
    this.on = !this.on;
    document.body.classList.toggle("presenting", this.on);
    this.bar.hidden = !this.on;
    const main = /** @type {HTMLElement} */ (document.querySelector("#main"));
    main.style.zoom = this.on ? String(SCALE) : "";
    setScale(this.on ? SCALE : 1);
    if (this.on) this.slides.take();
    else {
      this.cover.hidden = true;
      this.#endRoom();
    }
    this.#show();
    this.page.touch("view", "lanes");
  }

  #blank() {
    this.cover.hidden = !this.cover.hidden;
  }

  /** The keys of a remote; letters by physical code, as everywhere. @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (!this.on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "PageDown") this.slides.go(1);
    else if (event.key === "PageUp") this.slides.go(-1);
    else if (event.code === "KeyB" || event.key === ".") this.#blank();
    else if (event.key === "Escape" && !this.cover.hidden) this.#blank();
    else if (event.key === "Escape") this.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #show() {
    const { bookmarks } = this.page;
    this.number.textContent = bookmarks.length ? `${this.slides.at + 1} / ${bookmarks.length}` : "Shift M: slide";
    this.words.textContent = this.slides.words;
  }

  // -- the room

  #toggleRoom() {
    if (this.room) {
      this.#endRoom();
      return;
    }
    this.follow.textContent = "Stop";
    this.#place("", "Opening a room");
    this.sent = { fragment: "", keys: "" };
    this.room = joinRoom(() => ({ type: "open", v: PROTOCOL, ...(this.id ? { room: this.id, key: this.key } : {}) }), {
      heard: (message) => {
        if (message.type === "room") {
          this.id = message.room;
          this.key = message.key;
          this.sent = { fragment: "", keys: "" };
          this.#later();
        } else if (message.type === "followers") this.followers = message.n;
        this.#place(`${location.host}/?follow=${this.id}`, count(this.followers, "follower"));
      },
      lost: (text, again) => {
        this.#place("", text);
        if (!again) this.#forget();
      },
    });
  }

  /** @param {string} address @param {string} words */
  #place(address, words) {
    this.link.textContent = address;
    this.count.textContent = words;
  }

  #endRoom() {
    if (!this.room) return;
    this.room.send({ type: "close" });
    this.room.end();
    this.#forget();
    this.#place("", "");
  }

  #forget() {
    this.room = null;
    this.id = "";
    this.key = "";
    this.followers = 0;
    this.follow.textContent = "Let students follow";
  }

  /** Tells the room soon, at most ten times a second. */
  #later() {
    if (!this.room || !this.id || this.timer) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.#tell();
    }, VIEW_MS);
  }

  async #tell() {
    const { page, room } = this;
    const ran = page.store.recorded ? page.base.scenario : page.ran;
    if (!room || !ran) return;
    const same = JSON.stringify(ran) === JSON.stringify(page.base.scenario) && page.base.hash;
    const fragment = same
      ? galleryFragment(page.base.name, page.base.hash, {})
      : await scenarioFragment(ran, page.engine, {});
    const view = { ...currentView(page, true), marks: undefined }; // slides are the presenter's own
    const keys = galleryFragment("", "", view).split("&").slice(1).join("&");
    if (fragment !== this.sent.fragment) {
      if (!room.send({ type: "show", fragment: fragment.slice(1) })) return;
      this.sent = { fragment, keys: "" };
    }
    if (keys !== this.sent.keys && page.status === "done" && room.send({ type: "view", keys })) this.sent.keys = keys;
  }
}
