import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { DataTable } from "@/components/DataTable";
import { MenuItem } from "@/components/Menu";
import { Facts } from "@/components/Panel";
import { RowMenu, Unfold } from "@/components/Row";
import { Badge } from "@/components/Status";
import { roleWords } from "@/components/text";
import { Moment, TimeAgo } from "@/components/Time";
import { useNow } from "@/lib/now";
import { MINUTE } from "@/lib/time";
import { stateOf, type ApiKey } from "./queries";
import { text } from "./text";

const TONES = { live: "good", soon: "warn", expired: "neutral", revoked: "neutral" } as const;

interface KeyTableProps {
  keys: readonly ApiKey[];
  expanded: string | undefined;
  onExpand: (keyId: string | null) => void;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}

export function KeyTable({ keys, expanded, onExpand, onRotate, onRevoke }: KeyTableProps): ReactNode {
  const mayManage = usePermission("api-keys:manage");
  const columns = useMemo<ColumnDef<ApiKey>[]>(() => {
    const shown: ColumnDef<ApiKey>[] = [
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: key } }) => {
          const isOpen = key.key_id === expanded;
          return (
            <Unfold open={isOpen} label={text.expand(key.name)} onChange={(open) => onExpand(open ? key.key_id : null)}>
              {key.name}
            </Unfold>
          );
        },
      },
      { id: "role", header: text.columns.role, cell: ({ row }) => roleWords[row.original.role] },
      {
        id: "scopes",
        header: text.columns.scopes,
        meta: { className: "text-muted" },
        cell: ({ row }) => text.scopes(row.original.scopes.length),
      },
      {
        id: "used",
        header: text.columns.used,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.last_used_at} />,
      },
      {
        id: "expires",
        header: text.columns.expires,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.expires_at} />,
      },
      { id: "status", header: text.columns.status, cell: ({ row }) => <State apiKey={row.original} /> },
    ];
    if (!mayManage) return shown;
    const actions: ColumnDef<ApiKey> = {
      id: "actions",
      header: () => <span className="sr-only">{text.rotate}</span>,
      meta: { className: "w-10 py-0 text-right" },
      cell: ({ row: { original: key } }) =>
        key.revoked_at === null && (
          <RowMenu label={text.actions(key.name)}>
            <MenuItem onSelect={() => onRotate(key)}>{text.rotate}</MenuItem>
            <MenuItem danger onSelect={() => onRevoke(key)}>
              {text.revoke}
            </MenuItem>
          </RowMenu>
        ),
    };
    return [...shown, actions];
  }, [expanded, mayManage, onExpand, onRevoke, onRotate]);
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={keys}
      rowId={(key) => key.key_id}
      below={(key) => (key.key_id === expanded ? <KeyFacts apiKey={key} /> : null)}
    />
  );
}

function State({ apiKey }: { apiKey: ApiKey }): ReactNode {
  const state = stateOf(apiKey, useNow(MINUTE));
  return <Badge tone={TONES[state]}>{text.states[state]}</Badge>;
}

function KeyFacts({ apiKey }: { apiKey: ApiKey }): ReactNode {
  const facts: [string, ReactNode][] = [
    [text.facts.id, <code key="id">{apiKey.key_id}</code>],
    [
      text.facts.created,
      <span key="created">
        <Moment time={apiKey.created_at} long /> <span className="text-muted">{text.facts.by(apiKey.created_by)}</span>
      </span>,
    ],
  ];
  if (apiKey.rotated_at) facts.push([text.facts.rotated, <Moment key="rotated" time={apiKey.rotated_at} long />]);
  if (apiKey.former_secret_expires_at) {
    facts.push([text.facts.former, <Moment key="former" time={apiKey.former_secret_expires_at} long />]);
  }
  if (apiKey.last_used_ip) facts.push([text.facts.ip, apiKey.last_used_ip]);
  facts.push([text.facts.scopes, [...apiKey.scopes].sort().join(", ")]);
  return <Facts facts={facts} />;
}
