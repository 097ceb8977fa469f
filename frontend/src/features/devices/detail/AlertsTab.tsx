import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { DeviceDetail } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { EmptyState, QueryState } from "@/components/States";
import { AlertStatusBadge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { text } from "../text";

const SHOWN = 50;

export function AlertsTab({ device }: { device: DeviceDetail }): ReactNode {
  const query = useQuery({
    queryKey: [...keys.alerts, "of-device", device.device_id],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/alerts", {
          params: { query: { device_id: device.device_id, status: ["ALL"], limit: SHOWN } },
          signal,
        }),
      ),
  });
  return (
    <Panel
      flush
      title={text.tabs.alerts}
      aside={
        <span className="flex items-center gap-3">
          <AsOf query={query} />
          <Link to={`/alerts?status=ALL&device=${device.device_id}`} className="text-xs text-accent hover:underline">
            {text.allAlerts}
          </Link>
        </span>
      }
    >
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={text.alertsNone}>{text.alertsNoneDetail}</EmptyState>
          ) : (
            <ul className="divide-y">
              {items.map((alert) => (
                <li key={alert.alert_id} className="flex items-center gap-3 px-3 py-2 text-sm">
                  <span className="w-20 shrink-0">
                    <SeverityLabel severity={alert.severity} />
                  </span>
                  <Link
                    to={`/alerts?status=ALL&device=${device.device_id}&alert=${alert.alert_id}`}
                    className="min-w-0 flex-1 truncate hover:underline"
                  >
                    {alert.summary}
                  </Link>
                  <span className="text-xs text-muted">
                    <TimeAgo time={alert.opened_at} />
                  </span>
                  <AlertStatusBadge status={alert.status} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}
