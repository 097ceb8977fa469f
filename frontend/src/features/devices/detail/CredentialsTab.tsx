import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { DeviceDetail, Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog, Dialog } from "@/components/Dialog";
import { Field, FormProblem, Input, Select } from "@/components/Form";
import { Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { text as shared } from "@/components/text";
import { Moment } from "@/components/Time";
import { toast } from "@/components/toast";
import { sentenceOf } from "@/lib/problem";
import { deviceCredentials } from "../queries";
import { text } from "../text";
import { NewCredential } from "./NewCredential";

type Credential = Schemas["Credential"];
type Kind = Schemas["CredentialKind"];

export function CredentialsTab({ device }: { device: DeviceDetail }): ReactNode {
  const query = useQuery(deviceCredentials(device.device_id));
  const queries = useQueryClient();
  const [issuing, setIssuing] = useState(false);
  const [issued, setIssued] = useState<Schemas["NewCredential"]>();
  const [revoking, setRevoking] = useState<Credential>();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.device(device.device_id) });

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
        <IssueCredential
          deviceId={device.device_id}
          onClose={() => setIssuing(false)}
          onIssued={(credential) => {
            setIssuing(false);
            setIssued(credential);
            void refresh();
          }}
        />
      )}
      {issued && <NewCredential deviceId={device.device_id} credential={issued} onClose={() => setIssued(undefined)} />}
      {revoking && (
        <ConfirmDialog
          open
          onClose={() => setRevoking(undefined)}
          title={`${text.revoke}: ${revoking.label || text.kinds[revoking.kind]}`}
          description={text.revokeDetail}
          confirm={text.revoke}
          onConfirm={async () => {
            const path = { device_id: device.device_id, credential_id: revoking.credential_id };
            await ask(api.DELETE("/customer/devices/{device_id}/credentials/{credential_id}", { params: { path } }));
            toast.done(text.revoked);
            await refresh();
          }}
        />
      )}
    </Panel>
  );
}

interface IssueProps {
  deviceId: string;
  onClose: () => void;
  onIssued: (credential: Schemas["NewCredential"]) => void;
}

function IssueCredential({ deviceId, onClose, onIssued }: IssueProps): ReactNode {
  const [kind, setKind] = useState<Kind>("certificate");
  const [label, setLabel] = useState("");
  const issue = useMutation({
    meta: { silent: true },
    mutationFn: () =>
      ask(
        api.POST("/customer/devices/{device_id}/credentials", {
          params: { path: { device_id: deviceId } },
          body: { kind, label: label.trim() },
        }),
      ),
    onSuccess: onIssued,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={text.issue}
      description={text.issueDetail}
      footer={
        <>
          <Button onClick={onClose}>{shared.cancel}</Button>
          <Button kind="primary" busy={issue.isPending} onClick={() => issue.mutate()}>
            {text.issue}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <FormProblem message={issue.error ? sentenceOf(issue.error) : undefined} />
        <Field label={text.credential.kind}>
          <Select value={kind} onChange={(event) => setKind(event.target.value === "token" ? "token" : "certificate")}>
            <option value="certificate">{text.kinds.certificate}</option>
            <option value="token">{text.kinds.token}</option>
          </Select>
        </Field>
        <Field label={text.credential.label} hint={text.labelHint}>
          <Input value={label} maxLength={100} onChange={(event) => setLabel(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
