/** What an alert says of systems that are no devices of the registry: what it is about, and who told of it. */
import { z } from "zod";
import type { Alert } from "@/api/types";

const Named = z.object({ name: z.string() });
const Details = z.object({
  addon_id: z.string().optional().catch(undefined),
  inbound_source: Named.optional().catch(undefined),
  target: Named.extend({ host: z.string().optional() }).optional().catch(undefined),
  gateway: z.object({ device_id: z.string() }).optional().catch(undefined),
  external_device: Named.extend({ address: z.string().nullable() }).optional().catch(undefined),
});

export interface Thing {
  name: string;
  /** Where it is reached, as far as that is known. */
  address: string | null;
  /** Where the application shows it; null for what it does not. */
  path: string | null;
}

interface ShownThing extends Thing {
  path: string;
}

/** Who told of an addon's alert: an inbound source, the target that was asked or a gateway; null for what Pulse found. */
export function tellerOf({ source, details }: Pick<Alert, "source" | "details">): string | null {
  return source === "addon" ? (speakerIn(details)?.name ?? null) : null;
}

/** What an alert is about that is about no device: what another system told of, a target or a source; null for none. */
export function thingIn(details: Alert["details"]): Thing | null {
  const { external_device } = Details.parse(details);
  return external_device === undefined ? speakerIn(details) : { ...external_device, path: null };
}

/** The target of an alert, whatever else it is about. */
export function targetIn(details: Alert["details"]): ShownThing | null {
  const { target } = Details.parse(details);
  return target === undefined
    ? null
    : { name: target.name, address: target.host ?? null, path: found("/targets", target.name) };
}

type About = Pick<Alert, "details" | "device_id" | "device_name">;

/** What an alert is about, by its name: a device, a target, or what another system told of; undefined of none. */
export function concerned(alert: About): string | undefined {
  return concernedIn(alert)[0];
}

/** The names of what an alert is about, as people call it first, and as systems do: a name and an id or an address. */
export function concernedIn({ details, device_id, device_name }: About): string[] {
  const thing = device_id === null ? thingIn(details) : null;
  const names = [device_name, device_id, thing?.name, thing?.address].flatMap((name) => (name ? [name] : []));
  return [...new Set(names)];
}

function speakerIn(details: Alert["details"]): ShownThing | null {
  const { addon_id, inbound_source, gateway } = Details.parse(details);
  if (inbound_source !== undefined)
    return { name: inbound_source.name, address: null, path: found("/inbound-sources", inbound_source.name) };
  const target = targetIn(details);
  if (target !== null) return target;
  if (gateway !== undefined) return { name: gateway.device_id, address: null, path: `/devices/${gateway.device_id}` };
  return addon_id ? { name: addon_id, address: null, path: `/addons/${addon_id}` } : null;
}

/** A list without anything of another name. */
function found(list: string, name: string): string {
  return `${list}?q=${encodeURIComponent(name)}`;
}
