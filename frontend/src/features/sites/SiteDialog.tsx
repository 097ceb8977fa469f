import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { api, ask, ifMatch } from "@/api/client";
import { keys } from "@/api/queries";
import type { Site } from "@/api/types";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { TimeZoneOptions } from "@/components/TimeZoneOptions";
import { useChange } from "@/components/useChange";
import { text } from "./text";

const words = text.form;

/** Empty, or a number that is at most so far from zero. */
const degrees = (most: number, message: string) =>
  z.string().refine((typed) => typed.trim() === "" || Math.abs(Number(typed)) <= most, message);

const Typed = z.object({
  site_id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, words.site_id_wrong),
  name: z.string().trim().min(1, words.name_wrong).max(100),
  address: z.string().max(300),
  timezone: z.string(),
  latitude: degrees(90, words.latitude_wrong),
  longitude: degrees(180, words.longitude_wrong),
});
type Typed = z.infer<typeof Typed>;

const number = (typed: string): number | null => (typed.trim() === "" ? null : Number(typed));

async function save(site: Site | null, { site_id, latitude, longitude, ...rest }: Typed): Promise<Site> {
  const body = { ...rest, latitude: number(latitude), longitude: number(longitude) };
  if (site === null) return ask(api.POST("/customer/sites", { body: { site_id, ...body } }));
  const params = { path: { site_id }, header: ifMatch(site.version) };
  return ask(api.PATCH("/customer/sites/{site_id}", { params, body }));
}

interface SiteDialogProps {
  /** Null for a new one, which has the clocks of `timeZone` unless another one is chosen. */
  site: Site | null;
  timeZone: string;
  onClose: () => void;
}

export function SiteDialog({ site, timeZone, onClose }: SiteDialogProps): ReactNode {
  const form = useForm<Typed>({
    resolver: zodResolver(Typed),
    defaultValues: {
      site_id: site?.site_id ?? "",
      name: site?.name ?? "",
      address: site?.address ?? "",
      timezone: site?.timezone ?? timeZone,
      latitude: site?.latitude?.toString() ?? "",
      longitude: site?.longitude?.toString() ?? "",
    },
  });
  const change = useChange({
    send: (typed: Typed) => save(site, typed),
    changes: keys.sites,
    done: ({ name }) => (site === null ? text.added(name) : text.saved(name)),
    silent: true,
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={site === null ? words.add : words.edit(site.name)}
      submit={site === null ? words.add : words.save}
      onClose={onClose}
      onSubmit={change.mutateAsync}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.name} error={errors.name?.message}>
          <Input {...form.register("name")} />
        </Field>
        <Field
          label={words.site_id}
          error={errors.site_id?.message}
          {...(site === null ? { hint: words.site_id_hint } : {})}
        >
          <Input readOnly={site !== null} spellCheck={false} {...form.register("site_id")} />
        </Field>
        <Field label={words.address} error={errors.address?.message} className="sm:col-span-2">
          <Input {...form.register("address")} />
        </Field>
        <Field label={words.timezone} error={errors.timezone?.message} className="sm:col-span-2">
          <Select {...form.register("timezone")}>
            <TimeZoneOptions chosen={site?.timezone ?? timeZone} />
          </Select>
        </Field>
        <Field label={words.latitude} error={errors.latitude?.message}>
          <Input inputMode="decimal" {...form.register("latitude")} />
        </Field>
        <Field label={words.longitude} error={errors.longitude?.message}>
          <Input inputMode="decimal" {...form.register("longitude")} />
        </Field>
      </div>
    </FormDialog>
  );
}
