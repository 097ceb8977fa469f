/** Where the time of the last reload is kept: the page that it was kept by is gone then. */
const RELOADED_AT = "pulse.reloaded-for-a-module";
/** A module that is missing after that as well does not come by reading everything anew. */
const AGAIN_AFTER_MILLISECONDS = 60_000;

/**
 * A page that was opened before a deploy asks for modules that are gone: it is loaded anew, once. Without a network that
 * would take away even what is shown; what is missing is asked for again when the network is back (ErrorBoundary).
 */
export function followMissingModules(reload: () => void): void {
  const reloadOnce = (): void => {
    if (Date.now() - Number(sessionStorage.getItem(RELOADED_AT)) < AGAIN_AFTER_MILLISECONDS) return;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    reload();
  };
  addEventListener("vite:preloadError", () => {
    if (navigator.onLine) reloadOnce();
  });
}
