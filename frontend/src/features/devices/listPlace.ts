/** Where the list of devices was last scrolled to, in this tab; it survives a reload. */
const KEPT = "pulse.devices.place";

let last: string | undefined;

// Written once, when the page goes: at every step of the scrolling it would be a part of each frame.
window.addEventListener("pagehide", () => {
  if (last !== undefined) sessionStorage.setItem(KEPT, last);
});

/** `list`: its filters in words of their own; `top` in pixels. */
export function keepPlace(list: string, top: number): void {
  last = `${Math.round(top)} ${list}`;
}

/** In pixels from the top, where another list than the last one begins. */
export function placeKept(list: string): number {
  const kept = last ?? sessionStorage.getItem(KEPT) ?? "";
  const top = Number.parseInt(kept, 10);
  return kept === `${top} ${list}` ? top : 0;
}
