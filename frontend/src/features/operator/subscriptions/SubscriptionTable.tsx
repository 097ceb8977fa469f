import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { DataTable, type Sorting } from "@/components/DataTable";
import { MenuItem } from "@/components/Menu";
import { Facts } from "@/components/Panel";
import { RowMenu } from "@/components/Row";
import {
  SubscriptionHistory,
  SubscriptionName,
  SubscriptionSeats,
  SubscriptionState,
  SubscriptionTerm,
} from "@/components/SubscriptionParts";
import { TenantLink } from "@/components/TenantLink";
import { history, type Subscription, type SubscriptionStatus } from "./queries";
import { text } from "./text";

export type Act = "change" | "suspend" | "resume" | "move";

/** What can't be suspended any more. */
const ENDED: readonly SubscriptionStatus[] = ["SUSPENDED", "EXPIRED"];

interface SubscriptionTableProps {
  subscriptions: readonly Subscription[];
  expanded: string | undefined;
  onExpand: (subscriptionId: string | null) => void;
  onAct: (act: Act, subscription: Subscription) => void;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

export function SubscriptionTable({
  subscriptions,
  expanded,
  onExpand,
  onAct,
  sorting,
  onSort,
}: SubscriptionTableProps): ReactNode {
  const mayManage = usePermission("operator.subscriptions:manage");
  const columns = useMemo<ColumnDef<Subscription>[]>(() => {
    const shown: ColumnDef<Subscription>[] = [
      {
        id: "name",
        header: text.columns.name,
        meta: { sort: "name" },
        cell: ({ row: { original: subscription } }) => (
          <SubscriptionName
            subscription={subscription}
            open={subscription.subscription_id === expanded}
            onChange={(open) => onExpand(open ? subscription.subscription_id : null)}
          />
        ),
      },
      {
        id: "tenant",
        header: text.columns.tenant,
        meta: { sort: "tenant_id" },
        cell: ({ row }) => <TenantLink tenantId={row.original.tenant_id} name={row.original.tenant_name} />,
      },
      {
        id: "status",
        header: text.columns.status,
        meta: { sort: "status" },
        cell: ({ row }) => <SubscriptionState subscription={row.original} />,
      },
      {
        id: "seats",
        header: text.columns.seats,
        meta: { sort: "devices", className: "tabular w-48" },
        cell: ({ row }) => <SubscriptionSeats subscription={row.original} />,
      },
      {
        id: "term",
        header: text.columns.term,
        meta: { sort: "term_end" },
        cell: ({ row }) => <SubscriptionTerm subscription={row.original} />,
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
      sorting={sorting}
      onSort={onSort}
      below={(subscription) =>
        subscription.subscription_id === expanded ? <Details subscription={subscription} /> : null
      }
    />
  );
}

function Details({ subscription }: { subscription: Subscription }): ReactNode {
  return (
    <div className="space-y-3">
      <Facts
        className="text-xs"
        facts={[
          ["Id", <code key="id">{subscription.subscription_id}</code>],
          [text.form.description, subscription.description],
        ]}
      />
      <SubscriptionHistory name={subscription.name} events={history(subscription.subscription_id)} />
    </div>
  );
}
