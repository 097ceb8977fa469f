import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Download } from "lucide-react";
import { useCallback, useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Filters } from "@/components/ListPage";
import { PageHeader, Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { EmptyState, QueryState } from "@/components/States";
import { csvOf } from "@/lib/csv";
import { saveFile } from "@/lib/download";
import { useSearchState } from "@/lib/useSearchState";
import { RangeSelect } from "../RangeSelect";
import { rangeIn, type RangeName } from "../ranges";
import { useSorting } from "../useSorting";
import { USAGE_VALUES, usageColumns } from "./columns";
import { Prices } from "./Prices";
import { usageReport, type TenantUsage, type UsageReport } from "./queries";
import { text } from "./text";
import { Total } from "./Total";

const OFFERED: readonly RangeName[] = ["24h", "7d", "30d", "90d", "365d"];
const VALUES = { ...USAGE_VALUES, tenant: ({ name }: TenantUsage) => name };

export default function UsagePage(): ReactNode {
  const { one, change } = useSearchState();
  const range = rangeIn(one("range"), OFFERED, "30d");
  const q = one("q");
  const query = useQuery(usageReport(range));
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const fits = ({ tenant_id, name }: TenantUsage): boolean =>
    `${tenant_id} ${name}`.toLowerCase().includes((q ?? "").toLowerCase());
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <>
            <AsOf query={query} />
            <Button disabled={!query.data} onClick={() => query.data && save(query.data, range)}>
              <Download aria-hidden className="size-4" />
              {text.csv}
            </Button>
          </>
        }
      />
      <Filters onClear={q === undefined ? undefined : () => change({ q: null })}>
        <SearchInput value={q ?? ""} onChange={search} label={text.search} />
        <RangeSelect
          label={text.range}
          offered={OFFERED}
          value={range}
          onChange={(chosen) => change({ range: chosen }, { replace: true })}
        />
      </Filters>
      <QueryState query={query} skeletonRows={8}>
        {({ items, total, currency }) => {
          const tenants = items.filter(fits);
          return (
            <>
              <Total total={total} currency={currency} />
              <Panel flush>
                {tenants.length === 0 ? (
                  <EmptyState title={q === undefined ? text.empty : text.emptyFiltered} />
                ) : (
                  <TenantTable tenants={tenants} currency={currency} range={range} />
                )}
              </Panel>
            </>
          );
        }}
      </QueryState>
      <Prices />
    </>
  );
}

interface TenantTableProps {
  tenants: readonly TenantUsage[];
  currency: string;
  range: RangeName;
}

function TenantTable({ tenants, currency, range }: TenantTableProps): ReactNode {
  const { sorting, onSort, sorted } = useSorting(VALUES, { sort: "cost", order: "desc" });
  const columns = useMemo<ColumnDef<TenantUsage>[]>(
    () => [
      {
        id: "tenant",
        header: text.columns.tenant,
        meta: { sort: "tenant" },
        cell: ({ row: { original } }) => (
          <Link
            to={`/operator/usage/${encodeURIComponent(original.tenant_id)}?range=${range}`}
            className="font-medium hover:underline"
          >
            {original.name}
          </Link>
        ),
      },
      ...usageColumns<TenantUsage>(currency),
    ],
    [currency, range],
  );
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={sorted(tenants)}
      rowId={(tenant) => tenant.tenant_id}
      sorting={sorting}
      onSort={onSort}
    />
  );
}

function save({ items, currency }: UsageReport, range: RangeName): void {
  const rows = items.map((usage) => [
    usage.tenant_id,
    usage.name,
    usage.messages,
    usage.readings,
    usage.notifications,
    usage.api_calls,
    usage.stored_bytes,
    usage.cost,
    currency,
  ]);
  saveFile(text.file(range), csvOf(text.head, rows), "text/csv;charset=utf-8");
}
