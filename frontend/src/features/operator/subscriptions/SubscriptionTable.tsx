import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { DataTable } from "@/components/DataTable";
import { LoadMore } from "@/components/LoadMore";
import { MenuItem } from "@/components/Menu";
import { StackedBar } from "@/components/Meter";
import { Facts } from "@/components/Panel";
import { RowMenu, Unfold } from "@/components/Row";
import { QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { Timeline } from "@/components/Timeline";
import { Moment } from "@/components/Time";
import { TenantLink } from "../TenantLink";
import { history, type Subscription, type SubscriptionStatus } from "./queries";
import { kindWords, statusWords, text } from "./text";

export type Act = "change" | "suspend" | "resume" | "move";

const TONES = { TRIAL: "accent", ACTIVE: "good", GRACE: "warn", SUSPENDED: "bad", EXPIRED: "neutral" } as const;

/** What can't be suspended any more. */
const ENDED: readonly SubscriptionStatus[] = ["SUSPENDED", "EXPIRED"];

interface SubscriptionTableProps {
  subscriptions: readonly Subscription[];
  expanded: string | undefined;
  onExpand: (subscriptionId: string | null) => void;
  onAct: (act: Act, subscription: Subscription) => void;
}

export function SubscriptionTable({ subscriptions, expanded, onExpand, onAct }: SubscriptionTableProps): ReactNode {
  const mayManage = usePermission("operator.subscriptions:manage");
  const columns = useMemo<ColumnDef<Subscription>[]>(() => {
    const shown: ColumnDef<Subscription>[] = [
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: subscription } }) => (
          <>
            <Unfold
              open={subscription.subscription_id === expanded}
              label={text.history(subscription.name)}
              onChange={(open) => onExpand(open ? subscription.subscription_id : null)}
            >
              {subscription.name}
            </Unfold>
            <span className="block pl-5 text-xs text-muted">
              {[kindWords[subscription.kind], subscription.plan].filter(Boolean).join(", ")}
            </span>
          </>
        ),
      },
      {
        id: "tenant",
        header: text.columns.tenant,
        cell: ({ row }) => <TenantLink tenantId={row.original.tenant_id} />,
      },
      {
        id: "status",
        header: text.columns.status,
        cell: ({ row: { original } }) => (
          <>
            <Badge tone={TONES[original.status]}>{statusWords[original.status]}</Badge>
            <span className="block text-xs text-muted">{original.status_reason}</span>
          </>
        ),
      },
      {
        id: "seats",
        header: text.columns.seats,
        meta: { className: "tabular w-48" },
        cell: ({ row }) => <Seats subscription={row.original} />,
      },
      {
        id: "term",
        header: text.columns.term,
        cell: ({ row: { original } }) => (
          <>
            <Moment time={original.term_end} />
            <span className="block text-xs text-muted">{text.left(original.days_left)}</span>
          </>
        ),
      },
    ];
    if (!mayManage) return shown;
    const actions: ColumnDef<Subscription> = {
      id: "actions",
      header: () => <span className="sr-only">{text.columns.actions}</span>,
      meta: { className: "w-10 py-0 text-right" },
      cell: ({ row: { original: subscription } }) => (
        <RowMenu label={text.actions(subscription.name)}>
          <MenuItem onSelect={() => onAct("change", subscription)}>{text.change}</MenuItem>
          {/* An ADDON's seats and status are those of its MAIN. */}
          {subscription.kind !== "ADDON" && (
            <MenuItem onSelect={() => onAct("move", subscription)}>{text.move}</MenuItem>
          )}
          {subscription.kind !== "ADDON" && subscription.status === "SUSPENDED" && (
            <MenuItem onSelect={() => onAct("resume", subscription)}>{text.resume}</MenuItem>
          )}
          {subscription.kind !== "ADDON" && !ENDED.includes(subscription.status) && (
            <MenuItem danger onSelect={() => onAct("suspend", subscription)}>
              {text.suspend}
            </MenuItem>
          )}
        </RowMenu>
      ),
    };
    return [...shown, actions];
  }, [expanded, mayManage, onAct, onExpand]);
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={subscriptions}
      rowId={(subscription) => subscription.subscription_id}
      below={(subscription) =>
        subscription.subscription_id === expanded ? <History subscription={subscription} /> : null
      }
    />
  );
}

function Seats({
  subscription: { kind, device_limit, devices, seat_limit },
}: {
  subscription: Subscription;
}): ReactNode {
  if (kind === "ADDON") return <span className="text-xs text-muted">{text.ownSeats(device_limit)}</span>;
  const told = text.seats(devices, seat_limit);
  return (
    <div className="grid gap-1">
      <StackedBar
        label={told}
        parts={[
          { name: "taken", value: devices, colour: devices >= seat_limit ? "var(--stale)" : "var(--accent)" },
          { name: "free", value: Math.max(0, seat_limit - devices), colour: "var(--raised)" },
        ]}
      />
      <span className="text-xs text-muted">{told}</span>
    </div>
  );
}

function History({ subscription }: { subscription: Subscription }): ReactNode {
  const query = useInfiniteQuery(history(subscription.subscription_id));
  return (
    <div className="space-y-3">
      <Facts
        className="text-xs"
        facts={[
          ["Id", <code key="id">{subscription.subscription_id}</code>],
          [text.form.description, subscription.description],
        ]}
      />
      <QueryState query={query} skeletonRows={3}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.items);
          if (events.length === 0) return <p className="text-sm text-muted">{text.noHistory}</p>;
          return (
            <>
              <Timeline
                label={text.history(subscription.name)}
                entries={events.map((event) => ({
                  key: String(event.event_id),
                  time: event.time,
                  title: `${event.event.replaceAll("_", " ")}: ${statusWords[event.to_status]}`,
                  detail: text.by(event.actor),
                }))}
              />
              {query.hasNextPage && <LoadMore query={query} shown={events.length} />}
            </>
          );
        }}
      </QueryState>
    </div>
  );
}
