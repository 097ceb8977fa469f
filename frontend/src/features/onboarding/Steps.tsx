import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { text } from "./text";

/** Where one is. What is done can be gone back to, until the device is there. */
export function Steps({ current, onGo }: { current: number; onGo?: (step: number) => void }): ReactNode {
  return (
    <ol aria-label={text.stepsLabel} className="mb-4 flex flex-wrap gap-x-6 gap-y-2 border-b pb-3 text-sm">
      {text.steps.map((name, step) => {
        const isDone = step < current;
        const mark = (
          <span
            aria-hidden
            className={classes(
              "grid size-5 place-items-center rounded-full border text-xs",
              step === current && "border-accent text-accent",
              isDone && "border-accent bg-accent text-accent-ink",
            )}
          >
            {isDone ? <Check className="size-3" strokeWidth={3} /> : step + 1}
          </span>
        );
        return (
          <li
            key={name}
            aria-current={step === current ? "step" : undefined}
            className={classes("flex items-center gap-2", step === current ? "font-medium" : "text-muted")}
          >
            {isDone && onGo ? (
              <button type="button" className="flex items-center gap-2 hover:text-ink" onClick={() => onGo(step)}>
                {mark}
                {name}
              </button>
            ) : (
              <>
                {mark}
                {name}
              </>
            )}
          </li>
        );
      })}
    </ol>
  );
}
