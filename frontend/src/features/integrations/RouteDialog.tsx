import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { allSites } from "@/api/queries";
import { ALERT_TYPES, SEVERITIES } from "@/api/types";
import { Checkbox, Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { FilterMenu } from "@/components/Menu";
import { alertTypeName, severityWords } from "@/components/text";
import { firstMessage } from "@/lib/forms";
import { useSaveRoute, type Integration, type Route } from "./queries";
import { routeText as text, stateWords } from "./text";

const STATES = ["OPEN", "ACKNOWLEDGED", "CLOSED"] as const;

const schema = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  min_severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]),
  priority: z.int({ error: text.priorityWrong }).min(0, text.priorityWrong).max(1000, text.priorityWrong),
  deliver_on: z.array(z.enum(STATES)).min(1, text.stateNeeded),
  alert_types: z.array(z.string()),
  site_ids: z.array(z.string()),
  enabled: z.boolean(),
});
type Form = z.infer<typeof schema>;

interface RouteDialogProps {
  integration: Integration;
  route: Route | undefined;
  onClose: () => void;
}

export function RouteDialog({ integration, route, onClose }: RouteDialogProps): ReactNode {
  const sites = useQuery(allSites);
  const save = useSaveRoute(route);
  const form = useForm<Form>({
    resolver: zodResolver(schema),
    defaultValues: {
      name: route?.name ?? "",
      min_severity: route?.min_severity ?? "INFO",
      priority: route?.priority ?? 100,
      deliver_on: STATES.filter((state) => route === undefined || route.deliver_on.includes(state)),
      alert_types: [...(route?.alert_types ?? [])],
      site_ids: [...(route?.site_ids ?? [])],
      enabled: route?.enabled ?? true,
    },
  });
  const { control, register } = form;
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={route === undefined ? text.title(integration.name) : text.editTitle(route.name)}
      submit={text.save}
      onClose={onClose}
      onSubmit={(values) => save.mutateAsync({ ...values, integration_id: integration.integration_id })}
    >
      <Field label={text.name} error={errors.name?.message}>
        <Input {...register("name")} />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.severity} error={errors.min_severity?.message}>
          <Select {...register("min_severity")}>
            {SEVERITIES.map((severity) => (
              <option key={severity} value={severity}>
                {severityWords[severity]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={text.priority} hint={text.priorityHint} error={errors.priority?.message}>
          <Input type="number" {...register("priority", { valueAsNumber: true })} />
        </Field>
      </div>
      <Controller
        control={control}
        name="deliver_on"
        render={({ field, fieldState }) => (
          <fieldset>
            <legend className="mb-1 text-xs font-medium text-muted">{text.states}</legend>
            <div className="flex flex-wrap gap-4">
              {STATES.map((state) => (
                <Checkbox
                  key={state}
                  label={stateWords[state]}
                  checked={field.value.includes(state)}
                  onChange={(now) =>
                    field.onChange(now ? [...field.value, state] : field.value.filter((chosen) => chosen !== state))
                  }
                />
              ))}
            </div>
            {fieldState.error && <p className="text-xs text-offline">{firstMessage(fieldState.error)}</p>}
          </fieldset>
        )}
      />
      <div className="flex flex-wrap items-center gap-2">
        <Controller
          control={control}
          name="alert_types"
          render={({ field }) => (
            <FilterMenu
              label={text.types}
              chosen={field.value}
              onChange={field.onChange}
              options={ALERT_TYPES.map((type) => ({ value: type, label: alertTypeName(type) }))}
            />
          )}
        />
        <Controller
          control={control}
          name="site_ids"
          render={({ field }) => (
            <FilterMenu
              label={text.sites}
              chosen={field.value}
              onChange={field.onChange}
              options={(sites.data ?? []).map((site) => ({ value: site.site_id, label: site.name }))}
            />
          )}
        />
        <Controller
          control={control}
          name="enabled"
          render={({ field }) => <Checkbox label={text.enabled} checked={field.value} onChange={field.onChange} />}
        />
      </div>
    </FormDialog>
  );
}
