import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input, Select, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { TokenInput } from "@/components/TokenInput";
import { changeOf, limitsIn, written, wrongLine } from "./limits";
import { useChangeTenant, useSetDeviceLimit, useSuspendTenant, type Tenant } from "./queries";
import { text } from "./text";
import { zoneOptions } from "./zones";

const words = text.form;

interface DialogProps {
  tenant: Tenant;
  onClose: () => void;
}

const editSchema = z.object({
  name: z.string().trim().min(1, words.needed).max(100),
  timezone: z.string(),
  ip_allowlist: z.array(z.string()),
  limits: z.string().superRefine((limits, context) => {
    const wrong = wrongLine(limits);
    if (wrong !== undefined) context.addIssue({ code: "custom", message: words.limitsWrong(wrong) });
  }),
});

export function EditTenantDialog({ tenant, onClose }: DialogProps): ReactNode {
  const form = useForm<z.infer<typeof editSchema>>({
    resolver: zodResolver(editSchema),
    defaultValues: {
      name: tenant.name,
      timezone: tenant.timezone,
      ip_allowlist: tenant.ip_allowlist,
      limits: written(tenant.limits),
    },
  });
  const change = useChangeTenant(tenant);
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={words.editTitle(tenant.name)}
      submit={words.save}
      onClose={onClose}
      onSubmit={({ limits, ...rest }) =>
        change.mutateAsync({ ...rest, limits: changeOf(tenant.limits, limitsIn(limits)) })
      }
    >
      <Field label={words.name} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label={words.timezone} error={errors.timezone?.message}>
        <Select {...form.register("timezone")}>{zoneOptions(tenant.timezone)}</Select>
      </Field>
      <Controller
        control={form.control}
        name="ip_allowlist"
        render={({ field }) => (
          <Field
            label={words.allowlist}
            hint={words.allowlistHint}
            error={errors.ip_allowlist?.message ?? errors.ip_allowlist?.find?.((each) => each !== undefined)?.message}
          >
            <TokenInput tokens={field.value} placeholder={words.networkAdd} onChange={field.onChange} />
          </Field>
        )}
      />
      <Field label={words.limits} hint={words.limitsHint} error={errors.limits?.message}>
        <TextArea rows={4} className="font-mono text-xs" {...form.register("limits")} />
      </Field>
    </FormDialog>
  );
}

const limitSchema = z.object({
  device_limit: z.number({ error: words.number }).int(words.number).min(0, words.number),
});

export function DeviceLimitDialog({ tenant, limit, onClose }: DialogProps & { limit: number }): ReactNode {
  const form = useForm<z.infer<typeof limitSchema>>({
    resolver: zodResolver(limitSchema),
    defaultValues: { device_limit: limit },
  });
  const set = useSetDeviceLimit(tenant);
  return (
    <FormDialog
      form={form}
      title={text.changeLimit}
      submit={words.save}
      onClose={onClose}
      onSubmit={(body) => set.mutateAsync(body)}
    >
      <Field label={words.deviceLimit} hint={words.deviceLimitHint} error={form.formState.errors.device_limit?.message}>
        <Input type="number" min={0} {...form.register("device_limit", { valueAsNumber: true })} />
      </Field>
    </FormDialog>
  );
}

const suspendSchema = z.object({ reason: z.string().trim().min(1, words.needed).max(1000) });

export function SuspendDialog({ tenant, onClose }: DialogProps): ReactNode {
  const form = useForm<z.infer<typeof suspendSchema>>({
    resolver: zodResolver(suspendSchema),
    defaultValues: { reason: "" },
  });
  const suspend = useSuspendTenant(tenant);
  return (
    <FormDialog
      form={form}
      title={words.suspendTitle(tenant.name)}
      description={words.suspendDescription}
      submit={text.suspend}
      onClose={onClose}
      onSubmit={(body) => suspend.mutateAsync(body)}
    >
      <Field label={words.reason} hint={words.reasonHint} error={form.formState.errors.reason?.message}>
        <Input {...form.register("reason")} />
      </Field>
    </FormDialog>
  );
}
