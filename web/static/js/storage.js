/** The browser's storage, where it is allowed: choices outlast the page, else they last as long as it. */

/** @param {string} key */
export function stored(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} key @param {string} value empty forgets it */
export function store(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // No storage.
  }
}
