import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import type { SortChoice } from "../useSortChoice";
import { text } from "./text";

export type Subscription = Schemas["TenantSubscription"];
export type SubscriptionKind = Schemas["SubscriptionKind"];
export type SubscriptionStatus = Schemas["SubscriptionStatus"];
export type SubscriptionSort = Schemas["SubscriptionSort"];
export type Renewal = Schemas["TenantRenewal"];
export type RenewalStatus = Schemas["RenewalStatus"];

const SUBSCRIPTIONS = "operator-subscriptions";
export const SORTS: readonly SubscriptionSort[] = ["term_end", "name", "tenant_id", "status", "devices"];

export interface SubscriptionFilters {
  tenant_id: string | undefined;
  kind: SubscriptionKind | undefined;
  status: SubscriptionStatus | undefined;
  ending_within_days: number | undefined;
}

export const subscriptionPages = (filters: SubscriptionFilters, sorting: SortChoice<SubscriptionSort>) =>
  pagesOf([SUBSCRIPTIONS, "list", filters, sorting], (cursor, signal) =>
    ask(
      api.GET("/operator/subscriptions", { params: { query: { ...filters, ...sorting, limit: 50, cursor } }, signal }),
    ),
  );

/** What additional seats of a tenant can be beside: subscriptions of the usual kind that have not ended. */
export const mainsOf = (tenant_id: string) =>
  queryOptions({
    queryKey: [SUBSCRIPTIONS, "mains", tenant_id],
    queryFn: async ({ signal }) => {
      const query = { tenant_id, kind: "MAIN", limit: 200 } as const;
      const { items } = await ask(api.GET("/operator/subscriptions", { params: { query }, signal }));
      return items.filter(({ kind, status }) => kind === "MAIN" && status !== "EXPIRED");
    },
  });

export const history = (subscription_id: string) =>
  pagesOf([SUBSCRIPTIONS, "history", subscription_id], (cursor, signal) =>
    ask(
      api.GET("/operator/subscriptions/{subscription_id}/events", {
        params: { path: { subscription_id }, query: { limit: 20, cursor } },
        signal,
      }),
    ),
  );

export const renewalPages = (filters: { tenant_id: string | undefined; status: RenewalStatus | undefined }) =>
  pagesOf([SUBSCRIPTIONS, "renewals", filters], (cursor, signal) =>
    ask(api.GET("/operator/subscription-renewals", { params: { query: { ...filters, limit: 50, cursor } }, signal })),
  );

const versioned = ({ subscription_id, version }: Subscription) =>
  ({ path: { subscription_id }, header: ifMatch(version) }) as const;

export const useCreateSubscription = () =>
  useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: (made) => text.done.created(made.name, made.tenant_id),
    send: (body: Schemas["CreateSubscription"]) => ask(api.POST("/operator/subscriptions", { body })),
  });

export const useChangeSubscription = (subscription: Subscription) =>
  useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: () => text.done.changed(subscription.name),
    send: (body: Schemas["ChangeSubscription"]) =>
      ask(api.PATCH("/operator/subscriptions/{subscription_id}", { params: versioned(subscription), body })),
  });

export const useSuspend = (subscription: Subscription) =>
  useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: () => text.done.suspended(subscription.name),
    send: (body: Schemas["SuspendSubscription"]) =>
      ask(api.POST("/operator/subscriptions/{subscription_id}/suspend", { params: versioned(subscription), body })),
  });

export const useResume = (): UseMutationResult<Schemas["Subscription"], Error, Subscription> =>
  useChange({
    changes: [SUBSCRIPTIONS],
    done: ({ name }) => text.done.resumed(name),
    send: (subscription: Subscription) =>
      ask(api.POST("/operator/subscriptions/{subscription_id}/resume", { params: versioned(subscription) })),
  });

export const useMoveDevices = ({ subscription_id, name }: Subscription) =>
  useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: (_result, { device_ids }) => text.done.moved(device_ids.length, name),
    send: (body: Schemas["AssignDevices"]) =>
      ask(
        api.POST("/operator/subscriptions/{subscription_id}/devices", { params: { path: { subscription_id } }, body }),
      ),
  });

export const useGrant = ({ renewal_id, subscription_name }: Renewal) =>
  useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: () => text.done.granted(subscription_name),
    send: (body: Schemas["GrantRenewal"]) =>
      ask(api.POST("/operator/subscription-renewals/{renewal_id}/grant", { params: { path: { renewal_id } }, body })),
  });

export const useRefuse = ({ renewal_id, subscription_name }: Renewal) =>
  useChange({
    silent: true,
    changes: [SUBSCRIPTIONS],
    done: () => text.done.refused(subscription_name),
    send: (body: Schemas["RefuseRenewal"]) =>
      ask(api.POST("/operator/subscription-renewals/{renewal_id}/refuse", { params: { path: { renewal_id } }, body })),
  });
