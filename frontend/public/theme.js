// Before the first paint, so that a dark page never flashes white. The same rule stands in src/lib/theme.ts.
(() => {
  let preference = null;
  try {
    preference = localStorage.getItem("pulse.theme");
  } catch {
    preference = null; // a browser that keeps nothing: the system's theme
  }
  const dark = preference === "dark" || (preference !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
