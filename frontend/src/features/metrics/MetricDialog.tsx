import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { optionalNumber } from "@/lib/forms";
import { useSaveMetric, type Metric } from "./queries";
import { catalogText as text, text as common } from "./text";

const bound = z.number({ error: common.number }).nullable();

const schema = z
  .object({
    metric: z.string().min(1, common.needed).max(200),
    description: z.string().max(1000),
    unit: z.string().max(50),
    expected_min: bound,
    expected_max: bound,
  })
  .refine(({ expected_min: min, expected_max: max }) => min === null || max === null || min <= max, {
    path: ["expected_max"],
    error: text.order,
  });
type Form = z.infer<typeof schema>;

interface MetricDialogProps {
  metric: Metric | undefined;
  /** What a new one is called, if that is known. */
  name?: string;
  onClose: () => void;
}

export function MetricDialog({ metric, name = "", onClose }: MetricDialogProps): ReactNode {
  const save = useSaveMetric(metric);
  const form = useForm<Form>({
    resolver: zodResolver(schema),
    defaultValues: {
      metric: metric?.metric ?? name,
      description: metric?.description ?? "",
      unit: metric?.unit ?? "",
      expected_min: metric?.expected_min ?? null,
      expected_max: metric?.expected_max ?? null,
    },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={metric === undefined ? text.title : text.editTitle(metric.metric)}
      submit={common.save}
      onClose={onClose}
      onSubmit={save.mutateAsync}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.metric} hint={text.metricHint} error={errors.metric?.message}>
          <Input readOnly={metric !== undefined} spellCheck={false} {...form.register("metric")} />
        </Field>
        <Field label={text.unit} hint={text.unitHint} error={errors.unit?.message}>
          <Input {...form.register("unit")} />
        </Field>
      </div>
      <Field label={text.description} error={errors.description?.message}>
        <TextArea {...form.register("description")} />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.min} error={errors.expected_min?.message}>
          <Input inputMode="decimal" {...form.register("expected_min", optionalNumber)} />
        </Field>
        <Field label={text.max} error={errors.expected_max?.message}>
          <Input inputMode="decimal" {...form.register("expected_max", optionalNumber)} />
        </Field>
      </div>
    </FormDialog>
  );
}
