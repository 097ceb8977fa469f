import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { count, metricValue } from "@/lib/numbers";
import { HealthLabel } from "../health";
import { systemHealth, tenantMatrix } from "../queries";
import { platformSummary } from "./queries";
import { NeedyTenants } from "./NeedyTenants";
import { text } from "./text";

export default function DashboardPage(): ReactNode {
  const summary = useQuery(platformSummary);
  const health = useQuery(systemHealth);
  const tenants = useQuery(tenantMatrix("alerts"));
  return (
    <>
      <PageHeader
        title={text.title}
        description={
          summary.data ? (
            <span className="flex items-center gap-2">
              {text.platform} <HealthLabel health={summary.data.health} />
            </span>
          ) : (
            text.description
          )
        }
        actions={
          <>
            <AsOf query={summary} />
            <Button asChild>
              <Link to="/operator/noc">{text.toNoc}</Link>
            </Button>
          </>
        }
      />
      <div className="space-y-4">
        <Panel title={text.numbers}>
          <QueryState query={summary} skeletonRows={3}>
            {(read) => <Numbers summary={read} />}
          </QueryState>
        </Panel>
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Panel
            title={text.attention}
            flush
            aside={
              <Link to="/operator/tenant-matrix" className="text-xs text-accent hover:underline">
                {text.toMatrix}
              </Link>
            }
          >
            <QueryState query={tenants} skeletonRows={4}>
              {({ items }) => <NeedyTenants tenants={items} />}
            </QueryState>
          </Panel>
          <Panel title={text.unwell}>
            <QueryState query={health} skeletonRows={4}>
              {({ components }) => <Unwell components={components} />}
            </QueryState>
          </Panel>
        </div>
      </div>
    </>
  );
}

function Numbers({ summary }: { summary: Schemas["NocSummary"] }): ReactNode {
  const { devices, alerts, tenants } = summary;
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const suspended = tenants.SUSPENDED ?? 0;
  const orUnknown = (value: number | null): string => (value === null ? text.unknown : metricValue(value));
  const numbers: readonly (readonly [name: string, value: string, beside?: string | undefined])[] = [
    [text.tenants, count(tenants.ACTIVE ?? 0), suspended > 0 ? text.suspended(suspended) : undefined],
    [text.devices, count(sum(devices)), text.online(devices.ONLINE ?? 0)],
    [text.alerts, count(sum(alerts)), text.critical(alerts.CRITICAL ?? 0)],
    [text.refused, orUnknown(summary.refused_messages_per_minute)],
    [text.waiting, orUnknown(summary.notifications_waiting)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 xl:grid-cols-5">
      {numbers.map(([name, value, beside]) => (
        <div key={name}>
          <dt className="text-xs text-muted">{name}</dt>
          <dd>
            <span className="tabular text-2xl font-semibold">{value}</span>
            {beside !== undefined && <span className="ml-2 text-xs text-muted">{beside}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Unwell({ components }: { components: readonly Schemas["ComponentHealth"][] }): ReactNode {
  const unwell = components.filter(({ health }) => health !== "HEALTHY");
  if (unwell.length === 0) return <p className="text-sm text-online">{text.allWell}</p>;
  return (
    <ul className="divide-y">
      {unwell.map(({ component, title, health, reasons }) => (
        <li key={component} className="py-2 text-sm first:pt-0 last:pb-0">
          <span className="flex items-center justify-between gap-2">
            <span className="font-medium">{title}</span>
            <HealthLabel health={health} />
          </span>
          <span className="block text-xs text-muted">{reasons.join("; ")}</span>
        </li>
      ))}
    </ul>
  );
}
