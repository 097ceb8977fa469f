import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { QueryState } from "@/components/States";
import { counted } from "@/lib/numbers";
import { text } from "./text";

export function NoisyDevices(): ReactNode {
  const query = useQuery({
    queryKey: [...keys.alerts, "noisy", 7],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/alerts/top-devices", { params: { query: { days: 7, limit: 5 } }, signal })),
  });
  return (
    <Panel flush title={text.noisy}>
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="p-3 text-sm text-muted">{text.noNoise}</p>
          ) : (
            <ul className="divide-y">
              {items.map((device) => (
                <li key={device.device_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
                  <Link
                    to={`/devices/${device.device_id}?tab=alerts`}
                    className="min-w-0 flex-1 truncate hover:underline"
                  >
                    {device.device_id}
                  </Link>
                  <SeverityLabel severity={device.worst} />
                  <span className="tabular w-16 text-right text-xs text-muted">{counted(device.opened, "alert")}</span>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}
