import { useEffect, useState } from "react";

/** So many rem high is all of the page, whatever the screen: it is read from afar, and nobody scrolls a wall. */
const PAGE_HEIGHT = 58;
const USUAL_REM = 16;

/**
 * How much larger than at a desk all is drawn: while it is on, the root's font grows with the screen's height, and with it
 * whatever is measured in rem. What is drawn on a canvas is told the number.
 */
export function useWallScale(isOn: boolean): number {
  const [height, setHeight] = useState(window.innerHeight);
  useEffect(() => {
    const onResize = (): void => setHeight(window.innerHeight);
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  }, []);
  const rem = height / PAGE_HEIGHT;
  useEffect(() => {
    if (!isOn) return undefined;
    const root = document.documentElement;
    root.style.fontSize = `${rem}px`;
    return () => {
      root.style.fontSize = "";
    };
  }, [isOn, rem]);
  return isOn ? rem / USUAL_REM : 1;
}
