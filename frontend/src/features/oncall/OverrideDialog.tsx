import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { DAY, HOUR, instantOf, wallTimeOf } from "@/lib/time";
import { peopleOf } from "./people";
import { useSaveOverride, type Override, type Schedule } from "./queries";
import { overrideHints, overrideWords, text } from "./text";

/** What the form begins with: an override that exists, or times that were chosen. */
export interface OverrideStart {
  override?: Override;
  kind?: Schemas["OverrideKind"];
  starts?: string;
  ends?: string;
}

const KINDS = ["replace", "add", "remove"] as const satisfies Schemas["OverrideKind"][];
const SOMEBODY_ELSE = "";

const schema = z
  .object({
    kind: z.enum(KINDS),
    /** The e-mail address of one of the schedule's people. */
    person: z.string(),
    responder: z.object({ name: z.string().max(100), email: z.string().max(254) }),
    starts_at: z.string().min(1, text.needed),
    ends_at: z.string().min(1, text.needed),
    reason: z.string().max(1000),
  })
  .superRefine((values, context) => {
    if (values.ends_at <= values.starts_at) {
      context.addIssue({ code: "custom", path: ["ends_at"], message: text.endBeforeStart });
    }
    if (values.person !== SOMEBODY_ELSE) return;
    if (values.responder.name.trim() === "") {
      context.addIssue({ code: "custom", path: ["responder", "name"], message: text.needed });
    }
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(values.responder.email.trim())) {
      context.addIssue({ code: "custom", path: ["responder", "email"], message: text.emailWrong });
    }
  });

type Form = z.infer<typeof schema>;

interface OverrideDialogProps {
  schedule: Schedule;
  start: OverrideStart;
  onClose: () => void;
}

export function OverrideDialog({ schedule, start, onClose }: OverrideDialogProps): ReactNode {
  const { timezone: timeZone } = schedule;
  const people = peopleOf(schedule);
  const save = useSaveOverride(schedule.schedule_id, start.override);
  const form = useForm<Form>({
    resolver: zodResolver(schema),
    defaultValues: formOf(
      start,
      people[0]?.email ?? SOMEBODY_ELSE,
      timeZone,
      people.map((person) => person.email),
    ),
  });
  const { register, control, formState } = form;
  const { errors } = formState;
  const [kind, person] = useWatch({ control, name: ["kind", "person"] });
  return (
    <FormDialog
      form={form}
      title={text.overrideTitle}
      description={text.overrideDescription}
      submit={text.save}
      onClose={onClose}
      onSubmit={(values) =>
        save.mutateAsync({
          kind: values.kind,
          responder: people.find(({ email }) => email === values.person) ?? { ...values.responder, channel_id: null },
          starts_at: instantOf(values.starts_at, timeZone).toISOString(),
          ends_at: instantOf(values.ends_at, timeZone).toISOString(),
          reason: values.reason,
        })
      }
    >
      <Field label={text.kind} hint={overrideHints[kind]} error={errors.kind?.message}>
        <Select {...register("kind")}>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {overrideWords[each]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={text.person}>
        <Select {...register("person")}>
          {people.map(({ name, email }) => (
            <option key={email} value={email}>
              {name} ({email})
            </option>
          ))}
          <option value={SOMEBODY_ELSE}>{text.somebodyElse}</option>
        </Select>
      </Field>
      {person === SOMEBODY_ELSE && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={text.personName} error={errors.responder?.name?.message}>
            <Input {...register("responder.name")} />
          </Field>
          <Field label={text.email} error={errors.responder?.email?.message}>
            <Input type="email" {...register("responder.email")} />
          </Field>
        </div>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.starts} hint={text.zone(timeZone)} error={errors.starts_at?.message}>
          <Input type="datetime-local" {...register("starts_at")} />
        </Field>
        <Field label={text.ends} error={errors.ends_at?.message}>
          <Input type="datetime-local" {...register("ends_at")} />
        </Field>
      </div>
      <Field label={text.reason} error={errors.reason?.message}>
        <Input {...register("reason")} maxLength={1000} />
      </Field>
    </FormDialog>
  );
}

function formOf(start: OverrideStart, first: string, timeZone: string, known: readonly string[]): Form {
  const { override } = start;
  const now = Math.ceil(Date.now() / HOUR) * HOUR;
  const wall = (time: string | undefined, otherwise: number): string =>
    wallTimeOf(new Date(time ?? otherwise), timeZone);
  const who = override?.responder;
  return {
    kind: override?.kind ?? start.kind ?? "replace",
    person: who ? (known.includes(who.email) ? who.email : SOMEBODY_ELSE) : first,
    responder: { name: who?.name ?? "", email: who?.email ?? "" },
    starts_at: wall(override?.starts_at ?? start.starts, now),
    ends_at: wall(override?.ends_at ?? start.ends, now + DAY),
    reason: override?.reason ?? "",
  };
}
