import type { ReactNode } from "react";
import { Link } from "react-router";

interface DeviceLinkProps {
  deviceId: string;
  name: string | null | undefined;
  /** Which tab of it is opened. */
  tab?: string;
}

/** A device by its name with its id below, or by its id alone where it has no name. */
export function DeviceLink({ deviceId, name, tab }: DeviceLinkProps): ReactNode {
  return (
    <span className="block min-w-0">
      <Link
        to={`/devices/${deviceId}${tab === undefined ? "" : `?tab=${tab}`}`}
        className="block truncate hover:underline"
      >
        {name || deviceId}
      </Link>
      {name && <span className="block truncate text-xs text-muted">{deviceId}</span>}
    </span>
  );
}
