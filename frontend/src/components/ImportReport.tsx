import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { DataTable } from "./DataTable";
import { EmptyState } from "./States";
import { Badge } from "./Status";
import { Tabs } from "./Tabs";
import { importText as text } from "./text";
import type { ImportReport, ImportRow } from "./useImport";

type Outcome = Schemas["RowOutcome"];
type Tab = "all" | Outcome;

const TABS: readonly Tab[] = ["all", "failed", "created", "updated", "unchanged"];
const TONES = { created: "good", updated: "accent", unchanged: "neutral", failed: "bad" } as const;

interface ReportTableProps<Row> {
  report: ImportReport<Row>;
  /** Heading of the column that says what a row is about. */
  subject: string;
  /** What a row is about, as a link once it is there. */
  subjectOf: (row: Row, isThere: boolean) => ReactNode;
}

/** What becomes of each row, or became of it; what is wrong comes first to the eye. */
export function ReportTable<Row extends ImportRow>({ report, subject, subjectOf }: ReportTableProps<Row>): ReactNode {
  const [tab, setTab] = useState<Tab>(report.failed > 0 ? "failed" : report.updated > 0 ? "updated" : "all");
  const words = report.dry_run ? text.outcomes.preview : text.outcomes.done;
  const counts: Record<Tab, number> = { all: report.total, ...report };
  const columns = useMemo<ColumnDef<Row>[]>(
    () => [
      { id: "row", header: text.columns.row, meta: { className: "w-16 tabular text-muted" }, accessorKey: "row" },
      {
        id: "subject",
        header: subject,
        cell: ({ row }) => subjectOf(row.original, !report.dry_run && row.original.outcome !== "failed"),
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
            {row.original.changes.map((change) => (
              <ChangeLine key={change.field} {...change} />
            ))}
            {row.original.errors.map(({ field, reason }) => (
              <li key={field + reason}>
                <code className="font-mono text-xs">{field}</code> {reason}
              </li>
            ))}
          </ul>
        ),
      },
    ],
    [report.dry_run, words, subject, subjectOf],
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

function ChangeLine({ field, before, after }: Schemas["FieldChange"]): ReactNode {
  // Only what is masked is the same before and after.
  const isSecret = before === after;
  return (
    <li className="break-words">
      <code className="font-mono text-xs">{field}</code> {before === "" ? "–" : before} →{" "}
      {after === "" ? (
        <strong className="font-medium text-offline">{text.emptied}</strong>
      ) : isSecret ? (
        text.given
      ) : (
        after
      )}
    </li>
  );
}
