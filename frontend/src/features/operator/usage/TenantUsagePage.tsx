import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Download } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Link, useParams } from "react-router";
import { AsOf } from "@/components/AsOf";
import { BackLink } from "@/components/BackLink";
import { Bars } from "@/components/Bars";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Select } from "@/components/Form";
import { Filters } from "@/components/ListPage";
import { PageHeader, Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { csvOf } from "@/lib/csv";
import { saveFile } from "@/lib/download";
import { shortTime } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { RangeSelect } from "../RangeSelect";
import { rangeIn, type RangeName } from "../ranges";
import { oneTenant } from "../queries";
import { useSorting } from "../useSorting";
import { USAGE_VALUES, usageColumns } from "./columns";
import { money } from "./money";
import { usageOfTenant, type Step, type TenantUsageReport, type UsageBucket } from "./queries";
import { text } from "./text";
import { Total } from "./Total";

/** By hour at most 31 days can be asked for. */
const OFFERED: Record<Step, readonly RangeName[]> = {
  hour: ["24h", "7d", "30d"],
  day: ["7d", "30d", "90d", "365d"],
};
const STEPS = Object.keys(OFFERED) as Step[];
const VALUES = { ...USAGE_VALUES, start: ({ start }: UsageBucket) => start };

export default function TenantUsagePage(): ReactNode {
  const { tenantId = "" } = useParams();
  const { one, change } = useSearchState();
  const step = STEPS.find((known) => known === one("step")) ?? "day";
  const range = rangeIn(one("range"), OFFERED[step], "30d");
  const query = useQuery(usageOfTenant(tenantId, range, step));
  const tenant = useQuery(oneTenant(tenantId));
  const name = tenant.data?.name ?? tenantId;
  return (
    <>
      <BackLink to={`/operator/usage?range=${range}`}>{text.back}</BackLink>
      <PageHeader
        title={text.ofTenant(name)}
        description={text.ofTenantDetail}
        actions={
          <>
            <AsOf query={query} />
            <Button asChild>
              <Link to={`/operator/tenants/${encodeURIComponent(tenantId)}`}>{text.toTenant}</Link>
            </Button>
            <Button disabled={!query.data} onClick={() => query.data && save(query.data)}>
              <Download aria-hidden className="size-4" />
              {text.csv}
            </Button>
          </>
        }
      />
      <Filters>
        <RangeSelect
          label={text.range}
          offered={OFFERED[step]}
          value={range}
          onChange={(chosen) => change({ range: chosen }, { replace: true })}
        />
        <Select
          aria-label={text.step}
          className="w-36"
          value={step}
          onChange={(event) => change({ step: event.target.value }, { replace: true })}
        >
          {STEPS.map((each) => (
            <option key={each} value={each}>
              {text.steps[each]}
            </option>
          ))}
        </Select>
      </Filters>
      <QueryState query={query} skeletonRows={8}>
        {({ items, total, currency }) =>
          items.length === 0 ? (
            <EmptyState title={text.nothingUsed} />
          ) : (
            <>
              <Total total={total} currency={currency} />
              <Buckets name={name} buckets={items} currency={currency} step={step} />
            </>
          )
        }
      </QueryState>
    </>
  );
}

interface BucketsProps {
  /** Whose they are. */
  name: string;
  buckets: readonly UsageBucket[];
  currency: string;
  step: Step;
}

function Buckets({ name, buckets, currency, step }: BucketsProps): ReactNode {
  const { sorting, onSort, sorted } = useSorting(VALUES, { sort: "start", order: "desc" });
  const columns = useMemo<ColumnDef<UsageBucket>[]>(
    () => [
      {
        id: "start",
        header: text.columns.start,
        meta: { sort: "start", className: "tabular" },
        cell: ({ row }) => bucketName(row.original.start, step),
      },
      ...usageColumns<UsageBucket>(currency),
    ],
    [currency, step],
  );
  return (
    <Panel flush>
      {/* One bar has nothing to be compared with. */}
      {buckets.length > 1 && (
        <div className="border-b p-3">
          <Bars
            label={text.chart(name)}
            bars={buckets.map(({ start, cost }) => ({
              key: start,
              value: Number(cost),
              label: `${bucketName(start, step)}: ${money(cost, currency)}`,
            }))}
          />
        </div>
      )}
      <DataTable
        label={text.ofTenant(name)}
        columns={columns}
        rows={sorted(buckets)}
        rowId={(bucket) => bucket.start}
        sorting={sorting}
        onSort={onSort}
      />
    </Panel>
  );
}

/** Buckets are those of UTC, whatever clock hangs beside the screen. */
function bucketName(start: string, step: Step): string {
  return step === "day" ? start.slice(0, "2026-11-21".length) : `${shortTime(start, "UTC")} UTC`;
}

function save({ tenant_id, items, currency }: TenantUsageReport): void {
  const rows = items.map((usage) => [
    usage.start,
    usage.messages,
    usage.readings,
    usage.notifications,
    usage.api_calls,
    usage.stored_bytes,
    usage.cost,
    currency,
  ]);
  saveFile(text.file(tenant_id), csvOf(text.headOfTenant, rows), "text/csv;charset=utf-8");
}
