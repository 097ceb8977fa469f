import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { DeviceLink } from "@/components/DeviceLink";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { count } from "@/lib/numbers";
import type { SlaSummary } from "./queries";
import { reportText as text } from "./text";

type SeverityFigures = Schemas["SeverityFigures"];

const NUMBER = { className: "tabular text-right" };
const COLUMNS: ColumnDef<SeverityFigures>[] = [
  {
    id: "severity",
    header: text.severityColumns.severity,
    cell: ({ row }) => <SeverityLabel severity={row.original.severity} />,
  },
  { id: "opened", header: text.severityColumns.opened, meta: NUMBER, cell: ({ row }) => count(row.original.opened) },
  { id: "closed", header: text.severityColumns.closed, meta: NUMBER, cell: ({ row }) => count(row.original.closed) },
  { id: "open", header: text.severityColumns.open, meta: NUMBER, cell: ({ row }) => count(row.original.still_open) },
];

/** What alerted, and who and what it was. */
export function AlertFigures({ summary: { alerts } }: { summary: SlaSummary }): ReactNode {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-3 print:block print:space-y-4">
      <Panel title={text.severities} flush>
        <DataTable
          label={text.severities}
          columns={COLUMNS}
          rows={alerts.by_severity}
          rowId={(figures) => figures.severity}
        />
      </Panel>
      <Noisy
        title={text.noisyDevices}
        rows={alerts.noisy_devices.map(({ device_id, device_name, opened }) => ({
          key: device_id,
          name: <DeviceLink deviceId={device_id} name={device_name} tab="uptime" />,
          opened,
        }))}
      />
      <Noisy
        title={text.noisyRules}
        rows={alerts.noisy_rules.map(({ rule_id, name, opened }) => ({ key: rule_id, name, opened }))}
      />
    </div>
  );
}

interface NoisyProps {
  title: string;
  rows: readonly { key: string; name: ReactNode; opened: number }[];
}

function Noisy({ title, rows }: NoisyProps): ReactNode {
  return (
    <Panel title={title}>
      {rows.length === 0 ? (
        <p className="text-sm text-muted">{text.noAlert}</p>
      ) : (
        <ol className="divide-y text-sm">
          {rows.map(({ key, name, opened }) => (
            <li key={key} className="flex items-center justify-between gap-3 py-1.5">
              <span className="min-w-0 truncate">{name}</span>
              <span className="tabular shrink-0 text-muted">{text.alerts(opened)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
