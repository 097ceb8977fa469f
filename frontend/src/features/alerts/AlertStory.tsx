import { useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent, type ReactNode } from "react";
import { allSites } from "@/api/queries";
import type { AlertAction, Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/Copy";
import { Field, Input } from "@/components/Form";
import { Facts } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { Timeline } from "@/components/Timeline";
import { useNow } from "@/lib/now";
import { longDuration, SECOND } from "@/lib/time";
import { sentenceCase } from "@/lib/words";
import { SilenceMenu } from "./BulkActions";
import { alertDetail, useHandleAlerts } from "./queries";
import { text } from "./text";

type AlertDetail = Schemas["AlertDetail"];

/** Everything that is known of one alert, and what can be done with it. */
export function AlertStory({ alertId }: { alertId: string }): ReactNode {
  const query = useQuery(alertDetail(alertId));
  return (
    <QueryState query={query} skeletonRows={3}>
      {(alert) => (
        <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
          <div className="space-y-3">
            <AlertFacts alert={alert} />
            <Details details={alert.details} />
            <Can permission="alerts:handle">
              <Actions alert={alert} />
            </Can>
          </div>
          <section aria-label={text.story}>
            <h3 className="mb-2 text-xs font-medium text-muted">{text.story}</h3>
            <Timeline
              label={text.story}
              entries={[...alert.timeline].reverse().map((item, index) => ({
                key: `${item.time}-${index}`,
                time: item.time,
                title: text.events[item.event] ?? sentenceCase(item.event),
                detail: <EventDetail item={item} />,
              }))}
            />
            <Can permission="alerts:handle">
              <Comment alertId={alert.alert_id} />
            </Can>
          </section>
        </div>
      )}
    </QueryState>
  );
}

function AlertFacts({ alert }: { alert: AlertDetail }): ReactNode {
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
  const site = sites?.find(({ site_id }) => site_id === alert.site_id)?.name ?? alert.site_id;
  if (site) facts.push([text.facts.site, site]);
  facts.push([
    text.facts.id,
    <span key="id" className="inline-flex items-center gap-1 font-mono text-xs">
      {alert.alert_id}
      <CopyButton value={alert.alert_id} />
    </span>,
  ]);
  return <Facts facts={facts} />;
}

function Details({ details }: { details: Record<string, unknown> }): ReactNode {
  const entries = Object.entries(details);
  if (entries.length === 0) return null;
  return (
    <details className="text-xs">
      <summary className="cursor-pointer font-medium text-muted">{text.details}</summary>
      <pre className="mt-1 max-h-60 overflow-auto rounded border bg-surface p-2 font-mono">
        {JSON.stringify(details, null, 2)}
      </pre>
    </details>
  );
}

function EventDetail({ item }: { item: Schemas["TimelineItem"] }): ReactNode {
  const words = Object.entries(item.detail)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${String(value)}`);
  return [item.actor, ...words].join(" · ");
}

function Actions({ alert }: { alert: AlertDetail }): ReactNode {
  const handle = useHandleAlerts();
  if (alert.status === "CLOSED") return null;
  const run = (action: AlertAction, minutes?: number): void => {
    handle.mutate({ action, alertIds: [alert.alert_id], ...(minutes === undefined ? {} : { minutes }) });
  };
  const busy = handle.isPending;
  return (
    <div className="flex flex-wrap gap-2">
      {alert.status === "OPEN" ? (
        <Button size="small" kind="primary" busy={busy} onClick={() => run("acknowledge")}>
          {text.acknowledge}
        </Button>
      ) : (
        <Button size="small" busy={busy} onClick={() => run("unacknowledge")}>
          {text.unacknowledge}
        </Button>
      )}
      {alert.silenced_at === null ? (
        <SilenceMenu disabled={busy} onChoose={(minutes) => run("silence", minutes)} />
      ) : (
        <Button size="small" busy={busy} onClick={() => run("unsilence")}>
          {text.unsilence}
        </Button>
      )}
      <Button size="small" busy={busy} onClick={() => run("close")}>
        {text.close}
      </Button>
    </div>
  );
}

function Comment({ alertId }: { alertId: string }): ReactNode {
  const handle = useHandleAlerts();
  const [remark, setRemark] = useState("");
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const typed = remark.trim();
    if (typed === "") return;
    handle.mutate({ action: "comment", alertIds: [alertId], remark: typed }, { onSuccess: () => setRemark("") });
  };
  return (
    <form onSubmit={send} className="mt-3 flex gap-2">
      <Field label={text.commentLabel} hideLabel className="flex-1">
        <Input
          value={remark}
          maxLength={2000}
          placeholder={text.commentPlaceholder}
          onChange={(event) => setRemark(event.target.value)}
        />
      </Field>
      <Button type="submit" busy={handle.isPending} disabled={remark.trim() === ""}>
        {text.comment}
      </Button>
    </form>
  );
}
