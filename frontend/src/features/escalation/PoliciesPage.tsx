import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { allChannels, allSchedules } from "@/api/choices";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { LinkFromList } from "@/components/BackLink";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPage } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { SearchInput } from "@/components/SearchInput";
import { Skeleton } from "@/components/States";
import { Badge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { whomOf } from "./definition";
import { policyPages, rulesByPolicy, useDeletePolicy, type Policy } from "./queries";
import { targetWords, text } from "./text";

export default function PoliciesPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useInfiniteQuery(policyPages(q));
  const [leaving, setLeaving] = useState<Policy>();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const columns = useMemo<ColumnDef<Policy>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        meta: { className: "min-w-40" },
        cell: ({ row: { original: policy } }) => (
          <>
            <LinkFromList to={`/escalation-policies/${policy.policy_id}`} className="mr-2 font-medium hover:underline">
              {policy.name}
            </LinkFromList>
            {policy.is_default && <Badge tone="accent">{text.isDefault}</Badge>}
            <span className="block text-xs text-muted">{policy.description}</span>
          </>
        ),
      },
      { id: "levels", header: text.columns.levels, cell: ({ row }) => <Levels policy={row.original} /> },
      {
        id: "repeat",
        header: text.columns.repeat,
        cell: ({ row }) => <span className="text-muted">{text.again(row.original.repeat)}</span>,
      },
      { id: "used", header: text.columns.used, cell: ({ row }) => <UsedBy policy={row.original} /> },
      {
        id: "changed",
        header: text.columns.changed,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.updated_at} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.more}</span>,
        meta: { className: "w-10 pl-0" },
        cell: ({ row }) => <Actions policy={row.original} onDelete={setLeaving} />,
      },
    ],
    [],
  );
  const add = (
    <AddButton permission="escalation-policies:manage" to="/escalation-policies/new">
      {text.add}
    </AddButton>
  );
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        add={add}
        filters={<SearchInput value={q} onChange={search} label={text.search} />}
        onClear={q === "" ? undefined : () => change({ q: null })}
      >
        {(policies) => (
          <DataTable label={text.title} columns={columns} rows={policies} rowId={(policy) => policy.policy_id} />
        )}
      </ListPage>
      {leaving && <DeletePolicy policy={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

/** The levels in order: how soon, and who. */
function Levels({ policy }: { policy: Policy }): ReactNode {
  const channels = useQuery({ ...allChannels, enabled: usePermission("notifications:read") });
  const schedules = useQuery({ ...allSchedules, enabled: usePermission("oncall:read") });
  if (channels.isLoading || schedules.isLoading) return <Skeleton rows={policy.levels.length} className="w-40" />;
  const nameOf = (target: Policy["levels"][number]["targets"][number]): string => {
    const whom = whomOf(target);
    const name =
      target.kind === "channel"
        ? channels.data?.find((channel) => channel.channel_id === whom)?.name
        : schedules.data?.find((schedule) => schedule.schedule_id === whom)?.name;
    return target.kind === "email" ? whom : `${targetWords[target.kind].toLowerCase()} ${name ?? text.unknown}`;
  };
  return (
    <ol className="list-inside list-decimal text-xs">
      {policy.levels.map((level, index) => (
        <li key={index}>{text.levelIn(level.delay_minutes, level.targets.map(nameOf).join(", "))}</li>
      ))}
    </ol>
  );
}

function UsedBy({ policy }: { policy: Policy }): ReactNode {
  const rules = useQuery({ ...rulesByPolicy, enabled: usePermission("alert-rules:read") });
  const count = rules.data?.[policy.policy_id] ?? 0;
  const words = [count > 0 && text.usedByRules(count), policy.is_default && text.usedByDefault].filter(Boolean);
  return <span className="text-xs text-muted">{words.join("; ") || text.unused}</span>;
}

function Actions({ policy, onDelete }: { policy: Policy; onDelete: (policy: Policy) => void }): ReactNode {
  const mayManage = usePermission("escalation-policies:manage");
  const navigate = useNavigate();
  return (
    <RowMenu label={text.actions(policy.name)}>
      <MenuItem onSelect={() => void navigate(`/escalation-policies/${policy.policy_id}`)}>
        {mayManage ? text.edit : text.show}
      </MenuItem>
      {mayManage && (
        <>
          <MenuSeparator />
          <MenuItem danger onSelect={() => onDelete(policy)}>
            {text.remove}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}

function DeletePolicy({ policy, onClose }: { policy: Policy; onClose: () => void }): ReactNode {
  const remove = useDeletePolicy();
  const rules = useQuery(rulesByPolicy);
  const count = rules.data?.[policy.policy_id] ?? 0;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={text.removeTitle(policy.name)}
      description={text.removeDescription}
      confirm={text.remove}
      onConfirm={() => remove.mutateAsync(policy)}
    >
      {count > 0 && <p className="mb-2 text-sm text-stale">{text.removeUsed(count)}</p>}
    </ConfirmDialog>
  );
}
