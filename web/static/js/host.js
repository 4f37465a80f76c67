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

/** Says, a moment later, how high the frame would like to be. @param {() => number} wanted @param {string} [origin] */
export function postHeight(wanted, origin) {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const now = wanted();
    if (window.parent === window || Math.abs(now - height) <= HEIGHT_STEP) return;
    height = now;
    tell("height", { height: now }, origin);
    const to = origin || "*";
    window.parent.postMessage({ subject: "lti.frameResize", height: now }, to);
    window.parent.postMessage(JSON.stringify({ subject: "lti.frameResize", height: now }), to);
    window.parent.postMessage({ context: "h5p", action: "prepareResize", scrollHeight: now, clientHeight: now }, to);
    window.parent.postMessage({ context: "h5p", action: "resize", scrollHeight: now }, to);
  }, HEIGHT_MS);
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
  if (data && typeof data === "object" && data.context === "h5p" && data.action === "hello") {
    window.parent.postMessage({ context: "h5p", action: "hello" }, origin || "*");
    return null;
  }
  return data && typeof data === "object" && data.target === "wqplay" && typeof data.type === "string" ? data : null;
}
