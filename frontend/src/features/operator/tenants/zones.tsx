import type { ReactNode } from "react";

/** Time zones to choose from; the chosen one is among them, whatever the browser knows. */
export function zoneOptions(chosen: string): ReactNode {
  const zones = new Set(["UTC", chosen, ...Intl.supportedValuesOf("timeZone")]);
  return [...zones].map((zone) => <option key={zone}>{zone}</option>);
}
