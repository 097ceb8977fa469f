import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field, Input, Select, Switch } from "@/components/Form";
import { FormProblem } from "@/components/FormProblem";
import { QueryState } from "@/components/States";
import { ProblemError, sentenceOf } from "@/lib/problem";
import { ConfigFields } from "./ConfigFields";
import { channelKinds, KINDS, useSaveChannel, type Channel, type ChannelKind } from "./queries";
import { configOf, fieldsOf, initialConfig, type Config, type ConfigField } from "./schema";
import { channelText as text, kindWords, text as common } from "./text";

interface ChannelDialogProps {
  channel: Channel | undefined;
  /** What a new one is at first. */
  kind?: ChannelKind;
  onClose: () => void;
}

export function ChannelDialog({ channel, kind = "slack", onClose }: ChannelDialogProps): ReactNode {
  const kinds = useQuery(channelKinds);
  return (
    <QueryState query={kinds}>
      {({ items }) => {
        const fields = Object.fromEntries(items.map((kind) => [kind.kind, fieldsOf(kind.config_schema)]));
        return <ChannelForm channel={channel} kind={kind} fieldsOfKind={fields} onClose={onClose} />;
      }}
    </QueryState>
  );
}

interface ChannelFormProps extends Required<ChannelDialogProps> {
  fieldsOfKind: Partial<Record<string, ConfigField[]>>;
}

function ChannelForm({ channel, kind: first, fieldsOfKind, onClose }: ChannelFormProps): ReactNode {
  const mayManage = usePermission("notifications:manage");
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? first);
  const fields = fieldsOfKind[kind] ?? [];
  const [name, setName] = useState(channel?.name ?? "");
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [config, setConfig] = useState<Config>(() => ({ ...initialConfig(fields), ...channel?.config }));
  const save = useSaveChannel(channel);
  const errors = errorsOf(save.error);
  const elsewhere = Object.entries(errors).filter(([field]) => field !== "name" && !field.startsWith("config."));
  const [isPressed, setIsPressed] = useState(false);
  const isNameless = name.trim() === "";
  const submit = (): void => {
    setIsPressed(true);
    if (isNameless) return;
    save.mutate({ name: name.trim(), kind, enabled, config: configOf(fields, config) }, { onSuccess: onClose });
  };
  const isTold = Object.keys(errors).length > 0 && elsewhere.length === 0;
  return (
    <Dialog
      open
      size="wide"
      onClose={onClose}
      title={channel?.name ?? text.newTitle}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          {mayManage && (
            <Button kind="primary" busy={save.isPending} onClick={submit}>
              {common.save}
            </Button>
          )}
        </>
      }
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset disabled={!mayManage} className="space-y-3">
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={text.kind}>
              <Select
                value={kind}
                disabled={channel !== undefined}
                onChange={(event) => {
                  const chosen = KINDS.find((each) => each === event.target.value) ?? kind;
                  setKind(chosen);
                  setConfig(initialConfig(fieldsOfKind[chosen] ?? []));
                  save.reset();
                }}
              >
                {KINDS.map((each) => (
                  <option key={each} value={each}>
                    {kindWords[each]}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={text.name} error={isPressed && isNameless ? text.needed : errors.name}>
              <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
            </Field>
          </div>
          <ConfigFields fields={fields} values={config} onChange={setConfig} errors={errors} prefix="config." />
          <Switch label={text.enabled} checked={enabled} disabled={!mayManage} onChange={setEnabled} />
          <FormProblem message={save.error && !isTold ? sentenceOf(save.error) : undefined} />
        </fieldset>
      </form>
    </Dialog>
  );
}

function errorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  return Object.fromEntries(error.errors.map(({ field, reason }) => [field, reason]));
}
