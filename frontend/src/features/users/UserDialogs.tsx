import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import type { Role as RoleName } from "@/api/types";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { roleWords } from "@/components/text";
import { useChange } from "@/components/useChange";
import { TenantSelect } from "@/components/TenantSelect";
import { EVERYBODY, isOperators, usePlane } from "./plane";
import { USERS, type User } from "./queries";
import { text } from "./text";
import { nameOf } from "./useUserActions";

const words = text.form;
const Role = z.enum(["viewer", "customer", "tenant-admin", "operator", "operator-admin"]);
const Invitation = z.object({
  email: z.email(words.email_wrong),
  name: z.string().max(100),
  role: Role,
  tenant_id: z.string().trim(),
});
const InvitationOfAnybody = Invitation.refine(({ role, tenant_id }) => isOperators(role) || tenant_id !== "", {
  path: ["tenant_id"],
  message: words.tenantNeeded,
});
const NewRole = z.object({ role: Role });

function roleOptions(roles: readonly RoleName[]): ReactNode {
  return roles.map((role) => (
    <option key={role} value={role}>
      {roleWords[role]}: {text.roleHints[role]}
    </option>
  ));
}

export function InviteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const plane = usePlane();
  const form = useForm<z.infer<typeof Invitation>>({
    resolver: zodResolver(plane === EVERYBODY ? InvitationOfAnybody : Invitation),
    defaultValues: { email: "", name: "", role: "viewer", tenant_id: "" },
  });
  const role = useWatch({ control: form.control, name: "role" });
  const invite = useChange({
    send: ({ name, tenant_id, ...rest }: z.infer<typeof Invitation>) =>
      plane.invite({
        ...rest,
        name: name.trim() || null,
        tenant_id: isOperators(rest.role) ? null : tenant_id,
      }),
    changes: [USERS],
    done: nameOfInvited,
    silent: true,
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={words.description}
      submit={words.send}
      onClose={onClose}
      onSubmit={invite.mutateAsync}
    >
      <Field label={words.email} error={errors.email?.message}>
        <Input type="email" autoComplete="off" {...form.register("email")} />
      </Field>
      <Field label={words.name} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label={words.role} error={errors.role?.message}>
        <Select {...form.register("role")}>{roleOptions(plane.roles)}</Select>
      </Field>
      {plane === EVERYBODY && !isOperators(role) && (
        <Field label={words.tenant} hint={words.tenantHint} error={errors.tenant_id?.message}>
          <TenantSelect {...form.register("tenant_id")} />
        </Field>
      )}
    </FormDialog>
  );
}

function nameOfInvited(user: User): string {
  return text.done.invited(user.email);
}

export function RoleDialog({ user, onClose }: { user: User; onClose: () => void }): ReactNode {
  const plane = usePlane();
  // Nobody goes from a tenant to the operators by a change of role.
  const roles = plane.roles.filter((role) => isOperators(role) === isOperators(user.role));
  const form = useForm<z.infer<typeof NewRole>>({
    resolver: zodResolver(NewRole),
    defaultValues: { role: user.role },
  });
  const change = useChange({
    send: ({ role }: z.infer<typeof NewRole>) => plane.changeRole(user, role),
    changes: [USERS],
    done: (changed: User) => text.done.role(nameOf(changed), roleWords[changed.role]),
    silent: true,
  });
  return (
    <FormDialog
      form={form}
      title={words.roleTitle(nameOf(user))}
      submit={words.save}
      onClose={onClose}
      onSubmit={change.mutateAsync}
    >
      <Field label={words.role} error={form.formState.errors.role?.message}>
        <Select {...form.register("role")}>{roleOptions(roles)}</Select>
      </Field>
    </FormDialog>
  );
}
