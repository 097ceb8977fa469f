import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./Button";
import { text } from "./text";
import { closer, moved, wider, type Extent } from "./zoom";

interface ZoomButtonsProps {
  /** What the chart shows; milliseconds. */
  shown: Extent;
  onZoom: (next: Extent) => void;
}

/** What dragging over a chart does, for who has no mouse: closer, further, back in time and forth. */
export function ZoomButtons({ shown, onZoom }: ZoomButtonsProps): ReactNode {
  const ways = [
    [text.earlier, ChevronLeft, () => moved(shown, -1, Date.now())],
    [text.closer, ZoomIn, () => closer(shown)],
    [text.wider, ZoomOut, () => wider(shown, Date.now())],
    [text.later, ChevronRight, () => moved(shown, 1, Date.now())],
  ] as const;
  return (
    <span role="group" aria-label={text.zoom} className="inline-flex">
      {ways.map(([label, Icon, way]) => (
        <IconButton
          key={label}
          label={label}
          onClick={() => {
            const next = way();
            if (next !== null) onZoom(next);
          }}
        >
          <Icon aria-hidden className="size-4" />
        </IconButton>
      ))}
    </span>
  );
}
