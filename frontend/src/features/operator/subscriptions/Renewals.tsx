import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Filters, ListPanel } from "@/components/ListPage";
import { SelectFilter } from "@/components/SelectFilter";
import { RenewalState } from "@/components/SubscriptionParts";
import { TenantFilter } from "@/components/TenantFilter";
import { renewalWords } from "@/components/text";
import { Moment } from "@/components/Time";
import { TenantLink } from "@/components/TenantLink";
import { useSearchState } from "@/lib/useSearchState";
import { renewalPages, type Renewal, type RenewalStatus } from "./queries";
import { GrantDialog, RefuseDialog } from "./RenewalDialogs";
import { text } from "./text";

const STATUSES = Object.keys(renewalWords) as RenewalStatus[];
const WORDS = { empty: text.noRenewals, emptyDetail: text.noRenewalsDetail, emptyFiltered: text.noRenewalFits };

/** What tenants ask for; until an operator decides nothing changes. */
export function Renewals(): ReactNode {
  const { one, change } = useSearchState();
  const mayDecide = usePermission("operator.subscriptions:manage");
  const status = STATUSES.find((known) => known === one("status"));
  const tenant = one("tenant");
  const query = useInfiniteQuery(renewalPages({ tenant_id: tenant, status }));
  const [asked, setAsked] = useState<{ act: "grant" | "refuse"; renewal: Renewal }>();
  const close = (): void => setAsked(undefined);
  const clear = status === undefined && tenant === undefined ? undefined : () => change({ status: null, tenant: null });
  const columns = useMemo<ColumnDef<Renewal>[]>(
    () => [
      {
        id: "subscription",
        header: text.renewalColumns.subscription,
        meta: { className: "font-medium" },
        cell: ({ row }) => row.original.subscription_name,
      },
      {
        id: "tenant",
        header: text.renewalColumns.tenant,
        cell: ({ row }) => <TenantLink tenantId={row.original.tenant_id} name={row.original.tenant_name} />,
      },
      {
        id: "wanted",
        header: text.renewalColumns.wanted,
        cell: ({ row: { original } }) => (
          <>
            {text.wanted(original.term_days, original.device_limit)}
            {original.granted_term_days !== null && (
              <span className="block text-xs">
                {text.granted(original.granted_term_days, original.granted_device_limit)}
              </span>
            )}
            <span className="block text-xs text-muted">{original.note}</span>
          </>
        ),
      },
      {
        id: "asked",
        header: text.renewalColumns.asked,
        meta: { className: "text-xs text-muted" },
        cell: ({ row: { original } }) => (
          <>
            <Moment time={original.requested_at} />
            <span className="block">{text.by(original.requested_by)}</span>
          </>
        ),
      },
      {
        id: "status",
        header: text.renewalColumns.status,
        cell: ({ row: { original } }) => (
          <>
            <RenewalState status={original.status} />
            {original.decided_by !== null && (
              <span className="block text-xs text-muted">
                {[text.by(original.decided_by), original.decision].filter(Boolean).join(": ")}
              </span>
            )}
          </>
        ),
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.renewalColumns.actions}</span>,
        meta: { className: "text-right" },
        cell: ({ row: { original: renewal } }) =>
          mayDecide &&
          renewal.status === "REQUESTED" && (
            <span className="inline-flex gap-2">
              <Button
                size="small"
                kind="primary"
                aria-label={text.grantOf(renewal.subscription_name)}
                onClick={() => setAsked({ act: "grant", renewal })}
              >
                {text.grant}
              </Button>
              <Button
                size="small"
                aria-label={text.refuseOf(renewal.subscription_name)}
                onClick={() => setAsked({ act: "refuse", renewal })}
              >
                {text.refuse}
              </Button>
            </span>
          ),
      },
    ],
    [mayDecide],
  );
  return (
    <>
      <Filters onClear={clear}>
        <TenantFilter tenantId={tenant} onChange={(tenant) => change({ tenant })} />
        <SelectFilter
          label={text.status}
          any={text.anyRenewal}
          options={STATUSES.map((each) => [each, renewalWords[each]])}
          value={status}
          onChange={(value) => change({ status: value })}
        />
        <AsOf query={query} />
      </Filters>
      <ListPanel query={query} words={WORDS} onClear={clear}>
        {(renewals) => (
          <DataTable label={text.renewals} columns={columns} rows={renewals} rowId={(renewal) => renewal.renewal_id} />
        )}
      </ListPanel>
      {asked?.act === "grant" && <GrantDialog renewal={asked.renewal} onClose={close} />}
      {asked?.act === "refuse" && <RefuseDialog renewal={asked.renewal} onClose={close} />}
    </>
  );
}
