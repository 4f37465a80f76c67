/** CodeMirror as the page wants it: C by weight and grey, the lit line, diagnostics with line:col, Escape to leave. */

import {
  autocompletion,
  bracketMatching,
  closeBrackets,
  completionKeymap,
  cpp,
  Decoration,
  defaultKeymap,
  EditorState,
  EditorView,
  HighlightStyle,
  highlightActiveLineGutter,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  keymap,
  lineNumbers,
  lintGutter,
  lintKeymap,
  StateEffect,
  StateField,
  searchKeymap,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "../vendor/codemirror.js";
import { heatGutter, setBreaks, setHeat } from "./gutters.js";
import { completionSource, kapiHover } from "./kapi.js";
import { reachable } from "./whereabouts.js";

/** @import { Diagnostic } from "./types.js" */
/** @import { EditorHooks } from "./editor.js" */

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier, tags.typeName], fontWeight: "600" },
  { tag: [tags.processingInstruction, tags.macroName], color: "var(--ink2)", fontWeight: "600" },
  { tag: [tags.string, tags.character, tags.special(tags.string)], color: "var(--ink2)" },
  { tag: [tags.comment], color: "var(--ink3)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName))], color: "var(--accent)" },
]);

const setLit = /** @type {import("../vendor/codemirror.js").StateEffectType<number>} */ (StateEffect.define());
const litMark = Decoration.line({ class: "cm-lit", attributes: { "aria-current": "step" } });
const litLine = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let out = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setLit)) continue;
      const { doc } = transaction.state;
      out =
        effect.value < 1 || effect.value > doc.lines
          ? Decoration.none
          : Decoration.set([litMark.range(doc.line(effect.value).from)]);
    }
    return out;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Puts an editor in the place of the textarea, which stays as the plain one for forms and for those without it.
 * @param {HTMLTextAreaElement} area
 * @param {string} file
 * @param {EditorHooks} hooks
 */
export function mountEditor(area, file, hooks) {
  const nonce = document.querySelector("meta[name=csp-nonce]")?.getAttribute("content") ?? "";
  const holder = { view: /** @type {any} */ (null), quiet: false, light, diagnose, heat, breaks, unmount };
  const leave = () => {
    // An open list of completions closes first.
    if (holder.view.dom.querySelector(".cm-tooltip-autocomplete")) return false;
    document.getElementById("lanes")?.focus();
    return true;
  };
  const run = () => {
    hooks.run();
    return true;
  };
  const view = new EditorView({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({ "aria-label": `${file}: Escape leaves the editor`, tabindex: "0" }),
      EditorState.readOnly.of(!reachable),
      lintGutter(),
      heatGutter(hooks.breakToggled),
      lineNumbers({
        domEventHandlers: {
          mousedown(v, line) {
            hooks.lineClicked(v.state.doc.lineAt(line.from).number);
            return true;
          },
        },
      }),
      highlightActiveLineGutter(),
      history(),
      bracketMatching(),
      closeBrackets(),
      indentOnInput(),
      indentUnit.of("\t"),
      EditorState.tabSize.of(file === "module.c" ? 4 : 8),
      syntaxHighlighting(highlight),
      file.endsWith(".c")
        ? [cpp(), kapiHover, autocompletion({ override: [completionSource], defaultKeymap: false })]
        : [],
      litLine,
      keymap.of([
        { key: "Mod-Enter", run },
        { key: "Escape", run: leave },
        ...completionKeymap,
        ...lintKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        if (!holder.quiet) hooks.changed(area.value);
      }),
    ],
  });
  holder.view = view;
  const focused = document.activeElement === area;
  const selection = area.selectionStart;
  area.hidden = true;
  area.before(view.dom);
  if (focused) {
    view.dispatch({ selection: { anchor: Math.min(selection, view.state.doc.length) } });
    view.focus();
  }
  return holder;

  /** @param {import("./heat.js").Heat} found */
  function heat(found) {
    view.dispatch({ effects: setHeat.of(found) });
  }

  /** @param {Set<number>} lines */
  function breaks(lines) {
    view.dispatch({ effects: setBreaks.of(new Set(lines)) });
  }

  /** Back to the textarea, which holds the same text. */
  function unmount() {
    view.destroy();
    area.hidden = false;
  }

  /** @param {number} line */
  function light(line) {
    view.dispatch({ effects: setLit.of(line) });
    const { doc } = view.state;
    if (line < 1 || line > doc.lines || view.hasFocus) return;
    // Heights are guesses until the editor has measured its lines.
    view.requestMeasure({
      key: litLine,
      read: () => {
        const box = view.scrollDOM;
        const block = view.lineBlockAt(doc.line(Math.min(line, view.state.doc.lines)).from);
        return block.top < box.scrollTop + 12 || block.bottom > box.scrollTop + box.clientHeight - 12;
      },
      write: (hidden) => {
        if (hidden) window.setTimeout(() => reveal(line), 0);
      },
    });
  }

  /** @param {number} line */
  function reveal(line) {
    const { doc } = view.state;
    if (line > doc.lines || view.hasFocus) return;
    // The editor's own box only: scrollIntoView() would take the page along where that scrolls, at 200 % for one.
    const place = () => {
      const box = view.scrollDOM;
      const { top, height } = view.lineBlockAt(doc.line(line).from);
      box.scrollTop = top - (box.clientHeight - height) / 2;
    };
    place();
    view.requestMeasure({ read: () => undefined, write: place });
  }

  /** What would mend it, where the compiler or a lint says so. @param {Diagnostic} d */
  function fixes(d) {
    const { replacement } = d;
    if (!reachable || replacement === null || replacement === undefined) return [];
    const name = replacement === "" ? "Take it away" : `Replace by ${replacement.trim().split("\n")[0].slice(0, 40)}`;
    return [
      {
        name,
        /** @param {import("../vendor/codemirror.js").EditorView} v @param {number} from @param {number} to */
        apply(v, from, to) {
          v.dispatch({ changes: { from, to: d.end_col ? to : from, insert: replacement } });
        },
      },
    ];
  }

  /** @param {Diagnostic[]} found */
  function diagnose(found) {
    const { doc } = view.state;
    const marks = found.map((d) => {
      const line = doc.line(Math.min(doc.lines, Math.max(1, d.line)));
      const indent = /^\s*/.exec(line.text)?.[0].length ?? 0;
      const from = Math.min(line.to, line.from + (d.col ? d.col - 1 : indent));
      const word = view.state.wordAt(from)?.to ?? Math.min(line.to, from + 1);
      const to = d.end_col ? Math.min(line.to, line.from + d.end_col - 1) : d.col ? word : line.to;
      const hint = d.hint ? `\nhelp: ${d.hint}` : "";
      const severity = /** @type {"error" | "warning" | "info"} */ (d.severity === "note" ? "info" : d.severity);
      return {
        from,
        to: Math.max(from, to),
        severity,
        message: `${[d.line, d.col].filter(Boolean).join(":")}: ${d.severity}: ${d.message}${hint}`,
        source: d.code,
        actions: fixes(d),
      };
    });
    view.dispatch(setDiagnostics(view.state, marks));
  }
}
