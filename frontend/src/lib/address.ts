/**
 * Show another address for the page as it is loaded, as without the code of a sign-in. What the browser's history
 * remembers with it, such as the list that somebody came from, stays through a reload.
 */
export function showAddress(address: string): void {
  history.replaceState(history.state, "", address);
}
