import { DEVICE_STATUSES, type DeviceStatus, type Lifecycle, type Schemas } from "@/api/types";
import { useSearchState } from "@/lib/useSearchState";

export type DeviceSort = Schemas["DeviceSort"];

export const SORTS: readonly DeviceSort[] = ["device_id", "name", "last_seen_at", "status"];
const LIFECYCLES: readonly Lifecycle[] = ["ACTIVE", "SUSPENDED", "DECOMMISSIONED"];

export interface DeviceFilters {
  q: string;
  status: DeviceStatus[];
  site: string[];
  type: string[];
  lifecycle: Lifecycle | undefined;
  sort: DeviceSort;
}

export function filtersIn(search: URLSearchParams): DeviceFilters {
  return {
    q: search.get("q") ?? "",
    status: DEVICE_STATUSES.filter((status) => search.getAll("status").includes(status)),
    site: search.getAll("site"),
    type: search.getAll("type"),
    lifecycle: LIFECYCLES.find((lifecycle) => lifecycle === search.get("lifecycle")),
    sort: SORTS.find((sort) => sort === search.get("sort")) ?? "device_id",
  };
}

/** The list as its address says it. */
export function useDeviceFilters(): {
  filters: DeviceFilters;
  isFiltered: boolean;
  chosen: string | undefined;
  change: ReturnType<typeof useSearchState>["change"];
} {
  const { parameters, one, change } = useSearchState();
  const filters = filtersIn(parameters);
  const isFiltered =
    filters.q !== "" ||
    filters.lifecycle !== undefined ||
    filters.status.length + filters.site.length + filters.type.length > 0;
  return { filters, isFiltered, chosen: one("device"), change };
}
