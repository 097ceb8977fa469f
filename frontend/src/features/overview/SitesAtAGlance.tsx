import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Site } from "@/api/types";
import { Panel } from "@/components/Panel";
import { StatusShape } from "@/components/Status";
import { statusWords } from "@/components/text";
import { count } from "@/lib/numbers";
import { text } from "./text";

/** Those with most to look after come first. */
export function SitesAtAGlance({ sites }: { sites: readonly Site[] }): ReactNode {
  return (
    <Panel
      flush
      title={text.sites}
      aside={
        <Link to="/sites" className="text-xs text-accent hover:underline">
          {text.allSites}
        </Link>
      }
    >
      {sites.length === 0 ? (
        <p className="p-3 text-sm text-muted">{text.noSites}</p>
      ) : (
        <ul className="divide-y">
          {sites.map((site) => (
            <li key={site.site_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
              <Link to={`/devices?site=${site.site_id}`} className="min-w-0 flex-1 truncate hover:underline">
                {site.name}
              </Link>
              {(["ONLINE", "STALE", "OFFLINE"] as const).map((status) => (
                <span
                  key={status}
                  title={statusWords[status]}
                  className="tabular inline-flex min-w-12 items-center gap-1.5 text-xs"
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
    </Panel>
  );
}
