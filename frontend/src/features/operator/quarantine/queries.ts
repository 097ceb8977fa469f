import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";

export type QuarantineEntry = Schemas["QuarantineEntry"];
export type Reason = Schemas["Reason"];

const QUARANTINE = "operator-quarantine";

export interface QuarantineFilters {
  q: string | undefined;
  tenant_id: string | undefined;
  device_id: string | undefined;
  reason: Reason | undefined;
}

export const quarantinePages = (filters: QuarantineFilters) =>
  pagesOf([QUARANTINE, "list", filters], (cursor, signal) =>
    ask(api.GET("/operator/quarantine", { params: { query: { ...filters, limit: 50, cursor } }, signal })),
  );

/** By reason, of the last 24 hours. */
export const quarantineCounts = (tenantId: string | undefined) =>
  queryOptions({
    queryKey: [QUARANTINE, "counts", tenantId],
    queryFn: ({ signal }) =>
      ask(api.GET("/operator/quarantine/counts", { params: { query: { tenant_id: tenantId } }, signal })),
  });

export const quarantinedMessage = (quarantineId: number) =>
  queryOptions({
    queryKey: [QUARANTINE, "one", quarantineId],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/operator/quarantine/{quarantine_id}", { params: { path: { quarantine_id: quarantineId } }, signal }),
      ),
  });
