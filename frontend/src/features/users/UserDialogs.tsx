import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { api, ask, ifMatch } from "@/api/client";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { roleWords } from "@/components/text";
import { useChange } from "@/components/useChange";
import { ROLES, USERS, type User } from "./queries";
import { text } from "./text";
import { nameOf } from "./useUserActions";

const words = text.form;
const Role = z.enum(["viewer", "customer", "tenant-admin"]);
const Invitation = z.object({ email: z.email(words.email_wrong), name: z.string().max(100), role: Role });
const NewRole = z.object({ role: Role });

function roleOptions(): ReactNode {
  return ROLES.map((role) => (
    <option key={role} value={role}>
      {roleWords[role]}: {text.roleHints[role]}
    </option>
  ));
}

export function InviteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const form = useForm<z.infer<typeof Invitation>>({
    resolver: zodResolver(Invitation),
    defaultValues: { email: "", name: "", role: "viewer" },
  });
  const invite = useChange({
    send: ({ name, ...rest }: z.infer<typeof Invitation>) =>
      ask(api.POST("/customer/users", { body: { ...rest, name: name.trim() || null } })),
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
        <Select {...form.register("role")}>{roleOptions()}</Select>
      </Field>
    </FormDialog>
  );
}

function nameOfInvited(user: User): string {
  return text.done.invited(user.email);
}

export function RoleDialog({ user, onClose }: { user: User; onClose: () => void }): ReactNode {
  const form = useForm<z.infer<typeof NewRole>>({
    resolver: zodResolver(NewRole),
    defaultValues: { role: ROLES.find((role) => role === user.role) ?? "viewer" },
  });
  const change = useChange({
    send: (body: z.infer<typeof NewRole>) =>
      ask(
        api.PATCH("/customer/users/{user_id}", {
          params: { path: { user_id: user.user_id }, header: ifMatch(user.version) },
          body,
        }),
      ),
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
        <Select {...form.register("role")}>{roleOptions()}</Select>
      </Field>
    </FormDialog>
  );
}
