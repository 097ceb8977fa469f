import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { InTenantZone } from "@/components/InTenantZone";
import { Button } from "@/components/Button";
import { Checkbox, Field, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { Facts, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { TimeZoneOptions } from "@/components/TimeZoneOptions";
import { TokenInput } from "@/components/TokenInput";
import { firstMessage } from "@/lib/forms";
import { reportSchedule, useSaveSchedule, type ReportSchedule } from "./queries";
import { cadenceWords, text } from "./text";

const words = text.schedule;
const CADENCES = Object.keys(cadenceWords) as Schemas["ReportCadence"][];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** When reports are made by themselves, and who gets them. */
export function Schedule(): ReactNode {
  const query = useQuery(reportSchedule);
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title={words.title}
      className="mb-4"
      aside={
        <Can permission="reports:manage">
          <Button size="small" disabled={!query.data} onClick={() => setChanging(true)}>
            {words.change}
          </Button>
        </Can>
      }
    >
      <QueryState query={query} skeletonRows={2}>
        {(schedule) => (
          <>
            {schedule.cadences.length === 0 ? (
              <p className="text-sm text-muted">{words.off}</p>
            ) : (
              <Facts
                facts={[
                  [words.cadences, schedule.cadences.map((cadence) => cadenceWords[cadence]).join(", ")],
                  [words.at, `${clock(schedule.hour)}, ${schedule.timezone}`],
                  [words.recipients, schedule.recipients.join(", ")],
                  [words.next, <Moment key="next" time={schedule.due_at} long />],
                ]}
              />
            )}
            {changing && (
              <InTenantZone>
                {(timeZone) => (
                  <ScheduleDialog schedule={begun(schedule, timeZone)} onClose={() => setChanging(false)} />
                )}
              </InTenantZone>
            )}
          </>
        )}
      </QueryState>
    </Panel>
  );
}

/** One that was never set goes by the organisation's clocks. */
function begun(schedule: ReportSchedule, timezone: string): ReportSchedule {
  return schedule.recipients.length === 0 ? { ...schedule, timezone } : schedule;
}

const Wish = z
  .object({
    cadences: z.array(z.enum(["DAILY", "WEEKLY", "MONTHLY"])),
    hour: z.int().min(0).max(23),
    timezone: z.string(),
    recipients: z.array(z.email(words.recipientWrong)).max(20),
  })
  .refine(({ cadences, recipients }) => cadences.length === 0 || recipients.length > 0, {
    path: ["recipients"],
    error: words.recipientNeeded,
  });
type Wish = z.infer<typeof Wish>;

function ScheduleDialog({ schedule, onClose }: { schedule: ReportSchedule; onClose: () => void }): ReactNode {
  const save = useSaveSchedule(schedule);
  const { cadences, hour, timezone, recipients } = schedule;
  const form = useForm<Wish>({
    resolver: zodResolver(Wish),
    defaultValues: { cadences, hour, timezone, recipients },
  });
  const { control, register, formState } = form;
  return (
    <FormDialog
      form={form}
      title={words.formTitle}
      description={words.formDescription}
      submit={words.save}
      onClose={onClose}
      onSubmit={(wish) => save.mutateAsync(wish)}
    >
      <Controller
        control={control}
        name="cadences"
        render={({ field, fieldState }) => (
          <fieldset className="flex flex-wrap gap-4">
            <legend className="mb-1 text-xs font-medium text-muted">{words.cadences}</legend>
            {CADENCES.map((cadence) => (
              <Checkbox
                key={cadence}
                label={cadenceWords[cadence]}
                checked={field.value.includes(cadence)}
                onChange={(now) =>
                  field.onChange(CADENCES.filter((each) => (each === cadence ? now : field.value.includes(each))))
                }
              />
            ))}
            <p className="text-xs text-offline">{firstMessage(fieldState.error)}</p>
          </fieldset>
        )}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.hour} error={formState.errors.hour?.message}>
          <Select {...register("hour", { valueAsNumber: true })}>
            {HOURS.map((each) => (
              <option key={each} value={each}>
                {clock(each)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words.timezone} error={formState.errors.timezone?.message}>
          <Select {...register("timezone")}>
            <TimeZoneOptions chosen={timezone} />
          </Select>
        </Field>
      </div>
      <Controller
        control={control}
        name="recipients"
        render={({ field, fieldState }) => (
          <Field label={words.recipients} hint={words.recipientsHint} error={firstMessage(fieldState.error)}>
            <TokenInput tokens={field.value} onChange={field.onChange} />
          </Field>
        )}
      />
    </FormDialog>
  );
}
