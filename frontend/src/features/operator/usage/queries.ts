import { keepPreviousData, queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { startOf, type RangeName } from "../ranges";
import { text } from "./text";

export type Usage = Schemas["Usage"];
export type TenantUsage = Schemas["TenantUsage"];
export type UsageBucket = Schemas["UsageBucket"];
export type UsageReport = Schemas["UsageReport"];
export type TenantUsageReport = Schemas["TenantUsageReport"];
export type UsagePrice = Schemas["UsagePrice"];
export type Step = Schemas["Step"];

const USAGE = "operator-usage";

export const usageReport = (range: RangeName) =>
  queryOptions({
    queryKey: [USAGE, "all", range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(api.GET("/operator/usage", { params: { query: { start: startOf(range) } }, signal })),
  });

export const usageOfTenant = (tenantId: string, range: RangeName, step: Step) =>
  queryOptions({
    queryKey: [USAGE, "one", tenantId, range, step],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/operator/tenants/{tenant_id}/usage", {
          params: { path: { tenant_id: tenantId }, query: { start: startOf(range), step } },
          signal,
        }),
      ),
  });

export const usagePrices = queryOptions({
  queryKey: [USAGE, "prices"],
  queryFn: ({ signal }) => ask(api.GET("/operator/usage/prices", { signal })),
});

export function useSetPrice({
  item,
  version,
}: UsagePrice): UseMutationResult<UsagePrice, Error, Schemas["SetUsagePrice"]> {
  return useChange({
    silent: true,
    changes: [USAGE],
    done: () => text.priceSet(item),
    send: (body: Schemas["SetUsagePrice"]) =>
      ask(
        api.PUT("/operator/usage/prices/{price_item}", {
          params: { path: { price_item: item }, header: ifMatch(version) },
          body,
        }),
      ),
  });
}
