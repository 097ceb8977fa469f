import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { usePermission } from "@/auth/permissions";
import { Field, Input } from "@/components/Form";
import { Moment } from "@/components/Time";
import { optionalNumber } from "@/lib/forms";
import { useSaveAlertLimit, type AlertLimit } from "./queries";
import { SettingsForm } from "./SettingsForm";
import { limitText as words } from "./text";

const Limit = z.object({
  alerts_per_hour: z.int({ error: words.most }).min(1, words.most).max(1_000_000, words.most).nullable(),
});
type Limit = z.infer<typeof Limit>;

export function AlertLimitForm({ limit }: { limit: AlertLimit }): ReactNode {
  const save = useSaveAlertLimit(limit.version);
  const form = useForm<Limit>({
    resolver: zodResolver(Limit),
    values: { alerts_per_hour: limit.alerts_per_hour },
    resetOptions: { keepDirtyValues: true },
  });
  return (
    <SettingsForm
      form={form}
      label={words.title}
      save={words.save}
      mayChange={usePermission("alert-rules:manage")}
      onSubmit={save.mutateAsync}
    >
      <p className="text-sm text-muted">{words.detail}</p>
      <Field label={words.perHour} hint={words.perHourHint} error={form.formState.errors.alerts_per_hour?.message}>
        <Input inputMode="numeric" className="max-w-40" {...form.register("alerts_per_hour", optionalNumber)} />
      </Field>
      <div className="text-sm">
        <ul>
          {limit.limits.map((state) => (
            <li key={`${state.alerts} ${state.seconds}`} className="tabular">
              {words.used(state)}
            </li>
          ))}
        </ul>
        <p className={limit.held > 0 ? "text-stale" : "text-muted"}>
          {words.held(limit.held)}
          {limit.held_since !== null && (
            <>
              {" "}
              {words.since} <Moment time={limit.held_since} />
            </>
          )}
        </p>
      </div>
    </SettingsForm>
  );
}
