import { csvOf } from "@/lib/csv";
import type { AvailabilityFigures, DeviceAvailability, SlaSummary } from "./queries";
import { reportText } from "./text";

/** The fleet, its sites and all of its devices, one in a row. */
export function writeCsv({ fleet, sites }: SlaSummary, devices: readonly DeviceAvailability[]): string {
  const row = (of: string, siteId: string | null, deviceId: string | null, figures: AvailabilityFigures) => [
    of,
    siteId,
    deviceId,
    figures.availability_percent,
    figures.up_seconds,
    figures.down_seconds,
    figures.maintenance_seconds,
    figures.unknown_seconds,
  ];
  return csvOf(reportText.head, [
    row("fleet", null, null, fleet),
    ...sites.map((site) => row("site", site.site_id, null, site)),
    ...devices.map((device) => row("device", device.site_id, device.device_id, device)),
  ]);
}
