import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { allSites } from "@/api/queries";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { DeviceLink } from "@/components/DeviceLink";
import { ListPanel } from "@/components/ListPage";
import { Panel } from "@/components/Panel";
import { SelectFilter } from "@/components/SelectFilter";
import { useSearchState } from "@/lib/useSearchState";
import { availabilityColumns } from "./columns";
import { devicePages, type DeviceAvailability, type SlaSummary } from "./queries";
import { SiteName } from "./SiteName";
import { reportText as text } from "./text";

const WORDS = { empty: text.noDevice, emptyFiltered: text.noDeviceThere };
const COLUMNS: ColumnDef<DeviceAvailability>[] = [
  {
    id: "device",
    header: text.columns.device,
    cell: ({ row }) => <DeviceLink deviceId={row.original.device_id} name={row.original.device_name} tab="uptime" />,
  },
  { id: "site", header: text.columns.site, cell: ({ row }) => <SiteName siteId={row.original.site_id} /> },
  ...availabilityColumns<DeviceAvailability>(),
];

/** Every device of the report's time, once somebody wants them: to work that out is limited as exports are. */
export function Devices({ summary }: { summary: SlaSummary }): ReactNode {
  const { one, change } = useSearchState();
  if (one("devices") !== undefined) return <DeviceList summary={summary} />;
  return (
    <Panel title={text.everyDevice} className="print:hidden">
      <Button onClick={() => change({ devices: "1" }, { replace: true })}>{text.showDevices}</Button>
    </Panel>
  );
}

/** By id, page by page. */
function DeviceList({ summary: { start, end } }: { summary: SlaSummary }): ReactNode {
  const { one, change } = useSearchState();
  const siteId = one("site");
  const period = useMemo(() => ({ start, end }), [start, end]);
  const query = useInfiniteQuery(devicePages(period, siteId));
  const sites = useQuery(allSites);
  return (
    <ListPanel
      title={text.everyDevice}
      query={query}
      words={WORDS}
      onClear={siteId === undefined ? undefined : () => change({ site: null })}
      aside={
        <SelectFilter
          label={text.site}
          any={text.everySite}
          options={(sites.data ?? []).map(({ site_id, name }) => [site_id, name])}
          value={siteId}
          onChange={(site) => change({ site }, { replace: true })}
        />
      }
    >
      {(devices) => (
        <DataTable label={text.everyDevice} columns={COLUMNS} rows={devices} rowId={(device) => device.device_id} />
      )}
    </ListPanel>
  );
}
