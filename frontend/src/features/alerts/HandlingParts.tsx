/** Parts of handling that one alert and many have in common. */
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/Button";
import { Field, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { Menu, MenuItem } from "@/components/Menu";
import { text } from "./text";

/** As the API has it. */
export const LONGEST_REMARK = 1000;

interface CloseDialogProps {
  alerts: number;
  onConfirm: (reason: string | undefined) => Promise<unknown>;
  onClose: () => void;
}

/** A closed alert stays closed, so it is asked first; a reason helps whoever reads its story. */
export function CloseDialog({ alerts, onConfirm, onClose }: CloseDialogProps): ReactNode {
  const form = useForm({ defaultValues: { remark: "" } });
  return (
    <FormDialog
      form={form}
      title={text.closeTitle(alerts)}
      description={text.closeDetail}
      submit={text.closeConfirm(alerts)}
      onSubmit={({ remark }) => onConfirm(remark.trim() || undefined)}
      onClose={onClose}
    >
      <Field label={text.closeReason} error={form.formState.errors.remark?.message}>
        <TextArea rows={3} maxLength={LONGEST_REMARK} {...form.register("remark")} />
      </Field>
    </FormDialog>
  );
}

export function SilenceMenu({
  disabled,
  onChoose,
}: {
  disabled: boolean;
  onChoose: (minutes: number | undefined) => void;
}): ReactNode {
  return (
    <Menu
      align="start"
      trigger={
        <Button size="small" disabled={disabled}>
          {text.silence}
        </Button>
      }
    >
      {text.silenceTimes.map(([minutes, label]) => (
        <MenuItem key={minutes} onSelect={() => onChoose(minutes)}>
          {label}
        </MenuItem>
      ))}
      <MenuItem onSelect={() => onChoose(undefined)}>{text.silenceUntilClosed}</MenuItem>
    </Menu>
  );
}
