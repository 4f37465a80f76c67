/** What belongs to the module and what to the kernel itself: by the function's mark, `job_fn [demo]`, and by who queued. */

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

/** @type {WeakMap<Store, {objects: number, marked: boolean}>} */
const known = new WeakMap();

/** Whether anything of the run bears the module's mark; where nothing does, a trace does not say. @param {Store} store */
function marked(store) {
  const found = known.get(store);
  if (found?.objects === store.objects.length) return found.marked;
  const mark = `[${store.meta?.module}]`;
  const is = store.objects.some((o) => o.info.endsWith(mark));
  known.set(store, { objects: store.objects.length, marked: is });
  return is;
}

/** Whether an item's function is the module's own; where a trace does not say, all are. @param {Store} store @param {number} item */
export function isOwn(store, item) {
  const info = store.objects[store.items[item].object]?.info ?? "";
  return !marked(store) || info.endsWith(`[${store.meta?.module}]`);
}

/** Whether a timer is the module's, or of its delayed work; where a trace does not say, all are. @param {Store} store @param {Lane} lane */
function isOwnTimer(store, lane) {
  const thing = store.objects[lane.object];
  if (!thing || !marked(store) || thing.info.endsWith(`[${store.meta?.module}]`)) return true;
  const ids = store.laneSpans.get(lane.id)?.view() ?? new Int32Array();
  return ids.some((id) => store.spans.item.data[id] >= 0 && isOwn(store, store.spans.item.data[id]));
}

/**
 * Whether a lane has anything to do with the module: its items were there, or its code ran or waited there. The
 * session and its commands count too: they are what the person does.
 * @param {Store} store
 * @param {Lane} lane
 */
export function isOwnLane(store, lane) {
  if (lane.kind === "cpu" || lane.kind === "pool") return true;
  if (lane.kind === "timer") return isOwnTimer(store, lane);
  const system =
    lane.kind === "task" && /^(kthreadd|rcu|migration|cpuhp|ksoftirqd|khungtaskd|kcompactd)/.test(lane.name);
  if (lane.kind === "task" && !system) return true;
  const { item, line } = store.spans;
  const ids = store.laneSpans.get(lane.id)?.view() ?? new Int32Array();
  if (!marked(store) && lane.kind !== "task") return true;
  for (const id of ids) {
    if (item.data[id] >= 0 ? isOwn(store, item.data[id]) : !system && line.data[id] > 0) return true;
  }
  return false;
}

/** Whether anything but idling happened on a lane. @param {Store} store @param {Lane} lane */
export function isUsed(store, lane) {
  const idle = store.words.states.indexOf("idle");
  const ids = store.laneSpans.get(lane.id)?.view() ?? new Int32Array();
  for (const id of ids) if (store.spans.state.data[id] !== idle) return true;
  return false;
}
