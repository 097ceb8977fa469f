import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { metricReference, wholeCatalog } from "@/api/choices";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { metricValue } from "@/lib/numbers";
import { useSaveMapping, type Mapping } from "./queries";
import { mappingText as text, text as common } from "./text";

const schema = z.object({
  raw_metric: z.string().min(1, common.needed).max(200),
  normalized_metric: z.string().min(1, common.needed),
  multiplier: z.number({ error: common.number }).refine((value) => value !== 0, text.notZero),
  offset_value: z.number({ error: common.number }),
});
type Form = z.infer<typeof schema>;

const EXAMPLE = 100;

interface MappingDialogProps {
  mapping: Mapping | undefined;
  /** What a new one is for, if that is known. */
  raw?: string;
  onClose: () => void;
}

export function MappingDialog({ mapping, raw = "", onClose }: MappingDialogProps): ReactNode {
  const catalog = useQuery(wholeCatalog);
  const reference = useQuery(metricReference);
  const save = useSaveMapping(mapping);
  const listId = useId();
  const form = useForm<Form>({
    resolver: zodResolver(schema),
    defaultValues: {
      raw_metric: mapping?.raw_metric ?? raw,
      normalized_metric: mapping?.normalized_metric ?? "",
      multiplier: mapping?.multiplier ?? 1,
      offset_value: mapping?.offset_value ?? 0,
    },
  });
  const { errors } = form.formState;
  const typed = useWatch({ control: form.control });
  const result = EXAMPLE * (typed.multiplier ?? 1) + (typed.offset_value ?? 0);
  const unit = catalog.data?.find(({ metric }) => metric === typed.normalized_metric)?.unit ?? "";
  return (
    <FormDialog
      form={form}
      title={mapping === undefined ? text.title : text.editTitle(mapping.raw_metric)}
      description={text.detail}
      submit={common.save}
      onClose={onClose}
      onSubmit={save.mutateAsync}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.raw} error={errors.raw_metric?.message}>
          <Input readOnly={mapping !== undefined} list={listId} spellCheck={false} {...form.register("raw_metric")} />
        </Field>
        <datalist id={listId}>
          {reference.data?.unmapped.map((metric) => (
            <option key={metric} value={metric} />
          ))}
        </datalist>
        <Field label={text.normalized} error={errors.normalized_metric?.message}>
          <Controller
            control={form.control}
            name="normalized_metric"
            render={({ field }) => (
              <Select {...field}>
                <option value="">{text.chooseNormalized}</option>
                {catalog.data?.map(({ metric }) => (
                  <option key={metric} value={metric}>
                    {metric}
                  </option>
                ))}
              </Select>
            )}
          />
        </Field>
        <Field label={text.multiplier} error={errors.multiplier?.message}>
          <Input type="number" step="any" {...form.register("multiplier", { valueAsNumber: true })} />
        </Field>
        <Field label={text.offset} error={errors.offset_value?.message}>
          <Input type="number" step="any" {...form.register("offset_value", { valueAsNumber: true })} />
        </Field>
      </div>
      {Number.isFinite(result) && typed.raw_metric !== "" && (
        <p className="text-sm text-muted">
          {text.example(typed.raw_metric ?? "", `${metricValue(result)} ${unit}`.trim())}
        </p>
      )}
    </FormDialog>
  );
}
