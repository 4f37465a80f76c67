/** The run of this scenario that was recorded on a real kernel, shown in these lanes; C lays the simulated one under it. */

import { count } from "./format.js";
import { notice } from "./notice.js";
import { Store } from "./store.js";
import { onServer } from "./whereabouts.js";

/** @import { PageState } from "./state.js" */

/** @param {PageState} page @returns {Promise<any>} the recording, or a sentence why there is none */
async function fetched(page) {
  const { name } = page.base;
  if (!name) return "Recorded are the scenarios of the gallery, and this is none of them.";
  const answer = await fetch(onServer(`/api/scenarios/${encodeURIComponent(name)}/real`)).catch(() => null);
  const body = await answer?.json().catch(() => null);
  if (answer?.ok && body?.messages?.length) return body;
  if (answer?.ok) return "Of this scenario the real kernel's log was recorded, but no event that has a lane.";
  return answer?.status === 404
    ? "Nothing was recorded of this scenario on a real kernel."
    : "The recording could not be had: the server does not answer.";
}

/**
 * @param {PageState} page
 * @param {{show: (store: Store, name: string) => void}} runner
 * @returns {Promise<string>} why there is nothing to show; empty where there is
 */
export async function showRecorded(page, runner) {
  const found = await fetched(page);
  if (typeof found === "string") return found;
  const store = new Store();
  for (const message of found.messages) store.ingest(message);
  store.recorded = { date: found.date, runs: found.runs, stale: found.stale };
  runner.show(store, `Linux ${found.kernel}`);
  const more = ["C lays the simulated run under it as a thin line; Run goes back to the simulator."];
  if (found.stale || page.edited) more.unshift("It is of the scenario as it stands in the gallery, not of yours.");
  notice(
    `Measured: Linux ${found.kernel} in QEMU (${found.accelerator}), ${found.date}, the first of ${count(found.runs, "recorded run")}.`,
    more,
    false,
  );
  return "";
}
