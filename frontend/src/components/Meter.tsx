import type { ReactNode } from "react";

export interface Part {
  name: string;
  value: number;
  /** A CSS colour. */
  colour: string;
}

/** A bar of parts of a whole. The numbers are told beside it; the bar itself is for the eye, and nothing until known. */
export function StackedBar({ parts, label }: { parts: readonly Part[]; label: string }): ReactNode {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  return (
    <div
      {...(label === "" ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
      className="flex h-2.5 gap-px overflow-hidden rounded-full bg-raised"
    >
      {total > 0 &&
        parts.map(
          (part) =>
            part.value > 0 && (
              <div key={part.name} style={{ width: `${(100 * part.value) / total}%`, background: part.colour }} />
            ),
        )}
    </div>
  );
}
