import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { usePermission } from "@/auth/permissions";
import { Button } from "@/components/Button";
import { Field } from "@/components/Form";
import { TokenInput } from "@/components/TokenInput";
import { firstMessage } from "@/lib/forms";
import { useSaveTenant, type Tenant } from "./queries";
import { SettingsForm } from "./SettingsForm";
import { accessText as words } from "./text";

const Access = z.object({ ip_allowlist: z.array(z.string()).max(100) });
type Access = z.infer<typeof Access>;

/** The networks that people and programs may call from. The API refuses a list that shuts its author out. */
export function AccessForm({ tenant }: { tenant: Tenant }): ReactNode {
  const save = useSaveTenant(tenant.version, words.saved);
  const mayChange = usePermission("tenant:manage");
  const form = useForm<Access>({
    resolver: zodResolver(Access),
    values: { ip_allowlist: tenant.ip_allowlist },
    resetOptions: { keepDirtyValues: true },
  });
  const networks = useWatch({ control: form.control, name: "ip_allowlist" });
  const own = tenant.called_from;
  return (
    <SettingsForm form={form} label={words.title} save={words.save} mayChange={mayChange} onSubmit={save.mutateAsync}>
      <p className="text-sm text-muted">{words.detail}</p>
      <Controller
        control={form.control}
        name="ip_allowlist"
        render={({ field, fieldState }) => (
          <Field label={words.networks} hint={words.networksHint} error={firstMessage(fieldState.error)}>
            <TokenInput
              tokens={field.value}
              disabled={!mayChange}
              placeholder={field.value.length === 0 ? words.open : ""}
              onChange={field.onChange}
            />
          </Field>
        )}
      />
      {own !== null && (
        <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
          {words.own(own)}
          {mayChange && !networks.includes(own) && (
            <Button
              size="small"
              onClick={() => form.setValue("ip_allowlist", [...networks, own], { shouldDirty: true })}
            >
              {words.addOwn}
            </Button>
          )}
        </p>
      )}
    </SettingsForm>
  );
}
