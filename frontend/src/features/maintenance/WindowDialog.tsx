import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { Checkbox, Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { chosenScope, scopeOf, scopeSchema } from "@/components/scope";
import { ScopePicker } from "@/components/ScopePicker";
import { firstMessage } from "@/lib/forms";
import { HOUR, instantOf, wallTimeOf } from "@/lib/time";
import { hasBegun, useSaveWindow, type Window } from "./queries";
import { inWords, recurrenceOf, REPEATS, ruleOf } from "./recurrence";
import { repeatWords, text, WEEKDAYS } from "./text";

const schema = z
  .object({
    name: z.string().trim().min(1, text.needed).max(100),
    description: z.string().max(1000),
    starts_at: z.string().min(1, text.needed),
    ends_at: z.string().min(1, text.needed),
    timezone: z.string().min(1, text.needed),
    recurrence: z.object({
      repeat: z.enum(REPEATS),
      interval: z.number({ error: text.number }).int(text.number).min(1, text.number),
      days: z.array(z.string()),
      until: z.string(),
      rule: z.string(),
    }),
    // Chosen by nobody yet: every device would be silent after one Enter.
    selector: chosenScope,
  })
  .superRefine(({ starts_at, ends_at, recurrence }, context) => {
    const fail = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
    if (ends_at <= starts_at) fail(["ends_at"], text.endBeforeStart);
    if (recurrence.repeat === "weekly" && recurrence.days.length === 0) fail(["recurrence", "days"], text.dayNeeded);
    if (recurrence.repeat === "custom" && recurrence.rule.trim() === "") fail(["recurrence", "rule"], text.needed);
  });

type Form = z.infer<typeof schema>;

/** The day of the month of a wall-clock time. */
export function dayOfMonth(wallTime: string): number {
  return Number(wallTime.slice("2026-11-".length, "2026-11-21".length));
}

interface WindowDialogProps {
  /** Undefined for a new one, which goes by the clocks of `timeZone`. */
  window: Window | undefined;
  timeZone: string;
  onClose: () => void;
}

export function WindowDialog({ window, timeZone, onClose }: WindowDialogProps): ReactNode {
  const save = useSaveWindow(window);
  const form = useForm<Form>({
    resolver: zodResolver(schema),
    defaultValues: formOf(window, window?.timezone ?? timeZone),
  });
  const { register, control, formState } = form;
  const { errors } = formState;
  const [recurrence, starts] = useWatch({ control, name: ["recurrence", "starts_at"] });
  const { repeat } = recurrence;
  return (
    <FormDialog
      form={form}
      size="wide"
      title={window?.name ?? text.newTitle}
      description={window !== undefined && hasBegun(window) ? text.begun : text.description}
      submit={text.save}
      onClose={onClose}
      onSubmit={({ selector, ...values }) =>
        save.mutateAsync({
          ...values,
          selector: scopeSchema.parse(selector),
          starts_at: instantIn(values, "starts_at", window),
          ends_at: instantIn(values, "ends_at", window),
          recurrence: ruleOf(values.recurrence),
        })
      }
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.name} error={errors.name?.message}>
          <Input {...register("name")} maxLength={100} />
        </Field>
        <Field label={text.windowDescription} error={errors.description?.message}>
          <Input {...register("description")} maxLength={1000} />
        </Field>
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label={text.starts} error={errors.starts_at?.message}>
          <Input type="datetime-local" {...register("starts_at")} />
        </Field>
        <Field label={text.ends} error={errors.ends_at?.message}>
          <Input type="datetime-local" {...register("ends_at")} />
        </Field>
        <Field label={text.timezone} error={errors.timezone?.message}>
          <Input {...register("timezone")} />
        </Field>
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label={text.repeat} error={errors.recurrence?.message}>
          <Select {...register("recurrence.repeat")}>
            {REPEATS.map((each) => (
              <option key={each} value={each}>
                {repeatWords[each]}
              </option>
            ))}
          </Select>
        </Field>
        {repeat !== "once" && repeat !== "custom" && (
          <>
            <Field label={text.every[repeat]} error={errors.recurrence?.interval?.message}>
              <Input type="number" min={1} {...register("recurrence.interval", { valueAsNumber: true })} />
            </Field>
            <Field label={text.until} hint={text.untilHint} error={errors.recurrence?.until?.message}>
              <Input type="date" {...register("recurrence.until")} />
            </Field>
          </>
        )}
        {repeat === "custom" && (
          <Field label={text.rule} hint={text.ruleHint} error={errors.recurrence?.rule?.message}>
            <Input className="font-mono" {...register("recurrence.rule")} />
          </Field>
        )}
      </div>
      {repeat === "weekly" && (
        <Controller
          control={control}
          name="recurrence.days"
          render={({ field, fieldState }) => (
            <fieldset>
              <legend className="mb-1 text-xs font-medium text-muted">{text.days}</legend>
              <div className="flex flex-wrap gap-3">
                {WEEKDAYS.map(([day, word]) => (
                  <Checkbox
                    key={day}
                    label={word}
                    checked={field.value.includes(day)}
                    onChange={(now) =>
                      field.onChange(now ? [...field.value, day] : field.value.filter((chosen) => chosen !== day))
                    }
                  />
                ))}
              </div>
              {fieldState.error && <p className="text-xs text-offline">{firstMessage(fieldState.error)}</p>}
            </fieldset>
          )}
        />
      )}
      {repeat !== "once" && <p className="text-sm text-muted">{inWords(recurrence, dayOfMonth(starts))}</p>}
      <Controller
        control={control}
        name="selector"
        render={({ field, fieldState }) => (
          <ScopePicker scope={field.value} onChange={field.onChange} error={firstMessage(fieldState.error)} />
        )}
      />
    </FormDialog>
  );
}

/** A field has no seconds, and not which of two equal hours is meant: what nobody has changed stays as it is. */
function instantIn(
  values: Pick<Form, "starts_at" | "ends_at" | "timezone">,
  field: "starts_at" | "ends_at",
  window: Window | undefined,
): string {
  const isSame = window !== undefined && wallTimeOf(new Date(window[field]), values.timezone) === values[field];
  return isSame ? window[field] : instantOf(values[field], values.timezone).toISOString();
}

function formOf(window: Window | undefined, zone: string): Form {
  const soon = Math.ceil(Date.now() / HOUR) * HOUR;
  const starts = wallTimeOf(new Date(window?.starts_at ?? soon), zone);
  return {
    name: window?.name ?? "",
    description: window?.description ?? "",
    starts_at: starts,
    ends_at: wallTimeOf(new Date(window?.ends_at ?? soon + 2 * HOUR), zone),
    timezone: zone,
    recurrence: recurrenceOf(window?.recurrence ?? null, dayOfMonth(starts)),
    selector: window === undefined ? null : scopeOf(window.selector),
  };
}
