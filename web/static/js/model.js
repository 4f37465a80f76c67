/**
 * Questions about a run, answered from the columns of the store: names, states at a moment, sentences.
 * It words what the server derived; it derives no scheduling fact.
 */

import { isOwn } from "./own.js";

/** @import { Store } from "./store.js" */
/** @import { Scenario } from "./types.js" */

/** @typedef {{kind: string, id: number, name: string}} Culprit */

/** @param {Store} store @param {number} item */
export function itemName(store, item) {
  const object = store.items.object.at(item);
  return store.objects[object]?.name ?? `item ${item}`;
}

/** The name with the life's number where the object lives more than once: "delayed_work (2nd)". @param {Store} store @param {number} item */
export function itemLabel(store, item) {
  const nth = store.items.nth.at(item);
  const ordinal = nth === 1 ? "2nd" : nth === 2 ? "3rd" : `${nth + 1}th`;
  return nth > 0 ? `${itemName(store, item)} (${ordinal})` : itemName(store, item);
}

/** @param {Store} store @param {number} item */
export function itemFunction(store, item) {
  return (store.objects[store.items.object.at(item)]?.info ?? "").replace(/ \[\w+\]$/, "");
}

/** @param {Store} store @param {number} item */
export function itemQueue(store, item) {
  const wq = store.items.wq.at(item);
  return wq >= 0 ? store.strings[wq] : "";
}

/** First and last moment of an item's life so far. @param {Store} store @param {number} item @returns {[number, number]} */
export function itemRange(store, item) {
  const { t } = store.events;
  const steps = store.stepsOf(item);
  let from = steps.length ? t.at(steps[0].seq) : Number.POSITIVE_INFINITY;
  let to = steps.length ? t.at(steps[steps.length - 1].seq) : 0;
  for (const span of store.spansOf(item)) {
    from = Math.min(from, store.spans.start.at(span));
    to = Math.max(to, Math.min(store.reachedNs, store.spans.end.at(span)));
  }
  return [Number.isFinite(from) ? from : 0, to];
}

/** The life of the item called `name` that covers `ns`, else the nearest. @param {Store} store @param {string} name @param {number} ns */
export function findItem(store, name, ns) {
  let best = -1;
  let bestFar = Number.POSITIVE_INFINITY;
  for (let i = 0; i < store.itemCount; i++) {
    if (itemName(store, i) !== name) continue;
    const [from, to] = itemRange(store, i);
    const far = ns < from ? from - ns : ns > to ? ns - to : 0;
    if (far < bestFar) [best, bestFar] = [i, far];
  }
  return best;
}

/** @param {Store} store @param {number} task */
export function taskName(store, task) {
  return store.tasks[task]?.comm ?? "";
}

/** The lane that shows a task. @param {Store} store @param {number} task */
export function taskLane(store, task) {
  const pid = store.tasks[task]?.pid;
  for (const lane of store.lanes.values()) if (lane.pid === pid && lane.kind !== "cpu") return lane;
  return null;
}

/** What a command came to be called: a shell's child has the shell's name until it executes its program. @param {Store} store @param {number} task */
function commandName(store, task) {
  const { kind, pid, comm } = store.tasks[task] ?? { kind: "", pid: -1, comm: "" };
  return (kind === "command" && store.tasks.findLast((t) => t.pid === pid)?.comm) || comm;
}

/** What a task is called that keeps an item waiting; a worker with the item that it executes then: "kworker/0:1 (task_0)". @param {Store} store @param {number} task @param {number} waiting @param {number} ns */
function culpritTask(store, task, waiting, ns) {
  const name = commandName(store, task);
  const lane = store.tasks[task]?.kind === "kworker" ? taskLane(store, task) : null;
  const span = lane ? spanAt(store, lane.id, ns) : -1;
  const item = span >= 0 ? store.spans.item.at(span) : -1;
  return item >= 0 && item !== waiting ? `${name} (${itemLabel(store, item)})` : name;
}

/** @param {Store} store @param {number} wait @returns {Culprit[]} */
export function culprits(store, wait) {
  const flat = store.culpritsOf(wait);
  const found = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const kind = store.words.culprits[flat[i]];
    const id = flat[i + 1];
    const name =
      kind === "task"
        ? culpritTask(store, id, store.waits.item.at(wait), store.waits.start.at(wait))
        : kind === "item"
          ? itemLabel(store, id)
          : (store.objects[id]?.name ?? `object ${id}`);
    found.push({ kind, id, name });
  }
  return found;
}

