import type { ReactNode } from "react";
import { Bars } from "@/components/Bars";
import { Panel } from "@/components/Panel";
import { useTimeZone } from "@/lib/preferences";
import { shortTime } from "@/lib/time";
import type { AlertOverview } from "./queries";
import { text } from "./text";

export function AlertTrend({ hours }: { hours: AlertOverview["trend"] }): ReactNode {
  const timeZone = useTimeZone();
  const first = hours[0];
  const last = hours.at(-1);
  return (
    <Panel title={text.trend}>
      <Bars
        label={text.trend}
        bars={hours.map(({ hour, opened, closed }) => ({
          key: hour,
          value: opened,
          label: text.trendBar(shortTime(hour, timeZone), opened, closed),
        }))}
      />
      <div className="mt-1 flex justify-between text-xs text-muted">
        <span>{first && shortTime(first.hour, timeZone)}</span>
        <span>{last && shortTime(last.hour, timeZone)}</span>
      </div>
    </Panel>
  );
}
