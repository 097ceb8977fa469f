import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { DeviceLink } from "@/components/DeviceLink";
import { Panel } from "@/components/Panel";
import { count } from "@/lib/numbers";
import { longDuration, SECOND } from "@/lib/time";
import { availabilityColumns } from "./columns";
import type { DeviceAvailability, SlaSummary } from "./queries";
import { SiteName } from "./SiteName";
import { reportText as text } from "./text";

type SiteAvailability = Schemas["SiteAvailability"];

const SITES: ColumnDef<SiteAvailability>[] = [
  {
    id: "site",
    header: text.columns.site,
    meta: { className: "font-medium" },
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

/** Reports from before they had names of their own know those of the devices that alerted: often the same ones. */
function deviceColumns({ alerts }: SlaSummary): ColumnDef<DeviceAvailability>[] {
  const names = new Map(alerts.noisy_devices.map(({ device_id, device_name }) => [device_id, device_name]));
  return [
    {
      id: "device",
      header: text.columns.device,
      cell: ({ row: { original: device } }) => (
        <DeviceLink deviceId={device.device_id} name={device.device_name ?? names.get(device.device_id)} tab="uptime" />
      ),
    },
    ...availabilityColumns<DeviceAvailability>(),
  ];
}

/** Sites, the devices that were down most, and the maintenance that was taken out. */
export function AvailabilityTables({ summary }: { summary: SlaSummary }): ReactNode {
  const devices = useMemo(() => deviceColumns(summary), [summary]);
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
          columns={devices}
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
