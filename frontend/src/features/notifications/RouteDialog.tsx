import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { allChannels, allDeviceGroups } from "@/api/choices";
import { allSites } from "@/api/queries";
import { ALERT_TYPES, SEVERITIES } from "@/api/types";
import { Checkbox, Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { FilterMenu } from "@/components/Menu";
import { tagsOf, tagTokens } from "@/components/scope";
import { alertTypeName, severityWords } from "@/components/text";
import { TokenInput } from "@/components/TokenInput";
import { firstMessage } from "@/lib/forms";
import { useSaveRoute, type RoutingRule } from "./queries";
import { eventWords, routingText as text, text as common } from "./text";

const EVENTS = [
  "opened",
  "severity_changed",
  "escalated",
  "unanswered",
  "acknowledged",
  "closed",
  "subscription_ending",
] as const;
const number = (most: number) => z.number({ error: text.number }).int(text.number).min(0).max(most);

const schema = z.object({
  name: z.string().trim().min(1, common.needed).max(100),
  channel_id: z.string().min(1, common.needed),
  priority: number(1000),
  min_severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]),
  events: z.array(z.enum(EVENTS)).min(1, text.eventNeeded),
  alert_types: z.array(z.string()),
  site_ids: z.array(z.string()),
  group_ids: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  throttle_minutes: number(10_080),
  stop: z.boolean(),
  enabled: z.boolean(),
});

type Form = z.infer<typeof schema>;

interface RouteDialogProps {
  rule: RoutingRule | undefined;
  onClose: () => void;
}

export function RouteDialog({ rule, onClose }: RouteDialogProps): ReactNode {
  const channels = useQuery(allChannels);
  const sites = useQuery(allSites);
  const groups = useQuery(allDeviceGroups);
  const save = useSaveRoute(rule);
  const form = useForm<Form>({ resolver: zodResolver(schema), defaultValues: formOf(rule) });
  const { register, control, formState } = form;
  const { errors } = formState;
  return (
    <FormDialog
      form={form}
      size="wide"
      title={rule?.name ?? text.newTitle}
      description={text.intro}
      submit={common.save}
      onClose={onClose}
      onSubmit={save.mutateAsync}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.name} error={errors.name?.message}>
          <Input {...register("name")} maxLength={100} />
        </Field>
        <Field label={text.channel} error={errors.channel_id?.message}>
          <Controller
            control={control}
            name="channel_id"
            render={({ field }) => (
              <Select {...field}>
                <option value="">{text.chooseChannel}</option>
                {channels.data?.map(({ channel_id, name }) => (
                  <option key={channel_id} value={channel_id}>
                    {name}
                  </option>
                ))}
                {!channels.data && rule && <option value={rule.channel_id}>{rule.channel_name}</option>}
              </Select>
            )}
          />
        </Field>
        <Field label={text.minSeverity} error={errors.min_severity?.message}>
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
        name="events"
        render={({ field, fieldState }) => (
          <fieldset>
            <legend className="mb-1 text-xs font-medium text-muted">{text.events}</legend>
            <div className="flex flex-wrap gap-4">
              {EVENTS.map((event) => (
                <Checkbox
                  key={event}
                  label={eventWords[event]}
                  checked={field.value.includes(event)}
                  onChange={(now) =>
                    field.onChange(now ? [...field.value, event] : field.value.filter((chosen) => chosen !== event))
                  }
                />
              ))}
            </div>
            {fieldState.error && <p className="text-xs text-offline">{firstMessage(fieldState.error)}</p>}
          </fieldset>
        )}
      />
      <div className="flex flex-wrap gap-2">
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
          name="group_ids"
          render={({ field }) => (
            <FilterMenu
              label={text.groups}
              chosen={field.value}
              onChange={field.onChange}
              options={(groups.data ?? []).map((group) => ({ value: group.group_id, label: group.name }))}
            />
          )}
        />
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Controller
          control={control}
          name="tags"
          render={({ field, fieldState }) => (
            <Field label={text.tags} hint={text.tagsHint} error={firstMessage(fieldState.error)}>
              <TokenInput tokens={tagTokens(field.value)} onChange={(tokens) => field.onChange(tagsOf(tokens))} />
            </Field>
          )}
        />
        <Field label={text.throttle} hint={text.throttleHint} error={errors.throttle_minutes?.message}>
          <Input type="number" {...register("throttle_minutes", { valueAsNumber: true })} />
        </Field>
      </div>
      <div className="flex flex-wrap gap-6">
        {(["stop", "enabled"] as const).map((name) => (
          <Controller
            key={name}
            control={control}
            name={name}
            render={({ field }) => <Checkbox label={text[name]} checked={field.value} onChange={field.onChange} />}
          />
        ))}
      </div>
    </FormDialog>
  );
}

function formOf(rule: RoutingRule | undefined): Form {
  return {
    name: rule?.name ?? "",
    channel_id: rule?.channel_id ?? "",
    priority: rule?.priority ?? 100,
    min_severity: rule?.min_severity ?? "INFO",
    events: EVENTS.filter((event) =>
      rule === undefined ? event !== "subscription_ending" : rule.events.includes(event),
    ),
    alert_types: [...(rule?.alert_types ?? [])],
    site_ids: [...(rule?.site_ids ?? [])],
    group_ids: [...(rule?.group_ids ?? [])],
    tags: { ...rule?.tags },
    throttle_minutes: rule?.throttle_minutes ?? 0,
    stop: rule?.stop ?? false,
    enabled: rule?.enabled ?? true,
  };
}
