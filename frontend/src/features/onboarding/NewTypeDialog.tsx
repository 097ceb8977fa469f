import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { api, ask } from "@/api/client";
import { Field, Input } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { LengthField } from "@/components/LengthField";
import { lengthWithin, type LengthLimits } from "@/lib/lengths";
import { text } from "./text";

const words = text.type;
const INTERVAL: LengthLimits = { unit: "seconds", least: 1, most: 2_592_000 };

/** Silent for two intervals a device is stale, for five offline. */
const USUAL = { description: "", stale_factor: 2, offline_factor: 5 };

const NewType = z.object({
  device_type: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, words.name_wrong),
  expected_interval_seconds: lengthWithin(INTERVAL),
});

interface NewTypeProps {
  onClose: () => void;
  onAdded: (deviceType: string) => Promise<void>;
}

export function NewTypeDialog({ onClose, onAdded }: NewTypeProps): ReactNode {
  const form = useForm<z.infer<typeof NewType>>({
    resolver: zodResolver(NewType),
    defaultValues: { device_type: "", expected_interval_seconds: 60 },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={words.description}
      submit={words.add}
      onClose={onClose}
      onSubmit={async ({ device_type, expected_interval_seconds }) => {
        const body = { ...USUAL, device_type, expected_interval_seconds };
        await ask(api.POST("/customer/device-types", { body }));
        await onAdded(device_type);
      }}
    >
      <Field label={words.name} error={errors.device_type?.message}>
        <Input spellCheck={false} {...form.register("device_type")} />
      </Field>
      <LengthField
        control={form.control}
        name="expected_interval_seconds"
        label={words.interval}
        hint={words.interval_hint}
        limits={INTERVAL}
      />
    </FormDialog>
  );
}
