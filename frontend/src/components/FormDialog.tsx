import { useState, type ReactNode } from "react";
import type { FieldValues, SubmitHandler, UseFormReturn } from "react-hook-form";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FormProblem, showProblem } from "./Form";
import { text } from "./text";

interface FormDialogProps<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  title: string;
  description?: string;
  size?: "normal" | "wide";
  /** The button that hands the form in. */
  submit: string;
  /** The dialog closes when it is done; what the API says of fields is put at the fields. */
  onSubmit: (values: Values) => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog. Mount it when it is wanted, so that it starts with fresh values. */
export function FormDialog<Values extends FieldValues>({
  form,
  title,
  description,
  size,
  submit,
  onSubmit,
  onClose,
  children,
}: FormDialogProps<Values>): ReactNode {
  const [busy, setBusy] = useState(false);
  const send: SubmitHandler<Values> = async (values) => {
    setBusy(true);
    try {
      await onSubmit(values);
      onClose();
    } catch (error) {
      showProblem(form, error);
    } finally {
      setBusy(false);
    }
  };
  const handIn = form.handleSubmit(send);
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      {...(description === undefined ? {} : { description })}
      {...(size === undefined ? {} : { size })}
      footer={
        <>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button kind="primary" busy={busy} onClick={() => void handIn()}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        noValidate
        className="grid gap-3"
        onSubmit={(event) => {
          void handIn(event);
        }}
      >
        <FormProblem message={form.formState.errors.root?.message} />
        {children}
        {/* Enter in a field hands in a form that has a submit button; the visible one is at the dialog's foot. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
