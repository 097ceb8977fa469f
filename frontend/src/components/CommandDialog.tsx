import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { objectText, parseObject } from "@/lib/json";
import { Field, Input, Options, Select, TextArea } from "./Form";
import { FormDialog } from "./FormDialog";
import { commandText as text } from "./text";

/** As the API has it (commands/command.py). */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;

const Wanted = z.object({
  name: z.string().trim().regex(NAME, text.nameWrong),
  parameters: objectText(text.parametersWrong),
  expires_in_seconds: z.enum(["60", "3600", "86400", "604800"]),
});
type Wanted = z.infer<typeof Wanted>;

interface CommandDialogProps {
  title: string;
  description: string;
  onSend: (command: Schemas["SendCommand"]) => Promise<unknown>;
  onClose: () => void;
}

/** What a device, or every device of a group, is told to do. */
export function CommandDialog({ title, description, onSend, onClose }: CommandDialogProps): ReactNode {
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: { name: "", parameters: "{}", expires_in_seconds: "3600" },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={title}
      description={description}
      submit={text.send}
      onClose={onClose}
      onSubmit={({ name, parameters, expires_in_seconds }) =>
        onSend({ name, parameters: parseObject(parameters) ?? {}, expires_in_seconds: Number(expires_in_seconds) })
      }
    >
      <Field label={text.name} hint={text.nameHint} error={errors.name?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register("name")} />
      </Field>
      <Field label={text.parameters} hint={text.parametersHint} error={errors.parameters?.message}>
        <TextArea className="font-mono text-xs" rows={5} spellCheck={false} {...form.register("parameters")} />
      </Field>
      <Field label={text.expires} error={errors.expires_in_seconds?.message}>
        <Select {...form.register("expires_in_seconds")}>
          <Options of={text.lifetimes} />
        </Select>
      </Field>
    </FormDialog>
  );
}

const Reason = z.object({ reason: z.string().trim().min(1, text.needed).max(1000) });
type Reason = z.infer<typeof Reason>;

interface CancelProps {
  name: string;
  description: string;
  onCancel: (reason: Reason) => Promise<unknown>;
  onClose: () => void;
}

/** Asks why a command is taken back. */
export function CancelCommandDialog({ name, description, onCancel, onClose }: CancelProps): ReactNode {
  const form = useForm<Reason>({ resolver: zodResolver(Reason), defaultValues: { reason: "" } });
  return (
    <FormDialog
      form={form}
      title={text.cancelTitle(name)}
      description={description}
      submit={text.cancel}
      onClose={onClose}
      onSubmit={onCancel}
    >
      <Field label={text.reason} error={form.formState.errors.reason?.message}>
        <Input {...form.register("reason")} />
      </Field>
    </FormDialog>
  );
}
