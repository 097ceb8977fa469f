import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { UseFormReturn } from "react-hook-form";
import { deviceTypes } from "@/api/queries";
import type { Site } from "@/api/types";
import { Button } from "@/components/Button";
import { Field, Input, Select, TextArea } from "@/components/Form";
import type { Identity } from "./identity";
import { NewTypeDialog } from "./NewTypeDialog";
import { text } from "./text";

const words = text.identity;

export function IdentityStep({ form, sites }: { form: UseFormReturn<Identity>; sites: readonly Site[] }): ReactNode {
  const { register, formState, setValue } = form;
  const [addsType, setAddsType] = useState(false);
  const types = useQuery(deviceTypes);
  const wrong = (field: keyof Identity): string | undefined => formState.errors[field]?.message;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={words.device_id} hint={words.device_id_hint} error={wrong("device_id")}>
          <Input autoComplete="off" spellCheck={false} {...register("device_id")} />
        </Field>
        <Field label={words.name} hint={words.name_hint} error={wrong("name")}>
          <Input autoComplete="off" {...register("name")} />
        </Field>
        <Field label={words.site} error={wrong("site_id")}>
          <Select {...register("site_id")}>
            <option value="">{words.choose}</option>
            {sites.map((site) => (
              <option key={site.site_id} value={site.site_id}>
                {site.name}
              </option>
            ))}
          </Select>
        </Field>
        <div className="flex items-start gap-2">
          <Field label={words.type} hint={words.type_hint} error={wrong("device_type")} className="flex-1">
            {/* Again once the types are there: a list without the chosen one would forget it. */}
            <Select key={types.dataUpdatedAt} {...register("device_type")}>
              <option value="">{words.choose}</option>
              {types.data?.items.map(({ device_type }) => (
                <option key={device_type}>{device_type}</option>
              ))}
            </Select>
          </Field>
          <Button className="mt-5" onClick={() => setAddsType(true)}>
            {words.newType}
          </Button>
        </div>
      </div>
      <details>
        <summary className="cursor-pointer text-sm text-muted hover:text-ink">{words.more}</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <Field label={words.manufacturer} error={wrong("manufacturer")}>
            <Input {...register("manufacturer")} />
          </Field>
          <Field label={words.model} error={wrong("model")}>
            <Input {...register("model")} />
          </Field>
          <Field label={words.serial_number} error={wrong("serial_number")}>
            <Input {...register("serial_number")} />
          </Field>
          <Field label={words.firmware_version} error={wrong("firmware_version")}>
            <Input {...register("firmware_version")} />
          </Field>
          <Field label={words.parent} hint={words.parent_hint} error={wrong("parent_device_id")}>
            <Input spellCheck={false} {...register("parent_device_id")} />
          </Field>
          <Field label={words.notes} error={wrong("notes")} className="sm:col-span-2">
            <TextArea {...register("notes")} />
          </Field>
        </div>
      </details>
      {addsType && (
        <NewTypeDialog
          onClose={() => setAddsType(false)}
          onAdded={async (deviceType) => {
            await types.refetch();
            setValue("device_type", deviceType, { shouldValidate: true });
          }}
        />
      )}
    </>
  );
}