/**
 * The sentence of a wait, in parts: text, and culprits to be made links.
 * @param {Store} store
 * @param {number} wait
 * @returns {(string | Culprit)[]}
 */
export function waitSentence(store, wait) {
  const who = culprits(store, wait);
  return store.texts[store.waits.text.at(wait)]
    .split(/(\{\d+\})/)
    .filter(Boolean)
    .map((part) => {
      const index = /^\{(\d+)\}$/.exec(part);
      return index ? (who[Number(index[1])] ?? "") : part;
    });
}

/** @param {Store} store @param {number} wait */
export function waitText(store, wait) {
  return waitSentence(store, wait)
    .map((part) => (typeof part === "string" ? part : part.name))
    .join("");
}

/** What stands on the bar of a wait: "ordered: task_0, task_1". @param {Store} store @param {number} wait */
export function waitChip(store, wait) {
  const { chip } = store.words.causes[store.waits.cause.at(wait)];
  const names = culprits(store, wait).map((c) => c.name);
  if (names.length > 3) names.splice(2, names.length, `${names.length - 2} more`);
  return names.length ? `${chip}: ${names.join(", ")}` : chip;
}

/**
 * The call on a source line, for the bar of a sleep: "msleep(500)"; what never sleeps is none, nor is a function of the
 * module itself, for who waits in there is on a line of its own.
 * @param {Scenario | null} scenario
 * @param {number} line
 */
