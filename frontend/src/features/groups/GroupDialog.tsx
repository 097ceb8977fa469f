import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { firstMessage } from "@/lib/forms";
import { filterSchema, formOf, isEmpty } from "./filter";
import { FilterFields } from "./FilterFields";
import { useSaveGroup, type Group, type GroupForm } from "./queries";
import { text } from "./text";

const words = text.form;
const KINDS = ["STATIC", "DYNAMIC"] as const;

const schema = z
  .object({
    name: z.string().trim().min(1, words.needed).max(100),
    description: z.string().max(1000),
    kind: z.enum(KINDS),
    filter: filterSchema,
  })
  .refine(({ kind, filter }) => kind === "STATIC" || !isEmpty(filter), {
    path: ["filter"],
    error: text.filter.needed,
  });

/** A new group, or one to change; it stays filled by hand or by a filter. */
export function GroupDialog({ group, onClose }: { group: Group | undefined; onClose: () => void }): ReactNode {
  const save = useSaveGroup(group);
  const form = useForm<GroupForm>({
    resolver: zodResolver(schema),
    defaultValues: {
      name: group?.name ?? "",
      description: group?.description ?? "",
      kind: group?.kind ?? "STATIC",
      filter: formOf(group?.filter),
    },
  });
  const { errors } = form.formState;
  const kind = useWatch({ control: form.control, name: "kind" });
  return (
    <FormDialog
      form={form}
      size="wide"
      title={group === undefined ? words.title : words.edit(group.name)}
      submit={words.save}
      onClose={onClose}
      onSubmit={save.mutateAsync}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.name} error={errors.name?.message}>
          <Input {...form.register("name")} />
        </Field>
        <Field label={words.description} error={errors.description?.message}>
          <Input {...form.register("description")} />
        </Field>
      </div>
      {group === undefined && (
        <Field label={words.kind} error={errors.kind?.message}>
          <Select {...form.register("kind")}>
            {KINDS.map((each) => (
              <option key={each} value={each}>
                {words.kinds[each]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {kind === "DYNAMIC" && (
        <Controller
          control={form.control}
          name="filter"
          render={({ field, fieldState }) => (
            <FilterFields filter={field.value} onChange={field.onChange} error={firstMessage(fieldState.error)} />
          )}
        />
      )}
    </FormDialog>
  );
}
