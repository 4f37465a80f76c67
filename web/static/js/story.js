/** A lesson: its moments move the run beside it; its questions; nothing here is needed to read it. */

import { Drawing } from "./draw.js";
import { tell } from "./host.js";
import { Quiz } from "./quiz.js";

const data = /** @type {HTMLElement} */ (document.querySelector("#lesson-data"));
const frame = /** @type {HTMLIFrameElement | null} */ (document.querySelector("#run"));
const moments = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a.moment"))];
let at = -1;

/** @param {object} order */
function send(order) {
  frame?.contentWindow?.postMessage(
    { target: "wqplay", ...order },
    location.protocol === "file:" ? "*" : location.origin,
  );
}

/** Goes to a moment of the story. @param {number} number */
function go(number) {
  at = Math.min(moments.length - 1, Math.max(0, number));
  const link = moments[at];
  const keys = new URLSearchParams(new URL(link.href).hash.slice(1));
  send({ type: "seek", t: keys.get("t") });
  const sel = keys.get("sel");
  if (sel) send({ type: "select", item: sel });
  for (const other of moments) other.toggleAttribute("aria-current", other === link);
  const field = document.querySelector("#step-at");
  if (field) field.textContent = `${at + 1} of ${moments.length} · ${keys.get("t")}`;
}

moments.forEach((link, number) => {
  link.addEventListener("click", (event) => {
    if (!frame || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(number);
  });
});
const steps = /** @type {HTMLElement | null} */ (document.querySelector(".steps"));
if (steps && !moments.length) steps.hidden = true;
document.querySelector("#step-back")?.addEventListener("click", () => go(at - 1));
document.querySelector("#step-on")?.addEventListener("click", () => go(at + 1));

const place = /** @type {HTMLElement | null} */ (document.querySelector("#quiz"));
const given = /** @type {HTMLElement | null} */ (document.querySelector("#embed-options"))?.dataset.options;
const options = given ? JSON.parse(given) : null;
const scenario = JSON.parse(data.dataset.scenario ?? "{}");
/** The variant that an embed asks for, so that all of a class see the same questions; else any. */
const seed = Number(options?.seed ?? -1) >= 0 ? Number(options.seed) : undefined;

/** The questions or the drawing, whichever is open: never both, for the one tells what the other asks about. */
let open = /** @type {Quiz | Drawing | null} */ (null);
let turns = 0;

/** @param {"ask" | "draw"} what */
function predict(what) {
  if (!place) return;
  open?.end();
  for (const start of place.querySelectorAll(".starts")) start.remove();
  place.tabIndex = -1;
  place.focus({ preventScroll: true }); // what had the focus is gone
  const type = what === "ask" ? "quiz" : "draw";
  const told = (/** @type {object} */ result) => tell(type, { ...result }, options?.origin);
  const other = () => predict(what === "ask" ? "draw" : "ask");
  const variant = seed === undefined ? undefined : seed + Math.floor(turns++ / 2);
  const Kind = what === "ask" ? Quiz : Drawing;
  open = new Kind(place, scenario, { seed: variant, told, other, open: putAway });
  open.ask();
}

document.querySelector("#quiz-start")?.addEventListener("click", () => predict("ask"));
document.querySelector("#draw-start")?.addEventListener("click", () => predict("draw"));

/** While a question is open, the run is not on the page. @param {boolean} isOpen */
function putAway(isOpen) {
  if (!frame) return;
  frame.dataset.src ??= frame.src;
  const src = isOpen ? "about:blank" : frame.dataset.src;
  if (frame.src !== src) frame.src = src;
  // Its room goes to the picture of the question, which in a column of prose could not be read.
  frame.closest(".story")?.classList.toggle("asking", isOpen);
}
