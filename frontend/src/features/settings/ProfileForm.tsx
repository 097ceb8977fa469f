import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { usePermission } from "@/auth/permissions";
import { Field, Input, Select } from "@/components/Form";
import { Facts } from "@/components/Panel";
import { Moment } from "@/components/Time";
import { TimeZoneOptions } from "@/components/TimeZoneOptions";
import { useSaveTenant, type Tenant } from "./queries";
import { SettingsForm } from "./SettingsForm";
import { profileText as words, text } from "./text";

const Profile = z.object({ name: z.string().trim().min(1, text.needed).max(100), timezone: z.string() });
type Profile = z.infer<typeof Profile>;

export function ProfileForm({ tenant }: { tenant: Tenant }): ReactNode {
  const save = useSaveTenant(tenant.version, words.saved);
  const mayChange = usePermission("tenant:manage");
  const form = useForm<Profile>({
    resolver: zodResolver(Profile),
    values: { name: tenant.name, timezone: tenant.timezone },
    resetOptions: { keepDirtyValues: true },
  });
  const { errors } = form.formState;
  return (
    <SettingsForm form={form} label={words.title} save={text.save} mayChange={mayChange} onSubmit={save.mutateAsync}>
      <Field label={words.name} error={errors.name?.message}>
        <Input {...form.register("name")} />
      </Field>
      <Field label={words.timezone} hint={words.timezoneHint} error={errors.timezone?.message}>
        <Select {...form.register("timezone")}>
          <TimeZoneOptions chosen={tenant.timezone} />
        </Select>
      </Field>
      <Facts
        facts={[
          [words.id, <code key="id">{tenant.tenant_id}</code>],
          [words.since, <Moment key="since" time={tenant.created_at} long />],
        ]}
      />
    </SettingsForm>
  );
}
