import { useEffect, useRef, useState, type PointerEvent } from "react";
import { stretchBetween, timeAt, type Axis } from "./timeScale";

/** Less is a click of an unsteady hand. */
const LEAST_PIXELS = 5;

interface Press {
  row: string;
  track: Element;
  x: number;
  isDrag: boolean;
}

interface Stretch extends Axis {
  row: string;
}

interface StretchDrag {
  /** What is being dragged over just now. */
  stretch: Stretch | undefined;
  /** Of each row's track, which is as wide as the axis. */
  press: (row: string, event: PointerEvent) => void;
  /** Of what holds all rows. */
  handlers: Partial<Record<"onPointerMove" | "onPointerUp" | "onPointerCancel", (event: PointerEvent) => void>>;
}

/**
 * A stretch of time that is dragged over a row with a mouse or pen; Escape takes it back. A finger scrolls. The pointer is
 * captured once it is a drag: captured before, it would take the clicks of what is in the row.
 */
export function useStretch(
  axis: Axis,
  timeZone: string,
  onStretch: ((row: string, start: number, end: number) => void) | undefined,
): StretchDrag {
  const pressed = useRef<Press>(null);
  const [stretch, setStretch] = useState<Stretch>();

  const stop = (): void => {
    pressed.current = null;
    setStretch(undefined);
  };
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") stop();
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, []);

  if (onStretch === undefined) return { stretch: undefined, press: () => undefined, handlers: {} };

  const stretchTo = ({ row, track, x }: Press, event: PointerEvent): Stretch | undefined => {
    if (Math.abs(event.clientX - x) < LEAST_PIXELS) return undefined;
    const box = track.getBoundingClientRect();
    const between = stretchBetween(timeAt(x, box, axis), timeAt(event.clientX, box, axis), axis, timeZone, Date.now());
    return between === null ? undefined : { row, ...between };
  };
  return {
    stretch,
    press: (row, event) => {
      if (event.pointerType === "touch" || event.button !== 0) return;
      pressed.current = { row, track: event.currentTarget, x: event.clientX, isDrag: false };
    },
    handlers: {
      onPointerMove: (event) => {
        const press = pressed.current;
        if (press === null) return;
        if (event.buttons === 0) {
          stop();
          return;
        }
        if (!press.isDrag) {
          if (Math.abs(event.clientX - press.x) < LEAST_PIXELS) return;
          press.isDrag = true;
          event.currentTarget.setPointerCapture(event.pointerId);
        }
        setStretch(stretchTo(press, event));
      },
      onPointerUp: (event) => {
        const found = pressed.current?.isDrag ? stretchTo(pressed.current, event) : undefined;
        stop();
        if (found !== undefined) onStretch(found.row, found.start, found.end);
      },
      onPointerCancel: stop,
    },
  };
}
