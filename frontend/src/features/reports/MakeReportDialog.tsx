import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useNavigate } from "react-router";
import { z } from "zod";
import { Field, Input, Options, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { useTimeZone } from "@/lib/preferences";
import { DAY, instantOf, wallTimeOf } from "@/lib/time";
import { useMakeReport, type Period } from "./queries";
import { text } from "./text";

const words = text.form;

const Wanted = z
  .object({ days: z.enum(["1", "7", "30", "90", "own"]), start: z.string(), end: z.string() })
  .superRefine(({ days, start, end }, context) => {
    if (days !== "own") return;
    if (start === "") context.addIssue({ code: "custom", path: ["start"], message: words.needed });
    if (end === "") context.addIssue({ code: "custom", path: ["end"], message: words.needed });
    else if (end <= start) context.addIssue({ code: "custom", path: ["end"], message: words.order });
  });
type Wanted = z.infer<typeof Wanted>;

function periodOf({ days, start, end }: Wanted, now: number, timeZone: string): Period {
  if (days === "own") {
    return { start: instantOf(start, timeZone).toISOString(), end: instantOf(end, timeZone).toISOString() };
  }
  return { start: new Date(now - Number(days) * DAY).toISOString(), end: new Date(now).toISOString() };
}

/** A report of a time that is chosen; it opens when it is made. */
export function MakeReportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const timeZone = useTimeZone();
  const make = useMakeReport();
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: { days: "30", start: "", end: wallTimeOf(new Date(), timeZone) },
  });
  const { errors } = form.formState;
  const isOwn = useWatch({ control: form.control, name: "days" }) === "own";
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={words.description}
      submit={words.make}
      onClose={onClose}
      onSubmit={async (wanted) => {
        const made = await make.mutateAsync(periodOf(wanted, Date.now(), timeZone));
        // After the dialog has taken itself out of the address.
        setTimeout(() => void navigate(`/reports/${made.report_id}`));
      }}
    >
      <Field label={words.period} error={errors.days?.message}>
        <Select {...form.register("days")}>
          <Options of={words.periods} />
          <option value="own">{words.own}</option>
        </Select>
      </Field>
      {isOwn && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={words.from} error={errors.start?.message}>
            <Input type="datetime-local" {...form.register("start")} />
          </Field>
          <Field label={words.until} error={errors.end?.message}>
            <Input type="datetime-local" {...form.register("end")} />
          </Field>
        </div>
      )}
    </FormDialog>
  );
}
