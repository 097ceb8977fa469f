import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { allDeviceGroups } from "@/api/choices";
import { allSites } from "@/api/queries";
import { scopeInWords, scopeOf } from "./scope";

/** Which devices something is for, in words. Names of sites and groups are asked for where they are spoken of. */
export function ScopeWords({ scope: given }: { scope: object }): ReactNode {
  const scope = scopeOf(given);
  const sites = useQuery({ ...allSites, enabled: scope.site_ids.length > 0 });
  const groups = useQuery({ ...allDeviceGroups, enabled: scope.group_ids.length > 0 });
  const nameOf = (id: string): string =>
    sites.data?.find((site) => site.site_id === id)?.name ??
    groups.data?.find((group) => group.group_id === id)?.name ??
    id;
  return <span className="text-xs text-muted">{scopeInWords(scope, nameOf)}</span>;
}
