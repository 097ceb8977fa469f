import type { ReactNode } from "react";

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** Every time zone that the browser knows, for a `Select`; `chosen` as well, if the browser has another name for it. */
export function TimeZoneOptions({ chosen }: { chosen: string }): ReactNode {
  const zones = ZONES.includes(chosen) ? ZONES : [chosen, ...ZONES];
  return zones.map((zone) => <option key={zone}>{zone}</option>);
}
