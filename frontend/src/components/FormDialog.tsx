import { useState, type ReactNode } from "react";
import type { FieldValues, SubmitHandler, UseFormReturn } from "react-hook-form";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FormRefusal, showProblem } from "./FormProblem";
import { DiscardQuestion } from "./LeaveGuard";
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
  /** Something is typed beside the form's fields: it is asked for like what is typed in them. */
  isTyping?: boolean;
  /** Takes what is typed beside the form's fields; false where that makes no sense, which is told there. */
  isReady?: () => boolean;
  /** What else goes when the newest state is read, in a form that is filled anew by it; without this the dialog closes. */
  onReread?: () => void;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A form in a dialog. Mount it when it is wanted, so that it starts with fresh values. What was typed is not thrown away
 * without a question.
 */
export function FormDialog<Values extends FieldValues>({
  form,
  title,
  description,
  size,
  submit,
  onSubmit,
  isTyping = false,
  isReady,
  onClose,
  onReread = onClose,
  children,
}: FormDialogProps<Values>): ReactNode {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  // The form is asked first: it tells only those who ask.
  const isDirty = form.formState.isDirty || isTyping;
  const leave = (): void => (isDirty ? setAsking(true) : onClose());
  const send: SubmitHandler<Values> = async (values) => {
    if (isReady?.() === false) return;
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
      slip={isDirty ? "ask" : "close"}
      onClose={leave}
      title={title}
      {...(description === undefined ? {} : { description })}
      {...(size === undefined ? {} : { size })}
      footer={
        asking ? (
          <DiscardQuestion onStay={() => setAsking(false)} onDiscard={onClose} />
        ) : (
          <>
            <Button onClick={leave}>{text.cancel}</Button>
            <Button kind="primary" busy={busy} onClick={() => void handIn()}>
              {submit}
            </Button>
          </>
        )
      }
    >
      <form
        noValidate
        className="grid gap-3"
        onSubmit={(event) => {
          void handIn(event);
        }}
      >
        <FormRefusal form={form} onReread={onReread} />
        {children}
        {/* Enter in a field hands in a form that has a submit button; the visible one is at the dialog's foot. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
