import type { ReactNode } from "react";
import { Link } from "react-router";
import { DeviceLink } from "@/components/DeviceLink";
import { Panel } from "@/components/Panel";
import { StatusLabel } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import type { Overview } from "./queries";
import { text } from "./text";

export function RecentDevices({ devices }: { devices: Overview["recent_devices"] }): ReactNode {
  return (
    <Panel
      flush
      title={text.recent}
      aside={
        <Link to="/devices" className="text-xs text-accent hover:underline">
          {text.allDevices}
        </Link>
      }
    >
      {devices.length === 0 ? (
        <p className="p-3 text-sm text-muted">{text.noDevices}</p>
      ) : (
        <ul className="divide-y">
          {devices.map((device) => (
            <li key={device.device_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
              <span className="min-w-0 flex-1">
                <DeviceLink deviceId={device.device_id} name={device.name} />
              </span>
              <StatusLabel status={device.status} />
              <span className="w-20 text-right text-xs text-muted">
                <TimeAgo time={device.last_seen_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
