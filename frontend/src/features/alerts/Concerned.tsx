import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Alert } from "@/api/types";
import { DeviceLink } from "@/components/DeviceLink";
import { thingIn } from "@/components/external";

/** What an alert is about: a device of the registry, a target or what another system told of; nothing of none of these. */
export function Concerned({ alert }: { alert: Pick<Alert, "device_id" | "device_name" | "details"> }): ReactNode {
  if (alert.device_id !== null) return <DeviceLink deviceId={alert.device_id} name={alert.device_name} />;
  const thing = thingIn(alert.details);
  if (thing === null) return null;
  const { name, address, path } = thing;
  return (
    <span className="block min-w-0">
      {path === null ? (
        <span className="block truncate">{name}</span>
      ) : (
        <Link to={path} className="block truncate hover:underline">
          {name}
        </Link>
      )}
      {address !== null && address !== name && <span className="block truncate text-xs text-muted">{address}</span>}
    </span>
  );
}
