import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { ListPage } from "@/components/ListPage";
import { LoadMore } from "@/components/LoadMore";
import { StackedBar } from "@/components/Meter";
import { Unfold } from "@/components/Row";
import { SelectFilter } from "@/components/SelectFilter";
import { QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { Timeline } from "@/components/Timeline";
import { Moment } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { history, subscriptionPages, type Subscription, type SubscriptionStatus } from "./queries";
import { RenewalDialog } from "./RenewalDialog";
import { Renewals } from "./Renewals";
import { kindWords, statusWords, text } from "./text";

const STATUSES = Object.keys(statusWords) as SubscriptionStatus[];
const TONES = { TRIAL: "accent", ACTIVE: "good", GRACE: "warn", SUSPENDED: "bad", EXPIRED: "neutral" } as const;

export default function SubscriptionsPage(): ReactNode {
  const { one, change } = useSearchState();
  const status = STATUSES.find((known) => known === one("status"));
  const chosen = one("subscription");
  const query = useInfiniteQuery(subscriptionPages(status));
  const [renewed, setRenewed] = useState<Subscription>();
  const columns = useMemo<ColumnDef<Subscription>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: subscription } }) => (
          <>
            <Unfold
              open={subscription.subscription_id === chosen}
              label={text.history(subscription.name)}
              onChange={(open) =>
                change({ subscription: open ? subscription.subscription_id : null }, { replace: true })
              }
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
        id: "status",
        header: text.columns.status,
        cell: ({ row: { original: subscription } }) => (
          <>
            <Badge tone={TONES[subscription.status]}>{statusWords[subscription.status]}</Badge>
            <span className="block text-xs text-muted">{subscription.status_reason}</span>
          </>
        ),
      },
      {
        id: "seats",
        header: text.columns.seats,
        meta: { className: "tabular w-56" },
        cell: ({ row: { original: subscription } }) => (
          <Seats devices={subscription.devices} limit={subscription.seat_limit} />
        ),
      },
      {
        id: "term",
        header: text.columns.term,
        cell: ({ row: { original: subscription } }) => (
          <>
            {text.until} <Moment time={subscription.term_end} />
            <span className="block text-xs text-muted">{text.left(subscription.days_left)}</span>
          </>
        ),
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.renew}</span>,
        meta: { className: "text-right" },
        cell: ({ row: { original: subscription } }) => (
          <Can permission="subscriptions:manage">
            <Button size="small" onClick={() => setRenewed(subscription)}>
              {text.renew}
            </Button>
          </Can>
        ),
      },
    ],
    [change, chosen],
  );
  const summary = query.data?.pages[0]?.summary;
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        onClear={status === undefined ? undefined : () => change({ status: null })}
        filters={
          <>
            <SelectFilter
              label={text.status}
              any={text.anyStatus}
              className="w-48"
              options={STATUSES.map((each) => [each, statusWords[each]])}
              value={status}
              onChange={(value) => change({ status: value })}
            />
            {summary && <Summary summary={summary} />}
          </>
        }
      >
        {(subscriptions) => (
          <DataTable
            label={text.title}
            columns={columns}
            rows={subscriptions}
            rowId={(subscription) => subscription.subscription_id}
            below={(subscription) =>
              subscription.subscription_id === chosen ? <History subscription={subscription} /> : null
            }
          />
        )}
      </ListPage>
      <Renewals />
      {renewed && <RenewalDialog subscription={renewed} onClose={() => setRenewed(undefined)} />}
    </>
  );
}

/** All that the tenant has together. */
function Summary({ summary }: { summary: Schemas["SubscriptionSummary"] }): ReactNode {
  if (summary.is_restricted) {
    return (
      <p role="alert" className="text-sm text-offline">
        {text.restricted}
      </p>
    );
  }
  return (
    <p className="tabular text-sm text-muted">
      {text.seats(summary.devices, summary.seat_limit)}.{" "}
      <span className={summary.seats_free > 0 ? undefined : "text-stale"}>
        {summary.seats_free > 0 ? text.free(summary.seats_free) : text.full}
      </span>
    </p>
  );
}

function Seats({ devices, limit }: { devices: number; limit: number }): ReactNode {
  const told = text.seats(devices, limit);
  return (
    <div className="grid gap-1">
      <StackedBar
        label={told}
        parts={[
          { name: "taken", value: devices, colour: devices >= limit ? "var(--stale)" : "var(--accent)" },
          { name: "free", value: Math.max(0, limit - devices), colour: "var(--raised)" },
        ]}
      />
      <span className="text-xs text-muted">{told}</span>
    </div>
  );
}

function History({ subscription }: { subscription: Subscription }): ReactNode {
  const query = useInfiniteQuery(history(subscription.subscription_id));
  return (
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
  );
}
