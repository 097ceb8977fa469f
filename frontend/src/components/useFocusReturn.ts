import { useRef } from "react";

interface FocusKeeping {
  onOpenAutoFocus: (event: Event) => void;
  onCloseAutoFocus: (event: Event) => void;
}

/**
 * Puts the focus into a window's first field when it opens, and back where it came from when it closes. Radix does the
 * latter for a trigger of its own alone, and ours are opened by addresses, menus and keys as well.
 */
export function useFocusReturn(): FocusKeeping {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event) => {
      opener.current = openerOf(document.activeElement);
      const field = (event.currentTarget as Element).querySelector<HTMLElement>(FIELDS);
      if (field === null) return;
      event.preventDefault();
      field.focus();
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      // Whoever took the focus meanwhile, such as the next window or page, keeps it.
      if (document.activeElement !== document.body) return;
      const back = opener.current?.isConnected === true ? opener.current : document.getElementById("content");
      if (back instanceof HTMLElement) back.focus();
    },
  };
}

const FIELDS = "input:not([type=hidden], :disabled), textarea:not(:disabled), select:not(:disabled)";

/** What the focus goes back to: of a menu, which is gone by then, the button that opened it. */
function openerOf(focused: Element | null): Element | null {
  const button = focused?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return button === null || button === undefined ? focused : document.getElementById(button);
}
