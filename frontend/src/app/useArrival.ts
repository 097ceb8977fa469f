import { useEffect, useRef, type RefObject } from "react";
import { NavigationType, useLocation, useNavigationType } from "react-router";

/**
 * A page that is gone to begins at its top and with the focus in it, as one does that a browser loads; one that is gone
 * back to is where it was left. What changes of an address behind its path is no other page.
 */
export function useArrival(): RefObject<HTMLElement | null> {
  const content = useRef<HTMLElement>(null);
  const { key, pathname } = useLocation();
  const isBack = useNavigationType() === NavigationType.Pop;
  const shown = useRef(pathname);
  const left = useRef(new Map<string, number>());

  useEffect(() => {
    const element = content.current;
    if (element === null) return undefined;
    const places = left.current;
    const remember = (): void => void places.set(key, element.scrollTop);
    element.addEventListener("scroll", remember, { passive: true });
    return () => element.removeEventListener("scroll", remember);
  }, [key]);

  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const element = content.current;
    if (element === null) return;
    // A window that was opened meanwhile keeps what is typed into it.
    if (document.querySelector("[role=dialog]") === null) element.focus({ preventScroll: true });
    element.scrollTop = isBack ? (left.current.get(key) ?? 0) : 0;
  }, [isBack, key, pathname]);
  return content;
}
