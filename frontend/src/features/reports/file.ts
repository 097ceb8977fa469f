import { csvOf } from "@/lib/csv";
import type { AvailabilityFigures, DeviceAvailability, SlaSummary } from "./queries";
import { reportText } from "./text";

type Row = AvailabilityFigures & Partial<Pick<DeviceAvailability, "site_id" | "device_id" | "device_name">>;

/** The fleet, its sites and all of its devices, one in a row. Sites that are gone have no name any more. */
export function writeCsv(
  { fleet, sites }: SlaSummary,
  devices: readonly DeviceAvailability[],
  siteNames: ReadonlyMap<string, string>,
): string {
  const row = (of: string, { site_id = "", device_id = "", device_name, ...figures }: Row) => [
    of,
    site_id,
    siteNames.get(site_id) ?? "",
    device_id,
    device_name ?? "",
    figures.availability_percent,
    figures.up_seconds,
    figures.down_seconds,
    figures.maintenance_seconds,
    figures.unknown_seconds,
  ];
  return csvOf(reportText.head, [
    row("fleet", fleet),
    ...sites.map((site) => row("site", site)),
    ...devices.map((device) => row("device", device)),
  ]);
}
