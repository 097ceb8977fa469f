import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { Button } from "@/components/Button";
import { CodeBlock } from "@/components/Copy";
import { Dialog } from "@/components/Dialog";
import { Field, Options, Select, Switch } from "@/components/Form";
import { Facts } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { TimeZoneOptions } from "@/components/TimeZoneOptions";
import { TokenInput } from "@/components/TokenInput";
import { firstMessage } from "@/lib/forms";
import { digestPreview, useSaveDigest, type Digest } from "./queries";
import { SettingsForm } from "./SettingsForm";
import { digestText as words } from "./text";

const WEEKDAYS = Object.keys(words.weekdays) as Schemas["Weekday"][];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

const Wish = z
  .object({
    enabled: z.boolean(),
    cadence: z.enum(["DAILY", "WEEKLY"]),
    weekday: z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
    hour: z.number().int().min(0).max(23),
    timezone: z.string(),
    recipients: z.array(z.email(words.emailWrong)).max(20),
  })
  .refine(({ enabled, recipients }) => !enabled || recipients.length > 0, {
    path: ["recipients"],
    error: words.recipientNeeded,
  });
type Wish = z.infer<typeof Wish>;

export function DigestForm({ digest }: { digest: Digest }): ReactNode {
  const save = useSaveDigest(digest.version);
  const mayChange = usePermission("notifications:manage");
  const [previewing, setPreviewing] = useState(false);
  const { enabled, cadence, weekday, hour, timezone, recipients } = digest;
  const form = useForm<Wish>({
    resolver: zodResolver(Wish),
    values: { enabled, cadence, weekday, hour, timezone, recipients },
    resetOptions: { keepDirtyValues: true },
  });
  const { control, register, formState } = form;
  const rhythm = useWatch({ control, name: "cadence" });
  const run = digest.last_run;
  return (
    <>
      <SettingsForm form={form} label={words.title} save={words.save} mayChange={mayChange} onSubmit={save.mutateAsync}>
        <p className="text-sm text-muted">{words.detail}</p>
        <Controller
          control={control}
          name="enabled"
          render={({ field }) => (
            <Switch label={words.enabled} checked={field.value} disabled={!mayChange} onChange={field.onChange} />
          )}
        />
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label={words.cadence} error={formState.errors.cadence?.message}>
            <Select {...register("cadence")}>
              <Options of={words.cadences} />
            </Select>
          </Field>
          {rhythm === "WEEKLY" && (
            <Field label={words.weekday} error={formState.errors.weekday?.message}>
              <Select {...register("weekday")}>
                {WEEKDAYS.map((day) => (
                  <option key={day} value={day}>
                    {words.weekdays[day]}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          <Field label={words.hour} error={formState.errors.hour?.message}>
            <Select {...register("hour", { valueAsNumber: true })}>
              {HOURS.map((each) => (
                <option key={each} value={each}>
                  {String(each).padStart(2, "0")}:00
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Field label={words.timezone} error={formState.errors.timezone?.message}>
          <Select {...register("timezone")}>
            <TimeZoneOptions chosen={timezone} />
          </Select>
        </Field>
        <Controller
          control={control}
          name="recipients"
          render={({ field, fieldState }) => (
            <Field label={words.recipients} hint={words.recipientsHint} error={firstMessage(fieldState.error)}>
              <TokenInput tokens={field.value} disabled={!mayChange} onChange={field.onChange} />
            </Field>
          )}
        />
        <Facts
          facts={[
            [words.next, digest.next_at === null ? words.off : <Moment key="next" time={digest.next_at} long />],
            [
              words.last,
              run && (
                <span key="last">
                  <Moment time={run.period_end} /> {words.states[run.status]}
                  {run.outcome !== null && <span className="block text-xs text-muted">{run.outcome}</span>}
                </span>
              ),
            ],
          ]}
        />
      </SettingsForm>
      <Button size="small" className="mt-3" onClick={() => setPreviewing(true)}>
        {words.preview}
      </Button>
      {previewing && <Preview onClose={() => setPreviewing(false)} />}
    </>
  );
}

function Preview({ onClose }: { onClose: () => void }): ReactNode {
  const query = useQuery(digestPreview);
  return (
    <Dialog open size="wide" title={words.previewTitle} onClose={onClose}>
      <QueryState query={query} skeletonRows={8}>
        {(preview) => (
          <div className="grid gap-3">
            <Facts facts={[[words.subject, preview.subject]]} />
            <CodeBlock label={words.body} code={preview.text} />
          </div>
        )}
      </QueryState>
    </Dialog>
  );
}
