import { useEffect } from "react";
import { useNavigate } from "react-router";
import { isTyping } from "@/lib/keyboard";
import type { Page } from "@/routing/page";

const SEQUENCE_MILLISECONDS = 1000;

interface Ways {
  pages: readonly Page[];
  onPalette: () => void;
  onHelp: () => void;
}

/** Keys that work wherever nothing is being typed: Ctrl K, "/", "?", and "g" with a page's letter. */
export function useShortcuts({ pages, onPalette, onHelp }: Ways): void {
  const navigate = useNavigate();
  useEffect(() => {
    let leaderAt = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const inSequence = event.timeStamp - leaderAt < SEQUENCE_MILLISECONDS;
      leaderAt = -Infinity;
      if (inSequence) {
        const page = pages.find(({ navigation }) => navigation?.shortcut === event.key);
        if (!page) return;
        event.preventDefault();
        void navigate(`/${page.path}`);
      } else if (event.key === "g") {
        leaderAt = event.timeStamp;
      } else if (event.key === "?") {
        onHelp();
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("[data-shortcut=search]");
        if (search === null) return;
        event.preventDefault();
        search.focus();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, onHelp, onPalette, pages]);
}
