import { useQuery } from "@tanstack/react-query";
import { Maximize2 } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { DeviceDetail } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { useWayBack } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { QueryState } from "@/components/States";
import { LifecycleBadge, StatusLabel } from "@/components/Status";
import { Tabs } from "@/components/Tabs";
import { TimeAgo } from "@/components/Time";
import { useTitle } from "@/components/useTitle";
import { useSearchState } from "@/lib/useSearchState";
import { useFollowDevice } from "@/live/LiveProvider";
import { deviceDetail } from "../queries";
import { text } from "../text";
import { AlertsTab } from "./AlertsTab";
import { CommandsTab } from "./CommandsTab";
import { CredentialsTab } from "./CredentialsTab";
import { LifecycleMenu } from "./LifecycleMenu";
import { OverviewTab } from "./OverviewTab";
import { TelemetryTab } from "./TelemetryTab";
import { UptimeTab } from "./UptimeTab";

const TABS = ["overview", "telemetry", "alerts", "commands", "credentials", "uptime"] as const;
type TabName = (typeof TABS)[number];

const CONTENT: Record<TabName, (props: { device: DeviceDetail }) => ReactNode> = {
  overview: OverviewTab,
  telemetry: TelemetryTab,
  alerts: AlertsTab,
  commands: CommandsTab,
  credentials: CredentialsTab,
  uptime: UptimeTab,
};

/** One device with its tabs: as a page of its own, or in the pane beside the list. */
export function DeviceView({ deviceId, inPane = false }: { deviceId: string; inPane?: boolean }): ReactNode {
  const query = useQuery(deviceDetail(deviceId));
  useFollowDevice(deviceId);
  useTitle(inPane ? undefined : query.data && (query.data.name || query.data.device_id));
  const { one, change } = useSearchState();
  const wayBack = useWayBack();
  const tab = TABS.find((name) => name === one("tab")) ?? "overview";
  const Content = CONTENT[tab];
  const Heading = inPane ? "h2" : "h1";
  return (
    <QueryState query={query} skeletonRows={8} isPage={!inPane}>
      {(device) => (
        <>
          <div className="mb-3 flex flex-wrap items-start justify-between gap-2">
            <div className="min-w-0">
              <Heading className="truncate text-xl font-semibold tracking-tight">
                {device.name || device.device_id}
              </Heading>
              <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
                <StatusLabel status={device.status} />
                <LifecycleBadge lifecycle={device.lifecycle} />
                <span>
                  {text.lastSeen} <TimeAgo time={device.last_seen_at} />
                </span>
                <AsOf query={query} />
              </p>
            </div>
            <div className="flex gap-2">
              <LifecycleMenu device={device} />
              {inPane && (
                <Button asChild>
                  <Link to={`/devices/${device.device_id}?tab=${tab}`} state={wayBack}>
                    <Maximize2 aria-hidden className="size-3.5" />
                    {text.openPage}
                  </Link>
                </Button>
              )}
            </div>
          </div>
          <Tabs
            label={text.tabsLabel}
            tabs={TABS.map((name) => ({ value: name, label: text.tabs[name] }))}
            value={tab}
            onChange={(name) => change({ tab: name }, { replace: true })}
          >
            <Content device={device} />
          </Tabs>
        </>
      )}
    </QueryState>
  );
}
