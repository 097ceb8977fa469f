import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf, readAll } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type Policy = Schemas["EscalationPolicy"];

const key = "escalation-policies";
const PAGE = 50;

export const policyPages = (q: string) =>
  pagesOf([key, "list", q], (cursor, signal) => {
    const query = { q: q === "" ? undefined : q, limit: PAGE, cursor };
    return ask(api.GET("/customer/escalation-policies", { params: { query }, signal }));
  });

export const onePolicy = (policyId: string) =>
  queryOptions({
    queryKey: [key, "one", policyId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/escalation-policies/{policy_id}", { params: { path: { policy_id: policyId } }, signal })),
  });

/** How many alert rules name each policy. */
export const rulesByPolicy = queryOptions({
  queryKey: [...keys.rules, "by-policy"],
  queryFn: async ({ signal }) => {
    const rules = await readAll((cursor) =>
      ask(api.GET("/customer/alert-rules", { params: { query: { limit: 200, cursor } }, signal })),
    );
    const counts: Record<string, number> = {};
    for (const { escalation_policy_id: policyId } of rules) {
      if (policyId !== null) counts[policyId] = (counts[policyId] ?? 0) + 1;
    }
    return counts;
  },
});

export function useSavePolicy(
  existing: Policy | undefined,
): UseMutationResult<Policy, Error, Schemas["DescribePolicy"]> {
  return useChange({
    silent: true,
    changes: [key],
    done: ({ name }) => text.saved(name),
    send: (body: Schemas["DescribePolicy"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/escalation-policies", { body })
          : api.PUT("/customer/escalation-policies/{policy_id}", {
              params: { path: { policy_id: existing.policy_id }, header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

export function useDeletePolicy(): UseMutationResult<unknown, Error, Policy> {
  return useChange({
    silent: true,
    changes: [key, "rules"],
    done: (_, { name }: Policy) => text.removed(name),
    send: ({ policy_id, version }: Policy) =>
      ask(
        api.DELETE("/customer/escalation-policies/{policy_id}", {
          params: { path: { policy_id }, header: ifMatch(version) },
        }),
      ),
  });
}
