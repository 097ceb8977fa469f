import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { SEVERITIES } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { DataTable } from "@/components/DataTable";
import { Select, Switch } from "@/components/Form";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { Badge } from "@/components/Status";
import { alertTypeName, severityWords } from "@/components/text";
import { sentenceCase } from "@/lib/words";
import { useChooseAddon, type Addon, type AddonAlert } from "./queries";
import { text } from "./text";

/** Which of an addon's alerts are wanted, and how severe they are here. */
export function AddonAlerts({ addon }: { addon: Addon }): ReactNode {
  const mayManage = usePermission("addons:manage");
  const { mutate, isPending } = useChooseAddon();
  const columns = useMemo<ColumnDef<AddonAlert>[]>(() => {
    const override = ({ type, override: known }: AddonAlert, chosen: Partial<NonNullable<AddonAlert["override"]>>) =>
      mutate({ addon, override: { type, enabled: null, severity: null, ...known, ...chosen } });
    return [
      {
        id: "wanted",
        header: text.alertColumns.wanted,
        meta: { className: "w-12" },
        cell: ({ row: { original: alert } }) => (
          <Switch
            hideLabel
            label={text.wanted(alertTypeName(alert.type))}
            checked={alert.enabled}
            disabled={!mayManage || isPending}
            onChange={(enabled) => override(alert, { enabled })}
          />
        ),
      },
      {
        id: "type",
        header: text.alertColumns.type,
        cell: ({ row: { original: alert } }) => (
          <span className="flex flex-wrap items-center gap-2">
            {alertTypeName(alert.type)}
            {alert.override !== null && <Badge tone="accent">{text.changed}</Badge>}
          </span>
        ),
      },
      {
        id: "title",
        header: text.alertColumns.title,
        cell: ({ row }) => <code className="font-mono text-xs text-muted">{row.original.title}</code>,
      },
      { id: "category", header: text.alertColumns.category, cell: ({ row }) => sentenceCase(row.original.category) },
      {
        id: "severity",
        header: text.alertColumns.severity,
        cell: ({ row: { original: alert } }) =>
          mayManage ? (
            <Select
              aria-label={text.severityOf(alertTypeName(alert.type))}
              className="h-7 w-72 text-xs"
              disabled={isPending}
              value={alert.override?.severity ?? ""}
              onChange={(event) =>
                override(alert, { severity: SEVERITIES.find((each) => each === event.target.value) ?? null })
              }
            >
              <option value="">{nameless(alert)}</option>
              {SEVERITIES.map((severity) => (
                <option key={severity} value={severity}>
                  {severityWords[severity]}
                </option>
              ))}
            </Select>
          ) : (
            <SeverityLabel severity={alert.severity} />
          ),
      },
    ];
  }, [addon, mutate, isPending, mayManage]);
  return (
    <Panel flush title={text.alerts}>
      <p className="border-b px-3 py-2 text-xs text-muted">{text.alertsDetail}</p>
      <DataTable label={text.alerts} columns={columns} rows={addon.alerts} rowId={({ type }) => type} />
    </Panel>
  );
}

/** What holds without a choice: the addon's own severity is known while none is chosen, and a message may say another. */
function nameless({ override, severity, severity_field }: AddonAlert): string {
  if (override?.severity) return severity_field === null ? text.asAddon : text.asMessage;
  return severity_field === null ? severityWords[severity] : text.asMessageElse(severityWords[severity]);
}
