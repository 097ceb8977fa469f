import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import { DEVICE_STATUSES, type DeviceStatus, type Site } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { DataTable } from "@/components/DataTable";
import { MenuItem } from "@/components/Menu";
import { StackedBar } from "@/components/Meter";
import { RowMenu, Unfold } from "@/components/Row";
import { statusWords } from "@/components/text";
import { count } from "@/lib/numbers";
import { SiteSummary } from "./SiteSummary";
import { text } from "./text";

interface SiteTableProps {
  sites: readonly Site[];
  expanded: string | undefined;
  onExpand: (siteId: string | null) => void;
  onEdit: (site: Site) => void;
  onDelete: (site: Site) => void;
}

export function SiteTable({ sites, expanded, onExpand, onEdit, onDelete }: SiteTableProps): ReactNode {
  const mayManage = usePermission("sites:manage");
  const columns = useMemo<ColumnDef<Site>[]>(() => {
    const shown: ColumnDef<Site>[] = [
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: site } }) => {
          const isOpen = site.site_id === expanded;
          return (
            <Unfold
              open={isOpen}
              label={text.expand(site.name)}
              onChange={(open) => onExpand(open ? site.site_id : null)}
            >
              {site.name}
            </Unfold>
          );
        },
      },
      {
        id: "devices",
        header: text.columns.devices,
        meta: { className: "tabular w-20" },
        cell: ({ row: { original: site } }) => (
          <Link to={`/devices?site=${site.site_id}`} className="hover:underline">
            {count(site.total)}
          </Link>
        ),
      },
      {
        id: "states",
        header: text.columns.states,
        meta: { className: "w-64" },
        cell: ({ row }) => <States site={row.original} />,
      },
      {
        id: "address",
        header: text.columns.address,
        meta: { className: "text-muted" },
        cell: ({ row }) => row.original.address || "–",
      },
      {
        id: "timezone",
        header: text.columns.timezone,
        meta: { className: "text-muted whitespace-nowrap" },
        cell: ({ row }) => row.original.timezone,
      },
    ];
    if (!mayManage) return shown;
    const actions: ColumnDef<Site> = {
      id: "actions",
      header: () => <span className="sr-only">{text.edit}</span>,
      meta: { className: "w-10 py-0 text-right" },
      cell: ({ row: { original: site } }) => (
        <RowMenu label={text.actions(site.name)}>
          <MenuItem onSelect={() => onEdit(site)}>{text.edit}</MenuItem>
          <MenuItem danger onSelect={() => onDelete(site)}>
            {text.delete}
          </MenuItem>
        </RowMenu>
      ),
    };
    return [...shown, actions];
  }, [expanded, mayManage, onDelete, onEdit, onExpand]);
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={sites}
      rowId={(site) => site.site_id}
      below={(site) => (site.site_id === expanded ? <SiteSummary site={site} /> : null)}
    />
  );
}

const COLOURS: Record<DeviceStatus, string> = {
  ONLINE: "var(--online)",
  STALE: "var(--stale)",
  OFFLINE: "var(--offline)",
  PENDING: "var(--pending)",
};

/** How many devices there are in each status that some have. */
function States({ site }: { site: Site }): ReactNode {
  if (site.total === 0) return <span className="text-xs text-muted">{text.noDevices}</span>;
  const parts = DEVICE_STATUSES.map((status) => ({
    name: statusWords[status].toLowerCase(),
    value: site.counts[status] ?? 0,
    colour: COLOURS[status],
  })).filter(({ value }) => value > 0);
  const told = parts.map(({ name, value }) => `${value} ${name}`).join(", ");
  return (
    <div className="grid gap-1">
      <StackedBar label={told} parts={parts} />
      <span className="text-xs text-muted">{told}</span>
    </div>
  );
}
