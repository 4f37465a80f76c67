/**
 * The run in somebody else's page: options of its address, messages to and from its host, a height that follows the
 * lanes. Everything is in memory; an opaque origin is enough. Loaded before app.js, which hands over its state.
 *
 * Out: {source: "wqplay", v: 1, type: "ready" | "height" | "state" | "time" | "error", …}; and the frame sizes that
 * LTI and H5P hosts listen to. In: {target: "wqplay", type: "ping" | "load" | "play" | "pause" | "seek" | "select" |
 * "getState", …}.
 */

import { readQuery } from "./embed_query.js";
import { readMoment } from "./format.js";
import { postHeight, tell, trusted } from "./host.js";
import { selectNamed } from "./lesson.js";
import { TOP_H } from "./rows.js";
import { onServer, reachable, served } from "./whereabouts.js";

/** @import { PageState } from "./state.js" */

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

const TIME_MS = 250;
const LANES_MIN = 120;
const HEIGHT_MIN = 240;
const HEIGHT_MAX = 2000;

/** @type {Record<string, string>} */
const options = JSON.parse(one("#embed-options").dataset.options ?? "{}");
if (!served) {
  const asked = readQuery(location.search);
  Object.assign(options, asked.options);
  options.fragment = [options.fragment, ...asked.view].join("&");
  document.body.classList.add(...asked.classes);
  one("#cover").hidden = options.reveal !== "click";
  if (!reachable) options.readonly = "1";
  document.body.classList.toggle("no-server", !reachable);
}
/** @type {PageState | null} */
let page = null;
let ready = false;
let told = 0;

if (options.theme === "light" || options.theme === "dark") document.documentElement.dataset.theme = options.theme;
if (!location.hash && options.fragment) history.replaceState(null, "", `#${options.fragment}`);
history.replaceState = () => {}; // a frame leaves the history of its host alone
if (options.readonly === "1")
  for (const panel of document.querySelectorAll(".left .panels")) panel.toggleAttribute("inert", true);

/** As high as its parts and all lanes. */
function wantedHeight() {
  if (Number(options.height)) return Number(options.height);
  const lanes = one("#lanes");
  const rows = [...one("#heads").children].map((row) => row.getBoundingClientRect());
  const top = one("#heads").getBoundingClientRect().top;
  const content = Math.max(LANES_MIN, ...rows.map((box) => box.bottom - top));
  const rest = document.documentElement.clientHeight - lanes.clientHeight;
  return Math.round(Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, content + rest + TOP_H)));
}

/** @param {PageState} state */
function stateOf(state) {
  return {
    tNs: Math.round(state.tNs),
    endNs: state.endNs,
    playing: state.playing,
    status: state.status,
    outcome: state.store.end?.outcome.kind ?? "",
    fragment: location.hash,
  };
}

/** @param {PageState} state */
function begin(state) {
  ready = true;
  const speed = Number(options.speed);
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("#speed"));
  if (field && speed !== 1) {
    field.value = field.type === "range" ? String(Math.log10(speed)) : String(speed);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  tell("ready", { ...stateOf(state), version: 1 }, options.origin);
  if (options.autoplay === "1" && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    state.setTime(state.axis.startNs);
    one("#play").click();
  }
}

document.addEventListener("wqplay:page", (event) => {
  const state = /** @type {CustomEvent<PageState>} */ (event).detail;
  page = state;
  let was = "";
  let looped = 0;
  state.listen((flags) => {
    if (flags.has("status") && state.status === "done" && !ready) begin(state);
    if (flags.has("status") && state.status === "failed") tell("error", { message: state.failure }, options.origin);
    if (!ready) return;
    const now = `${state.playing} ${state.status}`;
    if (now !== was) tell("state", stateOf(state), options.origin);
    was = now;
    if (flags.has("time") && performance.now() - told > TIME_MS) {
      told = performance.now();
      tell("time", { tNs: Math.round(state.tNs) }, options.origin);
    }
    if (options.loop === "1" && state.tNs >= state.endNs && state.endNs > 1 && performance.now() - looped > TIME_MS) {
      looped = performance.now();
      state.setTime(state.axis.startNs);
      if (!state.playing) one("#play").click();
    }
    if (flags.has("lanes") || flags.has("data")) postHeight(wantedHeight, options.origin);
  });
});

/** @type {Record<string, (state: PageState, data: Record<string, any>) => void>} */
const orders = {
  ping: () => tell("pong", {}, options.origin),
  getState: (state) => tell("state", stateOf(state), options.origin),
  play: (state) => {
    if (!state.playing) one("#play").click();
  },
  pause: (state) => {
    if (state.playing) one("#play").click();
  },
  seek: (state, data) => {
    const ns = typeof data.tNs === "number" ? data.tNs : readMoment(String(data.t ?? ""));
    if (ns === null || ns === undefined || !Number.isFinite(ns)) return;
    if (state.playing) one("#play").click();
    state.setTime(ns);
    state.reveal(state.tNs);
  },
  select: (state, data) => {
    const at = typeof data.tNs === "number" ? data.tNs : state.tNs;
    selectNamed(state, `${String(data.item ?? "").slice(0, 100)}@${Math.round(at)}ns`);
  },
  load: (_, data) => {
    location.replace(`#${String(data.fragment ?? "").replace(/^#/, "")}`);
  },
};

window.addEventListener("message", (event) => {
  const data = trusted(event, options.origin);
  if (!data || !page) return;
  orders[data.type]?.(page, data);
});

new ResizeObserver(() => postHeight(wantedHeight, options.origin)).observe(one("#heads"));
one("#reveal")?.addEventListener("click", () => one("#cover").remove());

// The way out carries what is on show, edits included.
one("#open-playground")?.addEventListener("click", async (event) => {
  if (!page) return;
  event.preventDefault();
  const { currentView, fragmentOf } = await import("./share.js");
  window.open(`${onServer("/")}${await fragmentOf(page, currentView(page, true))}`, "_blank", "noopener");
});

// One hint in place of a zoom that takes the host's scrolling away.
one("#lanes").addEventListener("wheel", () => one("#lanes").setAttribute("title", "Ctrl and the wheel zoom"), {
  once: true,
  passive: true,
});
