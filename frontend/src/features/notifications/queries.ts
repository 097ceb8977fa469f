import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { channelText, deliveryText, routingText } from "./text";

export type Channel = Schemas["NotificationChannel"];
export type ChannelKind = Schemas["KindName"];
export type Job = Schemas["ListedJob"];
export type RoutingRule = Schemas["RoutingRule"];

export const KINDS: readonly ChannelKind[] = ["slack", "pagerduty", "teams", "webhook", "email", "mqtt"];
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

/** The latest alerts, to try the rules on. */
export const recentAlerts = queryOptions({
  queryKey: [...keys.alerts, "recent"],
  queryFn: ({ signal }) =>
    ask(api.GET("/customer/alerts", { params: { query: { status: ["ALL"], limit: 50 } }, signal })),
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
