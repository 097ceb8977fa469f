import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { optionalNumber } from "@/lib/forms";
import { useGrant, useRefuse, type Renewal } from "./queries";
import { text } from "./text";

const words = text.form;

interface DialogProps {
  renewal: Renewal;
  onClose: () => void;
}

const Grant = z.object({
  term_days: z.int({ error: words.daysWrong }).min(1, words.daysWrong).max(1827, words.daysWrong),
  device_limit: z.int({ error: words.seatsWrong }).min(0, words.seatsWrong).nullable(),
  note: z.string().trim().max(1000),
});

/** What was asked for stands in the form, and may be granted otherwise. */
export function GrantDialog({ renewal, onClose }: DialogProps): ReactNode {
  const grant = useGrant(renewal);
  const form = useForm<z.infer<typeof Grant>>({
    resolver: zodResolver(Grant),
    defaultValues: { term_days: renewal.term_days, device_limit: renewal.device_limit, note: "" },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={text.grantOf(renewal.subscription_name)}
      description={words.grantDescription}
      submit={text.grant}
      onClose={onClose}
      onSubmit={(body) => grant.mutateAsync(body)}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.grantDays} error={errors.term_days?.message}>
          <Input inputMode="numeric" {...form.register("term_days", { valueAsNumber: true })} />
        </Field>
        <Field label={words.grantSeats} hint={words.grantSeatsHint} error={errors.device_limit?.message}>
          <Input inputMode="numeric" {...form.register("device_limit", optionalNumber)} />
        </Field>
      </div>
      <Field label={words.note} error={errors.note?.message}>
        <Input {...form.register("note")} />
      </Field>
    </FormDialog>
  );
}

const Refusal = z.object({ reason: z.string().trim().min(1, words.needed).max(1000) });

export function RefuseDialog({ renewal, onClose }: DialogProps): ReactNode {
  const refuse = useRefuse(renewal);
  const form = useForm<z.infer<typeof Refusal>>({ resolver: zodResolver(Refusal), defaultValues: { reason: "" } });
  return (
    <FormDialog
      form={form}
      title={text.refuseOf(renewal.subscription_name)}
      description={words.refuseDescription}
      submit={text.refuse}
      onClose={onClose}
      onSubmit={(body) => refuse.mutateAsync(body)}
    >
      <Field label={words.reason} hint={words.reasonHint} error={form.formState.errors.reason?.message}>
        <Input {...form.register("reason")} />
      </Field>
    </FormDialog>
  );
}
