import { useQuery } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Button } from "@/components/Button";
import { Facts, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { metricValue } from "@/lib/numbers";
import { useLiveReadings } from "@/live/LiveProvider";
import { newDevice } from "./queries";
import { text } from "./text";

const words = text.waiting;

/** Waits until the device is heard of: live, or by asking now and then where nothing is heard live. */
export function FirstMessage({ deviceId }: { deviceId: string }): ReactNode {
  const query = useQuery(newDevice(deviceId));
  const live = useLiveReadings(deviceId);
  return (
    <Panel>
      <QueryState query={query}>
        {(device) => {
          const values = new Map(device.metrics.map(({ metric, value }) => [metric, value]));
          for (const [metric, { value }] of Object.entries(live)) values.set(metric, value);
          const isHeard = device.last_seen_at !== null || values.size > 0;
          return (
            <div role="status" className="grid justify-items-center gap-3 py-4 text-center">
              {isHeard ? (
                <CircleCheck aria-hidden className="size-9 text-online" strokeWidth={1.6} />
              ) : (
                <LoaderCircle aria-hidden className="size-9 animate-spin text-muted" strokeWidth={1.4} />
              )}
              <h2 className="text-base font-semibold">{isHeard ? words.heard : words.title}</h2>
              {isHeard ? (
                values.size > 0 ? (
                  <Facts
                    className="w-full text-left"
                    facts={[...values].slice(0, 12).map(([metric, value]) => [metric, metricValue(value)] as const)}
                  />
                ) : (
                  <p className="text-sm text-muted">{words.heartbeat}</p>
                )
              ) : (
                <p className="text-sm text-muted">
                  {device.connected ? words.connected : words.detail}
                  <br />
                  {words.since} <TimeAgo time={device.created_at} />.
                </p>
              )}
              <div className="flex flex-wrap justify-center gap-2">
                <Button asChild kind={isHeard ? "primary" : "plain"}>
                  <Link to={`/devices/${deviceId}`}>{isHeard ? words.open : words.later}</Link>
                </Button>
                <Button asChild>
                  <Link to="/devices/new">{words.another}</Link>
                </Button>
              </div>
            </div>
          );
        }}
      </QueryState>
    </Panel>
  );
}
