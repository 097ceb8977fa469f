import type { ColumnDef } from "@tanstack/react-table";
import { ChevronRight } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import type { Alert } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { IconButton } from "@/components/Button";
import { DataTable, type Sorting } from "@/components/DataTable";
import { Checkbox } from "@/components/Form";
import { SeverityLabel } from "@/components/Severity";
import { AlertStatusBadge, Badge } from "@/components/Status";
import { alertTypeWords } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import { AlertStory } from "./AlertStory";
import { text } from "./text";

interface AlertTableProps {
  alerts: readonly Alert[];
  selected: readonly string[];
  onSelect: (selected: readonly string[]) => void;
  expanded: string | undefined;
  onExpand: (alertId: string | null) => void;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

export function AlertTable({
  alerts,
  selected,
  onSelect,
  expanded,
  onExpand,
  sorting,
  onSort,
}: AlertTableProps): ReactNode {
  const mayHandle = usePermission("alerts:handle");
  const columns = useMemo<ColumnDef<Alert>[]>(() => {
    const allSelected = alerts.every((alert) => selected.includes(alert.alert_id));
    const selection: ColumnDef<Alert> = {
      id: "selection",
      meta: { className: "w-8 pr-0" },
      header: () => (
        <Checkbox
          hideLabel
          label={text.selectAll}
          checked={allSelected ? true : selected.length > 0 ? "indeterminate" : false}
          onChange={(now) => onSelect(now ? alerts.map((alert) => alert.alert_id) : [])}
        />
      ),
      cell: ({ row: { original: alert } }) => (
        <Checkbox
          hideLabel
          label={text.select(alert.summary)}
          checked={selected.includes(alert.alert_id)}
          onChange={(now) =>
            onSelect(now ? [...selected, alert.alert_id] : selected.filter((alertId) => alertId !== alert.alert_id))
          }
        />
      ),
    };
    const rest: ColumnDef<Alert>[] = [
      {
        id: "severity",
        header: text.columns.severity,
        meta: { sort: "severity", className: "w-24" },
        cell: ({ row }) => <SeverityLabel severity={row.original.severity} />,
      },
      {
        id: "summary",
        header: text.columns.summary,
        meta: { className: "min-w-72" },
        cell: ({ row: { original: alert } }) => {
          const isOpen = alert.alert_id === expanded;
          return (
            <span className="flex items-center gap-1">
              <IconButton
                label={text.expand(alert.summary)}
                size="small"
                className="-ml-2 w-6"
                aria-expanded={isOpen}
                onClick={() => onExpand(isOpen ? null : alert.alert_id)}
              >
                <ChevronRight aria-hidden className={classes("size-4 transition-transform", isOpen && "rotate-90")} />
              </IconButton>
              <span>{alert.summary}</span>
              <Marks alert={alert} />
            </span>
          );
        },
      },
      {
        id: "device",
        header: text.columns.device,
        cell: ({ row: { original: alert } }) =>
          alert.device_id === null ? (
            "–"
          ) : (
            <Link to={`/devices/${alert.device_id}`} className="hover:underline">
              {alert.device_id}
            </Link>
          ),
      },
      {
        id: "type",
        header: text.columns.type,
        cell: ({ row }) => <span className="text-muted">{alertTypeWords[row.original.type] ?? row.original.type}</span>,
      },
      {
        id: "opened",
        header: text.columns.opened,
        meta: { sort: "opened_at", className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.opened_at} />,
      },
      {
        id: "last",
        header: text.columns.last,
        meta: { sort: "last_triggered_at", className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.last_triggered_at} />,
      },
      {
        id: "status",
        header: text.columns.status,
        cell: ({ row }) => <AlertStatusBadge status={row.original.status} />,
      },
    ];
    return mayHandle ? [selection, ...rest] : rest;
  }, [alerts, selected, onSelect, expanded, onExpand, mayHandle]);

  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={alerts}
      rowId={(alert) => alert.alert_id}
      sorting={sorting}
      onSort={onSort}
      below={(alert) => (alert.alert_id === expanded ? <AlertStory alertId={alert.alert_id} /> : null)}
    />
  );
}

function Marks({ alert }: { alert: Alert }): ReactNode {
  return (
    <>
      {alert.flapping_since !== null && alert.status !== "CLOSED" && <Badge tone="warn">{text.flapping}</Badge>}
      {alert.silenced_at !== null && <Badge>{text.silenced}</Badge>}
      {alert.suppressed_by !== null && <Badge>{text.suppressed}</Badge>}
    </>
  );
}
