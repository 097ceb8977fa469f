import { useEffect } from "react";
import { PRODUCT } from "./text";

export const titleOf = (name: string): string => `${name} · ${PRODUCT}`;

/** Name what is on the page in the browser's tab, its history and its bookmarks; undefined leaves what is there. */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    if (name !== undefined) document.title = titleOf(name);
  }, [name]);
}
