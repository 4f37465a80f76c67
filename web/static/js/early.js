/** Runs first on every page: the stored theme, and the mark that lets parts show which need JavaScript. */

document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("wqplay:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's theme.
}
