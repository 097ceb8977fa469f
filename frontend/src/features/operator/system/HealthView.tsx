import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { Facts, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { metricValue } from "@/lib/numbers";
import { HealthLabel, latencyWords } from "../health";
import { systemHealth } from "../queries";
import type { ComponentHealth } from "./queries";
import { text } from "./text";

/** Every part in the order in which a message passes through, each with what is wrong with it. */
export function HealthView(): ReactNode {
  const query = useQuery(systemHealth);
  return (
    <QueryState query={query} skeletonRows={8}>
      {({ health, components }) => (
        <>
          <p className="mb-3 flex flex-wrap items-center gap-x-2 text-sm">
            {text.platform} <HealthLabel health={health} />
            <span className="text-muted">
              {text.unwell(components.filter((part) => part.health !== "HEALTHY").length)}
            </span>
            <span className="ml-auto">
              <AsOf query={query} />
            </span>
          </p>
          <ul aria-label={text.components} className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
            {components.map((component) => (
              <li key={component.component} className="min-w-0">
                <ComponentCard component={component} />
              </li>
            ))}
          </ul>
        </>
      )}
    </QueryState>
  );
}

function ComponentCard({ component }: { component: ComponentHealth }): ReactNode {
  const { title, health, reasons, latency_seconds, flow, measured_at } = component;
  return (
    <Panel title={title} aside={<HealthLabel health={health} className="text-sm" />} className="h-full">
      {reasons.length === 0 ? (
        <p className="mb-2 text-sm text-muted">{text.well}</p>
      ) : (
        <ul className="mb-2 list-disc space-y-0.5 pl-4 text-sm">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <Facts
        className="text-xs"
        facts={[
          [text.latency, latency_seconds === null ? text.unknown : latencyWords(latency_seconds)],
          [text.flow, flow === null ? text.unknown : `${metricValue(Number(flow.value.toPrecision(3)))} ${flow.unit}`],
          [text.measured, <TimeAgo key="measured" time={measured_at} />],
        ]}
      />
    </Panel>
  );
}
