import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { allAddons } from "@/api/choices";
import { allSites } from "@/api/queries";
import { CodeBlock } from "@/components/Copy";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { RotateSecretDialog, ShownOnceDialog } from "@/components/SecretDialogs";
import { authenticationOf, firstMessage, KINDS, placeOf, USUAL_PLACES } from "./authentication";
import {
  useChangeSource,
  useMakeSource,
  useRotateSecret,
  type NewSource,
  type Source,
  type SourceWish,
} from "./queries";
import { kindWords, text } from "./text";

const words = text.form;

const Wanted = z
  .object({
    name: z.string().trim().min(1, words.nameWrong).max(100),
    addon_id: z.string(),
    site_id: z.string(),
    kind: z.enum(KINDS),
    place: z.string().trim(),
  })
  .refine(({ kind, place }) => kind === "standard_webhooks" || place !== "", {
    path: ["place"],
    error: words.placeWrong,
  });
type Wanted = z.infer<typeof Wanted>;

interface SourceFormProps {
  source?: Source;
  onSend: (wish: SourceWish) => Promise<unknown>;
  onClose: () => void;
}

function SourceForm({ source, onSend, onClose }: SourceFormProps): ReactNode {
  const addons = useQuery(allAddons);
  const sites = useQuery(allSites);
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: {
      name: source?.name ?? "",
      addon_id: source?.addon_id ?? "",
      site_id: source?.site_id ?? "",
      kind: source?.authentication.kind ?? "header",
      place: source ? placeOf(source.authentication) : USUAL_PLACES.header,
    },
  });
  const kind = useWatch({ control: form.control, name: "kind" });
  const { errors } = form.formState;
  const send = ({ name, addon_id, site_id, place, ...wanted }: Wanted): Promise<unknown> =>
    onSend({
      name,
      addon_id: addon_id || null,
      site_id: site_id || null,
      authentication: authenticationOf(wanted.kind, place, source?.authentication),
      enabled: source?.enabled ?? true,
    });
  return (
    <FormDialog
      form={form}
      title={source ? text.editTitle(source.name) : text.add}
      submit={source ? text.save : text.make}
      onClose={onClose}
      onSubmit={send}
    >
      <Field label={words.name} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      {/* A choice is drawn when it is there to be chosen from: the form's value would be lost before. */}
      {addons.data && (
        <Field label={words.addon} error={errors.addon_id?.message}>
          <Select {...form.register("addon_id")}>
            <option value="">{words.noAddon}</option>
            {addons.data.map(({ addon_id, name }) => (
              <option key={addon_id} value={addon_id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {sites.data && (
        <Field label={words.site} hint={words.siteHint} error={errors.site_id?.message}>
          <Select {...form.register("site_id")}>
            <option value="">{words.noSite}</option>
            {sites.data.map(({ site_id, name }) => (
              <option key={site_id} value={site_id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.kind} hint={words.kindHint} error={errors.kind?.message}>
          <Select
            disabled={source !== undefined}
            value={kind}
            onChange={(event) => {
              const chosen = KINDS.find((each) => each === event.target.value) ?? "header";
              form.setValue("kind", chosen);
              form.setValue("place", USUAL_PLACES[chosen]);
            }}
          >
            {KINDS.map((each) => (
              <option key={each} value={each}>
                {kindWords[each]}
              </option>
            ))}
          </Select>
        </Field>
        {kind !== "standard_webhooks" && (
          <Field label={words.places[kind]} error={errors.place?.message}>
            <Input autoComplete="off" className="font-mono" {...form.register("place")} />
          </Field>
        )}
      </div>
    </FormDialog>
  );
}

export function MakeSourceDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (source: NewSource) => void;
}): ReactNode {
  const make = useMakeSource();
  return <SourceForm onClose={onClose} onSend={async (wish) => onMade(await make.mutateAsync(wish))} />;
}

export function EditSourceDialog({ source, onClose }: { source: Source; onClose: () => void }): ReactNode {
  const change = useChangeSource(source);
  return <SourceForm source={source} onClose={onClose} onSend={change.mutateAsync} />;
}

interface RotateProps {
  source: Source;
  onClose: () => void;
  onMade: (source: NewSource) => void;
}

export function RotateSourceDialog({ source, onClose, onMade }: RotateProps): ReactNode {
  const rotate = useRotateSecret(source);
  return (
    <RotateSecretDialog
      name={source.name}
      onClose={onClose}
      onRotate={async (seconds) => onMade(await rotate.mutateAsync(seconds))}
    />
  );
}

/** The secret, this once, with all that the sender has to be told. */
export function ShownSecretDialog({ source, onClose }: { source: NewSource; onClose: () => void }): ReactNode {
  const command = firstMessage(source, location.origin);
  return (
    <ShownOnceDialog title={text.shown.title(source.name)} description={text.shown.once} onClose={onClose}>
      <CodeBlock label={text.shown.address} code={`${location.origin}${source.path}`} />
      <CodeBlock label={text.shown.secret} code={source.secret} />
      {command !== null && <CodeBlock label={text.shown.trial} code={command} />}
    </ShownOnceDialog>
  );
}
