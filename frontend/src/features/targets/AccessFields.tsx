import type { ReactNode } from "react";
import { Controller, useWatch, type UseFormReturn } from "react-hook-form";
import { Checkbox, Field, Input, Select, TextArea } from "@/components/Form";
import { FormProblem } from "@/components/FormProblem";
import { firstMessage } from "@/lib/forms";
import { askedOf, MASK, type AccessField, type AccessKind } from "./access";
import type { Wanted } from "./form";
import { accessWords, choiceWords, formText as text } from "./text";

interface AccessFieldsProps {
  form: UseFormReturn<Wanted>;
  kind: AccessKind;
}

/** How a target is signed in to: only what belongs to what is chosen so far is asked for. */
export function AccessFields({ form, kind }: AccessFieldsProps): ReactNode {
  const values = useWatch({ control: form.control, name: "access" });
  const wrong: unknown = form.formState.errors.access;
  return (
    <fieldset className="grid gap-3 rounded-md border p-3 sm:grid-cols-2">
      <legend className="px-1 text-xs font-medium text-muted">{text.access}</legend>
      <div className="empty:hidden sm:col-span-2">
        <FormProblem message={messageIn(wrong)} />
      </div>
      {askedOf(kind, values).map((field) => (
        <AccessInput
          key={field.name}
          form={form}
          field={field}
          isKept={values[field.name] === MASK}
          error={isRecord(wrong) ? firstMessage(wrong[field.name]) : undefined}
        />
      ))}
    </fieldset>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What is wrong with all of it together. */
function messageIn(wrong: unknown): string | undefined {
  return isRecord(wrong) && typeof wrong.message === "string" ? wrong.message : undefined;
}

interface AccessInputProps {
  form: UseFormReturn<Wanted>;
  field: AccessField;
  /** Whether it is a secret that is left as it is. */
  isKept: boolean;
  error: string | undefined;
}

function AccessInput({ form, field, isKept, error }: AccessInputProps): ReactNode {
  const place = `access.${field.name}` as const;
  const { label, hint } = accessWords[field.name] ?? { label: field.name };
  if (field.control === "switch") {
    return (
      <Controller
        control={form.control}
        name={place}
        render={({ field: { value, onChange } }) => (
          <Checkbox label={label} checked={value === true} onChange={onChange} />
        )}
      />
    );
  }
  const isLong = field.control === "key" || field.name === "host_key";
  return (
    <Field
      label={label}
      error={error}
      {...(isKept ? { hint: text.keep } : hint === undefined ? {} : { hint })}
      {...(isLong ? { className: "sm:col-span-2" } : {})}
    >
      <Control form={form} field={field} place={place} />
    </Field>
  );
}

interface ControlProps {
  form: UseFormReturn<Wanted>;
  field: AccessField;
  place: `access.${string}`;
}

function Control({ form, field, place }: ControlProps): ReactNode {
  switch (field.control) {
    case "choice":
      return (
        <Select {...form.register(place)}>
          {(field.choices ?? []).map((choice) => (
            <option key={choice} value={choice}>
              {choice === "" ? text.none : (choiceWords[choice] ?? choice)}
            </option>
          ))}
        </Select>
      );
    case "secret":
      return (
        <Input
          type="password"
          autoComplete="new-password"
          onFocus={(event) => event.target.select()}
          {...form.register(place)}
        />
      );
    case "key":
      return (
        <TextArea
          rows={5}
          spellCheck={false}
          autoComplete="off"
          className="font-mono text-xs"
          onFocus={(event) => event.target.select()}
          {...form.register(place)}
        />
      );
    case "port":
      return <Input inputMode="numeric" autoComplete="off" {...form.register(place)} />;
    default:
      return <Input autoComplete="off" {...form.register(place)} />;
  }
}
