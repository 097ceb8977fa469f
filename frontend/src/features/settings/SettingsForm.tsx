import { useState, type ReactNode } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { Button } from "@/components/Button";
import { FormRefusal, showProblem } from "@/components/FormProblem";

interface SettingsFormProps<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  /** For screen readers: what is set here. */
  label: string;
  save: string;
  mayChange: boolean;
  /** What the API says of fields is put at the fields. */
  onSubmit: (values: Values) => Promise<unknown>;
  children: ReactNode;
}

/** Settings that are saved together. Who may not change them reads them. */
export function SettingsForm<Values extends FieldValues>({
  form,
  label,
  save,
  mayChange,
  onSubmit,
  children,
}: SettingsFormProps<Values>): ReactNode {
  const [busy, setBusy] = useState(false);
  const handIn = form.handleSubmit(async (values) => {
    setBusy(true);
    try {
      await onSubmit(values);
      form.reset(form.getValues());
    } catch (error) {
      showProblem(form, error);
    } finally {
      setBusy(false);
    }
  });
  return (
    <form
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        void handIn(event);
      }}
    >
      <fieldset disabled={!mayChange} className="grid gap-3">
        <FormRefusal form={form} />
        {children}
        {mayChange && (
          <div>
            <Button kind="primary" type="submit" busy={busy} disabled={!form.formState.isDirty}>
              {save}
            </Button>
          </div>
        )}
      </fieldset>
    </form>
  );
}