export function callOnLine(scenario, line) {
  const source = line < 1 ? "" : (scenario?.files["module.c"] ?? "");
  const text = source.split("\n", line)[line - 1] ?? "";
  const calls = text.matchAll(/\b(?!if\b|while\b|for\b|switch\b|return\b|sizeof\b)([A-Za-z_]\w*)\s*\(/g);
  for (const { 1: name, index } of calls) {
    if (/^(pr_|printk)/.test(name) || new RegExp(`^[A-Za-z_][^;=(]*\\b${name}\\(`, "m").test(source)) continue;
    let depth = 0;
    for (let i = index; i < text.length; i++) {
      if (text[i] === "(") depth++;
      else if (text[i] === ")" && --depth === 0) {
        const whole = text.slice(index, i + 1);
        return whole.length <= 34 ? whole : `${name}(…)`;
      }
    }
    return `${name}(…)`;
  }
  return "";
}

/** A variable's or lock's value after event `seq`. @param {Store} store @param {import("./store.js").Series} series @param {number} seq */
export function valueAt(store, series, seq) {
  const i = series.seqs.lastAtMost(seq);
  return i < 0 ? null : store.texts[series.values.at(i)];
}

/** @param {Store} store @param {number} lane @param {string} name @param {number} ns */
export function counterAt(store, lane, name, ns) {
  const series = store.counters.get(`${lane}:${name}`);
  if (!series) return null;
  const i = series.t.lastAtMost(ns);
  return i < 0 ? 0 : series.value.at(i);
}

/** Which of a lane's spans was the last to start by `ns`; -1 where none had. @param {Store} store @param {import("./column.js").Column} ids @param {number} ns */
export function lastStarted(store, ids, ns) {
  const { start } = store.spans;
  let lo = 0;
  let hi = ids.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (start.at(ids.at(mid)) <= ns) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

/** The span of a lane that covers `ns`; -1 where there is none. @param {Store} store @param {number} lane @param {number} ns */
export function spanAt(store, lane, ns) {
  const ids = store.spansOn(lane);
  const id = ids.at(lastStarted(store, ids, ns));
  return store.spans.end.at(id) > ns ? id : -1;
}

/** The wait of a span that covers `ns`, else its last one; -1 where nothing explains it. @param {Store} store @param {number} span @param {number} ns */
export function waitAt(store, span, ns) {
  const waits = store.waitsOfSpan(span);
  let best = -1;
  for (const wait of waits) if (best < 0 || store.waits.start.at(wait) <= ns) best = wait;
  return best;
}

/** @param {Store} store @param {string} type @param {number} value */
function argument(store, type, value) {
  if (type === "obj") return value < 0 ? "-" : (store.objects[value]?.name ?? String(value));
  if (type === "str" || type === "ptr") return store.strings[value] ?? "";
  return String(value);
}

/** An event's fields by name, in words. @param {Store} store @param {number} seq @returns {Map<string, string>} */
export function eventFields(store, seq) {
  const { kind, argAt, args } = store.events;
  const word = store.words.events[kind.at(seq)];
  const at = argAt.at(seq);
  return new Map(word.fields.map(([name, type], i) => [name, argument(store, type, args.at(at + i))]));
}

/** An event's text form, with names in place of addresses. @param {Store} store @param {number} seq */
export function eventText(store, seq) {
  const fields = eventFields(store, seq);
  const word = store.words.events[store.events.kind.at(seq)];
  return word.text.replace(/\{(\w+)(?::[^}]*)?\}/g, (_, name) => fields.get(name) ?? "").trim();
}

/** What an event is about, short enough for a column: names rather than fields. @param {Store} store @param {number} seq */
export function eventBrief(store, seq) {
  const fields = eventFields(store, seq);
  const name = eventName(store, seq);
  const get = (/** @type {string} */ key) => fields.get(key) ?? "";
  if (name === "sched_switch") return `to ${get("next_comm")}`;
  if (name.startsWith("sched_wak")) return `${get("comm")} on CPU ${Number(get("target_cpu"))}`;
  if (fields.has("work"))
    return [get("work"), get("function")].filter((t, i) => i === 0 || !get("work").startsWith(t)).join(" ");
  if (fields.has("timer")) return get("timer");
  if (name === "console" || name === "wqp:tty") return get("text").trim();
  if (name === "wqp:wait") return `${get("cause") || "ends"} ${get("detail")}`.trim();
  return eventText(store, seq);
}

/** @param {Store} store @param {number} seq */
export function eventName(store, seq) {
  const word = store.words.events[store.events.kind.at(seq)];
  return word.system === "wqp" ? `wqp:${word.name}` : word.name;
}

/** One short sentence for the live region and the slider. @param {Store} store @param {number} seq */
export function announce(store, seq) {
  if (seq < 0 || !store.meta) return "start";
  const fields = eventFields(store, seq);
  const task = taskName(store, store.events.task.at(seq));
  switch (eventName(store, seq)) {
    case "workqueue_queue_work":
      return `${fields.get("work")} queued by ${task}`;
    case "workqueue_execute_start":
      return `${fields.get("work")} starts on ${task}`;
    case "workqueue_execute_end":
      return `${fields.get("work")} ends`;
    case "sched_switch":
      return `CPU ${store.events.cpu.at(seq)} switches to ${fields.get("next_comm")}`;
    case "sched_wakeup":
    case "sched_waking":
      return `${fields.get("comm")} is woken by ${task}`;
    case "workqueue_activate_work":
      return `${fields.get("work")} is activated`;
    case "console":
      return fields.get("text") ?? "";
    default:
      return `${eventName(store, seq)} ${eventText(store, seq)}`.slice(0, 90);
  }
}

/**
 * The first wait worth explaining: of an item of the module, for a cause that another item or task is to blame for,
 * not over at once. With a code: the first of that cause, rather one with a culprit, rather an item's than that of a
 * task in the module's code.
 * @param {Store} store
 * @param {string} [code]
 * @returns {number} number of the wait, -1 where none is
 */
export function firstTellingWait(store, code) {
  const { item, start, end, cause, line } = store.waits;
  const plain = new Set(["TIMER", "WORKER_WAKING", "CPU_BUSY", "UNKNOWN"]);
  const enough = Math.max(1, store.reachedNs / 500);
  let found = -1;
  let task = -1;
  for (let w = 0; w < item.length; w++) {
    const its = store.words.causes[cause.at(w)].code;
    if (item.at(w) < 0) {
      if (task < 0 && its === code && line.at(w) > 0 && store.culpritsOf(w).length) task = w;
      continue;
    }
    if (!isOwn(store, item.at(w))) continue;
    if (code && its === code) {
      if (store.culpritsOf(w).length) return w;
      if (found < 0) found = w;
    }
    const length = Math.min(end.at(w), store.reachedNs) - start.at(w);
    if (!code && !plain.has(its) && length >= enough && store.culpritsOf(w).length) return w;
  }
  return found < 0 ? task : found;
}
