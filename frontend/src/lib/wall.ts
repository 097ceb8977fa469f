/** The address of a wall screen. The key stands behind the `#`, which browsers keep to themselves. */

const WALL_PATH = "/app/wall";
const KEPT = "pulse.wall-key";

export function wallAddress(key: string): string {
  return `${location.origin}${WALL_PATH}#${key}`;
}

/**
 * The key of the wall screen that this page is, empty if it has none; null of any other page. The key is taken out of the
 * address, so that neither who looks at the screen nor the tab's history has it; the tab keeps it for when it is reloaded.
 */
export function takeWallKey(): string | null {
  if (location.pathname.replace(/\/$/, "") !== WALL_PATH) return null;
  const given = location.hash.slice(1);
  if (given !== "") {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", WALL_PATH);
  }
  return sessionStorage.getItem(KEPT) ?? "";
}
