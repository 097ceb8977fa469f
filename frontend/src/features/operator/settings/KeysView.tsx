import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPanel } from "@/components/ListPage";
import { Badge } from "@/components/Status";
import { Moment, TimeAgo } from "@/components/Time";
import { useNow } from "@/lib/now";
import { MINUTE } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { MakeKeyDialog, ShownKeyDialog } from "./KeyDialogs";
import { keyPages, useRevokeKey, type NewOperatorKey, type OperatorKey } from "./queries";
import { keyText, scopeWords, text } from "./text";

const TONES = { live: "good", expired: "neutral", revoked: "neutral" } as const;

function stateOf({ revoked_at, expires_at }: OperatorKey, now: number): keyof typeof TONES {
  if (revoked_at !== null) return "revoked";
  return new Date(expires_at).getTime() <= now ? "expired" : "live";
}

/** Keys of wall screens and of programs: made here, shown once, and revoked. */
export function KeysView(): ReactNode {
  const { one, change } = useSearchState();
  const query = useInfiniteQuery(keyPages);
  const revoke = useRevokeKey();
  const mayManage = usePermission("operator.keys:manage");
  const now = useNow(MINUTE);
  const [shown, setShown] = useState<NewOperatorKey>();
  const [doomed, setDoomed] = useState<OperatorKey>();
  const columns = useMemo<ColumnDef<OperatorKey>[]>(
    () => [
      {
        id: "name",
        header: keyText.columns.name,
        cell: ({ row: { original: key } }) => (
          <>
            <span className="font-medium">{key.name}</span>
            <code className="block text-xs text-muted">{key.key_id}</code>
          </>
        ),
      },
      { id: "scope", header: keyText.columns.scope, cell: ({ row }) => scopeWords[row.original.scope] },
      {
        id: "made",
        header: keyText.columns.made,
        meta: { className: "text-xs text-muted" },
        cell: ({ row: { original } }) => (
          <>
            <Moment time={original.created_at} />
            <span className="block">{keyText.by(original.created_by)}</span>
          </>
        ),
      },
      {
        id: "used",
        header: keyText.columns.used,
        meta: { className: "text-xs text-muted" },
        cell: ({ row: { original } }) => (
          <>
            <TimeAgo time={original.last_used_at} />
            {original.last_used_ip !== null && <span className="block">{keyText.from(original.last_used_ip)}</span>}
          </>
        ),
      },
      {
        id: "expires",
        header: keyText.columns.expires,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.expires_at} />,
      },
      {
        id: "state",
        header: keyText.columns.state,
        cell: ({ row }) => {
          const state = stateOf(row.original, now);
          return <Badge tone={TONES[state]}>{keyText.states[state]}</Badge>;
        },
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{keyText.columns.actions}</span>,
        meta: { className: "text-right" },
        cell: ({ row: { original: key } }) =>
          mayManage &&
          stateOf(key, now) === "live" && (
            <Button size="small" aria-label={keyText.revokeOf(key.name)} onClick={() => setDoomed(key)}>
              {keyText.revoke}
            </Button>
          ),
      },
    ],
    [mayManage, now],
  );
  const add = (
    <AddButton permission="operator.keys:manage" onClick={() => change({ new: "noc" })}>
      {keyText.add}
    </AddButton>
  );
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <p className="max-w-prose flex-1 text-sm text-muted">{keyText.description}</p>
        <AsOf query={query} />
        {add}
      </div>
      <ListPanel query={query} words={keyText}>
        {(keys) => <DataTable label={text.tabs.keys} columns={columns} rows={keys} rowId={(key) => key.key_id} />}
      </ListPanel>
      {one("new") !== undefined && (
        <Can permission="operator.keys:manage">
          <MakeKeyDialog onClose={() => change({ new: null }, { replace: true })} onMade={setShown} />
        </Can>
      )}
      {shown && <ShownKeyDialog made={shown} onClose={() => setShown(undefined)} />}
      {doomed && (
        <ConfirmDialog
          open
          title={keyText.revokeTitle(doomed.name)}
          description={keyText.revokeDetail}
          confirm={keyText.revoke}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => revoke.mutateAsync(doomed)}
        />
      )}
    </>
  );
}
