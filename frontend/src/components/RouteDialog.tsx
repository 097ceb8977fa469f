import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Controller, useForm, type Control, type UseFormReturn } from "react-hook-form";
import { allChannels, allDeviceGroups } from "@/api/choices";
import { allSites } from "@/api/queries";
import { ALERT_TYPES, SEVERITIES } from "@/api/types";
import { firstMessage } from "@/lib/forms";
import { Checkbox, Field, Input, Select } from "./Form";
import { FormDialog } from "./FormDialog";
import { LengthField } from "./LengthField";
import { FilterMenu } from "./Menu";
import { routeSchema, THROTTLE, type RouteValues } from "./route";
import { tagsOf, tagTokens } from "./scope";
import { alertTypeName, routeText as text, severityWords } from "./text";
import { TokenInput } from "./TokenInput";

interface RouteDialogProps {
  title: string;
  description?: string;
  /** What it begins with. */
  initial: RouteValues;
  /** What can happen to an alert, with its words. */
  moments: readonly (readonly [moment: string, words: string])[];
  /** A route leads where it was begun, and says when; a rule chooses its channel, and says more of the devices. */
  extent: "route" | "rule";
  /** Of the channel that a rule leads to, until all of them are known. */
  channelName?: string | undefined;
  onSave: (values: RouteValues) => Promise<unknown>;
  onClose: () => void;
}

/** Which alerts are sent to a channel. */
export function RouteDialog({
  title,
  description,
  initial,
  moments,
  extent,
  channelName,
  onSave,
  onClose,
}: RouteDialogProps): ReactNode {
  const sites = useQuery(allSites);
  const form = useForm<RouteValues>({ resolver: zodResolver(routeSchema), defaultValues: initial });
  const { register, control, formState } = form;
  const { errors } = formState;
  const isRule = extent === "rule";
  return (
    <FormDialog
      form={form}
      size={isRule ? "wide" : "normal"}
      title={title}
      {...(description === undefined ? {} : { description })}
      submit={text.save}
      onClose={onClose}
      onSubmit={onSave}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.name} error={errors.name?.message} {...(isRule ? {} : { className: "sm:col-span-2" })}>
          <Input {...register("name")} maxLength={100} />
        </Field>
        {isRule && <ChannelField form={form} channelName={channelName} />}
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
        name="moments"
        render={({ field, fieldState }) => (
          <fieldset>
            <legend className="mb-1 text-xs font-medium text-muted">{text.moments}</legend>
            <div className="flex flex-wrap gap-4">
              {moments.map(([moment, words]) => (
                <Checkbox
                  key={moment}
                  label={words}
                  checked={field.value.includes(moment)}
                  onChange={(now) =>
                    field.onChange(now ? [...field.value, moment] : field.value.filter((chosen) => chosen !== moment))
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
        {isRule && <GroupMenu control={control} />}
      </div>
      {isRule && (
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
          <LengthField
            control={control}
            name="throttle_minutes"
            label={text.throttle}
            hint={text.throttleHint}
            limits={THROTTLE}
          />
        </div>
      )}
      <div className="flex flex-wrap gap-6">
        {(isRule ? (["stop", "enabled"] as const) : (["enabled"] as const)).map((name) => (
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

interface ChannelFieldProps {
  form: UseFormReturn<RouteValues>;
  channelName: string | undefined;
}

function ChannelField({ form, channelName }: ChannelFieldProps): ReactNode {
  const channels = useQuery(allChannels);
  return (
    <Field label={text.channel} error={form.formState.errors.channel_id?.message}>
      <Controller
        control={form.control}
        name="channel_id"
        render={({ field }) => (
          <Select {...field}>
            <option value="">{text.chooseChannel}</option>
            {channels.data?.map(({ channel_id, name }) => (
              <option key={channel_id} value={channel_id}>
                {name}
              </option>
            ))}
            {!channels.data && channelName !== undefined && <option value={field.value}>{channelName}</option>}
          </Select>
        )}
      />
    </Field>
  );
}

function GroupMenu({ control }: { control: Control<RouteValues> }): ReactNode {
  const groups = useQuery(allDeviceGroups);
  return (
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
  );
}
