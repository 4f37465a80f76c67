/**
 * The address and the share dialog. The address follows edits and moments, at most once in 300 ms; the dialog shows the
 * link, its length, and what it holds.
 */

import { copyText } from "./clipboard.js";
import { count, linkMoment } from "./format.js";
import { keepDraft } from "./keep.js";
import { galleryFragment, scenarioFragment } from "./link.js";
import { selectedItem } from "./marks.js";
import { itemName } from "./model.js";

/** @import { PageState } from "./state.js" */
/** @import { View } from "./link.js" */

const ADDRESS_MS = 350;

/** The view as links hold it. @param {PageState} page @param {boolean} withMoment @returns {View} */
export function currentView(page, withMoment) {
  if (!withMoment) return {};
  /** @type {View} */
  const view = { tNs: Math.round(page.tNs), axis: page.axisKind };
  const item = page.store.meta ? selectedItem(page) : -1;
  if (item >= 0) view.sel = `${itemName(page.store, item)}@${linkMoment(page.selection?.atNs ?? page.tNs)}`;
  if (page.u0 > 0 || page.u1 < 1) {
    view.fromNs = Math.round(page.axis.toNs(page.u0));
    view.toNs = Math.round(page.axis.toNs(page.u1));
  }
  if (page.store.recorded) view.run = "recorded";
  if (page.bookmarks.length) view.marks = page.bookmarks;
  return view;
}

/** @param {PageState} page @param {View} view */
export function fragmentOf(page, view) {
  if (!page.edited && page.base.hash) return Promise.resolve(galleryFragment(page.base.name, page.base.hash, view));
  return scenarioFragment(page.scenario, page.engine, view);
}

/** The whole address; without the room that this page may follow. @param {string} fragment */
function shareable(fragment) {
  return location.origin + location.pathname + fragment;
}

export class Share {
  /** @param {PageState} page @param {() => void} reset */
  constructor(page, reset) {
    this.page = page;
    this.timer = 0;
    /** Until the person does something, the address stays as it came. */
    this.active = false;
    this.edited = /** @type {HTMLElement} */ (document.querySelector("#edited"));
    this.dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#share"));
    document.querySelector("#share-open")?.addEventListener("click", () => this.open());
    document.querySelector("#reset")?.addEventListener("click", reset);
    this.dialog.addEventListener("change", (event) => {
      if (/** @type {HTMLElement} */ (event.target).id === "share-moment") this.fill();
    });
    this.dialog.addEventListener("click", (event) => {
      if (/** @type {HTMLElement} */ (event.target).id === "share-copy") this.copy();
    });
    document.addEventListener("htmx:after:swap", () => {
      if (this.dialog.open) this.fill();
    });
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, () => {
        this.active = true;
      });
    }
    page.listen((flags) => {
      if (flags.has("scenario")) this.saved();
      else if (this.active && !page.playing && (flags.has("time") || flags.has("selection") || flags.has("view")))
        this.later();
    });
  }

  /** After an edit: the draft is kept at once, the address soon. */
  saved() {
    const { page } = this;
    if (page.following) return; // what a presenter shows is no draft of this person
    keepDraft(page.base.name, page.edited ? page.scenario : null);
    this.later();
  }

  later() {
    if (this.page.following) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), ADDRESS_MS);
  }

  async write() {
    const { page } = this;
    const { edited } = page;
    const fragment = await fragmentOf(page, currentView(page, this.active));
    this.edited.hidden = !edited;
    const length = /** @type {HTMLElement} */ (this.edited.querySelector("span"));
    length.textContent = `edited, link of ${count(shareable(fragment).length, "character")}`;
    if (this.active || (edited && !location.hash)) history.replaceState(null, "", fragment);
  }

  /** The server draws the dialog; `fill` then puts the moment into its link. */
  open() {
    this.active = true;
    if (!this.dialog.open) this.dialog.showModal();
    const source = /** @type {HTMLFormElement} */ (document.querySelector("#share-source"));
    const field = /** @type {HTMLTextAreaElement} */ (source.elements.namedItem("scenario"));
    field.value = JSON.stringify(this.page.scenario);
    source.dispatchEvent(new CustomEvent("refresh"));
  }

  async fill() {
    const { page, dialog } = this;
    const link = /** @type {HTMLInputElement | null} */ (dialog.querySelector("#share-link"));
    if (!link) return;
    const moment = /** @type {HTMLInputElement | null} */ (dialog.querySelector("#share-moment"));
    const fragment = await fragmentOf(page, currentView(page, moment?.checked ?? true));
    link.value = shareable(fragment);
    const about = /** @type {HTMLElement | null} */ (dialog.querySelector("#share-about"));
    if (!about) return;
    const what = page.edited
      ? "It holds your module.c, session and machine in full."
      : `It names the gallery scenario “${page.base.scenario.title || page.base.name}”, unedited.`;
    const engine = page.engine ? ` Engine ${page.engine}.` : "";
    about.textContent = `${count(link.value.length, "character")}. ${what}${engine} Nothing is stored on the server.`;
  }

  async copy() {
    const link = /** @type {HTMLInputElement} */ (this.dialog.querySelector("#share-link"));
    const button = /** @type {HTMLElement} */ (this.dialog.querySelector("#share-copy"));
    link.select();
    button.textContent = (await copyText(link.value)) ? "Copied" : "Press Ctrl+C";
    window.setTimeout(() => {
      button.textContent = "Copy";
    }, 1600);
  }
}
