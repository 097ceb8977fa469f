/** A rule as the form holds it, and as the API has it. Pure. */
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { chosenScope, scopeOf, scopeSchema } from "@/components/scope";
import { lengthWithin, type LengthLimits } from "@/lib/lengths";
import { messageVariables, text } from "./text";

export const KINDS = ["threshold", "anomaly", "telemetry_gap", "window"] as const satisfies Schemas["RuleKind"][];
export const OPERATORS = ["GT", "GTE", "LT", "LTE"] as const satisfies Schemas["Operator"][];
export const AGGREGATIONS = ["avg", "min", "max", "sum", "count"] as const satisfies Schemas["Aggregation"][];
export const MAX_CONDITIONS = 10;

/** The lengths of time in criteria. */
export const LENGTHS = {
  duration: { unit: "seconds", least: 0, most: 86_400 },
  mean: { unit: "minutes", least: 5, most: 1440 },
  gap: { unit: "minutes", least: 1, most: 1440 },
  window: { unit: "seconds", least: 60, most: 3600 },
} as const satisfies Record<string, LengthLimits>;

const metric = z.string().trim().min(1, text.needed).max(128);
const between = (least: number, most: number) =>
  z.number({ error: text.number }).min(least, text.atLeast(least)).max(most, text.atMost(most));

/** A clear threshold past the limit would close the alert while it holds. */
function isOnNearSide(comparison: { operator: string; threshold: number; clear_threshold: number | null }): boolean {
  const { operator, threshold, clear_threshold: clear } = comparison;
  if (clear === null) return true;
  return operator.startsWith("GT") ? clear <= threshold : clear >= threshold;
}
const nearSide = { path: ["clear_threshold"], error: text.nearSide };

const comparison = {
  operator: z.enum(OPERATORS),
  threshold: z.number({ error: text.number }),
  clear_threshold: z.number({ error: text.number }).nullable(),
};
const condition = z.object({ metric, ...comparison }).refine(isOnNearSide, nearSide);
const threshold = z.object({
  conditions: z.array(condition).min(1).max(MAX_CONDITIONS),
  match: z.enum(["ALL", "ANY"]),
  duration_seconds: lengthWithin(LENGTHS.duration),
});
const anomaly = z.object({
  metric,
  window_minutes: lengthWithin(LENGTHS.mean),
  z_score: between(1, 10),
  min_samples: between(10, 1000),
});
const telemetryGap = z.object({ metric: z.string().trim().max(128), gap_minutes: lengthWithin(LENGTHS.gap) });
const window = z
  .object({ metric, ...comparison, aggregation: z.enum(AGGREGATIONS), window_seconds: lengthWithin(LENGTHS.window) })
  .refine(isOnNearSide, nearSide);

const SCHEMAS = { threshold, anomaly, telemetry_gap: telemetryGap, window };

/** The form keeps what was typed of every kind; the chosen kind alone counts. */
interface CriterionForm {
  kind: Schemas["RuleKind"];
  threshold: z.infer<typeof threshold>;
  anomaly: z.infer<typeof anomaly>;
  telemetry_gap: z.infer<typeof telemetryGap>;
  window: z.infer<typeof window>;
}

const criterion = z.custom<CriterionForm>().superRefine((value, context) => {
  const result = SCHEMAS[value.kind].safeParse(value[value.kind]);
  for (const issue of result.error?.issues ?? []) {
    context.addIssue({ code: "custom", message: issue.message, path: [value.kind, ...issue.path] });
  }
});

export const ruleSchema = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  description: z.string().max(1000),
  criterion,
  severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]),
  scope: chosenScope,
  message: z.string().max(500),
  escalation_policy_id: z.string(),
  enabled: z.boolean(),
});

export type RuleForm = z.infer<typeof ruleSchema>;

export const newCondition = (): RuleForm["criterion"]["threshold"]["conditions"][number] => ({
  metric: "",
  operator: "GT",
  threshold: Number.NaN,
  clear_threshold: null,
});

const emptyCriterion = (): CriterionForm => ({
  kind: "threshold",
  threshold: { conditions: [newCondition()], match: "ALL", duration_seconds: 60 },
  anomaly: { metric: "", window_minutes: 60, z_score: 3, min_samples: 10 },
  telemetry_gap: { metric: "", gap_minutes: 10 },
  window: { ...newCondition(), aggregation: "avg", window_seconds: 300 },
});

/** The form of a rule that exists, or an empty one. */
export function formOf(rule: Schemas["AlertRuleView"] | undefined): RuleForm {
  const given = rule?.criterion;
  const filled = emptyCriterion();
  if (given !== undefined) {
    const { kind } = given;
    filled.kind = kind;
    Object.assign(filled[kind], given);
    if (given.kind === "telemetry_gap") filled.telemetry_gap.metric = given.metric ?? "";
  }
  return {
    name: rule?.name ?? "",
    description: rule?.description ?? "",
    criterion: filled,
    severity: rule?.severity ?? "MEDIUM",
    scope: scopeOf(rule?.scope),
    message: rule?.message ?? "",
    escalation_policy_id: rule?.escalation_policy_id ?? "",
    enabled: rule?.enabled ?? true,
  };
}

/** What the API is told. */
export function definitionOf(form: RuleForm): Schemas["RuleDefinition"] {
  return {
    ...form,
    criterion: criterionOf(form.criterion),
    scope: scopeSchema.parse(form.scope),
    escalation_policy_id: form.escalation_policy_id === "" ? null : form.escalation_policy_id,
  };
}

function criterionOf(form: CriterionForm): Schemas["RuleDefinition"]["criterion"] {
  switch (form.kind) {
    case "threshold":
      return { ...form.threshold, kind: "threshold" };
    case "anomaly":
      return { ...form.anomaly, kind: "anomaly" };
    case "telemetry_gap":
      return { ...form.telemetry_gap, kind: "telemetry_gap", metric: form.telemetry_gap.metric.trim() || null };
    case "window":
      return { ...form.window, kind: "window" };
  }
}

/** A message with an example in the place of each of its variables; what means nothing stays as it is. */
export function previewOf(message: string, known: Readonly<Record<string, string>>): string {
  return message.replace(/\{\{\s*(.*?)\s*\}\}/g, (whole, name: string) => {
    return known[name] || (messageVariables[name]?.example ?? whole);
  });
}

/** The form has its criterion's fields below the kind, the API has not. */
export function nameInForm(field: string, kind: Schemas["RuleKind"]): string {
  const [first, ...rest] = field.split(".");
  if (first !== "criterion" || rest.length === 0 || rest[0] === kind || rest[0] === "kind") return field;
  return [first, kind, ...rest].join(".");
}
