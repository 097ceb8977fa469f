import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useController, useForm } from "react-hook-form";
import { z } from "zod";
import { api, ask, ifMatch } from "@/api/client";
import { allSites, keys, sayingDeviceNames } from "@/api/queries";
import type { DeviceDetail } from "@/api/types";
import { Field, Input, Select, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { FormProblem } from "@/components/FormProblem";
import { TagsEditor, useTagInput } from "@/components/TagsEditor";
import { useChange } from "@/components/useChange";
import { firstMessage } from "@/lib/forms";
import { ProblemError } from "@/lib/problem";
import { editedDevice } from "../queries";
import { text } from "../text";

const Values = z.object({
  name: z.string().max(100),
  site_id: z.string(),
  model: z.string().max(100),
  manufacturer: z.string().max(100),
  serial_number: z.string().max(100),
  firmware_version: z.string().max(100),
  tags: z.record(z.string(), z.string()),
  notes: z.string().max(5000),
  version: z.number(),
});
type Values = z.infer<typeof Values>;

export function EditDevice({ device, onClose }: { device: DeviceDetail; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const sites = useQuery(allSites);
  const { data: read } = useQuery(editedDevice(device));
  const { site_id, site_name } = read;
  const form = useForm<Values>({
    resolver: zodResolver(Values),
    // Another version fills the form anew.
    values: {
      name: read.name,
      site_id,
      model: read.model,
      manufacturer: read.manufacturer,
      serial_number: read.serial_number,
      firmware_version: read.firmware_version,
      notes: read.notes,
      tags: read.tags,
      version: read.version,
    },
  });
  const tags = useController({ control: form.control, name: "tags" });
  const tagInput = useTagInput(tags.field.value, tags.field.onChange);
  const save = useChange({
    send: ({ version, ...body }: Values) =>
      ask(
        api.PATCH("/customer/devices/{device_id}", {
          params: { path: { device_id: device.device_id }, header: ifMatch(version) },
          body,
        }),
      ),
    changes: [keys.devices, ...sayingDeviceNames].flat(),
    done: () => text.saved,
    silent: true,
  });
  const submit = async (values: Values): Promise<void> => {
    try {
      // With the tag that was typed last.
      await save.mutateAsync({ ...values, tags: form.getValues("tags") });
    } catch (error) {
      // Somebody else was faster: behind the form stands what is so now.
      if (error instanceof ProblemError && error.status === 412) {
        await queries.invalidateQueries({ queryKey: keys.device(device.device_id) });
      }
      throw error;
    }
  };
  const { errors } = form.formState;
  const plain = [
    ["model", text.facts.model],
    ["manufacturer", text.facts.manufacturer],
    ["serial_number", text.facts.serial],
    ["firmware_version", text.facts.firmware],
  ] as const;
  return (
    <FormDialog
      form={form}
      title={`${text.edit}: ${device.device_id}`}
      submit={text.save}
      onClose={onClose}
      isTyping={tagInput.typed.trim() !== ""}
      isReady={tagInput.add}
      onReread={() => tagInput.type("")}
      onSubmit={submit}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.name} hint={text.nameHint(device.device_id)} error={errors.name?.message}>
          <Input {...form.register("name")} />
        </Field>
        <Field label={text.facts.site} error={errors.site_id?.message}>
          <Select {...form.register("site_id")}>
            {(sites.data ?? [{ site_id, name: site_name }]).map((site) => (
              <option key={site.site_id} value={site.site_id}>
                {site.name}
              </option>
            ))}
          </Select>
        </Field>
        {plain.map(([field, label]) => (
          <Field key={field} label={label} error={errors[field]?.message}>
            <Input {...form.register(field)} />
          </Field>
        ))}
        <div className="sm:col-span-2">
          <TagsEditor input={tagInput} />
          <FormProblem message={firstMessage(tags.fieldState.error)} />
        </div>
        <Field label={text.notes} error={errors.notes?.message} className="sm:col-span-2">
          <TextArea {...form.register("notes")} />
        </Field>
      </div>
    </FormDialog>
  );
}
