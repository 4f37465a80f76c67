/**
 * Times and counts as text. All times are integer nanoseconds since the origin; nothing here touches the page.
 */

const UNITS = /** @type {const} */ ([
  ["ns", 1],
  ["us", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
]);

/** Groups the integer part of a decimal by threes: 1535.25 -> "1,535.25". @param {string} digits */
function grouped(digits) {
  const [whole, part] = digits.split(".");
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return part ? `${text}.${part}` : text;
}

/**
 * A duration with three significant digits and its best unit: "1.018 s", "512 ms", "84 us".
 * @param {number} ns
 */
export function duration(ns) {
  const size = Math.abs(ns);
  if (size < 1000) return `${Math.round(ns)} ns`;
  const [unit, factor] = size < 999_500 ? UNITS[1] : size < 999_500_000 ? UNITS[2] : UNITS[3];
  const value = ns / factor;
  const decimals = unit === "s" ? 3 : Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0;
  return `${grouped(trimmed(value.toFixed(decimals)))} ${unit}`;
}

/** @param {string} digits */
function trimmed(digits) {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/** A moment to the microsecond as the transport shows it: "0.734 000 s". @param {number} ns */
export function moment(ns) {
  const us = Math.round(ns / 1000);
  const sign = us < 0 ? "-" : "";
  const [s, rest] = [Math.floor(Math.abs(us) / 1e6), Math.abs(us) % 1e6];
  const digits = String(rest).padStart(6, "0");
  return `${sign}${s}.${digits.slice(0, 3)} ${digits.slice(3)} s`;
}

/** A moment in words, as short as it is exact to a thousandth: "1.021 s", "104.2 ms", "36 us". @param {number} ns */
export function at(ns) {
  return ns === 0 ? "0 s" : duration(ns);
}

/**
 * The kernel's stamp for a moment: seconds and microseconds since boot, as printk prints them.
 * @param {number} sinceBootNs
 */
export function stamp(sinceBootNs) {
  const us = Math.floor(sinceBootNs / 1000);
  return `${String(Math.floor(us / 1e6)).padStart(5)}.${String(us % 1e6).padStart(6, "0")}`;
}

/** A number of `unit` for the ruler, without the unit: "1,021", "104.2". @param {number} ns @param {number} unitNs */
export function inUnit(ns, unitNs) {
  return grouped(trimmed((ns / unitNs).toFixed(Math.round(Math.log10(unitNs)))));
}

/** The ruler's one unit for a range of time. @param {number} fromNs @param {number} toNs @returns {[string, number]} */
export function rulerUnit(fromNs, toNs) {
  const span = toNs - fromNs;
  const found = span > 3e10 ? UNITS[3] : span > 2e6 ? UNITS[2] : span > 2e3 ? UNITS[1] : UNITS[0];
  return [found[0], found[1]];
}

/**
 * Reads what a person types for a moment: "12ms", "1.5s", "+200us" (relative to `nowNs`), "734" (ms).
 * @param {string} text
 * @param {number} nowNs
 * @returns {number | null} nanoseconds, or null where it is no time
 */
export function readMoment(text, nowNs = 0) {
  const found = /^\s*([+-]?)(\d[\d,_ ]*(?:\.[\d ]*)?|\.\d+)\s*(ns|us|µs|ms|s)?\s*$/.exec(text);
  if (!found) return null;
  const unit = found[3] === "µs" ? "us" : (found[3] ?? "ms");
  const factor = UNITS.find(([name]) => name === unit)?.[1] ?? 1e6;
  const ns = Math.round(Number.parseFloat(found[2].replace(/[,_ ]/g, "")) * factor);
  if (!Number.isFinite(ns)) return null;
  return found[1] === "+" ? nowNs + ns : found[1] === "-" ? nowNs - ns : ns;
}

/** The moment as links write it, without losing a nanosecond: "734ms", "3100us", "17ns". @param {number} ns */
export function linkMoment(ns) {
  const whole = Math.round(ns);
  for (const [unit, factor] of [...UNITS].reverse()) {
    if (whole % factor === 0 && whole !== 0) return `${whole / factor}${unit}`;
  }
  return `${whole}ns`;
}

/** "1 item", "3 items". @param {number} n @param {string} noun */
export function count(n, noun) {
  return `${grouped(String(n))} ${noun}${n === 1 ? "" : "s"}`;
}
