import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { DeviceDetail, Schemas } from "@/api/types";
import { StackedBar } from "@/components/Meter";
import { Facts, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { StatusLabel } from "@/components/Status";
import { Timeline } from "@/components/Timeline";
import { ofWhatIsKnown, shareOf, shareTone } from "@/lib/availability";
import { classes } from "@/lib/classes";
import { longDuration, SECOND } from "@/lib/time";
import { text } from "../text";

type UptimeRange = Schemas["UptimeRange"];
const RANGES: readonly UptimeRange[] = ["24h", "7d", "30d"];
const LOG_SHOWN = 50;

export function UptimeTab({ device }: { device: DeviceDetail }): ReactNode {
  const log = useQuery({
    queryKey: [...keys.device(device.device_id), "status-log"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices/{device_id}/status-log", {
          params: { path: { device_id: device.device_id }, query: { limit: LOG_SHOWN } },
          signal,
        }),
      ),
  });
  return (
    <div className="grid gap-3">
      <div className="grid gap-3 md:grid-cols-3">
        {RANGES.map((range) => (
          <Uptime key={range} deviceId={device.device_id} range={range} />
        ))}
      </div>
      <Panel title={text.statusLog}>
        <QueryState query={log}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-sm text-muted">{text.statusLogNone}</p>
            ) : (
              <Timeline
                label={text.statusLog}
                entries={items.map((change, index) => ({
                  key: change.time,
                  detail: lasted(change.time, items[index - 1]?.time),
                  time: change.time,
                  title: (
                    <span className="inline-flex items-center gap-2">
                      <StatusLabel status={change.from_status} /> → <StatusLabel status={change.to_status} />
                    </span>
                  ),
                }))}
              />
            )
          }
        </QueryState>
      </Panel>
    </div>
  );
}

/** How long a status held until the next change; the newest one still does. */
function lasted(time: string, until: string | undefined): string {
  if (until === undefined) return text.lastsStill;
  return text.lasted(longDuration(new Date(until).getTime() - new Date(time).getTime()));
}

function Uptime({ deviceId, range }: { deviceId: string; range: UptimeRange }): ReactNode {
  const query = useQuery({
    queryKey: [...keys.device(deviceId), "uptime", range],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices/{device_id}/uptime", {
          params: { path: { device_id: deviceId }, query: { range } },
          signal,
        }),
      ),
  });
  return (
    <Panel title={`${text.uptime}, ${text.ranges[range]}`}>
      <QueryState query={query} skeletonRows={3}>
        {({ uptime_percent, known_percent, up_seconds, down_seconds, unknown_seconds }) => (
          <div className="space-y-2">
            <p className={classes("tabular text-2xl font-semibold", shareTone(uptime_percent, known_percent))}>
              {shareOf(uptime_percent)}{" "}
              <span className="ml-1 text-xs font-normal text-muted empty:hidden">
                {ofWhatIsKnown(uptime_percent, known_percent)}
              </span>
            </p>
            <StackedBar
              label={`${text.up} ${longDuration(up_seconds * SECOND)}, ${text.down} ${longDuration(down_seconds * SECOND)}`}
              parts={[
                { name: text.up, value: up_seconds, colour: "var(--online)" },
                { name: text.down, value: down_seconds, colour: "var(--offline)" },
                { name: text.unknown, value: unknown_seconds, colour: "var(--line)" },
              ]}
            />
            <Facts
              className="text-xs"
              facts={[
                [text.up, longDuration(up_seconds * SECOND)],
                [text.down, longDuration(down_seconds * SECOND)],
                [text.unknown, longDuration(unknown_seconds * SECOND)],
              ]}
            />
          </div>
        )}
      </QueryState>
    </Panel>
  );
}
