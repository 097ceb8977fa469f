import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { allSites } from "@/api/queries";

/** What a site is called now, or its id once it is gone. */
export function SiteName({ siteId }: { siteId: string }): ReactNode {
  const { data: sites } = useQuery(allSites);
  return sites?.find(({ site_id }) => site_id === siteId)?.name ?? siteId;
}
