import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { PageHeader } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { AlertTrend } from "./AlertTrend";
import { FleetNumbers } from "./FleetNumbers";
import { GettingStarted } from "./GettingStarted";
import { GravestAlerts } from "./GravestAlerts";
import { NoisyDevices } from "./NoisyDevices";
import { overview } from "./queries";
import { RecentDevices } from "./RecentDevices";
import { SitesAtAGlance } from "./SitesAtAGlance";
import { text } from "./text";

export default function OverviewPage(): ReactNode {
  const query = useQuery(overview);
  return (
    <>
      <PageHeader title={text.title} actions={<AsOf query={query} />} />
      <QueryState query={query} skeletonRows={12}>
        {({ alerts, sites, first_steps: steps, ...fleet }) => (
          <div className="grid gap-3">
            {steps && <GettingStarted steps={steps} />}
            <FleetNumbers {...fleet} alerts={alerts} />
            <div className="grid gap-3 xl:grid-cols-[3fr_2fr]">
              {alerts && (
                <div className="grid min-w-0 content-start gap-3">
                  <GravestAlerts {...alerts} />
                  <AlertTrend hours={alerts.trend} />
                  <RecentDevices devices={fleet.recent_devices} />
                </div>
              )}
              <div className="grid min-w-0 content-start gap-3">
                {sites && <SitesAtAGlance sites={sites} />}
                {alerts && <NoisyDevices devices={alerts.noisy_devices} />}
                {!alerts && <RecentDevices devices={fleet.recent_devices} />}
              </div>
            </div>
          </div>
        )}
      </QueryState>
    </>
  );
}
