import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { templateText, text } from "./text";

export type AlertRule = Schemas["AlertRuleView"];
export type RuleKind = Schemas["RuleKind"];
type Definition = Schemas["RuleDefinition"];

const PAGE = 100;

export const rulePages = (kind: RuleKind | undefined, enabled: boolean | undefined) =>
  pagesOf([...keys.rules, "list", { kind, enabled }], (cursor, signal) =>
    ask(api.GET("/customer/alert-rules", { params: { query: { kind, enabled, limit: PAGE, cursor } }, signal })),
  );

export const oneRule = (ruleId: string) =>
  queryOptions({
    queryKey: [...keys.rules, "one", ruleId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/alert-rules/{rule_id}", { params: { path: { rule_id: ruleId } }, signal })),
  });

/** How many alerts of a rule are not closed: what deleting it would close. */
export const unclosedAlerts = (ruleId: string) =>
  queryOptions({
    queryKey: [...keys.alerts, "unclosed", ruleId],
    queryFn: async ({ signal }) => {
      const query = { rule_id: ruleId, status: ["OPEN" as const, "ACKNOWLEDGED" as const], limit: 1 };
      return (await ask(api.GET("/customer/alerts", { params: { query }, signal }))).total;
    },
  });

export const ruleTemplates = (deviceType: string | undefined) =>
  queryOptions({
    queryKey: [...keys.rules, "templates", deviceType],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/alert-rule-templates", { params: { query: { device_type: deviceType } }, signal })),
  });

export function useSaveRule(existing: AlertRule | undefined): UseMutationResult<AlertRule, Error, Definition> {
  return useChange({
    silent: true,
    changes: ["rules"],
    done: (rule) => text.saved(rule.name),
    send: (body: Definition) =>
      ask(
        existing === undefined
          ? api.POST("/customer/alert-rules", { body })
          : api.PUT("/customer/alert-rules/{rule_id}", {
              params: { path: { rule_id: existing.rule_id }, header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

export function useSwitchRule(): UseMutationResult<AlertRule, Error, AlertRule> {
  return useChange({
    changes: ["rules", "alerts"],
    done: (rule) => text.switched(rule.name, rule.enabled),
    send: ({ rule_id, version, enabled }: AlertRule) => {
      const params = { path: { rule_id }, header: ifMatch(version) };
      return ask(
        enabled
          ? api.POST("/customer/alert-rules/{rule_id}/disable", { params })
          : api.POST("/customer/alert-rules/{rule_id}/enable", { params }),
      );
    },
  });
}

export function useDeleteRule(): UseMutationResult<unknown, Error, AlertRule> {
  return useChange({
    silent: true,
    changes: ["rules", "alerts"],
    done: (_, rule: AlertRule) => text.removed(rule.name),
    send: ({ rule_id, version }: AlertRule) =>
      ask(api.DELETE("/customer/alert-rules/{rule_id}", { params: { path: { rule_id }, header: ifMatch(version) } })),
  });
}

export function useApplyTemplates(): UseMutationResult<Schemas["AppliedTemplates"], Error, Schemas["ApplyTemplates"]> {
  return useChange({
    silent: true,
    changes: ["rules"],
    done: ({ created, skipped }) => templateText.applied(created.length, skipped.length),
    send: (body: Schemas["ApplyTemplates"]) => ask(api.POST("/customer/alert-rule-templates/apply", { body })),
  });
}

export function useBacktest(): UseMutationResult<Schemas["Backtest"], Error, Schemas["BacktestAlertRule"]> {
  return useChange({
    silent: true,
    changes: [],
    send: (body: Schemas["BacktestAlertRule"]) => ask(api.POST("/customer/alert-rules/backtest", { body })),
  });
}
