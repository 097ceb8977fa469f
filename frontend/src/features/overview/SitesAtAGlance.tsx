import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { allSites } from "@/api/queries";
import type { Site } from "@/api/types";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { StatusShape } from "@/components/Status";
import { statusWords } from "@/components/text";
import { count } from "@/lib/numbers";
import { text } from "./text";

const SHOWN = 6;

export function SitesAtAGlance(): ReactNode {
  const query = useQuery(allSites);
  return (
    <Panel flush title={text.sites}>
      <QueryState query={query}>
        {(sites) => (
          <ul className="divide-y">
            {[...sites]
              .sort((a, b) => silentAt(b) - silentAt(a))
              .slice(0, SHOWN)
              .map((site) => (
                <li key={site.site_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
                  <Link to={`/devices?site=${site.site_id}`} className="min-w-0 flex-1 truncate hover:underline">
                    {site.name}
                  </Link>
                  {(["ONLINE", "STALE", "OFFLINE"] as const).map((status) => (
                    <span
                      key={status}
                      title={statusWords[status]}
                      className="tabular inline-flex w-12 items-center gap-1.5 text-xs"
                    >
                      <StatusShape status={status} />
                      <span className="sr-only">{statusWords[status]} </span>
                      {count(site.counts[status] ?? 0)}
                    </span>
                  ))}
                </li>
              ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}

/** Those with most to look after come first. */
function silentAt(site: Site): number {
  return (site.counts.STALE ?? 0) + (site.counts.OFFLINE ?? 0);
}
