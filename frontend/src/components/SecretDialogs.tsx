import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Field, Options, Select } from "./Form";
import { FormDialog } from "./FormDialog";
import { secretText as text } from "./text";

interface RotateProps {
  /** Whose secret it is. */
  name: string;
  /** Make the new one; the one of now works for so many seconds more. */
  onRotate: (overlapSeconds: number) => Promise<unknown>;
  onClose: () => void;
}

/** Asks how long the secret of now works on beside a new one. */
export function RotateSecretDialog({ name, onRotate, onClose }: RotateProps): ReactNode {
  const form = useForm({ defaultValues: { overlap: "86400" } });
  return (
    <FormDialog
      form={form}
      title={text.rotateTitle(name)}
      description={text.rotateDetail}
      submit={text.rotate}
      onClose={onClose}
      onSubmit={({ overlap }) => onRotate(Number(overlap))}
    >
      <Field label={text.overlap}>
        <Select {...form.register("overlap")}>
          <Options of={text.overlaps} />
        </Select>
      </Field>
    </FormDialog>
  );
}

interface ShownOnceProps {
  title: string;
  description?: string;
  onClose: () => void;
  children: ReactNode;
}

/** A secret, this once, with what it is used for. It is gone when the window is: no slip closes it. */
export function ShownOnceDialog({ title, description = text.once, onClose, children }: ShownOnceProps): ReactNode {
  return (
    <Dialog
      open
      size="wide"
      slip="nothing"
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <Button kind="primary" onClick={onClose}>
          {text.kept}
        </Button>
      }
    >
      <div className="grid gap-3">{children}</div>
    </Dialog>
  );
}
