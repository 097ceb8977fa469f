import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, type ReactNode } from "react";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { LinkFromList } from "@/components/BackLink";
import { DataTable } from "@/components/DataTable";
import { ListPage } from "@/components/ListPage";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { Moment } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { NewTenantDialog } from "./NewTenantDialog";
import { STATUSES, tenantPages, type Tenant } from "./queries";
import { TenantStatusBadge } from "./TenantStatusBadge";
import { statusWords, text } from "./text";

const COLUMNS: ColumnDef<Tenant>[] = [
  {
    id: "tenant",
    header: text.columns.tenant,
    cell: ({ row: { original: tenant } }) => (
      <>
        <LinkFromList to={`/operator/tenants/${tenant.tenant_id}`} className="font-medium hover:underline">
          {tenant.name}
        </LinkFromList>
        <span className="ml-2 font-mono text-xs text-muted">{tenant.tenant_id}</span>
      </>
    ),
  },
  {
    id: "status",
    header: text.columns.status,
    cell: ({ row: { original: tenant } }) => (
      <>
        <TenantStatusBadge status={tenant.status} />
        {tenant.suspended_reason !== "" && <span className="ml-2 text-xs text-muted">{tenant.suspended_reason}</span>}
      </>
    ),
  },
  { id: "timezone", header: text.columns.timezone, cell: ({ row }) => row.original.timezone },
  {
    id: "created",
    header: text.columns.created,
    meta: { className: "text-muted" },
    cell: ({ row }) => <Moment time={row.original.created_at} />,
  },
];

export default function TenantsPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const status = STATUSES.find((known) => known === one("status"));
  const query = useInfiniteQuery(tenantPages(q, status));
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        onClear={q === "" && status === undefined ? undefined : () => change({ q: null, status: null })}
        add={
          <AddButton permission="operator.tenants:manage" onClick={() => change({ new: "1" })}>
            {text.add}
          </AddButton>
        }
        filters={
          <>
            <SearchInput value={q} onChange={search} label={text.search} />
            <SelectFilter
              label={text.status}
              any={text.anyStatus}
              options={STATUSES.map((each) => [each, statusWords[each]])}
              value={status}
              onChange={(chosen) => change({ status: chosen })}
            />
          </>
        }
      >
        {(tenants) => (
          <DataTable label={text.title} columns={COLUMNS} rows={tenants} rowId={(tenant) => tenant.tenant_id} />
        )}
      </ListPage>
      {one("new") !== undefined && (
        <Can permission="operator.tenants:manage">
          <NewTenantDialog onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
    </>
  );
}
