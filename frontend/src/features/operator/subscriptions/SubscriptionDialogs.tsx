import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { TokenInput } from "@/components/TokenInput";
import { firstMessage } from "@/lib/forms";
import { useTimeZone } from "@/lib/preferences";
import { instantOf, wallTimeOf } from "@/lib/time";
import { useChangeSubscription, useMoveDevices, useSuspend, type Subscription } from "./queries";
import { text } from "./text";

const words = text.form;

interface DialogProps {
  subscription: Subscription;
  onClose: () => void;
}

const Changed = z.object({
  name: z.string().trim().min(1, words.needed).max(100),
  plan: z.string().trim().max(100),
  description: z.string().trim().max(1000),
  device_limit: z.int({ error: words.seatsWrong }).min(0, words.seatsWrong),
  term_end: z.string().min(1, words.needed),
});

export function ChangeDialog({ subscription, onClose }: DialogProps): ReactNode {
  const change = useChangeSubscription(subscription);
  const timeZone = useTimeZone();
  const term_end = wallTimeOf(new Date(subscription.term_end), timeZone);
  const { name, plan, description, device_limit, kind } = subscription;
  const form = useForm<z.infer<typeof Changed>>({
    resolver: zodResolver(Changed),
    defaultValues: { name, plan, description, device_limit, term_end },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={words.changeTitle(name)}
      submit={words.save}
      onClose={onClose}
      onSubmit={({ term_end: wanted, ...rest }) =>
        // The field has no seconds: an end that nobody has touched is not sent, and stays to the second.
        change.mutateAsync(
          wanted === term_end ? rest : { ...rest, term_end: instantOf(wanted, timeZone).toISOString() },
        )
      }
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.name} error={errors.name?.message}>
          <Input autoComplete="off" {...form.register("name")} />
        </Field>
        <Field label={words.plan} error={errors.plan?.message}>
          <Input autoComplete="off" {...form.register("plan")} />
        </Field>
      </div>
      <Field label={words.seats} hint={words.seatsHint} error={errors.device_limit?.message}>
        <Input inputMode="numeric" {...form.register("device_limit", { valueAsNumber: true })} />
      </Field>
      {kind !== "ADDON" && (
        <Field label={words.termEnd} hint={words.termEndHint} error={errors.term_end?.message}>
          <Input type="datetime-local" {...form.register("term_end")} />
        </Field>
      )}
      <Field label={words.description} error={errors.description?.message}>
        <TextArea {...form.register("description")} />
      </Field>
    </FormDialog>
  );
}

const Reason = z.object({ reason: z.string().trim().min(1, words.needed).max(1000) });

export function SuspendDialog({ subscription, onClose }: DialogProps): ReactNode {
  const suspend = useSuspend(subscription);
  const form = useForm<z.infer<typeof Reason>>({ resolver: zodResolver(Reason), defaultValues: { reason: "" } });
  return (
    <FormDialog
      form={form}
      title={words.suspendTitle(subscription.name)}
      description={words.suspendDescription}
      submit={text.suspend}
      onClose={onClose}
      onSubmit={(body) => suspend.mutateAsync(body)}
    >
      <Field label={words.reason} hint={words.reasonHint} error={form.formState.errors.reason?.message}>
        <Input {...form.register("reason")} />
      </Field>
    </FormDialog>
  );
}

const Moved = z.object({ device_ids: z.array(z.string()).min(1, words.devicesWrong).max(200) });

export function MoveDialog({ subscription, onClose }: DialogProps): ReactNode {
  const move = useMoveDevices(subscription);
  const form = useForm<z.infer<typeof Moved>>({ resolver: zodResolver(Moved), defaultValues: { device_ids: [] } });
  return (
    <FormDialog
      form={form}
      title={words.moveTitle(subscription.name)}
      description={words.moveDescription}
      submit={words.moveSubmit}
      onClose={onClose}
      onSubmit={(body) => move.mutateAsync(body)}
    >
      <Controller
        control={form.control}
        name="device_ids"
        render={({ field, fieldState }) => (
          <Field label={words.devices} error={firstMessage(fieldState.error)}>
            <TokenInput tokens={field.value} onChange={field.onChange} />
          </Field>
        )}
      />
    </FormDialog>
  );
}
