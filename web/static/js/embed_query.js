/** What the address of a static embed asks for. On a server, the server reads it. */

const PANES = ["lanes", "code", "dmesg", "details"];
/** @type {Record<string, RegExp>} */
const OPTIONS = {
  theme: /^(auto|light|dark)$/,
  reveal: /^(all|click)$/,
  loop: /^[01]$/,
  autoplay: /^[01]$/,
  readonly: /^[01]$/,
  speed: /^(\d{1,3}(\.\d{1,3})?|1000)$/,
  height: /^([1-9]\d{0,2}|1\d{3}|2000)$/,
  origin: /^https?:\/\/[\w.:[\]-]{1,200}$/,
};
const VIEW = ["t", "from", "to"];
const MOMENT = /^\d{1,6}(\.\d{1,9})?(ns|us|ms|s)$/;
const SELECTION = /^[\w[\].>*-]{1,80}(@[0-9.]+(ns|us|ms|s))?$/;

/**
 * Anything that is not known, or has no such value, is left out.
 * @param {string} search
 * @returns {{options: Record<string, string>, classes: string[], view: string[]}} `view` are keys of a fragment
 */
export function readQuery(search) {
  const given = new URLSearchParams(search);
  const of = (/** @type {string} */ key) => given.get(key) ?? "";
  /** @type {Record<string, string>} */
  const options = {};
  for (const [key, form] of Object.entries(OPTIONS)) if (form.test(of(key))) options[key] = of(key);
  let panes = of("panes")
    .split(",")
    .filter((name) => PANES.includes(name));
  if (of("hidecode") === "1") panes = panes.filter((name) => name !== "code");
  const controls = /^(min|full|none)$/.test(of("controls")) ? of("controls") : "min";
  const view = VIEW.filter((key) => MOMENT.test(of(key))).map((key) => `${key}=${of(key)}`);
  if (SELECTION.test(of("sel"))) view.push(`sel=${of("sel")}`);
  return {
    options,
    classes: [`controls-${controls}`, ...(panes.length ? panes : ["lanes"]).map((p) => `pane-${p}`)],
    view,
  };
}
