/**
 * The kernel's functions in the editor: completion while one types, and under the pointer the prototype, where it may
 * be called, and one sentence. The list comes from the server, which runs exactly these.
 */

import { hoverTooltip } from "../vendor/codemirror.js";
import { prose } from "./dom.js";
import { onServer, reachable } from "./whereabouts.js";

/** @typedef {{name: string, prototype: string, doc: string, header: string, may_sleep: boolean}} Func */

/** @type {Promise<{byName: Map<string, Func>, names: string[]}> | null} */
let table = null;

function kapi() {
  if (!reachable) return Promise.resolve({ byName: new Map(), names: [] });
  table ??= fetch(onServer("/api/kapi"))
    .then((answer) => answer.json())
    .then((body) => ({
      byName: new Map(body.functions.map((/** @type {Func} */ f) => [f.name, f])),
      names: body.names ?? [],
    }))
    .catch(() => {
      table = null;
      return { byName: new Map(), names: [] };
    });
  return table;
}

/** Prototype, header and context rule, and the sentence. @param {Func} f */
function card(f) {
  const box = document.createElement("div");
  box.className = "kapi";
  const code = document.createElement("code");
  code.textContent = f.prototype;
  const doc = document.createElement("p");
  doc.append(...prose(f.doc));
  const rule = document.createElement("small");
  const where = f.may_sleep ? "may sleep: only where a task may" : "never sleeps: in any context";
  rule.textContent = `<${f.header}> · ${where}`;
  box.append(code, doc, rule);
  return box;
}

/** @param {import("@codemirror/autocomplete").CompletionContext} context */
export async function completionSource(context) {
  const word = context.matchBefore(/[A-Za-z_]\w*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  if (word.text.length < 2 && !context.explicit) return null;
  const { byName, names } = await kapi();
  const functions = [...byName.values()].map((f) => ({
    label: f.name,
    type: "function",
    detail: f.prototype.slice(f.prototype.indexOf("(")).slice(0, 60),
    apply: `${f.name}(`,
    info: () => card(f),
  }));
  const others = names
    .filter((n) => !byName.has(n) && !n.startsWith("__"))
    .map((label) => ({ label, type: "constant" }));
  const own = [...new Set(context.state.doc.toString().match(/\b[A-Za-z_]\w{3,}\b/g) ?? [])]
    .filter((label) => !byName.has(label) && label !== word.text)
    .map((label) => ({ label, type: "text", boost: -1 }));
  return { from: word.from, options: [...functions, ...others, ...own], validFor: /^\w*$/ };
}

export const kapiHover = hoverTooltip(async (view, pos) => {
  const word = view.state.wordAt(pos);
  if (!word) return null;
  const { byName } = await kapi();
  const found = byName.get(view.state.sliceDoc(word.from, word.to));
  return found ? { pos: word.from, end: word.to, above: true, create: () => ({ dom: card(found) }) } : null;
});
