import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { api, ask, ifMatch } from "@/api/client";
import type { Permission } from "@/api/types";
import { useProfile } from "@/auth/permissions";
import { CodeBlock } from "@/components/Copy";
import { Checkbox, Field, Input, Options, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { RotateSecretDialog, ShownOnceDialog } from "@/components/SecretDialogs";
import { roleWords } from "@/components/text";
import { useChange } from "@/components/useChange";
import { DAY } from "@/lib/time";
import { API_KEYS, offeredScopes, ROLES, type ApiKey, type NewApiKey } from "./queries";
import { text } from "./text";

const words = text.form;

const Wanted = z
  .object({
    name: z.string().trim().min(1, words.name_wrong).max(100),
    role: z.enum(["viewer", "customer", "tenant-admin"]),
    days: z.enum(["30", "90", "365", "730"]),
    isNarrowed: z.boolean(),
    scopes: z.array(z.string()),
  })
  .refine(({ isNarrowed, scopes }) => !isNarrowed || scopes.length > 0, {
    path: ["scopes"],
    error: words.scopes_wrong,
  });
type Wanted = z.infer<typeof Wanted>;

function makeKey({ name, role, days, isNarrowed, scopes }: Wanted, offered: Permission[]): Promise<NewApiKey> {
  const body = {
    name,
    role,
    scopes: isNarrowed ? offered.filter((permission) => scopes.includes(permission)) : null,
    expires_at: new Date(Date.now() + Number(days) * DAY).toISOString(),
  };
  return ask(api.POST("/customer/api-keys", { body }));
}

interface MakeProps {
  onClose: () => void;
  onMade: (key: NewApiKey) => void;
}

export function MakeKeyDialog({ onClose, onMade }: MakeProps): ReactNode {
  const offered = offeredScopes(useProfile().permissions);
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: { name: "", role: "viewer", days: "365", isNarrowed: false, scopes: [] },
  });
  const make = useChange({
    send: (wanted: Wanted) => makeKey(wanted, offered),
    changes: [API_KEYS],
    silent: true,
  });
  const { errors } = form.formState;
  const [isNarrowed, scopes] = useWatch({ control: form.control, name: ["isNarrowed", "scopes"] });
  return (
    <FormDialog
      form={form}
      title={words.title}
      submit={words.make}
      onClose={onClose}
      onSubmit={async (wanted) => onMade(await make.mutateAsync(wanted))}
    >
      <Field label={words.name} hint={words.name_hint} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.role} error={errors.role?.message}>
          <Select {...form.register("role")}>
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {roleWords[role]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words.expires} error={errors.days?.message}>
          <Select {...form.register("days")}>
            <Options of={words.expiries} />
          </Select>
        </Field>
      </div>
      <Field label={words.scopes} error={errors.scopes?.message}>
        <Select
          value={isNarrowed ? "chosen" : "everything"}
          onChange={(event) => form.setValue("isNarrowed", event.target.value === "chosen")}
        >
          <option value="everything">{words.everything}</option>
          <option value="chosen">{words.chosen}</option>
        </Select>
      </Field>
      {isNarrowed && (
        <ul
          aria-label={words.scopes}
          className="grid max-h-52 gap-1 overflow-y-auto rounded-md border p-2 sm:grid-cols-2"
        >
          {offered.map((permission) => (
            <li key={permission}>
              <Checkbox
                label={permission}
                checked={scopes.includes(permission)}
                onChange={(now) =>
                  form.setValue(
                    "scopes",
                    now ? [...scopes, permission] : scopes.filter((other) => other !== permission),
                    { shouldValidate: form.formState.isSubmitted },
                  )
                }
              />
            </li>
          ))}
        </ul>
      )}
    </FormDialog>
  );
}

export function RotateKeyDialog({ apiKey, onClose, onMade }: MakeProps & { apiKey: ApiKey }): ReactNode {
  const rotate = useChange({
    send: (overlap_seconds: number) =>
      ask(
        api.POST("/customer/api-keys/{key_id}/rotate", {
          params: { path: { key_id: apiKey.key_id }, header: ifMatch(apiKey.version) },
          body: { overlap_seconds },
        }),
      ),
    changes: [API_KEYS],
    silent: true,
  });
  return (
    <RotateSecretDialog
      name={apiKey.name}
      onClose={onClose}
      onRotate={async (seconds) => onMade(await rotate.mutateAsync(seconds))}
    />
  );
}

/** The secret, this once. */
export function ShownKeyDialog({ apiKey, onClose }: { apiKey: NewApiKey; onClose: () => void }): ReactNode {
  const command = `curl -H 'Authorization: Bearer ${apiKey.key}' \\\n  ${location.origin}/customer/devices`;
  return (
    <ShownOnceDialog title={text.shown.title(apiKey.name)} onClose={onClose}>
      <CodeBlock label={text.shown.key} code={apiKey.key} />
      <CodeBlock label={text.shown.use} code={command} />
    </ShownOnceDialog>
  );
}
