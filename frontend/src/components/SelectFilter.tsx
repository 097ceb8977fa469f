import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { Select } from "./Form";

interface SelectFilterProps<Value extends string> {
  label: string;
  /** What is said when nothing is filtered by. */
  any: string;
  options: readonly (readonly [value: Value, label: string])[];
  value: Value | undefined;
  /** Null takes the filter away. */
  onChange: (value: Value | null) => void;
  className?: string;
}

/** One value of a few, or any of them. */
export function SelectFilter<Value extends string>({
  label,
  any,
  options,
  value,
  onChange,
  className,
}: SelectFilterProps<Value>): ReactNode {
  return (
    <Select
      aria-label={label}
      className={classes("w-auto max-w-60", className)}
      value={value ?? ""}
      onChange={(event) => onChange(options.find(([known]) => known === event.target.value)?.[0] ?? null)}
    >
      <option value="">{any}</option>
      {options.map(([each, name]) => (
        <option key={each} value={each}>
          {name}
        </option>
      ))}
    </Select>
  );
}
