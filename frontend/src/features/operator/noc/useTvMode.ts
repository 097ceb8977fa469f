import { useCallback, useEffect, useState } from "react";

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
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "f" || event.key === "F") toggle();
      else if (event.key === "Escape") setIsTv(false);
    };
    // The browser takes Esc for itself while it is in full screen.
    const onScreen = (): void => {
      if (!document.fullscreenElement) setIsTv(false);
    };
    document.addEventListener("keydown", onKey);
    document.addEventListener("fullscreenchange", onScreen);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("fullscreenchange", onScreen);
    };
  }, [toggle]);
  useEffect(() => {
    // Browsers that refuse the full screen still show the mode in their window.
    const refused = (): void => undefined;
    if (isTv && document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(refused);
    if (!isTv && document.fullscreenElement) document.exitFullscreen().catch(refused);
  }, [isTv]);
  return { isTv, toggle };
}
