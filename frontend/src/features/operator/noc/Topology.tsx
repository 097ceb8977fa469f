import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Panel } from "@/components/Panel";
import { classes } from "@/lib/classes";
import { HealthLabel, latencyWords } from "../health";
import type { ComponentHealth } from "./queries";
import { flowWords, text } from "./text";

type Component = Schemas["Component"];
type Place = readonly [column: number, row: number];

const COLUMNS = 10;
const ROWS = 3;

/** The way of a message from left to right; what branches off is above and below. */
const PLACES: Record<Component, Place> = {
  broker: [1, 1],
  telemetry_queue: [2, 1],
  ingest: [3, 1],
  database: [4, 1],
  evaluation: [5, 1],
  events: [6, 1],
  dispatch: [7, 1],
  delivery: [8, 1],
  escalation: [7, 0],
  realtime: [6, 2],
  identity: [3, 2],
  api: [4, 2],
};
const DEVICES: Place = [0, 1];
const PEOPLE: Place = [9, 1];

interface TopologyProps {
  components: readonly ComponentHealth[];
  connectors: readonly Schemas["Connector"][];
  isTv: boolean;
}

export function Topology({ components, connectors, isTv }: TopologyProps): ReactNode {
  const lines: [Place, Place][] = [
    [DEVICES, PLACES.broker],
    ...connectors.map(({ source, target }): [Place, Place] => [PLACES[source], PLACES[target]]),
    [PLACES.delivery, PEOPLE],
  ];
  return (
    <Panel title={text.topology}>
      <div tabIndex={0} role="region" aria-label={text.topologyMap} className="overflow-x-auto">
        <div className="relative min-w-[68rem]">
          <svg
            aria-hidden
            viewBox={`0 0 ${COLUMNS} ${ROWS}`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full text-line"
          >
            {lines.map(([[x1, y1], [x2, y2]]) => (
              <line
                key={`${x1} ${y1} ${x2} ${y2}`}
                x1={x1 + 0.5}
                y1={y1 + 0.5}
                x2={x2 + 0.5}
                y2={y2 + 0.5}
                stroke="currentColor"
                strokeWidth={2}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
          <ul className="relative grid grid-cols-10 grid-rows-3 gap-x-3 gap-y-2">
            <End place={DEVICES} name={text.devices} isTv={isTv} />
            {components.map((component) => (
              <Part key={component.component} component={component} isTv={isTv} />
            ))}
            <End place={PEOPLE} name={text.people} isTv={isTv} />
          </ul>
        </div>
      </div>
    </Panel>
  );
}

const at = ([column, row]: Place) => ({ gridColumn: column + 1, gridRow: row + 1 });

function End({ place, name, isTv }: { place: Place; name: string; isTv: boolean }): ReactNode {
  return (
    <li
      style={at(place)}
      className={classes(
        "self-center rounded-full border bg-raised px-2 py-1 text-center",
        isTv ? "text-sm" : "text-xs",
      )}
    >
      {name}
    </li>
  );
}

const FRAMES = {
  HEALTHY: "border-line",
  DEGRADED: "border-stale",
  DOWN: "border-offline border-2",
  UNKNOWN: "border-dashed border-pending",
} as const;

function Part({ component, isTv }: { component: ComponentHealth; isTv: boolean }): ReactNode {
  const { title, health, reasons, latency_seconds, flow } = component;
  return (
    <li
      style={at(PLACES[component.component])}
      title={reasons.join("\n")}
      className={classes(
        "min-w-0 self-center rounded-md border bg-surface p-1.5",
        FRAMES[health],
        isTv ? "text-sm" : "text-xs",
      )}
    >
      <span className={classes("block truncate font-medium", isTv && "text-sm")}>{title}</span>
      <HealthLabel health={health} />
      <span className="tabular block truncate text-xs text-muted">
        {[latency_seconds === null ? null : latencyWords(latency_seconds), flow === null ? null : flowWords(flow)]
          .filter((part) => part !== null)
          .join(" · ") || "–"}
      </span>
      {reasons.length > 0 && <span className="sr-only">{reasons.join("; ")}</span>}
    </li>
  );
}
