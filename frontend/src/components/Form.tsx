import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from "radix-ui";
import { Check } from "lucide-react";
import { createContext, useContext, useId, type ComponentProps, type ReactNode } from "react";
import { classes } from "@/lib/classes";

interface FieldIds {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is for screen readers alone, where the place says it already. */
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}

/** A label, its control, a hint, and what is wrong: tied together for screen readers. */
export function Field({ label, hint, error, hideLabel = false, className, children }: FieldProps): ReactNode {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [hint !== undefined && hintId, error !== undefined && errorId].filter(Boolean).join(" ");
  return (
    <FieldContext value={{ id, describedBy: describedBy || undefined, invalid: error !== undefined }}>
      <div className={classes("flex min-w-0 flex-col gap-1", className)}>
        <label htmlFor={id} className={hideLabel ? "sr-only" : "text-xs font-medium text-muted"}>
          {label}
        </label>
        {children}
        {hint !== undefined && (
          <p id={hintId} className="text-xs text-muted">
            {hint}
          </p>
        )}
        {error !== undefined && (
          <p id={errorId} className="text-xs text-offline">
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

function useControl(): { id?: string; "aria-describedby"?: string | undefined; "aria-invalid"?: true | undefined } {
  const field = useContext(FieldContext);
  if (field === null) return {};
  return { id: field.id, "aria-describedby": field.describedBy, "aria-invalid": field.invalid || undefined };
}

const CONTROL =
  "h-8 w-full min-w-0 rounded-md border bg-surface px-2 text-sm text-ink placeholder:text-muted/80 " +
  "aria-invalid:border-offline disabled:cursor-not-allowed disabled:opacity-60";

export function Input({ className, ...others }: ComponentProps<"input">): ReactNode {
  return <input {...useControl()} className={classes(CONTROL, className)} {...others} />;
}

export function TextArea({ className, ...others }: ComponentProps<"textarea">): ReactNode {
  return <textarea rows={3} {...useControl()} className={classes(CONTROL, "h-auto py-1.5", className)} {...others} />;
}

/** The system's own menu: as fast as it gets, and known to every keyboard and screen reader. */
export function Select({ className, ...others }: ComponentProps<"select">): ReactNode {
  return <select {...useControl()} className={classes(CONTROL, "pr-7", className)} {...others} />;
}

/** The options of a choice: values with the words for them. */
export function Options({ of }: { of: Readonly<Record<string, string>> }): ReactNode {
  return Object.entries(of).map(([value, label]) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
}

interface ToggleProps {
  checked: boolean | "indeterminate";
  onChange: (checked: boolean) => void;
  label: string;
  hideLabel?: boolean;
  disabled?: boolean;
}

interface CheckboxProps extends ToggleProps {
  /** Said of the box itself, such as why it is disabled. */
  hint?: string | undefined;
}

export function Checkbox({ checked, onChange, label, hideLabel = false, disabled, hint }: CheckboxProps): ReactNode {
  const id = useId();
  return (
    <span title={hint} className="inline-flex items-center gap-2 align-middle text-sm">
      <RadixCheckbox.Root
        id={id}
        checked={checked}
        disabled={disabled}
        aria-label={hideLabel ? label : undefined}
        aria-description={hint}
        onCheckedChange={(now) => onChange(now === true)}
        className="relative grid size-4 shrink-0 place-items-center rounded border bg-surface disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent after:absolute after:-inset-1.5"
      >
        <RadixCheckbox.Indicator>
          {checked === "indeterminate" ? (
            <span className="block h-0.5 w-2 bg-accent-ink" />
          ) : (
            <Check aria-hidden className="size-3 text-accent-ink" strokeWidth={3} />
          )}
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      {!hideLabel && <label htmlFor={id}>{label}</label>}
    </span>
  );
}

export function Switch({ checked, onChange, label, hideLabel = false, disabled }: ToggleProps): ReactNode {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2 align-middle text-sm">
      <RadixSwitch.Root
        id={id}
        checked={checked === true}
        disabled={disabled}
        aria-label={hideLabel ? label : undefined}
        onCheckedChange={onChange}
        className="relative h-4.5 w-8 shrink-0 rounded-full border border-muted/50 bg-raised disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent after:absolute after:-inset-1.5"
      >
        <RadixSwitch.Thumb className="block size-3.5 translate-x-px rounded-full bg-muted transition-transform data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-accent-ink" />
      </RadixSwitch.Root>
      {!hideLabel && <label htmlFor={id}>{label}</label>}
    </span>
  );
}
