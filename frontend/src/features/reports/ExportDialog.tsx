import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { allDeviceGroups } from "@/api/choices";
import { allSites } from "@/api/queries";
import { DEVICE_STATUSES, type AlertStatus } from "@/api/types";
import { Field, Input, Options, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { alertStatusWords, statusWords } from "@/components/text";
import { TokenInput } from "@/components/TokenInput";
import { useTimeZone } from "@/lib/preferences";
import { instantOf } from "@/lib/time";
import { useExport, type ExportWish } from "./exportQueries";
import { datasetWords, exportText } from "./exportText";

const words = exportText.form;
const STATUSES: Record<string, readonly (readonly [value: string, label: string])[]> = {
  devices: DEVICE_STATUSES.map((status) => [status, statusWords[status]]),
  alerts: (Object.keys(alertStatusWords) as AlertStatus[]).map((status) => [status, alertStatusWords[status]]),
};

const Wanted = z
  .object({
    dataset: z.enum(["devices", "alerts", "telemetry", "availability"]),
    format: z.enum(["csv", "json"]),
    start: z.string(),
    end: z.string(),
    site_id: z.string(),
    device_id: z.string().trim(),
    group_id: z.string(),
    tags: z.array(z.string()),
    dataset_status: z.string(),
  })
  .refine(({ start, end }) => start === "" || end === "" || start < end, { path: ["end"], error: words.order });
type Wanted = z.infer<typeof Wanted>;

/** What was not filled in is not asked for. */
function wishOf({ dataset, format, start, end, ...narrowing }: Wanted, timeZone: string): ExportWish {
  const instant = (wallTime: string): string => instantOf(wallTime, timeZone).toISOString();
  const isOfTime = dataset !== "devices";
  return {
    dataset,
    format,
    ...(isOfTime && start !== "" ? { start: instant(start) } : {}),
    ...(isOfTime && end !== "" ? { end: instant(end) } : {}),
    ...(narrowing.site_id === "" ? {} : { site_id: narrowing.site_id }),
    ...(narrowing.device_id === "" ? {} : { device_id: narrowing.device_id }),
    ...(narrowing.group_id === "" ? {} : { group_id: narrowing.group_id }),
    ...(narrowing.tags.length === 0 ? {} : { tags: narrowing.tags }),
    ...(narrowing.dataset_status === "" || STATUSES[dataset] === undefined
      ? {}
      : { dataset_status: narrowing.dataset_status }),
  };
}

export function ExportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const timeZone = useTimeZone();
  const sites = useQuery(allSites);
  const groups = useQuery(allDeviceGroups);
  const make = useExport();
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: {
      dataset: "telemetry",
      format: "csv",
      start: "",
      end: "",
      site_id: "",
      device_id: "",
      group_id: "",
      tags: [],
      dataset_status: "",
    },
  });
  const { register, setValue, formState } = form;
  const { errors } = formState;
  const dataset = useWatch({ control: form.control, name: "dataset" });
  const statuses = STATUSES[dataset];
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={words.description}
      submit={words.export}
      onClose={onClose}
      onSubmit={(wanted) => make.mutateAsync(wishOf(wanted, timeZone))}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.dataset} error={errors.dataset?.message}>
          {/* A status of devices is none of alerts. */}
          <Select {...register("dataset", { onChange: () => setValue("dataset_status", "") })}>
            <Options of={datasetWords} />
          </Select>
        </Field>
        <Field label={words.format} error={errors.format?.message}>
          <Select {...register("format")}>
            <Options of={words.formats} />
          </Select>
        </Field>
        {dataset !== "devices" && (
          <>
            <Field label={words.from} hint={words.fromHint} error={errors.start?.message}>
              <Input type="datetime-local" {...register("start")} />
            </Field>
            <Field label={words.until} hint={words.untilHint} error={errors.end?.message}>
              <Input type="datetime-local" {...register("end")} />
            </Field>
          </>
        )}
        <Field label={words.site} error={errors.site_id?.message}>
          <Select {...register("site_id")}>
            <option value="">{words.everySite}</option>
            {(sites.data ?? []).map(({ site_id, name }) => (
              <option key={site_id} value={site_id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words.device} hint={words.deviceHint} error={errors.device_id?.message}>
          <Input className="font-mono" autoComplete="off" {...register("device_id")} />
        </Field>
        <Field label={words.group} error={errors.group_id?.message}>
          <Select {...register("group_id")}>
            <option value="">{words.everyGroup}</option>
            {(groups.data ?? []).map(({ group_id, name }) => (
              <option key={group_id} value={group_id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Controller
          name="tags"
          control={form.control}
          render={({ field }) => (
            <Field label={words.tags} hint={words.tagsHint} error={errors.tags?.message}>
              <TokenInput tokens={field.value} onChange={field.onChange} />
            </Field>
          )}
        />
        {statuses && (
          <Field label={words.status} error={errors.dataset_status?.message}>
            <Select {...register("dataset_status")}>
              <option value="">{words.anyStatus}</option>
              {statuses.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
        )}
      </div>
    </FormDialog>
  );
}
