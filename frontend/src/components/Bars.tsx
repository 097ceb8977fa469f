import type { ReactNode } from "react";

export interface Bar {
  /** Unique, such as the hour. */
  key: string;
  value: number;
  /** Said of the bar on hover and to screen readers. */
  label: string;
}

const HEIGHT = 64;

/** Small columns over time, such as alerts per hour. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }): ReactNode {
  const most = Math.max(0, ...bars.map((bar) => bar.value)) || 1;
  return (
    <div role="list" aria-label={label} className="flex items-end gap-0.5" style={{ height: HEIGHT }}>
      {bars.map((bar) => (
        <div
          key={bar.key}
          role="listitem"
          aria-label={bar.label}
          title={bar.label}
          className="min-w-1 flex-1 rounded-t-sm bg-accent/70 hover:bg-accent"
          style={{ height: bar.value === 0 ? 1 : Math.max(3, (HEIGHT * bar.value) / most) }}
        />
      ))}
    </div>
  );
}
