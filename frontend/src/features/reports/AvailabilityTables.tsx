import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { allSites } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { Panel } from "@/components/Panel";
import { count } from "@/lib/numbers";
import { longDuration, SECOND } from "@/lib/time";
import { availabilityColumns } from "./columns";
import { DeviceLink } from "./DeviceLink";
import type { DeviceAvailability, SlaSummary } from "./queries";
import { reportText as text } from "./text";

type SiteAvailability = Schemas["SiteAvailability"];

const SITES: ColumnDef<SiteAvailability>[] = [
  {
    id: "site",
    header: text.columns.site,
    cell: ({ row }) => <SiteName siteId={row.original.site_id} />,
  },
  {
    id: "devices",
    header: text.columns.devices,
    meta: { className: "tabular text-right" },
    cell: ({ row }) => count(row.original.devices),
  },
  ...availabilityColumns<SiteAvailability>(),
];
const DEVICES: ColumnDef<DeviceAvailability>[] = [
  {
    id: "device",
    header: text.columns.device,
    cell: ({ row }) => <DeviceLink deviceId={row.original.device_id} />,
  },
  ...availabilityColumns<DeviceAvailability>(),
];

function SiteName({ siteId }: { siteId: string }): ReactNode {
  const { data: sites } = useQuery(allSites);
  const name = sites?.find(({ site_id }) => site_id === siteId)?.name ?? siteId;
  return <span className="font-medium">{name}</span>;
}

/** Sites, the devices that were down most, and the maintenance that was taken out. */
export function AvailabilityTables({ summary }: { summary: SlaSummary }): ReactNode {
  return (
    <>
      <Panel title={text.sites} flush>
        <DataTable
          label={text.sites}
          columns={SITES}
          rows={summary.sites}
          rowId={(site) => site.site_id}
          empty={<p className="p-3 text-sm text-muted">{text.noDevice}</p>}
        />
      </Panel>
      <Panel title={text.worst} flush>
        <DataTable
          label={text.worst}
          columns={DEVICES}
          rows={summary.least_available_devices}
          rowId={(device) => device.device_id}
          empty={<p className="p-3 text-sm text-online">{text.noneDown}</p>}
        />
      </Panel>
      <Panel title={text.maintenance}>
        {summary.maintenance.length === 0 ? (
          <p className="text-sm text-muted">{text.noMaintenance}</p>
        ) : (
          <ul className="divide-y text-sm">
            {summary.maintenance.map((window) => (
              <li key={window.window_id} className="flex justify-between gap-3 py-1.5">
                {window.name}
                <span className="tabular text-muted">{longDuration(window.seconds * SECOND)}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}
