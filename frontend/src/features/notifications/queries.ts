import { queryOptions, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keys } from "@/api/queries";
import type { AlertStatus, Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { EVENTS } from "./events";
import { numbersAfterMove } from "./order";
import { channelText, deliveryText, routingText } from "./text";

export type Channel = Schemas["NotificationChannel"];
export type ChannelKind = Schemas["KindName"];
export type Job = Schemas["ListedJob"];
export type RoutingRule = Schemas["RoutingRule"];

/** Those that are made here; SNMP traps have their own form among the integrations. */
export const KINDS: readonly ChannelKind[] = ["slack", "pagerduty", "teams", "webhook", "email", "mqtt"];
export const ALL_KINDS: readonly ChannelKind[] = [...KINDS, "snmp"];
const PAGE = 50;

export const channelPages = (q: string, kind: ChannelKind | undefined) =>
  pagesOf(["channels", "list", { q, kind }], (cursor, signal) => {
    const query = { q: q === "" ? undefined : q, kind, limit: PAGE, cursor };
    return ask(api.GET("/customer/notification-channels", { params: { query }, signal }));
  });

export const channelKinds = queryOptions({
  queryKey: ["channel-kinds"],
  staleTime: Infinity,
  queryFn: ({ signal }) => ask(api.GET("/customer/notification-channel-kinds", { signal })),
});

export function useSaveChannel(
  existing: Channel | undefined,
): UseMutationResult<Channel, Error, Schemas["SetChannel"]> {
  return useChange({
    silent: true,
    changes: ["channels", "routing"],
    done: ({ name }) => channelText.saved(name),
    send: (body: Schemas["SetChannel"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/notification-channels", { body })
          : api.PUT("/customer/notification-channels/{channel_id}", {
              params: { path: { channel_id: existing.channel_id }, header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

export function useDeleteChannel(): UseMutationResult<unknown, Error, Channel> {
  return useChange({
    silent: true,
    changes: ["channels", "routing"],
    done: (_, { name }: Channel) => channelText.removed(name),
    send: ({ channel_id, version }: Channel) =>
      ask(
        api.DELETE("/customer/notification-channels/{channel_id}", {
          params: { path: { channel_id }, header: ifMatch(version) },
        }),
      ),
  });
}

export function useTestChannel(): UseMutationResult<Schemas["TrialResult"], Error, string> {
  return useChange({
    silent: true,
    changes: ["channels", "deliveries"],
    send: (channel_id: string) =>
      ask(api.POST("/customer/notification-channels/{channel_id}/test", { params: { path: { channel_id } } })),
  });
}

export function useReplayChannel(): UseMutationResult<Schemas["Replayed"], Error, string> {
  return useChange({
    changes: ["channels", "deliveries"],
    done: ({ jobs }) => channelText.replayed(jobs),
    send: (channel_id: string) =>
      ask(api.POST("/customer/notification-channels/{channel_id}/replay", { params: { path: { channel_id } } })),
  });
}

export const routingPages = pagesOf(["routing", "list"], (cursor, signal) =>
  ask(api.GET("/customer/notification-routing-rules", { params: { query: { limit: 200, cursor } }, signal })),
);

export function useSaveRoute(
  existing: RoutingRule | undefined,
): UseMutationResult<RoutingRule, Error, Schemas["SetRoutingRule"]> {
  return useChange({
    silent: true,
    changes: ["routing"],
    done: ({ name }) => routingText.saved(name),
    send: (body: Schemas["SetRoutingRule"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/notification-routing-rules", { body })
          : api.PUT("/customer/notification-routing-rules/{routing_rule_id}", {
              params: { path: { routing_rule_id: existing.rule_id }, header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

interface Move {
  /** As they are asked now. */
  rules: readonly RoutingRule[];
  from: number;
  to: number;
}

/** Have a rule asked in another place: it, and what has to make room, get other numbers one after the other. */
export function useMoveRoute(): UseMutationResult<unknown, Error, Move> {
  const queries = useQueryClient();
  return useChange({
    changes: ["routing"],
    done: (_, { rules, from, to }: Move) => routingText.moved(rules[from]?.name ?? "", to + 1),
    send: async ({ rules, from, to }: Move) => {
      try {
        for (const [ruleId, priority] of numbersAfterMove(rules, from, to)) {
          const rule = rules.find((each) => each.rule_id === ruleId);
          if (rule) await renumber(rule, priority);
        }
      } catch (error) {
        // Some may have their new numbers already.
        await queries.invalidateQueries({ queryKey: ["routing"] });
        throw error;
      }
    },
  });
}

function renumber({ rule_id, version, ...rule }: RoutingRule, priority: number): Promise<RoutingRule> {
  const { name, channel_id, enabled, stop, min_severity, throttle_minutes } = rule;
  const events = EVENTS.filter((event) => rule.events.includes(event));
  const { alert_types, site_ids, group_ids, tags } = rule;
  const narrowed = { alert_types, site_ids, group_ids, tags };
  return ask(
    api.PUT("/customer/notification-routing-rules/{routing_rule_id}", {
      params: { path: { routing_rule_id: rule_id }, header: ifMatch(version) },
      body: { name, channel_id, enabled, stop, min_severity, events, throttle_minutes, ...narrowed, priority },
    }),
  );
}

export function useDeleteRoute(): UseMutationResult<unknown, Error, RoutingRule> {
  return useChange({
    silent: true,
    changes: ["routing"],
    done: (_, { name }: RoutingRule) => routingText.removed(name),
    send: ({ rule_id, version }: RoutingRule) =>
      ask(
        api.DELETE("/customer/notification-routing-rules/{routing_rule_id}", {
          params: { path: { routing_rule_id: rule_id }, header: ifMatch(version) },
        }),
      ),
  });
}

/** The latest alerts in some status, to try the rules on. */
export const recentAlerts = (...status: AlertStatus[]) =>
  queryOptions({
    queryKey: [...keys.alerts, "recent", ...status],
    queryFn: ({ signal }) => ask(api.GET("/customer/alerts", { params: { query: { status, limit: 50 } }, signal })),
  });

export type PreviewedEvent = "opened" | "escalated" | "acknowledged" | "closed";

export const routingPreview = (alertId: string, event: PreviewedEvent) =>
  queryOptions({
    queryKey: ["routing", "preview", alertId, event],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/alerts/{alert_id}/notification-preview", {
          params: { path: { alert_id: alertId }, query: { event } },
          signal,
        }),
      ),
  });

export interface DeliveryFilters {
  status: Schemas["JobStatus"] | undefined;
  event: Schemas["NoticeEvent"] | undefined;
  kind: ChannelKind | undefined;
  channel: string | undefined;
}

export const deliveryPages = ({ status, event, kind, channel }: DeliveryFilters) =>
  pagesOf(["deliveries", "list", { status, event, kind, channel }], (cursor, signal) => {
    const query = { status, event, kind, channel_id: channel, limit: PAGE, cursor };
    return ask(api.GET("/customer/notification-jobs", { params: { query }, signal }));
  });

export const oneDelivery = (jobId: string) =>
  queryOptions({
    queryKey: ["deliveries", "one", jobId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/notification-jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });

export function useReplayJob(): UseMutationResult<Schemas["NotificationJob"], Error, string> {
  return useChange({
    changes: ["deliveries"],
    done: () => deliveryText.replayed,
    send: (job_id: string) =>
      ask(api.POST("/customer/notification-jobs/{job_id}/replay", { params: { path: { job_id } } })),
  });
}
