/**
 * The address holds the scenario: `#v=1&s=<base64url(deflate-raw(canonical JSON))>&e=<engine version>` and, readable,
 * what the page shows of it (`t=15ms`, `sel=w2@20ms`, `from=`, `to=`, `axis=`, `marks=2ms,6ms`). An unedited gallery scenario is
 * `#s=@NAME~HASH`. server/links.py reads and writes the same form.
 *
 * The JSON is the scenario's canonical form: keys sorted, defaults left out but for version and kernel, times as
 * integers. A link comes from strangers: what it decompresses to is bounded, and each fault has a sentence.
 */

import { linkMoment, readMoment } from "./format.js";

/** @import { Scenario } from "./types.js" */

export const LINK_VERSION = 1;
/** As in server/links.py; tests/fixtures/link-v*.json holds a link of each format. @type {Record<number, (keys: Map<string, string>) => Map<string, string>>} */
const UPGRADERS = {};
/** Sources may have 256 KiB; escapes and the rest of the scenario come on top. The server has the same limit. */
export const LINK_BYTES_MAX = 512 * 1024;
export const MARKS_MAX = 100;

/**
 * @typedef {object} View what of the run is on show; absent means the page's default
 * @property {number} [tNs]
 * @property {string} [sel] NAME@TIME
 * @property {number} [fromNs]
 * @property {number} [toNs]
 * @property {string} [axis]
 * @property {number[]} [marks] bookmarks, in order: a presenter's slides
 * @property {"recorded"} [run] the run that was recorded on a real kernel, in place of the simulated one
 */
/**
 * @typedef {object} Link
 * @property {{name: string, hash: string}} [gallery]
 * @property {Scenario} [scenario]
 * @property {string} [engine]
 * @property {View} view
 */

export class LinkError extends Error {}

