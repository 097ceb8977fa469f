import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input, Options, Select, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { optionalNumber } from "@/lib/forms";
import { useAskRenewal, type Subscription } from "./queries";
import { text } from "./text";

const Wanted = z.object({
  term_days: z.enum(["30", "90", "365", "730"]),
  device_limit: z.int({ error: text.seatsWrong }).min(0, text.seatsWrong).max(10_000_000, text.seatsWrong).nullable(),
  note: z.string().trim().max(1000),
});
type Wanted = z.infer<typeof Wanted>;

interface RenewalDialogProps {
  subscription: Subscription;
  onClose: () => void;
}

export function RenewalDialog({ subscription, onClose }: RenewalDialogProps): ReactNode {
  const renewal = useAskRenewal(subscription);
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: { term_days: "365", device_limit: null, note: "" },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={text.renewTitle(subscription.name)}
      description={text.renewDescription}
      submit={text.ask}
      onClose={onClose}
      onSubmit={({ term_days, ...rest }) => renewal.mutateAsync({ ...rest, term_days: Number(term_days) })}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.term} error={errors.term_days?.message}>
          <Select {...form.register("term_days")}>
            <Options of={text.terms} />
          </Select>
        </Field>
        <Field label={text.seatsWanted} hint={text.seatsHint} error={errors.device_limit?.message}>
          <Input inputMode="numeric" {...form.register("device_limit", optionalNumber)} />
        </Field>
      </div>
      <Field label={text.note} error={errors.note?.message}>
        <TextArea {...form.register("note")} />
      </Field>
    </FormDialog>
  );
}
