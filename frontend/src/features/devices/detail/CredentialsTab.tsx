import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useState, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { DeviceDetail, Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { text as shared } from "@/components/text";
import { Moment } from "@/components/Time";
import { useChange } from "@/components/useChange";
import { deviceCredentials } from "../queries";
import { text } from "../text";
import { NewCredential } from "./NewCredential";

type Credential = Schemas["Credential"];

export function CredentialsTab({ device }: { device: DeviceDetail }): ReactNode {
  const query = useQuery(deviceCredentials(device.device_id));
  const [issuing, setIssuing] = useState(false);
  const [issued, setIssued] = useState<Schemas["NewCredential"]>();
  const [revoking, setRevoking] = useState<Credential>();
  const revoke = useChange({
    send: (credential_id: string) =>
      ask(
        api.DELETE("/customer/devices/{device_id}/credentials/{credential_id}", {
          params: { path: { device_id: device.device_id, credential_id } },
        }),
      ),
    changes: keys.devices,
    done: () => text.revoked,
    silent: true,
  });

  const columns: ColumnDef<Credential>[] = [
    { id: "kind", header: text.credential.kind, cell: ({ row }) => text.kinds[row.original.kind] },
    { id: "label", header: text.credential.label, cell: ({ row }) => row.original.label || shared.none },
    {
      id: "status",
      header: text.credential.status,
      cell: ({ row: { original } }) => (
        <Badge tone={original.status === "ACTIVE" ? "good" : "neutral"}>{text.credentialStatus[original.status]}</Badge>
      ),
    },
    { id: "issued", header: text.credential.issued, cell: ({ row }) => <Moment time={row.original.issued_at} /> },
    { id: "expires", header: text.credential.expires, cell: ({ row }) => <Moment time={row.original.expires_at} /> },
    {
      id: "actions",
      header: () => <span className="sr-only">{text.credential.actions}</span>,
      meta: { className: "text-right" },
      cell: ({ row: { original } }) =>
        original.status === "ACTIVE" && (
          <Can permission="credentials:manage">
            <Button size="small" onClick={() => setRevoking(original)}>
              {text.revoke}…
            </Button>
          </Can>
        ),
    },
  ];

  return (
    <Panel
      flush
      title={text.tabs.credentials}
      aside={
        <Can permission="credentials:manage">
          <Button size="small" onClick={() => setIssuing(true)}>
            {text.issue}…
          </Button>
        </Can>
      }
    >
      <QueryState query={query}>
        {({ items }) => (
          <DataTable
            label={text.tabs.credentials}
            columns={columns}
            rows={items}
            rowId={(credential) => credential.credential_id}
            empty={<EmptyState title={text.credentialsNone}>{text.credentialsNoneDetail}</EmptyState>}
          />
        )}
      </QueryState>
      {issuing && (
        <IssueCredential deviceId={device.device_id} onClose={() => setIssuing(false)} onIssued={setIssued} />
      )}
      {issued && <NewCredential deviceId={device.device_id} credential={issued} onClose={() => setIssued(undefined)} />}
      {revoking && (
        <ConfirmDialog
          open
          onClose={() => setRevoking(undefined)}
          title={`${text.revoke}: ${revoking.label || text.kinds[revoking.kind]}`}
          description={text.revokeDetail}
          confirm={text.revoke}
          onConfirm={() => revoke.mutateAsync(revoking.credential_id)}
        />
      )}
    </Panel>
  );
}

const Wanted = z.object({ kind: z.enum(["certificate", "token"]), label: z.string().trim().max(100) });
type Wanted = z.infer<typeof Wanted>;

interface IssueProps {
  deviceId: string;
  onClose: () => void;
  onIssued: (credential: Schemas["NewCredential"]) => void;
}

function IssueCredential({ deviceId, onClose, onIssued }: IssueProps): ReactNode {
  const form = useForm<Wanted>({ resolver: zodResolver(Wanted), defaultValues: { kind: "certificate", label: "" } });
  const issue = useChange({
    send: (body: Wanted) =>
      ask(api.POST("/customer/devices/{device_id}/credentials", { params: { path: { device_id: deviceId } }, body })),
    changes: keys.devices,
    silent: true,
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={text.issue}
      description={text.issueDetail}
      submit={text.issue}
      onClose={onClose}
      onSubmit={async (wanted) => onIssued(await issue.mutateAsync(wanted))}
    >
      <Field label={text.credential.kind} error={errors.kind?.message}>
        <Select {...form.register("kind")}>
          <option value="certificate">{text.kinds.certificate}</option>
          <option value="token">{text.kinds.token}</option>
        </Select>
      </Field>
      <Field label={text.credential.label} hint={text.labelHint} error={errors.label?.message}>
        <Input {...form.register("label")} />
      </Field>
    </FormDialog>
  );
}
