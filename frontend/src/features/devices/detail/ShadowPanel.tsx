import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import type { DeviceDetail } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { CodeBlock } from "@/components/Copy";
import { Field, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { jsonText, objectText, parseObject } from "@/lib/json";
import { ProblemError } from "@/lib/problem";
import { deviceShadow, useReplaceDesired, type Shadow } from "../commandQueries";
import { shadowText as text } from "../commandText";

/** What people want the device to be like, what it says it is like, and what is left between them. */
export function ShadowPanel({ device }: { device: DeviceDetail }): ReactNode {
  const query = useQuery(deviceShadow(device.device_id));
  const [editing, setEditing] = useState(false);
  return (
    <Panel
      title={text.title}
      aside={
        <span className="flex items-center gap-2">
          <AsOf query={query} />
          {device.lifecycle !== "DECOMMISSIONED" && query.data && (
            <Can permission="commands:send">
              <Button size="small" onClick={() => setEditing(true)}>
                {text.edit}
              </Button>
            </Can>
          )}
        </span>
      }
    >
      <p className="mb-3 text-xs text-muted">{text.detail}</p>
      <QueryState query={query} skeletonRows={5}>
        {(shadow) => <States shadow={shadow} />}
      </QueryState>
      {editing && query.data && (
        <DesiredDialog deviceId={device.device_id} shadow={query.data} onClose={() => setEditing(false)} />
      )}
    </Panel>
  );
}

function States({ shadow }: { shadow: Shadow }): ReactNode {
  if (shadow.version === 0) return <p className="text-sm text-muted">{text.empty}</p>;
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <div className="grid content-start gap-1">
        <CodeBlock label={text.desired} code={jsonText(shadow.desired)} />
        {shadow.desired_at !== null && (
          <p className="text-xs text-muted">
            {text.changed} <TimeAgo time={shadow.desired_at} />
          </p>
        )}
      </div>
      <div className="grid content-start gap-1">
        <CodeBlock label={text.reported} code={jsonText(shadow.reported)} />
        {shadow.reported_at !== null && (
          <p className="text-xs text-muted">
            {text.heard} <TimeAgo time={shadow.reported_at} />
          </p>
        )}
      </div>
      <div className="lg:col-span-2">
        {Object.keys(shadow.delta).length > 0 ? (
          <CodeBlock label={text.delta} code={jsonText(shadow.delta)} />
        ) : (
          <p className="text-sm text-muted">
            {text.delta}: {text.inStep}
          </p>
        )}
      </div>
    </div>
  );
}

const Typed = z.object({
  desired: objectText(text.wrong).refine((typed) => !hasNull(parseObject(typed)), text.nothing),
});
type Typed = z.infer<typeof Typed>;

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === "object" && Object.values(value).some(hasNull);
}

interface DesiredDialogProps {
  deviceId: string;
  /** As it was read last: a report of the device outdates it as well. */
  shadow: Shadow;
  onClose: () => void;
}

function DesiredDialog({ deviceId, shadow, onClose }: DesiredDialogProps): ReactNode {
  const queries = useQueryClient();
  const [version, setVersion] = useState(shadow.version);
  const replace = useReplaceDesired(deviceId, version);
  const form = useForm<Typed>({
    resolver: zodResolver(Typed),
    defaultValues: { desired: jsonText(shadow.desired) },
  });
  const submit = async ({ desired }: Typed): Promise<void> => {
    try {
      await replace.mutateAsync(parseObject(desired) ?? {});
    } catch (error) {
      if (error instanceof ProblemError && error.status === 412) {
        // What is so now stands behind the form; saving once more is meant for that.
        const now = await queries.query({ ...deviceShadow(deviceId), staleTime: 0 });
        setVersion(now.version);
      }
      throw error;
    }
  };
  return (
    <FormDialog
      form={form}
      size="wide"
      title={text.editTitle(deviceId)}
      description={text.editDescription}
      submit={text.save}
      onClose={onClose}
      onSubmit={submit}
    >
      <Field label={text.state} error={form.formState.errors.desired?.message}>
        <TextArea className="font-mono text-xs" rows={14} spellCheck={false} {...form.register("desired")} />
      </Field>
    </FormDialog>
  );
}
