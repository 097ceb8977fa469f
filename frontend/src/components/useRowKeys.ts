import { useEffect, useRef, type RefObject } from "react";
import { isTyping } from "@/lib/keyboard";

const STEPS: Partial<Record<string, 1 | -1>> = { j: 1, k: -1 };

/**
 * Tells a list of j (1) and k (-1), from wherever on the page nothing is typed. Of several lists it is the one that has
 * the focus, or the page's first one. The list's element carries `data-rows`.
 */
export function useRowKeys(list: RefObject<HTMLElement | null>, onStep: (step: 1 | -1) => void): void {
  const newest = useRef(onStep);
  useEffect(() => {
    newest.current = onStep;
  }, [onStep]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      // The list took the key itself, or it was the second one of "g k".
      if (event.defaultPrevented || isTyping(event.target)) return;
      const focused = document.activeElement?.closest("[data-rows]") ?? document.querySelector("[data-rows]");
      if (list.current === null || focused !== list.current) return;
      event.preventDefault();
      newest.current(step);
    };
    // Behind the document, where the application's own shortcuts are heard.
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [list]);
}

/** Moves the focus from the row of a table that has it, or that contains what has it, to the next or previous one. */
export function stepRow(table: HTMLElement, step: 1 | -1): void {
  const rows = [...table.querySelectorAll<HTMLElement>("tr[data-row]")];
  const group = document.activeElement?.closest("tbody");
  const place = rows.findIndex((row) => row.closest("tbody") === group);
  rows[place === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, place + step))]?.focus();
}

/** Does what a click on the row's name does: unfolds it, or goes to its page. */
export function openRow(row: HTMLElement): void {
  row.querySelector<HTMLElement>("[data-opens], button[aria-expanded]:not([aria-haspopup]), a[href]")?.click();
}
