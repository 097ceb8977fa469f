/** Keys of what is kept of the server's state, and the reads that several features share. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";

/** Beginnings of queries' keys: what is told live makes what begins so be read again. */
export const keys = {
  profile: ["profile"] as const,
  tenant: ["tenant"] as const,
  overview: ["overview"] as const,
  devices: ["devices"] as const,
  deviceLists: ["devices", "list"] as const,
  /** Lists of which status says what is in them, or where: a change of it can't just be put into a row. */
  deviceListsByStatus: ["devices", "list", "by-status"] as const,
  deviceListsByName: ["devices", "list", "by-name"] as const,
  groupDevices: ["devices", "group"] as const,
  device: (deviceId: string) => ["devices", "one", deviceId] as const,
  alerts: ["alerts"] as const,
  /** All pages of the inbox that were asked for: an event makes only its first one be read again. */
  alertLists: ["alert-lists"] as const,
  sites: ["sites"] as const,
  /** With how many devices of each are online; menus have their names alone. */
  siteNumbers: ["sites", "numbers"] as const,
  rules: ["rules"] as const,
  maintenance: ["maintenance"] as const,
};

/** Beginnings of keys of what says what devices are called, beside the devices: old as well once one is renamed. */
export const sayingDeviceNames = [keys.alerts, keys.alertLists, keys.overview] as const;

/**
 * What a form was filled with: a read of its own accord would throw away what is typed. It goes with the form, as what was
 * heard meanwhile was passed over: the form that is opened next reads anew. Nothing else may be kept under its key.
 */
export const keptWhileEdited = { staleTime: Infinity, gcTime: 0, refetchInterval: false } as const;

/** Read again when somebody comes back to the page, never by the clock: nobody watches a menu. */
export const keptForMenus = { staleTime: 60_000, refetchInterval: false } as const;

/** The organisation itself: its name, its clocks, who may come in. */
export const ownTenant = queryOptions({
  queryKey: keys.tenant,
  queryFn: ({ signal }) => ask(api.GET("/customer/tenant", { signal })),
});

/** How many alerts there are by status, for badges: one row of a list is asked for. */
export const alertCounts = queryOptions({
  queryKey: [...keys.alerts, "counts"],
  queryFn: ({ signal }) => ask(api.GET("/customer/alerts", { params: { query: { limit: 1 } }, signal })),
});

/** Every site, for menus. A tenant has few enough of them for one page or two. */
export const allSites = queryOptions({
  queryKey: [...keys.sites, "all"],
  ...keptForMenus,
  queryFn: async ({ signal }) => {
    const sites = [];
    let cursor: string | undefined;
    do {
      const page = await ask(api.GET("/customer/sites", { params: { query: { limit: 200, cursor } }, signal }));
      sites.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return sites;
  },
});

export const deviceTypes = queryOptions({
  queryKey: [...keys.devices, "types"],
  ...keptForMenus,
  queryFn: ({ signal }) => ask(api.GET("/customer/device-types", { params: { query: { limit: 200 } }, signal })),
});
