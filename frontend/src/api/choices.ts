/** What forms choose from: everything of a kind, kept for a minute. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";
import { readAll } from "./paging";
import { keptForMenus, keys } from "./queries";

const limit = 200;

export const allDeviceGroups = queryOptions({
  queryKey: ["device-groups", "all"],
  ...keptForMenus,
  queryFn: ({ signal }) =>
    readAll((cursor) => ask(api.GET("/customer/device-groups", { params: { query: { limit, cursor } }, signal }))),
});

export const allChannels = queryOptions({
  queryKey: ["channels", "all"],
  ...keptForMenus,
  queryFn: ({ signal }) =>
    readAll((cursor) =>
      ask(api.GET("/customer/notification-channels", { params: { query: { limit, cursor } }, signal })),
    ),
});

export const allSchedules = queryOptions({
  queryKey: ["oncall", "all"],
  ...keptForMenus,
  queryFn: ({ signal }) =>
    readAll((cursor) => ask(api.GET("/customer/oncall-schedules", { params: { query: { limit, cursor } }, signal }))),
});

export const allPolicies = queryOptions({
  queryKey: ["escalation-policies", "all"],
  ...keptForMenus,
  queryFn: ({ signal }) =>
    readAll((cursor) =>
      ask(api.GET("/customer/escalation-policies", { params: { query: { limit, cursor } }, signal })),
    ),
});

/** Every addon that can be used; they are few enough for one answer. */
export const allAddons = queryOptions({
  queryKey: ["addons", "all"],
  // A page shows it as well.
  staleTime: keptForMenus.staleTime,
  queryFn: async ({ signal }) => (await ask(api.GET("/customer/addons", { signal }))).items,
});

/** Metrics that devices have sent within seven days. */
export const metricReference = queryOptions({
  queryKey: ["metrics", "reference"],
  // A page shows it as well.
  staleTime: keptForMenus.staleTime,
  queryFn: ({ signal }) => ask(api.GET("/customer/metrics/reference", { signal })),
});

/** What metrics mean, and their units. */
export const wholeCatalog = queryOptions({
  queryKey: ["metrics", "catalog", "all"],
  // A page shows it as well.
  staleTime: keptForMenus.staleTime,
  queryFn: ({ signal }) =>
    readAll((cursor) => ask(api.GET("/customer/metrics/catalog", { params: { query: { limit, cursor } }, signal }))),
});

/** The first few devices that a typed text finds, for suggestions. */
export const devicesLike = (q: string) =>
  queryOptions({
    queryKey: [...keys.devices, "like", q],
    ...keptForMenus,
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/devices", { params: { query: { q: q === "" ? undefined : q, limit: 20 } }, signal })),
  });

/** Every tenant that is not deleted, for operators. */
export const allTenants = queryOptions({
  queryKey: ["operator-tenants", "all"],
  ...keptForMenus,
  queryFn: ({ signal }) =>
    readAll((cursor) => ask(api.GET("/operator/tenants", { params: { query: { limit, cursor } }, signal }))),
});
