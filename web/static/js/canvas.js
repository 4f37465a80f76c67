/** A canvas that is as sharp as the screen, and text on it that is measured once. */

export const SANS = '"IBM Plex Sans", system-ui, sans-serif';
export const MONO = '"IBM Plex Mono", ui-monospace, monospace';

/** How much larger than usual the page is drawn: for a room full of people. */
let scale = 1;

/** @param {number} factor that of the style property `zoom` around the canvases */
export function setScale(factor) {
  scale = factor;
}

/** Device pixels in a pixel of the canvases' own. */
export function pixelRatio() {
  return (window.devicePixelRatio || 1) * scale;
}

/** Where a pointer is, in an element's own pixels from its left and top. @param {MouseEvent} event @param {Element} element @returns {[number, number]} */
export function placeIn(event, element) {
  const box = element.getBoundingClientRect();
  return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
}

/**
 * Sizes the bitmap to the element and the screen and returns a context in device pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function sized(canvas, width, height) {
  const ratio = pixelRatio();
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (now.ctx === ctx) now = { ctx: null, of: now.of };
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  return ctx;
}

/**
 * The same in CSS pixels, cleared.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function prepare(canvas, width, height) {
  const ratio = pixelRatio();
  const ctx = sized(canvas, width, height);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
}

/** Widths by font and text. @type {Map<string, Map<string, number>>} */
const widths = new Map();
/** @type {{ctx: CanvasRenderingContext2D | null, of: Map<string, number>}} */
let now = { ctx: null, of: new Map() };

/** Chooses the font of what follows; asking a context for its font costs more than measuring. @param {CanvasRenderingContext2D} ctx @param {string} font */
export function useFont(ctx, font) {
  let of = widths.get(font);
  if (!of) {
    of = new Map();
    widths.set(font, of);
  }
  if (of.size > 4000) of.clear();
  if (now.ctx !== ctx || now.of !== of) ctx.font = font;
  now = { ctx, of };
}

/** @param {CanvasRenderingContext2D} ctx with the font that `useFont` chose @param {string} text */
export function textWidth(ctx, text) {
  let width = now.of.get(text);
  if (width === undefined) {
    width = ctx.measureText(text).width;
    now.of.set(text, width);
  }
  return width;
}

/** Widths measured before the fonts were there are wrong afterwards. */
export function forgetWidths() {
  for (const of of widths.values()) of.clear();
}

/**
 * The text, cut with an ellipsis to fit; empty where not even five characters would.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} room
 */
export function fitted(ctx, text, room) {
  if (textWidth(ctx, text) <= room) return text;
  const per = textWidth(ctx, text) / text.length;
  for (let n = Math.min(text.length - 1, Math.floor(room / per)); n >= 5; n--) {
    const cut = `${text.slice(0, n).trimEnd()}…`;
    if (textWidth(ctx, cut) <= room) return cut;
  }
  return "";
}
