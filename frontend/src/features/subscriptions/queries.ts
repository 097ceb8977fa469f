import type { UseMutationResult } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type Subscription = Schemas["Subscription"];
export type SubscriptionStatus = Schemas["SubscriptionStatus"];
export type Renewal = Schemas["Renewal"];

const SUBSCRIPTIONS = "subscriptions";

export const subscriptionPages = (status: SubscriptionStatus | undefined) =>
  pagesOf([SUBSCRIPTIONS, "list", { status }], (cursor, signal) =>
    ask(api.GET("/customer/subscriptions", { params: { query: { status, limit: 50, cursor } }, signal })),
  );

export const history = (subscriptionId: string) =>
  pagesOf([SUBSCRIPTIONS, "history", subscriptionId], (cursor, signal) =>
    ask(
      api.GET("/customer/subscription-events", {
        params: { query: { subscription_id: subscriptionId, limit: 20, cursor } },
        signal,
      }),
    ),
  );

export const renewalPages = pagesOf([SUBSCRIPTIONS, "renewals"], (cursor, signal) =>
  ask(api.GET("/customer/subscription-renewals", { params: { query: { limit: 20, cursor } }, signal })),
);

export function useAskRenewal({
  subscription_id,
  name,
}: Subscription): UseMutationResult<Renewal, Error, Schemas["RequestRenewal"]> {
  return useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: () => text.asked(name),
    send: (body: Schemas["RequestRenewal"]) =>
      ask(
        api.POST("/customer/subscriptions/{subscription_id}/renewals", { params: { path: { subscription_id } }, body }),
      ),
  });
}

export function useWithdraw(): UseMutationResult<unknown, Error, string> {
  return useChange({
    changes: [SUBSCRIPTIONS],
    done: () => text.withdrawn,
    send: (renewal_id: string) =>
      ask(api.DELETE("/customer/subscription-renewals/{renewal_id}", { params: { path: { renewal_id } } })),
  });
}