/** JSON with sorted keys, without what is undefined. @param {unknown} value @returns {string} */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value && typeof value === "object") {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * The scenario without its defaults. The kernel profile always stays: a link means the same in ten years.
 * @param {Scenario} scenario
 */
export function trimScenario(scenario) {
  const { version, title, actions, params, machine, seed, ...rest } = scenario;
  const { cpus, topology, config, costs, kernel } = machine;
  return {
    ...rest,
    title: title || undefined,
    actions: actions?.length ? actions : undefined,
    params: params && Object.keys(params).length ? params : undefined,
    seed: seed || undefined,
    version,
    machine: {
      kernel,
      cpus: cpus === 2 ? undefined : cpus,
      topology: topology?.length ? topology : undefined,
      config: config && Object.keys(config).length ? config : undefined,
      costs: costs === "hardware" ? undefined : costs,
    },
  };
}

/** @param {Uint8Array} bytes */
function toBase64Url(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function fromBase64Url(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    throw new LinkError("this link is damaged: its text is not base64url");
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflate(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Inflates in chunks and stops at the limit, so that a small bomb stays small. @param {Uint8Array<ArrayBuffer>} bytes */
async function inflate(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let size = 0;
  for (;;) {
    let step;
    try {
      step = await reader.read();
    } catch {
      throw new LinkError("this link is damaged: it does not decompress, perhaps its end was cut off");
    }
    if (step.done) break;
    size += step.value.length;
    if (size > LINK_BYTES_MAX) {
      await reader.cancel();
      throw new LinkError(`this link holds more than ${LINK_BYTES_MAX / 1024} KiB and is not opened`);
    }
    parts.push(step.value);
  }
  return new Blob(parts).text();
}

/** @param {Scenario} scenario */
export async function packScenario(scenario) {
  const text = canonicalJson(trimScenario(scenario));
  return toBase64Url(await deflate(new TextEncoder().encode(text)));
}

/** @param {View} view @returns {string[]} */
function viewKeys(view) {
  const keys = [];
  if (view.tNs !== undefined) keys.push(`t=${linkMoment(view.tNs)}`);
  if (view.sel) keys.push(`sel=${encodeURIComponent(view.sel).replaceAll("%40", "@")}`);
  if (view.fromNs !== undefined) keys.push(`from=${linkMoment(view.fromNs)}`);
  if (view.toNs !== undefined) keys.push(`to=${linkMoment(view.toNs)}`);
  if (view.axis && view.axis !== "folded") keys.push(`axis=${view.axis}`);
  if (view.marks?.length) keys.push(`marks=${view.marks.slice(0, MARKS_MAX).map(linkMoment).join(",")}`);
  if (view.run) keys.push(`run=${view.run}`);
  return keys;
}

/**
 * The fragment of an edited scenario, with its `#`.
 * @param {Scenario} scenario
 * @param {string} engine
 * @param {View} view
 */
export async function scenarioFragment(scenario, engine, view) {
  const keys = [`v=${LINK_VERSION}`, `s=${await packScenario(scenario)}`];
  if (engine) keys.push(`e=${encodeURIComponent(engine)}`);
  return `#${[...keys, ...viewKeys(view)].join("&")}`;
}

/** The fragment of an unedited gallery scenario. @param {string} name @param {string} hash @param {View} view */
export function galleryFragment(name, hash, view) {
  return `#${[`s=@${name}~${hash}`, ...viewKeys(view)].join("&")}`;
}

/**
 * Reads a fragment; an empty one gives an empty link.
 * @param {string} fragment with or without `#`
 * @returns {Promise<Link>}
 * @throws {LinkError} with a sentence for the person who opened it
 */
export async function readFragment(fragment) {
  const keys = new Map();
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const cut = part.indexOf("=");
    if (cut > 0) keys.set(part.slice(0, cut), part.slice(cut + 1));
  }
  const view = readView(keys);
  const s = keys.get("s");
  if (!s) return { view };
  if (s.startsWith("@")) {
    const found = /^@([\w-]{1,80})~([0-9a-f]{4,64})$/.exec(s);
    if (!found) throw new LinkError("this link names no gallery scenario: it should read @NAME~HASH");
    return { gallery: { name: found[1], hash: found[2] }, view };
  }
  const today = upgradeKeys(keys);
  const packed = today.get("s") ?? "";
  if (packed.length > LINK_BYTES_MAX) throw new LinkError("this link is too long to be opened");
  return { scenario: readScenario(await inflate(fromBase64Url(packed))), engine: today.get("e") ?? "", view };
}

/**
 * A fragment's keys in today's format, one step at a time.
 * @param {Map<string, string>} keys
 * @param {Record<number, (keys: Map<string, string>) => Map<string, string>>} [upgraders] by the format they start from
 * @param {number} [to]
 */
export function upgradeKeys(keys, upgraders = UPGRADERS, to = LINK_VERSION) {
  const version = keys.get("v") ?? "1";
  const number = /^\d{1,5}$/.test(version) ? Number(version) : 0;
  if (number < 1 || number > to) {
    throw new LinkError(`this link has format ${version}; this page reads format ${to}`);
  }
  let out = keys;
  for (let step = number; step < to; step++) out = upgraders[step](new Map(out));
  return out;
}

/** @param {Map<string, string>} keys @returns {View} */
function readView(keys) {
  /** @type {View} */
  const view = {};
  const time = (/** @type {string} */ key) => {
    const text = keys.get(key);
    return text === undefined ? undefined : (readMoment(text) ?? undefined);
  };
  view.tNs = time("t");
  view.fromNs = time("from");
  view.toNs = time("to");
  const sel = keys.get("sel");
  if (sel) {
    try {
      view.sel = decodeURIComponent(sel);
    } catch {
      view.sel = sel;
    }
  }
  const axis = keys.get("axis");
  if (axis === "linear" || axis === "pace" || axis === "folded") view.axis = axis;
  const marks = (keys.get("marks") ?? "").split(",", MARKS_MAX).map((text) => readMoment(text) ?? -1);
  const known = [...new Set(marks)].filter((ns) => ns >= 0).sort((a, b) => a - b);
  if (known.length) view.marks = known;
  if (keys.get("run") === "recorded") view.run = "recorded";
  return view;
}

/** @param {string} text @returns {Scenario} */
function readScenario(text) {
  let scenario;
  try {
    scenario = JSON.parse(text);
  } catch {
    throw new LinkError("this link is damaged: what it holds is not JSON");
  }
  const files = scenario?.files;
  const texts = files && typeof files === "object" ? Object.values(files) : [];
  if (typeof scenario?.session_sh !== "string" || typeof files?.["module.c"] !== "string") {
    throw new LinkError("this link holds no scenario");
  }
  if (!texts.every((t) => typeof t === "string") || typeof scenario.module_name !== "string") {
    throw new LinkError("this link holds no scenario that this page can read");
  }
  if ((scenario.version ?? 1) > 1) {
    throw new LinkError(`this link holds a scenario of version ${scenario.version}, newer than this page`);
  }
  return completeScenario(scenario);
}

/** Puts back what `trimScenario` left out. @param {any} scenario @returns {Scenario} */
export function completeScenario(scenario) {
  const machine = scenario.machine && typeof scenario.machine === "object" ? scenario.machine : {};
  return {
    version: 1,
    title: "",
    actions: [],
    params: {},
    seed: 0,
    ...scenario,
    machine: { cpus: 2, topology: [], kernel: "6.12-debug", config: {}, costs: "hardware", ...machine },
  };
}
