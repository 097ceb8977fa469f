import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { z } from "zod";
import { allSites } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { CopyButton } from "@/components/Copy";
import { targetIn } from "@/components/external";
import { Facts } from "@/components/Panel";
import { Moment } from "@/components/Time";
import { useNow } from "@/lib/now";
import { longDuration, MINUTE, SECOND } from "@/lib/time";
import { text } from "./text";

/** What is shown before and after an alert. */
const MARGIN = 30 * MINUTE;

type AlertDetail = Schemas["AlertDetail"];

/** When, for how long, by whom, and ways to what it is about. */
export function AlertFacts({ alert }: { alert: AlertDetail }): ReactNode {
  const now = useNow();
  const { data: sites } = useQuery(allSites);
  const end = alert.closed_at === null ? now : new Date(alert.closed_at).getTime();
  const by = (time: string | null, who: string | null): ReactNode =>
    time === null ? null : (
      <>
        <Moment time={time} /> {who !== null && <span className="text-muted">{text.by(who)}</span>}
      </>
    );
  const silencedUntil = alert.silenced_until === null ? text.facts.untilClosed : <Moment time={alert.silenced_until} />;
  const facts: [string, ReactNode][] = [
    [text.facts.opened, <Moment key="opened" time={alert.opened_at} long />],
    [
      text.facts.open,
      `${longDuration(end - Math.floor(new Date(alert.opened_at).getTime() / SECOND) * SECOND)}, ${text.times(alert.trigger_count)}`,
    ],
  ];
  if (alert.acknowledged_at) facts.push([text.facts.acknowledged, by(alert.acknowledged_at, alert.acknowledged_by)]);
  if (alert.silenced_at) facts.push([text.facts.silencedUntil, silencedUntil]);
  if (alert.closed_at) facts.push([text.facts.closed, by(alert.closed_at, alert.closed_by)]);
  if (alert.closed_reason) facts.push([text.facts.reason, alert.closed_reason]);
  const site = sites?.find(({ site_id }) => site_id === alert.site_id)?.name ?? alert.site_id;
  if (site) facts.push([text.facts.site, site]);
  facts.push(...waysOn(alert));
  facts.push([
    text.facts.id,
    <span key="id" className="inline-flex items-center gap-1 font-mono text-xs">
      {alert.alert_id}
      <CopyButton value={alert.alert_id} />
    </span>,
  ]);
  return <Facts facts={facts} />;
}

/** What a rule writes into an alert about itself. */
const Cause = z.object({ rule: z.string().optional().catch(undefined) });

/** To the rule, to the target, and to the readings of the device. */
function waysOn({ rule_id, device_id, details, opened_at, closed_at }: AlertDetail): [string, ReactNode][] {
  const { rule } = Cause.parse(details);
  const target = targetIn(details);
  const link = (to: string, words: string): ReactNode => (
    <Link to={to} className="text-accent hover:underline">
      {words}
    </Link>
  );
  const ways: [string, ReactNode][] = [];
  if (rule_id !== null) ways.push([text.facts.rule, link(`/alert-rules/${rule_id}`, rule ?? text.facts.toRule)]);
  if (target) ways.push([text.facts.target, link(target.path, target.name)]);
  if (device_id !== null) {
    const then = closed_at === null ? "" : `&${around(opened_at, closed_at)}`;
    ways.push([text.facts.readings, link(`/devices/${device_id}?tab=telemetry${then}`, text.facts.toReadings)]);
  }
  return ways;
}

/** The part of a chart that an alert fell into, with what came before and after it. */
function around(opened: string, closed: string): string {
  const moment = (time: string, later: number): string => new Date(Date.parse(time) + later).toISOString();
  return new URLSearchParams({ start: moment(opened, -MARGIN), end: moment(closed, MARGIN) }).toString();
}
