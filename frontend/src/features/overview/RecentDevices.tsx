import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { StatusLabel } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { text } from "./text";

export function RecentDevices(): ReactNode {
  const query = useQuery({
    queryKey: [...keys.devices, "recent"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices", { params: { query: { sort: "last_seen_at", order: "desc", limit: 5 } }, signal }),
      ),
  });
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
      <QueryState query={query}>
        {({ items }) => (
          <ul className="divide-y">
            {items.map((device) => (
              <li key={device.device_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
                <Link to={`/devices/${device.device_id}`} className="min-w-0 flex-1 truncate hover:underline">
                  {device.name || device.device_id}
                </Link>
                <StatusLabel status={device.status} />
                <span className="w-20 text-right text-xs text-muted">
                  <TimeAgo time={device.last_seen_at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}
