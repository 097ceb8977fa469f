import type { ReactNode } from "react";
import { PageHeader } from "@/components/Panel";
import { AlertTrend } from "./AlertTrend";
import { FleetNumbers } from "./FleetNumbers";
import { GettingStarted } from "./GettingStarted";
import { GravestAlerts } from "./GravestAlerts";
import { NoisyDevices } from "./NoisyDevices";
import { RecentDevices } from "./RecentDevices";
import { SitesAtAGlance } from "./SitesAtAGlance";
import { text } from "./text";

export default function OverviewPage(): ReactNode {
  return (
    <>
      <PageHeader title={text.title} />
      <div className="grid gap-3">
        <GettingStarted />
        <FleetNumbers />
        <div className="grid gap-3 xl:grid-cols-[3fr_2fr]">
          <div className="grid min-w-0 content-start gap-3">
            <GravestAlerts />
            <AlertTrend />
          </div>
          <div className="grid min-w-0 content-start gap-3">
            <SitesAtAGlance />
            <NoisyDevices />
            <RecentDevices />
          </div>
        </div>
      </div>
    </>
  );
}
