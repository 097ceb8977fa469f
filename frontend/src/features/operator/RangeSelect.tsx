import type { ReactNode } from "react";
import { Select } from "@/components/Form";
import { RANGES, type RangeName } from "./ranges";

interface RangeSelectProps {
  label: string;
  offered: readonly RangeName[];
  value: RangeName;
  onChange: (range: string) => void;
}

export function RangeSelect({ label, offered, value, onChange }: RangeSelectProps): ReactNode {
  return (
    <Select aria-label={label} className="w-36" value={value} onChange={(event) => onChange(event.target.value)}>
      {offered.map((name) => (
        <option key={name} value={name}>
          {RANGES[name].words}
        </option>
      ))}
    </Select>
  );
}
