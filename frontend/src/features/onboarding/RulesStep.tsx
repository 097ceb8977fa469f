import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { Checkbox, Field, Input, Select } from "@/components/Form";
import { SeverityLabel } from "@/components/Severity";
import { QueryState } from "@/components/States";
import { useUnsentMetric } from "@/components/useUnsentMetric";
import type { Identity, ScopeChoice } from "./identity";
import { enabledRules, templates, watches } from "./queries";
import { text } from "./text";

export interface ChosenRules {
  templateIds: readonly string[];
  scope: ScopeChoice;
  /** What the devices call a template's metric; empty where they call it the same. */
  metrics: Readonly<Record<string, string>>;
}

export const NO_RULES: ChosenRules = { templateIds: [], scope: "type", metrics: {} };

const words = text.rules;
const SCOPES: readonly ScopeChoice[] = ["device", "type", "site", "all"];

interface RulesStepProps {
  device: Identity & { tags: Record<string, string> };
  chosen: ChosenRules;
  onChange: (chosen: ChosenRules) => void;
}

/** What will watch the device: rules that fit it already, and templates to make others from. */
export function RulesStep({ device, chosen, onChange }: RulesStepProps): ReactNode {
  const mayMake = usePermission("alert-rules:manage");
  return (
    <>
      <ExistingRules device={device} />
      <h2 className="text-sm font-semibold">{words.templates}</h2>
      {mayMake ? (
        <Templates device={device} chosen={chosen} onChange={onChange} />
      ) : (
        <p className="text-sm text-muted">{words.mayNot}</p>
      )}
    </>
  );
}

function ExistingRules({ device }: Pick<RulesStepProps, "device">): ReactNode {
  const query = useQuery(enabledRules);
  return (
    <section aria-label={words.existing} className="grid gap-2">
      <h2 className="text-sm font-semibold">{words.existing}</h2>
      <QueryState query={query} skeletonRows={2}>
        {({ items }) => {
          const fitting = items.filter((rule) => watches(rule, device) === true);
          const byGroup = items.filter((rule) => watches(rule, device) === null).length;
          return (
            <>
              {fitting.length === 0 ? (
                <p className="text-sm text-muted">{words.none}</p>
              ) : (
                <ul className="max-h-44 divide-y overflow-y-auto rounded-md border text-sm">
                  {fitting.map((rule) => (
                    <li key={rule.rule_id} className="flex items-center gap-3 px-3 py-1.5">
                      <span className="w-20 shrink-0">
                        <SeverityLabel severity={rule.severity} />
                      </span>
                      <span className="min-w-0 flex-1 truncate">{rule.name}</span>
                      <span className="truncate text-xs text-muted">{rule.condition}</span>
                    </li>
                  ))}
                </ul>
              )}
              {byGroup > 0 && <p className="text-xs text-muted">{words.byGroup(byGroup)}</p>}
            </>
          );
        }}
      </QueryState>
    </section>
  );
}

function Templates({ device, chosen, onChange }: RulesStepProps): ReactNode {
  const query = useQuery(templates);
  const unsent = useUnsentMetric();
  const labels: Record<ScopeChoice, string> = {
    device: words.scopes.device,
    type: words.scopes.type(device.device_type),
    site: words.scopes.site(device.site_id),
    all: words.scopes.all,
  };
  return (
    <QueryState query={query} skeletonRows={6}>
      {({ items }) => {
        const picked = items.filter(({ template_id }) => chosen.templateIds.includes(template_id));
        const metrics = new Set(picked.flatMap(({ criterion }) => criterion.conditions.map(({ metric }) => metric)));
        return (
          <>
            <ul aria-label={words.templatesLabel} className="grid gap-x-4 gap-y-1.5 sm:grid-cols-2">
              {items.map((template) => (
                <li key={template.template_id} className="flex items-baseline justify-between gap-2">
                  <Checkbox
                    label={template.name}
                    checked={chosen.templateIds.includes(template.template_id)}
                    onChange={(now) =>
                      onChange({
                        ...chosen,
                        templateIds: now
                          ? [...chosen.templateIds, template.template_id]
                          : chosen.templateIds.filter((other) => other !== template.template_id),
                      })
                    }
                  />
                  <span className="truncate text-xs text-muted">{template.condition}</span>
                </li>
              ))}
            </ul>
            {picked.length > 0 && (
              <div className="grid gap-4 sm:grid-cols-2">
                <Field label={words.for}>
                  <Select
                    value={chosen.scope}
                    onChange={(event) =>
                      onChange({ ...chosen, scope: SCOPES.find((known) => known === event.target.value) ?? "type" })
                    }
                  >
                    {SCOPES.map((scope) => (
                      <option key={scope} value={scope}>
                        {labels[scope]}
                      </option>
                    ))}
                  </Select>
                </Field>
                {[...metrics].map((metric) => (
                  <Field
                    key={metric}
                    label={words.metric(metric)}
                    hint={unsent(chosen.metrics[metric] || metric) ?? words.metricHint}
                  >
                    <Input
                      placeholder={metric}
                      spellCheck={false}
                      value={chosen.metrics[metric] ?? ""}
                      onChange={(event) =>
                        onChange({ ...chosen, metrics: { ...chosen.metrics, [metric]: event.target.value.trim() } })
                      }
                    />
                  </Field>
                ))}
              </div>
            )}
          </>
        );
      }}
    </QueryState>
  );
}
