import { useState, type ReactNode } from "react";
import { useController, type Control, type FieldPath, type FieldValues } from "react-hook-form";
import { typedOf, unitsWithin, valueOf, type LengthLimits, type LengthUnit } from "@/lib/lengths";
import { Field, Input, Select } from "./Form";
import { lengthText as text } from "./text";

interface LengthFieldProps<Values extends FieldValues> {
  control: Control<Values>;
  /** A field that holds the length as the API counts it. */
  name: FieldPath<Values>;
  label: string;
  hint?: ReactNode;
  limits: LengthLimits;
  /** Nothing typed is null. */
  optional?: boolean;
  className?: string;
}

/** A length of time: a number and its unit. What the form holds is counted as the API does. */
export function LengthField<Values extends FieldValues>({
  control,
  name,
  label,
  hint,
  limits,
  optional = false,
  className,
}: LengthFieldProps<Values>): ReactNode {
  const { field, fieldState } = useController({ control, name });
  const { ref, onBlur, onChange } = field;
  const held: unknown = field.value;
  const value = typeof held === "number" ? held : null;
  const [typed, setTyped] = useState(() => typedOf(value, limits));
  const ofTyped = heldOf(valueOf(typed, limits), optional);
  // Set by something else, such as a form that begins anew.
  const shown = Object.is(ofTyped, value) || (isNothing(ofTyped) && isNothing(value)) ? typed : typedOf(value, limits);
  const change = (next: typeof typed): void => {
    setTyped(next);
    onChange(heldOf(valueOf(next, limits), optional));
  };
  return (
    <Field label={label} hint={hint} error={fieldState.error?.message} {...(className ? { className } : {})}>
      <div className="flex max-w-64 gap-1">
        <Input
          ref={ref}
          type="number"
          step="any"
          value={shown.amount}
          onChange={(event) => change({ ...shown, amount: event.target.value })}
          onBlur={onBlur}
        />
        <Select
          // Its own, for the label is the number's.
          id={undefined}
          aria-label={text.unitOf(label)}
          className="w-32 shrink-0"
          value={shown.unit}
          onChange={(event) => change({ ...shown, unit: event.target.value as LengthUnit })}
          onBlur={onBlur}
        >
          {unitsWithin(limits).map((unit) => (
            <option key={unit} value={unit}>
              {text.units[unit]}
            </option>
          ))}
        </Select>
      </div>
    </Field>
  );
}

function heldOf(value: number, optional: boolean): number | null {
  return Number.isNaN(value) && optional ? null : value;
}

function isNothing(value: number | null): boolean {
  return value === null || Number.isNaN(value);
}
