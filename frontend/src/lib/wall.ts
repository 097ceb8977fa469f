/** The address of a wall screen. The key stands behind the `#`, which browsers keep to themselves. */

const WALL_PATH = "/app/wall";

export function wallAddress(key: string): string {
  return `${location.origin}${WALL_PATH}#${key}`;
}

/** The key in the address of a wall screen, empty if it lacks one; null of any other address. */
export function wallKeyIn(address: Pick<Location, "pathname" | "hash">): string | null {
  return address.pathname.replace(/\/$/, "") === WALL_PATH ? address.hash.slice(1) : null;
}
