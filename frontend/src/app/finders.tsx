/** What the command palette finds beside pages: of each kind a few, by what its own list searches. */
import type { QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client";
import { allDeviceGroups, allTenants } from "@/api/choices";
import { readAll } from "@/api/paging";
import { keptForMenus, keys } from "@/api/queries";
import type { Permission } from "@/api/types";
import { SeverityShape } from "@/components/Severity";
import { StatusShape } from "@/components/Status";
import { roleWords } from "@/components/text";
import { text } from "./text";

export interface Found {
  id: string;
  name: string;
  /** What tells it from others of its name. */
  aside?: string | null;
  shape?: ReactNode;
  /** Within the application. */
  path: string;
}

interface Search {
  q: string;
  signal: AbortSignal;
  queries: QueryClient;
}

export interface Finder {
  heading: string;
  permission: Permission;
  /** Beginning of the key under which it is kept, so that what is heard live makes it old. */
  key: readonly string[];
  find: (search: Search) => Promise<readonly Found[]>;
}

const MOST_DEVICES = 8;
const MOST = 5;

const inAddress = (parts: Record<string, string>): string => new URLSearchParams(parts).toString();

/** For lists that can't be searched: a tenant has few enough of such things to have all of them here. */
function named<Thing extends { name: string }>(things: readonly Thing[], q: string): readonly Thing[] {
  const wanted = q.toLowerCase();
  return things.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, MOST);
}

export const FINDERS: readonly Finder[] = [
  {
    heading: text.found.devices,
    permission: "devices:read",
    key: keys.devices,
    find: async ({ q, signal }) =>
      (await ask(api.GET("/customer/devices", { params: { query: { q, limit: MOST_DEVICES } }, signal }))).items.map(
        ({ device_id, name, site_name, status }) => ({
          id: device_id,
          name: name || device_id,
          aside: site_name,
          shape: <StatusShape status={status} />,
          path: `/devices/${device_id}`,
        }),
      ),
  },
  {
    heading: text.found.alerts,
    permission: "alerts:read",
    key: keys.alerts,
    find: async ({ q, signal }) =>
      (
        await ask(
          api.GET("/customer/alerts", {
            params: { query: { q, status: ["OPEN", "ACKNOWLEDGED"], limit: MOST } },
            signal,
          }),
        )
      ).items.map(({ alert_id, summary, severity, device_id }) => ({
        id: alert_id,
        name: summary,
        aside: device_id,
        shape: <SeverityShape severity={severity} />,
        path: `/alerts?${inAddress({ status: "ALL", alert: alert_id })}`,
      })),
  },
  {
    heading: text.found.rules,
    permission: "alert-rules:read",
    key: keys.rules,
    find: async ({ q, queries, signal }) => {
      const rules = await queries.query({
        queryKey: [...keys.rules, "all"],
        ...keptForMenus,
        queryFn: () =>
          readAll((cursor) =>
            ask(api.GET("/customer/alert-rules", { params: { query: { limit: 200, cursor } }, signal })),
          ),
      });
      return named(rules, q).map(({ rule_id, name, condition }) => ({
        id: rule_id,
        name,
        aside: condition,
        path: `/alert-rules/${rule_id}`,
      }));
    },
  },
  {
    heading: text.found.sites,
    permission: "sites:read",
    key: keys.sites,
    find: async ({ q, signal }) =>
      (await ask(api.GET("/customer/sites", { params: { query: { q, limit: MOST } }, signal }))).items.map(
        ({ site_id, name }) => ({
          id: site_id,
          name,
          aside: site_id,
          path: `/sites?${inAddress({ q: name, site: site_id })}`,
        }),
      ),
  },
  {
    heading: text.found.groups,
    permission: "devices:read",
    key: ["device-groups"],
    find: async ({ q, queries }) =>
      named(await queries.query(allDeviceGroups), q).map(({ group_id, name }) => ({
        id: group_id,
        name,
        path: `/groups/${group_id}`,
      })),
  },
  {
    heading: text.found.channels,
    permission: "notifications:read",
    key: ["channels"],
    find: async ({ q, signal }) =>
      (
        await ask(api.GET("/customer/notification-channels", { params: { query: { q, limit: MOST } }, signal }))
      ).items.map(({ channel_id, name, destination }) => ({
        id: channel_id,
        name,
        aside: destination,
        path: `/notifications?${inAddress({ q: name })}`,
      })),
  },
  {
    heading: text.found.schedules,
    permission: "oncall:read",
    key: ["oncall"],
    find: async ({ q, signal }) =>
      (await ask(api.GET("/customer/oncall-schedules", { params: { query: { q, limit: MOST } }, signal }))).items.map(
        ({ schedule_id, name, timezone }) => ({
          id: schedule_id,
          name,
          aside: timezone,
          path: `/oncall/${schedule_id}`,
        }),
      ),
  },
  {
    heading: text.found.targets,
    permission: "addons:read",
    key: ["targets"],
    find: async ({ q, signal }) =>
      (await ask(api.GET("/customer/targets", { params: { query: { q, limit: MOST } }, signal }))).items.map(
        ({ target_id, name, host }) => ({
          id: target_id,
          name,
          aside: host,
          path: `/targets?${inAddress({ q: name })}`,
        }),
      ),
  },
  {
    heading: text.found.people,
    permission: "users:read",
    key: ["users"],
    find: async ({ q, signal }) =>
      (await ask(api.GET("/customer/users", { params: { query: { q, limit: MOST } }, signal }))).items.map(
        ({ user_id, name, email, role }) => ({
          id: user_id,
          name: name || email,
          aside: roleWords[role],
          path: `/users?${inAddress({ q: email, user: user_id })}`,
        }),
      ),
  },
  {
    heading: text.found.tenants,
    permission: "operator.tenants:read",
    key: ["operator-tenants"],
    // Every look of an operator is audited: all at once are one of them.
    find: async ({ q, queries }) => {
      const wanted = q.toLowerCase();
      const tenants = await queries.query(allTenants);
      return tenants
        .filter(({ tenant_id, name }) => `${name} ${tenant_id}`.toLowerCase().includes(wanted))
        .slice(0, MOST)
        .map(({ tenant_id, name }) => ({
          id: tenant_id,
          name,
          aside: tenant_id,
          path: `/operator/tenants/${tenant_id}`,
        }));
    },
  },
];
