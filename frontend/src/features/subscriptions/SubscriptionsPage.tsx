import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { ListPage } from "@/components/ListPage";
import { SelectFilter } from "@/components/SelectFilter";
import {
  SubscriptionHistory,
  SubscriptionName,
  SubscriptionSeats,
  SubscriptionState,
  SubscriptionTerm,
} from "@/components/SubscriptionParts";
import { subscriptionStatusWords as statusWords, subscriptionText } from "@/components/text";
import { useSearchState } from "@/lib/useSearchState";
import { history, subscriptionPages, type Subscription, type SubscriptionStatus } from "./queries";
import { RenewalDialog } from "./RenewalDialog";
import { Renewals } from "./Renewals";
import { text } from "./text";

const STATUSES = Object.keys(statusWords) as SubscriptionStatus[];

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
          <SubscriptionName
            subscription={subscription}
            open={subscription.subscription_id === chosen}
            onChange={(open) => change({ subscription: open ? subscription.subscription_id : null }, { replace: true })}
          />
        ),
      },
      {
        id: "status",
        header: text.columns.status,
        cell: ({ row }) => <SubscriptionState subscription={row.original} />,
      },
      {
        id: "seats",
        header: text.columns.seats,
        meta: { className: "tabular w-56" },
        cell: ({ row }) => <SubscriptionSeats subscription={row.original} />,
      },
      {
        id: "term",
        header: text.columns.term,
        cell: ({ row }) => <SubscriptionTerm subscription={row.original} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.renew}</span>,
        meta: { className: "text-right" },
        cell: ({ row: { original: subscription } }) => (
          // An additional one is renewed with its main one.
          <Can permission="subscriptions:manage">
            {subscription.kind !== "ADDON" && (
              <Button size="small" onClick={() => setRenewed(subscription)}>
                {text.renew}
              </Button>
            )}
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
              subscription.subscription_id === chosen ? (
                <SubscriptionHistory name={subscription.name} events={history(subscription.subscription_id)} />
              ) : null
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
      {subscriptionText.seats(summary.devices, summary.seat_limit)}.{" "}
      <span className={summary.seats_free > 0 ? undefined : "text-stale"}>
        {summary.seats_free > 0 ? text.free(summary.seats_free) : text.full}
      </span>
    </p>
  );
}
