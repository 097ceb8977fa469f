import type { ReactNode } from "react";
import { useTimeZone } from "@/lib/preferences";
import { instantOf, wallTimeOf } from "@/lib/time";
import { Input } from "./Form";

interface MomentFilterProps {
  label: string;
  /** An instant as the API has it; undefined does not filter. */
  value: string | undefined;
  onChange: (instant: string | null) => void;
}

/** One end of a time, by the clocks of who looks at it. */
export function MomentFilter({ label, value, onChange }: MomentFilterProps): ReactNode {
  const timeZone = useTimeZone();
  return (
    <label className="inline-flex items-center gap-1.5 text-xs text-muted">
      {label}
      <Input
        type="datetime-local"
        className="w-48"
        value={value === undefined ? "" : wallTimeOf(new Date(value), timeZone)}
        onChange={({ target }) =>
          onChange(target.value === "" ? null : instantOf(target.value, timeZone).toISOString())
        }
      />
    </label>
  );
}
