import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { useCreateTenant } from "./queries";
import { text } from "./text";
import { zoneOptions } from "./zones";

const words = text.form;

const schema = z.object({
  tenant_id: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/, words.idWrong),
  name: z.string().trim().min(1, words.needed).max(100),
  timezone: z.string().min(1, words.needed),
  admin: z.object({ email: z.email(words.emailWrong), name: z.string().max(100) }),
});

type Form = z.infer<typeof schema>;

export function NewTenantDialog({ onClose }: { onClose: () => void }): ReactNode {
  const form = useForm<Form>({
    resolver: zodResolver(schema),
    defaultValues: { tenant_id: "", name: "", timezone: "UTC", admin: { email: "", name: "" } },
  });
  const create = useCreateTenant();
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={text.add}
      submit={words.create}
      onClose={onClose}
      onSubmit={({ admin, ...tenant }) =>
        create.mutateAsync({
          ...tenant,
          ip_allowlist: [],
          limits: {},
          admin: { email: admin.email, name: admin.name.trim() || null },
        })
      }
    >
      <Field label={words.id} hint={words.idHint} error={errors.tenant_id?.message}>
        <Input className="font-mono" autoComplete="off" {...form.register("tenant_id")} />
      </Field>
      <Field label={words.name} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label={words.timezone} error={errors.timezone?.message}>
        <Select {...form.register("timezone")}>{zoneOptions("UTC")}</Select>
      </Field>
      <Field label={words.adminEmail} hint={words.adminHint} error={errors.admin?.email?.message}>
        <Input type="email" autoComplete="off" {...form.register("admin.email")} />
      </Field>
      <Field label={words.adminName} error={errors.admin?.name?.message}>
        <Input autoComplete="off" {...form.register("admin.name")} />
      </Field>
    </FormDialog>
  );
}
