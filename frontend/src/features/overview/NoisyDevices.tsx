import type { ReactNode } from "react";
import { DeviceLink } from "@/components/DeviceLink";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { counted } from "@/lib/numbers";
import type { AlertOverview } from "./queries";
import { text } from "./text";

export function NoisyDevices({ devices }: { devices: AlertOverview["noisy_devices"] }): ReactNode {
  return (
    <Panel flush title={text.noisy}>
      {devices.length === 0 ? (
        <p className="p-3 text-sm text-muted">{text.noNoise}</p>
      ) : (
        <ul className="divide-y">
          {devices.map((device) => (
            <li key={device.device_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
              <span className="min-w-0 flex-1">
                <DeviceLink deviceId={device.device_id} name={device.device_name} tab="alerts" />
              </span>
              <SeverityLabel severity={device.worst} />
              <span className="tabular w-16 text-right text-xs text-muted">{counted(device.opened, "alert")}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
