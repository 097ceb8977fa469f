import type { ReactNode } from "react";
import { Link } from "react-router";

export function DeviceLink({ deviceId }: { deviceId: string }): ReactNode {
  return (
    <Link to={`/devices/${encodeURIComponent(deviceId)}?tab=uptime`} className="font-mono text-xs hover:underline">
      {deviceId}
    </Link>
  );
}
