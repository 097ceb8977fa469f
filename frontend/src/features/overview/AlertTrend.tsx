import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { AsOf } from "@/components/AsOf";
import { Bars } from "@/components/Bars";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { useTimeZone } from "@/lib/preferences";
import { shortTime } from "@/lib/time";
import { text } from "./text";

export function AlertTrend(): ReactNode {
  const timeZone = useTimeZone();
  const query = useQuery({
    queryKey: [...keys.alerts, "trend", 24],
    queryFn: ({ signal }) => ask(api.GET("/customer/alerts/trend", { params: { query: { hours: 24 } }, signal })),
  });
  return (
    <Panel title={text.trend} aside={<AsOf query={query} />}>
      <QueryState query={query}>
        {({ items }) => (
          <>
            <Bars
              label={text.trend}
              bars={items.map(({ hour, opened, closed }) => ({
                key: hour,
                value: opened,
                label: text.trendBar(shortTime(hour, timeZone), opened, closed),
              }))}
            />
            <div className="mt-1 flex justify-between text-xs text-muted">
              <span>{items[0] && shortTime(items[0].hour, timeZone)}</span>
              <span>{items.at(-1) && shortTime(items.at(-1)?.hour ?? "", timeZone)}</span>
            </div>
          </>
        )}
      </QueryState>
    </Panel>
  );
}
