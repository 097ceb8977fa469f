import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, type ReactNode } from "react";
import { Link } from "react-router";
import { DEVICE_STATUSES, type Lifecycle } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { ListPage } from "@/components/ListPage";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { LifecycleBadge, StatusLabel } from "@/components/Status";
import { TenantFilter } from "@/components/TenantFilter";
import { lifecycleWords, statusWords } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { TenantLink } from "@/components/TenantLink";
import { useSearchState } from "@/lib/useSearchState";
import { useSortChoice } from "../useSortChoice";
import { devicePages, SORTS, type DeviceFilters, type TenantDevice } from "./queries";
import { text } from "./text";

const LIFECYCLES = Object.keys(lifecycleWords) as Lifecycle[];
const NOTHING = { q: null, tenant: null, status: null, lifecycle: null, type: null };

export default function TenantDevicesPage(): ReactNode {
  const { one, change } = useSearchState();
  const filters: DeviceFilters = {
    q: one("q"),
    tenant_id: one("tenant"),
    status: DEVICE_STATUSES.find((known) => known === one("status")),
    lifecycle: LIFECYCLES.find((known) => known === one("lifecycle")),
    device_type: one("type"),
  };
  const { sorting, onSort } = useSortChoice(SORTS, { sort: "tenant_id", order: "asc" });
  const query = useInfiniteQuery(devicePages(filters, sorting));
  const search = useCallback((q: string) => change({ q }, { replace: true }), [change]);
  const ofType = useCallback((type: string) => change({ type }, { replace: true }), [change]);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <ListPage
      title={text.title}
      description={text.description}
      query={query}
      words={text}
      onClear={isFiltered ? () => change(NOTHING) : undefined}
      filters={
        <>
          <SearchInput value={filters.q ?? ""} onChange={search} label={text.search} />
          <TenantFilter tenantId={filters.tenant_id} onChange={(tenant) => change({ tenant })} />
          <SearchInput value={filters.device_type ?? ""} onChange={ofType} label={text.type} />
          <SelectFilter
            label={text.status}
            any={text.anyStatus}
            options={DEVICE_STATUSES.map((status) => [status, statusWords[status]])}
            value={filters.status}
            onChange={(status) => change({ status })}
          />
          <SelectFilter
            label={text.lifecycle}
            any={text.anyLifecycle}
            options={LIFECYCLES.map((lifecycle) => [lifecycle, lifecycleWords[lifecycle]])}
            value={filters.lifecycle}
            onChange={(lifecycle) => change({ lifecycle })}
          />
        </>
      }
    >
      {(devices) => (
        <DataTable
          label={text.title}
          columns={COLUMNS}
          rows={devices}
          rowId={({ tenant_id, device_id }) => `${tenant_id} ${device_id}`}
          sorting={sorting}
          onSort={onSort}
        />
      )}
    </ListPage>
  );
}

function of({ tenant_id, device_id }: TenantDevice): string {
  return new URLSearchParams({ tenant: tenant_id, device: device_id }).toString();
}

const COLUMNS: ColumnDef<TenantDevice>[] = [
  {
    id: "device",
    header: text.columns.device,
    meta: { sort: "name" },
    cell: ({ row: { original: device } }) => (
      <>
        <span className="font-medium">{device.name}</span>{" "}
        <span className="font-mono text-xs text-muted">{device.device_id}</span>
      </>
    ),
  },
  {
    id: "tenant",
    header: text.columns.tenant,
    meta: { sort: "tenant_id" },
    cell: ({ row: { original } }) => <TenantLink tenantId={original.tenant_id} name={original.tenant_name} />,
  },
  { id: "site", header: text.columns.site, cell: ({ row }) => row.original.site_name },
  {
    id: "type",
    header: text.columns.type,
    meta: { sort: "device_type", className: "text-muted" },
    cell: ({ row }) => row.original.device_type,
  },
  {
    id: "status",
    header: text.columns.status,
    meta: { sort: "status" },
    cell: ({ row: { original } }) => (
      <span className="flex items-center gap-2">
        <StatusLabel status={original.status} />
        <LifecycleBadge lifecycle={original.lifecycle} />
      </span>
    ),
  },
  {
    id: "seen",
    header: text.columns.seen,
    meta: { sort: "last_seen_at", className: "text-muted" },
    cell: ({ row }) => <TimeAgo time={row.original.last_seen_at} />,
  },
  {
    id: "actions",
    header: () => <span className="sr-only">{text.columns.actions}</span>,
    meta: { className: "text-right text-xs whitespace-nowrap" },
    cell: ({ row: { original: device } }) => (
      <span className="inline-flex gap-3">
        <Link
          to={`/operator/alerts?${of(device)}`}
          aria-label={text.alertsOf(device.device_id)}
          className="hover:underline"
        >
          {text.alerts}
        </Link>
        <Link
          to={`/operator/quarantine?${of(device)}`}
          aria-label={text.refusedOf(device.device_id)}
          className="hover:underline"
        >
          {text.refused}
        </Link>
      </span>
    ),
  },
];
