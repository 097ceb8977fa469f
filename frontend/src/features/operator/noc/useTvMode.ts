import { useCallback, useEffect, useRef, useState } from "react";

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest("[role=dialog]") !== null)
  );
}

/** The whole screen for a wall: F turns it on and off, Esc turns it off. A wall screen's own page begins with it. */
export function useTvMode(begins: boolean): { isTv: boolean; toggle: () => void } {
  const [isTv, setIsTv] = useState(begins);
  const toggle = useCallback(() => setIsTv((before) => !before), []);
  const leave = useCallback(() => setIsTv(false), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "f" || event.key === "F") toggle();
      else if (event.key === "Escape") leave();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [leave, toggle]);
  useFullScreen(isTv, leave);
  return { isTv, toggle };
}

/** Takes the whole screen while it is wanted; `onLeft` hears that a person has left it in the browser's own way. */
function useFullScreen(isWanted: boolean, onLeft: () => void): void {
  const wanted = useRef(false);
  const isUnderWay = useRef(false);

  const follow = useCallback(async () => {
    if (isUnderWay.current || !document.fullscreenEnabled) return;
    isUnderWay.current = true;
    try {
      // Each change takes a moment, after which the other may be wanted again.
      while ((document.fullscreenElement !== null) !== wanted.current) {
        await (wanted.current ? document.documentElement.requestFullscreen() : document.exitFullscreen());
      }
    } catch {
      // Browsers that refuse the full screen still show the mode in their window.
    } finally {
      isUnderWay.current = false;
    }
  }, []);

  useEffect(() => {
    wanted.current = isWanted;
    void follow();
  }, [follow, isWanted]);

  useEffect(() => {
    // The browser takes Esc for itself while it is in full screen.
    const onScreen = (): void => {
      if (document.fullscreenElement === null && !isUnderWay.current) onLeft();
    };
    document.addEventListener("fullscreenchange", onScreen);
    return () => {
      document.removeEventListener("fullscreenchange", onScreen);
      wanted.current = false;
      void follow();
    };
  }, [follow, onLeft]);
}
