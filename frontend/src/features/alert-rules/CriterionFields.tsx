import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { metricReference } from "@/api/choices";
import { usePermission } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { Field, Input, Select } from "@/components/Form";
import { LengthField } from "@/components/LengthField";
import { classes } from "@/lib/classes";
import { useUnsentMetric } from "@/components/useUnsentMetric";
import { optionalNumber } from "@/lib/forms";
import { useDebounced } from "@/lib/useDebounced";
import { AGGREGATIONS, KINDS, LENGTHS, MAX_CONDITIONS, newCondition, OPERATORS, type RuleForm } from "./definition";
import { aggregationWords, kindHints, kindWords, operatorWords, text } from "./text";

const METRICS = "known-metrics";
const number = { valueAsNumber: true };

/** What the rule looks for, by its kind. */
export function CriterionFields(): ReactNode {
  const { register, control } = useFormContext<RuleForm>();
  const kind = useWatch({ control, name: "criterion.kind" });
  const metrics = useQuery({ ...metricReference, enabled: usePermission("metrics:read") });
  const known = metrics.data ? [...metrics.data.normalized, ...metrics.data.unmapped] : [];
  return (
    <div className="space-y-3">
      <fieldset>
        <legend className="sr-only">{text.kind}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {KINDS.map((each) => (
            <label
              key={each}
              className="flex cursor-pointer gap-2 rounded-md border p-2 text-sm has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input type="radio" value={each} {...register("criterion.kind")} className="mt-0.5 accent-accent" />
              <span>
                <span className="font-medium">{kindWords[each]}</span>
                <span className="block text-xs text-muted">{kindHints[each]}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {kind === "threshold" && <ThresholdFields />}
      {kind === "anomaly" && <AnomalyFields />}
      {kind === "telemetry_gap" && <GapFields />}
      {kind === "window" && <WindowFields />}
      <datalist id={METRICS}>
        {known.map((metric) => (
          <option key={metric} value={metric} />
        ))}
      </datalist>
    </div>
  );
}

function ThresholdFields(): ReactNode {
  const { register, control, formState } = useFormContext<RuleForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "criterion.threshold.conditions" });
  const errors = formState.errors.criterion?.threshold;
  return (
    <>
      {fields.length > 1 && (
        <Field label={text.match}>
          <Select {...register("criterion.threshold.match")}>
            <option value="ALL">{text.matchAll}</option>
            <option value="ANY">{text.matchAny}</option>
          </Select>
        </Field>
      )}
      {fields.map((field, index) => (
        <fieldset key={field.id} className="flex items-start gap-2">
          <legend className="sr-only">{text.condition(index + 1)}</legend>
          <Comparison of={`criterion.threshold.conditions.${index}`} errors={errors?.conditions?.[index]} withMetric />
          {fields.length > 1 && (
            <IconButton label={text.removeCondition(index + 1)} className="mt-5" onClick={() => remove(index)}>
              <Trash2 aria-hidden className="size-4" />
            </IconButton>
          )}
        </fieldset>
      ))}
      <p className="text-xs text-muted">{text.clearHint}</p>
      {errors?.conditions?.message !== undefined && (
        <p role="alert" className="text-xs text-offline">
          {errors.conditions.message}
        </p>
      )}
      {fields.length < MAX_CONDITIONS && (
        <Button size="small" onClick={() => append(newCondition())}>
          <Plus aria-hidden className="size-3.5" />
          {text.addCondition}
        </Button>
      )}
      <LengthField
        control={control}
        name="criterion.threshold.duration_seconds"
        label={text.duration}
        hint={text.durationHint}
        limits={LENGTHS.duration}
      />
    </>
  );
}

interface ComparisonProps {
  of: `criterion.threshold.conditions.${number}` | "criterion.window";
  errors: Partial<Record<"metric" | "operator" | "threshold" | "clear_threshold", { message?: string }>> | undefined;
  withMetric?: boolean;
}

/** A metric, how it is compared, with what, and when that is over. */
function Comparison({ of, errors, withMetric = false }: ComparisonProps): ReactNode {
  const { register } = useFormContext<RuleForm>();
  return (
    <div
      className={classes(
        "grid flex-1 gap-2",
        withMetric
          ? "grid-cols-[minmax(0,3fr)_4.5rem_minmax(0,2fr)_minmax(0,2fr)]"
          : "grid-cols-[4.5rem_minmax(0,1fr)_minmax(0,1fr)]",
      )}
    >
      {withMetric && <MetricField of={of} error={errors?.metric?.message} />}
      <Field label={text.operator} error={errors?.operator?.message}>
        <Select {...register(`${of}.operator`)}>
          {OPERATORS.map((operator) => (
            <option key={operator} value={operator}>
              {operatorWords[operator]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={text.threshold} error={errors?.threshold?.message}>
        <Input type="number" step="any" {...register(`${of}.threshold`, number)} />
      </Field>
      <Field label={text.clear} error={errors?.clear_threshold?.message}>
        <Input type="number" step="any" placeholder="–" {...register(`${of}.clear_threshold`, optionalNumber)} />
      </Field>
    </div>
  );
}

interface MetricFieldProps {
  of: `criterion.threshold.conditions.${number}` | "criterion.anomaly" | "criterion.telemetry_gap" | "criterion.window";
  error: string | undefined;
  hint?: string;
  placeholder?: string;
}

/** A metric, by a name that devices send it by; another one is no mistake, but worth a word. */
function MetricField({ of, error, hint, placeholder }: MetricFieldProps): ReactNode {
  const { register, control } = useFormContext<RuleForm>();
  const unsent = useUnsentMetric()(useDebounced(useWatch({ control, name: `${of}.metric` })));
  return (
    <Field label={text.metric} error={error} hint={unsent ?? hint}>
      <Input list={METRICS} placeholder={placeholder} className="font-mono" {...register(`${of}.metric`)} />
    </Field>
  );
}

function AnomalyFields(): ReactNode {
  const { register, control, formState } = useFormContext<RuleForm>();
  const errors = formState.errors.criterion?.anomaly;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <MetricField of="criterion.anomaly" error={errors?.metric?.message} />
      <LengthField
        control={control}
        name="criterion.anomaly.window_minutes"
        label={text.windowMinutes}
        limits={LENGTHS.mean}
      />
      <Field label={text.zScore} hint={text.zScoreHint} error={errors?.z_score?.message}>
        <Input type="number" step="any" {...register("criterion.anomaly.z_score", number)} />
      </Field>
      <Field label={text.minSamples} error={errors?.min_samples?.message}>
        <Input type="number" {...register("criterion.anomaly.min_samples", number)} />
      </Field>
    </div>
  );
}

function GapFields(): ReactNode {
  const { control, formState } = useFormContext<RuleForm>();
  const errors = formState.errors.criterion?.telemetry_gap;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <MetricField
        of="criterion.telemetry_gap"
        error={errors?.metric?.message}
        hint={text.anyMetricHint}
        placeholder={text.anyMetric}
      />
      <LengthField
        control={control}
        name="criterion.telemetry_gap.gap_minutes"
        label={text.gapMinutes}
        limits={LENGTHS.gap}
      />
    </div>
  );
}

function WindowFields(): ReactNode {
  const { register, control, formState } = useFormContext<RuleForm>();
  const errors = formState.errors.criterion?.window;
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_13rem]">
        <Field label={text.aggregation} error={errors?.aggregation?.message}>
          <Select {...register("criterion.window.aggregation")}>
            {AGGREGATIONS.map((aggregation) => (
              <option key={aggregation} value={aggregation}>
                {aggregationWords[aggregation]}
              </option>
            ))}
          </Select>
        </Field>
        <MetricField of="criterion.window" error={errors?.metric?.message} />
        <LengthField
          control={control}
          name="criterion.window.window_seconds"
          label={text.windowSeconds}
          limits={LENGTHS.window}
        />
      </div>
      <Comparison of="criterion.window" errors={errors} />
      <p className="text-xs text-muted">{text.clearHint}</p>
    </>
  );
}
