import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { CodeBlock } from "@/components/Copy";
import { Field, Input, Options, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { ShownOnceDialog } from "@/components/SecretDialogs";
import { DAY } from "@/lib/time";
import { wallAddress } from "@/lib/wall";
import { useCreateKey, type NewOperatorKey } from "./queries";
import { keyText } from "./text";

const words = keyText.form;

const Wanted = z.object({
  name: z.string().trim().min(1, words.nameWrong).max(100),
  scope: z.enum(["noc", "metrics"]),
  days: z.enum(["7", "30", "90", "365"]),
});
type Wanted = z.infer<typeof Wanted>;

interface MakeKeyDialogProps {
  onClose: () => void;
  onMade: (key: NewOperatorKey) => void;
}

export function MakeKeyDialog({ onClose, onMade }: MakeKeyDialogProps): ReactNode {
  const create = useCreateKey();
  const form = useForm<Wanted>({
    resolver: zodResolver(Wanted),
    defaultValues: { name: "", scope: "noc", days: "90" },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={keyText.description}
      submit={words.make}
      onClose={onClose}
      onSubmit={async ({ days, ...wanted }) =>
        onMade(
          await create.mutateAsync({
            ...wanted,
            expires_at: new Date(Date.now() + Number(days) * DAY).toISOString(),
          }),
        )
      }
    >
      <Field label={words.name} hint={words.nameHint} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <div className="grid gap-3 sm:grid-cols-[3fr_2fr]">
        <Field label={words.scope} error={errors.scope?.message}>
          <Select {...form.register("scope")}>
            <Options of={words.scopes} />
          </Select>
        </Field>
        <Field label={words.expires} error={errors.days?.message}>
          <Select {...form.register("days")}>
            <Options of={words.expiries} />
          </Select>
        </Field>
      </div>
    </FormDialog>
  );
}

/** The secret, this once: as an address for a screen, as a configuration for a program. */
export function ShownKeyDialog({ made, onClose }: { made: NewOperatorKey; onClose: () => void }): ReactNode {
  return (
    <ShownOnceDialog title={keyText.shown.title(made.name)} onClose={onClose}>
      {made.scope === "noc" ? (
        <>
          <CodeBlock label={keyText.shown.link} code={wallAddress(made.key)} />
          <p className="text-sm text-muted">{keyText.shown.linkHint}</p>
        </>
      ) : (
        <>
          <CodeBlock label={keyText.shown.key} code={made.key} />
          <CodeBlock label={keyText.shown.scrape} code={scrapeConfiguration()} />
        </>
      )}
    </ShownOnceDialog>
  );
}

function scrapeConfiguration(): string {
  return [
    "scrape_configs:",
    "  - job_name: pulse",
    "    scrape_interval: 1m",
    `    scheme: ${location.protocol.replace(":", "")}`,
    "    metrics_path: /operator/metrics",
    "    authorization:",
    "      credentials_file: /etc/prometheus/pulse-key",
    "    static_configs:",
    `      - targets: ["${location.host}"]`,
  ].join("\n");
}
