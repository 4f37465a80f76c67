/** What belongs to the module and what to the kernel itself: by the function's mark, `job_fn [demo]`, and by who queued. */

/** @import { Store } from "./store.js" */
/** @import { Lane } from "./types.js" */

/** @type {WeakMap<Store, {marked: boolean, own: Uint8Array}>} */
const known = new WeakMap();

/** Which objects bear the module's mark, and whether any does; where none does, a trace does not say. @param {Store} store */
function marks(store) {
  const { objects } = store;
  let found = known.get(store);
  if (found?.own.length === objects.length) return found;
  const mark = `[${store.meta?.module}]`;
  const own = Uint8Array.from(objects, ({ info }) => (info.endsWith(mark) ? 1 : 0));
  found = { marked: own.includes(1), own };
  known.set(store, found);
  return found;
}

/** Tells whether an item's function is the module's own; where a trace does not say, all are. @param {Store} store @returns {(item: number) => boolean} */
export function ownItems(store) {
  const { marked, own } = marks(store);
  const { object } = store.items;
  return (item) => !marked || own[object.at(item)] === 1;
}

/** The same of one item. @param {Store} store @param {number} item */
export function isOwn(store, item) {
  return ownItems(store)(item);
}

/** Whether a timer is the module's, or of its delayed work; where a trace does not say, all are. @param {Store} store @param {Lane} lane */
function isOwnTimer(store, lane) {
  const { marked, own } = marks(store);
  if (!marked || own[lane.object] !== 0) return true;
  const { item } = store.spans;
  const isOfModule = ownItems(store);
  return store.spansOn(lane.id).some((id) => item.at(id) >= 0 && isOfModule(item.at(id)));
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
    lane.kind === "task" &&
    /^(kthreadd|pool_workqueue|rcu|migration|cpuhp|ksoftirqd|khungtaskd|kcompactd)/.test(lane.name);
  if (lane.kind === "task" && !system) return true;
  const { item, line } = store.spans;
  if (!marks(store).marked && lane.kind !== "task") return true;
  const isOfModule = ownItems(store);
  return store.spansOn(lane.id).some((id) => (item.at(id) >= 0 ? isOfModule(item.at(id)) : !system && line.at(id) > 0));
}

/** Whether anything but idling happened on a lane. @param {Store} store @param {Lane} lane */
export function isUsed(store, lane) {
  const idle = store.words.states.indexOf("idle");
  return store.spansOn(lane.id).some((id) => store.spans.state.at(id) !== idle);
}
