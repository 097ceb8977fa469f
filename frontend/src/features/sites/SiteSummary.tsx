import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Site } from "@/api/types";
import { Facts } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { QueryState } from "@/components/States";
import { AlertStatusBadge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { siteSummary } from "./queries";
import { text } from "./text";

const SHOWN = 5;

/** How a site is doing: what is wrong there, and where to look further. */
export function SiteSummary({ site }: { site: Site }): ReactNode {
  const query = useQuery(siteSummary(site.site_id));
  const coordinates = site.latitude === null || site.longitude === null ? null : `${site.latitude}, ${site.longitude}`;
  return (
    <QueryState query={query} skeletonRows={3}>
      {({ alerts, newest_alerts }) => (
        <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
          <div className="grid content-start gap-3">
            <Facts
              facts={[
                [text.facts.id, <code key="id">{site.site_id}</code>],
                [text.facts.alerts, text.alerts(alerts.OPEN ?? 0, alerts.ACKNOWLEDGED ?? 0)],
                [text.facts.coordinates, coordinates],
              ]}
            />
            <div className="flex gap-4 text-sm">
              <Link className="text-accent hover:underline" to={`/devices?site=${site.site_id}`}>
                {text.toDevices}
              </Link>
              <Link className="text-accent hover:underline" to={`/alerts?site=${site.site_id}`}>
                {text.toAlerts}
              </Link>
            </div>
          </div>
          <section aria-label={text.newest}>
            <h2 className="mb-1 text-xs font-medium text-muted">{text.newest}</h2>
            {newest_alerts.length === 0 ? (
              <p className="text-sm text-muted">{text.noAlerts}</p>
            ) : (
              <ul className="divide-y text-sm">
                {newest_alerts.slice(0, SHOWN).map((alert) => (
                  <li key={alert.alert_id} className="flex items-center gap-3 py-1.5">
                    <span className="w-20 shrink-0">
                      <SeverityLabel severity={alert.severity} />
                    </span>
                    <Link
                      to={`/alerts?status=ALL&alert=${alert.alert_id}`}
                      className="min-w-0 flex-1 truncate hover:underline"
                    >
                      {alert.summary}
                    </Link>
                    <AlertStatusBadge status={alert.status} />
                    <span className="w-20 text-right text-xs text-muted">
                      <TimeAgo time={alert.opened_at} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      )}
    </QueryState>
  );
}
