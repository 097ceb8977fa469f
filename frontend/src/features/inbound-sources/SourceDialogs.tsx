import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { allAddons } from "@/api/choices";
import { allSites } from "@/api/queries";
import { CodeBlock } from "@/components/Copy";
import { Field, Input, Options, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { RotateSecretDialog, ShownOnceDialog } from "@/components/SecretDialogs";
import {
  ALGORITHMS,
  authenticationOf,
  ENCODINGS,
  firstMessage,
  KINDS,
  needsFile,
  placeOf,
  signatureOf,
  USUAL_PLACES,
} from "./authentication";
import {
  useChangeSource,
  useMakeSource,
  useRotateSecret,
  type NewSource,
  type Source,
  type SourceWish,
} from "./queries";
import { algorithmWords, encodingWords, kindWords, text } from "./text";

const words = text.form;
// No addon has it: nobody is to get the one that reads SNMP alone without a choice.
const UNCHOSEN = "?";

const Wanted = z
  .object({
    name: z.string().trim().min(1, words.nameWrong).max(100),
    addon_id: z.string().refine((addonId) => addonId !== UNCHOSEN, words.addonWrong),
    site_id: z.string(),
    kind: z.enum(KINDS),
    place: z.string().trim(),
    algorithm: z.enum(ALGORITHMS),
    encoding: z.enum(ENCODINGS),
    prefix: z.string().trim(),
    timestamp_header: z.string().trim(),
    separator: z.string().trim().min(1, words.separatorWrong).max(3, words.separatorWrong),
  })
  .refine(({ kind, place }) => kind === "standard_webhooks" || place !== "", {
    path: ["place"],
    error: words.placeWrong,
  });
type Wanted = z.infer<typeof Wanted>;

interface Chosen {
  target: { value: string };
}

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
      addon_id: source === undefined ? UNCHOSEN : (source.addon_id ?? ""),
      site_id: source?.site_id ?? "",
      kind: source?.authentication.kind ?? "header",
      place: source ? placeOf(source.authentication) : USUAL_PLACES.header,
      ...signatureOf(source?.authentication),
    },
  });
  const kind = useWatch({ control: form.control, name: "kind" });
  const { errors } = form.formState;
  const offer = (addonId: string): void => {
    const offered = addons.data?.find(({ addon_id }) => addon_id === addonId)?.authentication;
    if (source !== undefined || !offered) return;
    form.setValue("kind", offered.kind);
    form.setValue("place", placeOf(offered));
  };
  const send = ({ name, addon_id, site_id, kind, place, ...signature }: Wanted): Promise<unknown> =>
    onSend({
      name,
      addon_id: addon_id || null,
      site_id: site_id || null,
      authentication: authenticationOf(kind, place, signature),
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
          <Select {...form.register("addon_id", { onChange: ({ target }: Chosen) => offer(target.value) })}>
            {source === undefined && (
              <option value={UNCHOSEN} disabled>
                {words.chooseAddon}
              </option>
            )}
            {addons.data.filter(isSentTo).map(({ addon_id, name }) => (
              <option key={addon_id} value={addon_id}>
                {name}
              </option>
            ))}
            <option value="">{words.noAddon}</option>
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
      {kind === "hmac" && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={words.algorithm}>
            <Select {...form.register("algorithm")}>
              <Options of={algorithmWords} />
            </Select>
          </Field>
          <Field label={words.encoding}>
            <Select {...form.register("encoding")}>
              <Options of={encodingWords} />
            </Select>
          </Field>
          <Field label={words.prefix} hint={words.prefixHint} error={errors.prefix?.message}>
            <Input autoComplete="off" className="font-mono" {...form.register("prefix")} />
          </Field>
          <Field label={words.timestampHeader} hint={words.timestampHint} error={errors.timestamp_header?.message}>
            <Input autoComplete="off" className="font-mono" {...form.register("timestamp_header")} />
          </Field>
          <Field label={words.separator} hint={words.separatorHint} error={errors.separator?.message}>
            <Input autoComplete="off" className="w-20 font-mono" {...form.register("separator")} />
          </Field>
        </div>
      )}
    </FormDialog>
  );
}

/** Addons whose systems send by themselves: what is polled is a target's. */
const isSentTo = ({ method }: { method: string }): boolean => method === "webhook" || method === "snmp_trap";

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
      {command !== null && needsFile(source) && <p className="text-xs text-muted">{text.shown.file}</p>}
    </ShownOnceDialog>
  );
}
