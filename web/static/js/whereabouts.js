/**
 * Where the server is: behind this page; at the address that a page of a static site names; or nowhere. Static pages
 * bring a run that was computed beforehand.
 */

const given = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=wqplay-server]"))?.content;

/** Whether a server sent this page, rather than `wqplay site`. */
export const served = given === undefined;
/** Whether there is a server to ask. */
export const reachable = given !== "";
export const NO_SERVER = "This page was made without a server, so it shows the run that it brought and no other.";

/** The address of a route. @param {string} path begins with a slash */
export function onServer(path) {
  return `${given ?? ""}${path}`;
}

/**
 * The messages of the run that the page brought, afresh at each call, for they are taken apart; null where it has none
 * of this scenario.
 * @param {string} hash of the gallery's scenario
 * @returns {Record<string, any>[] | null}
 */
export function precomputed(hash) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector("#precomputed"));
  return element?.dataset.hash === hash ? JSON.parse(element.textContent ?? "[]") : null;
}
