import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ComponentProps, ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { Field, Input, Options, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { TenantSelect } from "@/components/TenantSelect";
import { subscriptionKindWords as kindWords } from "@/components/text";
import { optionalNumber } from "@/lib/forms";
import { mainsOf, useCreateSubscription } from "./queries";
import { text } from "./text";

const words = text.form;

const Wanted = z
  .object({
    tenant_id: z.string().trim().min(1, words.needed),
    kind: z.enum(["MAIN", "ADDON", "TRIAL", "TEMPORARY"]),
    name: z.string().trim().min(1, words.needed).max(100),
    plan: z.string().trim().max(100),
    device_limit: z.int({ error: words.seatsWrong }).min(0, words.seatsWrong),
    term_days: z.int({ error: words.daysWrong }).min(1, words.daysWrong).max(1827, words.daysWrong).nullable(),
    parent_subscription_id: z.string().trim(),
  })
  .refine(({ kind, parent_subscription_id: id }) => kind !== "ADDON" || z.guid().safeParse(id).success, {
    path: ["parent_subscription_id"],
    error: words.parentWrong,
  });
type Wanted = z.infer<typeof Wanted>;

interface NewSubscriptionDialogProps {
  /** Whom the list is about; undefined: everybody. */
  tenantId: string | undefined;
  onClose: () => void;
}

export function NewSubscriptionDialog({ tenantId = "", onClose }: NewSubscriptionDialogProps): ReactNode {
  const create = useCreateSubscription();
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: {
      tenant_id: tenantId,
      kind: "MAIN",
      name: "",
      plan: "",
      device_limit: 100,
      term_days: null,
      parent_subscription_id: "",
    },
  });
  const { errors } = form.formState;
  const [kind, chosenTenant] = useWatch({ control: form.control, name: ["kind", "tenant_id"] });
  return (
    <FormDialog
      form={form}
      title={text.add}
      submit={words.create}
      onClose={onClose}
      onSubmit={({ parent_subscription_id, term_days, ...rest }) =>
        create.mutateAsync(
          // An ADDON has the term of its MAIN.
          rest.kind === "ADDON"
            ? { ...rest, description: "", parent_subscription_id }
            : { ...rest, description: "", term_days },
        )
      }
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.tenant} error={errors.tenant_id?.message}>
          <TenantSelect
            {...form.register("tenant_id", { onChange: () => form.setValue("parent_subscription_id", "") })}
          />
        </Field>
        <Field label={words.kind} hint={words.kindHints[kind]} error={errors.kind?.message}>
          <Select {...form.register("kind")}>
            <Options of={kindWords} />
          </Select>
        </Field>
        <Field label={words.name} error={errors.name?.message}>
          <Input autoComplete="off" {...form.register("name")} />
        </Field>
        <Field label={words.plan} error={errors.plan?.message}>
          <Input autoComplete="off" {...form.register("plan")} />
        </Field>
        <Field label={words.seats} error={errors.device_limit?.message}>
          <Input inputMode="numeric" {...form.register("device_limit", { valueAsNumber: true })} />
        </Field>
        {kind === "ADDON" ? (
          <Field label={words.parent} error={errors.parent_subscription_id?.message}>
            <MainOfTenant tenantId={chosenTenant} {...form.register("parent_subscription_id")} />
          </Field>
        ) : (
          <Field label={words.days} hint={words.daysHint} error={errors.term_days?.message}>
            <Input inputMode="numeric" {...form.register("term_days", optionalNumber)} />
          </Field>
        )}
      </div>
    </FormDialog>
  );
}

/** What a tenant's additional seats can be beside, by name. */
function MainOfTenant({ tenantId, ...others }: ComponentProps<"select"> & { tenantId: string }): ReactNode {
  const { data: mains } = useQuery({ ...mainsOf(tenantId), enabled: tenantId !== "" });
  const first = tenantId === "" ? words.parentNeedsTenant : mains?.length === 0 ? words.noParent : words.chooseParent;
  return (
    <Select {...others}>
      <option value="">{first}</option>
      {mains?.map(({ subscription_id, name, plan }) => (
        <option key={subscription_id} value={subscription_id}>
          {plan === "" ? name : `${name} (${plan})`}
        </option>
      ))}
    </Select>
  );
}
