import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { keptForMenus, ownTenant } from "@/api/queries";
import { useTimeZone } from "@/lib/preferences";

/** What begins with the organisation's clocks, once they are known; with the person's own where they can't be read. */
export function InTenantZone({ children }: { children: (timeZone: string) => ReactNode }): ReactNode {
  const own = useTimeZone();
  const { data, isPending } = useQuery({ ...ownTenant, ...keptForMenus });
  return isPending ? null : children(data?.timezone ?? own);
}
