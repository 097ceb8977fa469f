import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { wholeCatalog } from "@/api/choices";
import type { DeviceDetail } from "@/api/types";
import { Panel } from "@/components/Panel";
import { Sparkline } from "@/components/Sparkline";
import { EmptyState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { useLiveReadings } from "@/live/LiveProvider";
import { metricValue } from "@/lib/numbers";
import { text } from "../text";
import { useDayLines } from "./useDayLines";

/**
 * What the server knew when it was asked, and what was heard since; with units and meanings, where the catalogue has them,
 * and the last day of numbers.
 */
export function NewestValues({ device }: { device: DeviceDetail }): ReactNode {
  const live = useLiveReadings(device.device_id);
  const days = useDayLines(device);
  const { data: catalog } = useQuery(wholeCatalog);
  const meanings = useMemo(() => new Map(catalog?.map((metric) => [metric.metric, metric])), [catalog]);
  const names = [...new Set([...device.metrics.map(({ metric }) => metric), ...Object.keys(live)])].sort();
  const known = new Map(device.metrics.map((reading) => [reading.metric, reading]));
  return (
    <Panel flush title={text.values}>
      {names.length === 0 ? (
        <EmptyState title={text.valuesNone}>{text.valuesNoneDetail}</EmptyState>
      ) : (
        <table className="w-full text-sm">
          <caption className="sr-only">{text.values}</caption>
          <tbody className="divide-y">
            {names.map((name) => {
              const before = known.get(name);
              const heard = live[name];
              const reading = heard && (!before || heard.time >= before.time) ? heard : before;
              if (reading === undefined) return null;
              const { description = "", unit = "" } = meanings.get(name) ?? {};
              const day = days.get(name);
              return (
                <tr key={name}>
                  <th scope="row" className="px-3 py-1.5 text-left font-normal text-muted">
                    {name}
                    {description !== "" && <span className="block text-xs">{description}</span>}
                  </th>
                  <td className="w-28 px-2 py-1 max-sm:hidden">
                    {day && (
                      <Sparkline
                        points={day.points}
                        start={day.start}
                        end={day.end}
                        label={text.day(name, metricValue(day.lowest), metricValue(day.highest), unit)}
                      />
                    )}
                  </td>
                  <td className="tabular w-px px-3 py-1.5 text-right font-medium whitespace-nowrap">
                    <span data-metric={name}>{metricValue(reading.value)}</span>
                    {unit !== "" && <span className="font-normal text-muted"> {unit}</span>}
                  </td>
                  <td className="w-28 px-3 py-1.5 text-right text-xs text-muted">
                    <TimeAgo time={reading.time} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
