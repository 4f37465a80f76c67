/** Talking to the page that a frame stands in: ours, LTI's and H5P's messages. */

const HEIGHT_MS = 80;
/** A change of less is none: a frame that follows its host, which follows the frame, must come to rest. */
const HEIGHT_STEP = 4;

let timer = 0;
let height = 0;

/** @param {string} type @param {Record<string, unknown>} content @param {string} [origin] */
export function tell(type, content, origin) {
  if (window.parent === window) return;
  window.parent.postMessage({ source: "wqplay", v: 1, type, ...content }, origin || "*");
}

/** Whether a host's answer can reach this frame: H5P's sends it to the origin that asked, and "null" is none. */
const answerable = window.origin !== "null";

/** @param {string} action @param {Record<string, unknown>} content @param {string} [origin] */
function tellH5p(action, content, origin) {
  window.parent.postMessage({ context: "h5p", action, ...content }, origin || "*");
}

/** Says, a moment later, how high the frame would like to be. @param {() => number} wanted @param {string} [origin] */
export function postHeight(wanted, origin) {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const now = wanted();
    if (window.parent === window || Math.abs(now - height) <= HEIGHT_STEP) return;
    if (!height && answerable) tellH5p("hello", {}, origin);
    height = now;
    sayHeight(origin);
  }, HEIGHT_MS);
}

/** @param {string} [origin] */
function sayHeight(origin) {
  tell("height", { height }, origin);
  const to = origin || "*";
  window.parent.postMessage({ subject: "lti.frameResize", height }, to);
  window.parent.postMessage(JSON.stringify({ subject: "lti.frameResize", height }), to);
  if (answerable) tellH5p("prepareResize", { scrollHeight: height, clientHeight: height }, origin);
  tellH5p("resize", { scrollHeight: height }, origin);
}

/**
 * A message of the host, or null for anything else.
 * @param {MessageEvent} event
 * @param {string} [origin]
 * @returns {Record<string, any> | null}
 */
export function trusted(event, origin) {
  const { data } = event;
  if (event.source !== window.parent || (origin && event.origin !== origin)) return null;
  if (data && typeof data === "object" && data.context === "h5p") {
    if (data.action === "ready" && answerable) tellH5p("hello", {}, origin);
    if ((data.action === "ready" || data.action === "resize") && height) sayHeight(origin);
    return null;
  }
  return data && typeof data === "object" && data.target === "wqplay" && typeof data.type === "string" ? data : null;
}
