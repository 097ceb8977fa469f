import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { ChevronRight } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { useHref } from "react-router";
import { allSites } from "@/api/queries";
import type { Alert } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { IconButton } from "@/components/Button";
import { DataTable, type Sorting } from "@/components/DataTable";
import { concerned, tellerOf } from "@/components/external";
import { Checkbox } from "@/components/Form";
import { SeverityLabel } from "@/components/Severity";
import { AlertStatusBadge, Badge } from "@/components/Status";
import { alertTypeName } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import { opensElsewhere } from "@/lib/keyboard";
import { AlertStory } from "./AlertStory";
import { Concerned } from "./Concerned";
import { text } from "./text";

interface AlertTableProps {
  alerts: readonly Alert[];
  /** Without it nothing can be selected. */
  selection?: {
    selectable: readonly Alert[];
    selected: readonly string[];
    onSelect: (selected: readonly string[]) => void;
  };
  expanded: string | undefined;
  onExpand: (alertId: string | null) => void;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** What is shown below an alert that stands for others as well. */
  group?: (alert: Alert) => ReactNode;
}

/** Alerts, each with its story below it when it is unfolded. One that stands for its group has the group there. */
export function AlertTable({
  alerts,
  selection,
  expanded,
  onExpand,
  sorting,
  onSort,
  group,
}: AlertTableProps): ReactNode {
  const mayHandle = usePermission("alerts:handle");
  const sites = useQuery(allSites);
  const address = useHref("/alerts");
  const columns = useMemo<ColumnDef<Alert>[]>(() => {
    const headline = (alert: Alert): string =>
      alert.together > 1
        ? text.together(
            alert.together,
            sites.data?.find(({ site_id }) => site_id === alert.site_id)?.name ?? alert.site_id ?? "",
          )
        : alert.summary;
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
        meta: { className: "min-w-72", main: true },
        cell: ({ row: { original: alert } }) => {
          const isOpen = alert.alert_id === expanded;
          return (
            <span className="flex items-center gap-1">
              <IconButton
                label={text.expand(headline(alert))}
                size="small"
                className="-ml-2 w-6"
                aria-expanded={isOpen}
                onClick={() => onExpand(isOpen ? null : alert.alert_id)}
              >
                <ChevronRight aria-hidden className={classes("size-4 transition-transform", isOpen && "rotate-90")} />
              </IconButton>
              {alert.together > 1 ? (
                <span className="wrap-anywhere">{headline(alert)}</span>
              ) : (
                <a
                  href={`${address}?alert=${alert.alert_id}`}
                  className="wrap-anywhere hover:underline"
                  onClick={(event) => {
                    if (opensElsewhere(event)) return;
                    event.preventDefault();
                    onExpand(isOpen ? null : alert.alert_id);
                  }}
                >
                  {alert.summary}
                </a>
              )}
              <Marks alert={alert} />
            </span>
          );
        },
      },
      {
        id: "device",
        header: text.columns.device,
        cell: ({ row: { original: alert } }) =>
          alert.together > 1 ? (
            <span className="text-muted">{text.devices(alert.together)}</span>
          ) : concerned(alert) === undefined ? (
            "–"
          ) : (
            <Concerned alert={alert} />
          ),
      },
      {
        id: "type",
        header: text.columns.type,
        cell: ({ row }) => <span className="text-muted">{alertTypeName(row.original.type)}</span>,
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
    if (!mayHandle || selection === undefined) return rest;
    const { selected, onSelect } = selection;
    const selectable = selection.selectable.map(({ alert_id }) => alert_id);
    const chosen = selectable.filter((alertId) => selected.includes(alertId));
    const allChosen = chosen.length > 0 && chosen.length === selectable.length;
    const boxes: ColumnDef<Alert> = {
      id: "selection",
      meta: { className: "w-8 pr-0" },
      header: () => (
        <Checkbox
          hideLabel
          label={text.selectAll}
          checked={allChosen || (chosen.length > 0 && "indeterminate")}
          disabled={selectable.length === 0}
          hint={selectable.length === 0 ? text.nothingToSelect : undefined}
          onChange={(now) => onSelect(now ? selectable : [])}
        />
      ),
      cell: ({ row: { original: alert } }) => (
        <Checkbox
          hideLabel
          label={text.select(headline(alert))}
          checked={chosen.includes(alert.alert_id)}
          disabled={!selectable.includes(alert.alert_id)}
          hint={selectable.includes(alert.alert_id) ? undefined : text.closedAlready}
          onChange={(now) =>
            onSelect(now ? [...chosen, alert.alert_id] : chosen.filter((alertId) => alertId !== alert.alert_id))
          }
        />
      ),
    };
    return [boxes, ...rest];
  }, [address, selection, expanded, onExpand, mayHandle, sites.data]);

  const below = (alert: Alert): ReactNode => {
    if (alert.alert_id !== expanded) return null;
    return alert.together > 1 && group ? group(alert) : <AlertStory alertId={alert.alert_id} />;
  };
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={alerts}
      rowId={(alert) => alert.alert_id}
      {...(sorting === undefined ? {} : { sorting })}
      {...(onSort === undefined ? {} : { onSort })}
      below={below}
    />
  );
}

function Marks({ alert }: { alert: Alert }): ReactNode {
  const teller = tellerOf(alert);
  return (
    <>
      {teller !== null && <Badge tone="accent">{text.from(teller)}</Badge>}
      {alert.flapping_since !== null && alert.status !== "CLOSED" && <Badge tone="warn">{text.flapping}</Badge>}
      {alert.silenced_at !== null && <Badge>{text.silenced}</Badge>}
      {alert.suppressed_by !== null && <Badge>{text.suppressed}</Badge>}
    </>
  );
}
