import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { allSites } from "@/api/queries";
import { tagTokens } from "@/components/scope";
import { alertTypeName, severityWords } from "@/components/text";
import { USUAL } from "./events";
import type { RoutingRule } from "./queries";
import { eventWords, routingText as text } from "./text";

/** When a rule sends: "Medium or graver; every event; at Oslo harbour". */
export function Condition({ rule }: { rule: RoutingRule }): ReactNode {
  const { data: sites } = useQuery({ ...allSites, enabled: rule.site_ids.length > 0 });
  const siteName = (id: string): string => sites?.find((site) => site.site_id === id)?.name ?? id;
  const parts = [
    text.atLeast(severityWords[rule.min_severity]),
    eventsInWords(rule.events),
    rule.alert_types.map(alertTypeName).join(", "),
    rule.site_ids.length > 0 ? text.at(rule.site_ids.map(siteName).join(", ")) : "",
    rule.group_ids.length > 0 ? text.inGroups(rule.group_ids.length) : "",
    Object.keys(rule.tags).length > 0 ? text.tagged(tagTokens(rule.tags).join(", ")) : "",
  ];
  return <span className="text-xs text-muted">{parts.filter((part) => part !== "").join("; ")}</span>;
}

/** All that can happen to an alert need not be told one by one. */
function eventsInWords(events: RoutingRule["events"]): string {
  const isEvery = USUAL.every((event) => events.includes(event));
  const others = isEvery ? events.filter((event) => !(USUAL as readonly string[]).includes(event)) : events;
  const words = others.map((event) => eventWords[event].toLowerCase());
  return [...(isEvery ? [text.everyEvent] : []), ...words].join(", ");
}
