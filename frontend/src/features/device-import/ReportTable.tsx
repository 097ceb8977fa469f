import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/States";
import { Badge } from "@/components/Status";
import { Tabs } from "@/components/Tabs";
import { text } from "./text";
import type { Report } from "./useImport";

type Row = Schemas["RowResult"];
type Outcome = Schemas["RowOutcome"];
type Tab = "all" | Outcome;

const TABS: readonly Tab[] = ["all", "failed", "created", "updated", "unchanged"];
const TONES = { created: "good", updated: "accent", unchanged: "neutral", failed: "bad" } as const;

/** What becomes of each row, or became of it; what is wrong comes first to the eye. */
export function ReportTable({ report }: { report: Report }): ReactNode {
  const [tab, setTab] = useState<Tab>(report.failed > 0 ? "failed" : "all");
  const words = report.dry_run ? text.outcomes.preview : text.outcomes.done;
  const counts: Record<Tab, number> = { all: report.total, ...report };
  const columns = useMemo<ColumnDef<Row>[]>(
    () => [
      { id: "row", header: text.columns.row, meta: { className: "w-16 tabular text-muted" }, accessorKey: "row" },
      {
        id: "device",
        header: text.columns.device,
        cell: ({ row }) =>
          !report.dry_run && row.original.outcome !== "failed" ? (
            <Link to={`/devices/${row.original.device_id}`} className="hover:underline">
              {row.original.device_id}
            </Link>
          ) : (
            row.original.device_id || "–"
          ),
      },
      {
        id: "outcome",
        header: text.columns.outcome,
        cell: ({ row }) => <Badge tone={TONES[row.original.outcome]}>{words[row.original.outcome]}</Badge>,
      },
      {
        id: "errors",
        header: text.columns.errors,
        meta: { className: "w-1/2" },
        cell: ({ row }) => (
          <ul>
            {row.original.errors.map(({ field, reason }) => (
              <li key={field + reason}>
                <code className="font-mono text-xs">{field}</code> {reason}
              </li>
            ))}
          </ul>
        ),
      },
    ],
    [report.dry_run, words],
  );
  return (
    <div className="px-3 pt-1">
      <Tabs
        label={text.tabsLabel}
        value={tab}
        onChange={(value) => setTab(TABS.find((known) => known === value) ?? "all")}
        tabs={TABS.map((value) => ({ value, label: text.tabs[value], count: counts[value] }))}
      >
        <div className="max-h-[60vh] overflow-y-auto">
          <DataTable
            label={text.tabs[tab]}
            columns={columns}
            rows={report.results.filter(({ outcome }) => tab === "all" || outcome === tab)}
            rowId={(row) => String(row.row)}
            empty={<EmptyState title={text.noRows} />}
          />
        </div>
      </Tabs>
    </div>
  );
}
