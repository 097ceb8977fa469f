import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { deviceTypes } from "@/api/queries";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Checkbox, Field, Input, Select } from "@/components/Form";
import { FormProblem } from "@/components/FormProblem";
import { chosenScope, scopeOf, type Scope } from "@/components/scope";
import { ScopePicker } from "@/components/ScopePicker";
import { SeverityLabel } from "@/components/Severity";
import { EmptyState, QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { useUnsentMetric } from "@/components/useUnsentMetric";
import { sentenceOf } from "@/lib/problem";
import { ruleTemplates, useApplyTemplates } from "./queries";
import { templateText as text, text as ruleText } from "./text";

/** Rules to start from: several are chosen, and made for the same devices. */
export default function TemplateCatalogue({ onClose }: { onClose: () => void }): ReactNode {
  const [deviceType, setDeviceType] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [scope, setScope] = useState<Scope | null>(scopeOf(undefined));
  const [scopeProblem, setScopeProblem] = useState<string>();
  const [renamed, setRenamed] = useState<Readonly<Record<string, string>>>({});
  const types = useQuery(deviceTypes);
  const every = useQuery(ruleTemplates(undefined));
  const query = useQuery(ruleTemplates(deviceType === "" ? undefined : deviceType));
  const apply = useApplyTemplates();
  const unsent = useUnsentMetric();
  const metrics = [
    ...new Set(
      (every.data?.items ?? [])
        .filter((template) => chosen.includes(template.template_id))
        .flatMap((template) => template.criterion.conditions.map((condition) => condition.metric)),
    ),
  ];
  const run = (): void => {
    const wanted = chosenScope.safeParse(scope);
    setScopeProblem(wanted.error?.issues[0]?.message);
    if (!wanted.data) return;
    const names = metrics
      .map((metric) => [metric, renamed[metric]?.trim() ?? ""] as const)
      .filter(([metric, name]) => name !== "" && name !== metric);
    const body = { template_ids: [...chosen], scope: wanted.data, metrics: Object.fromEntries(names) };
    apply.mutate(body, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      size="wide"
      onClose={onClose}
      title={text.title}
      description={text.description}
      footer={
        <>
          <Button onClick={onClose}>{ruleText.cancel}</Button>
          <Button kind="primary" disabled={chosen.length === 0} busy={apply.isPending} onClick={run}>
            {text.apply(chosen.length)}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={text.deviceType}>
          <Select value={deviceType} onChange={(event) => setDeviceType(event.target.value)}>
            <option value="">{text.everyType}</option>
            {types.data?.items.map((type) => (
              <option key={type.device_type} value={type.device_type}>
                {type.device_type}
              </option>
            ))}
          </Select>
        </Field>
        <QueryState query={query} skeletonRows={6}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={text.empty} />
            ) : (
              <ul className="divide-y rounded-md border">
                {items.map((template) => (
                  <li key={template.template_id} className="flex items-start gap-3 px-3 py-2">
                    <Checkbox
                      hideLabel
                      label={text.choose(template.name)}
                      checked={chosen.includes(template.template_id)}
                      onChange={(now) =>
                        setChosen(
                          now
                            ? [...chosen, template.template_id]
                            : chosen.filter((templateId) => templateId !== template.template_id),
                        )
                      }
                    />
                    <div className="min-w-0 flex-1 text-sm">
                      <div className="flex flex-wrap items-center gap-2">
                        <span className="font-medium">{template.name}</span>
                        <SeverityLabel severity={template.severity} />
                        <Badge>{template.device_type}</Badge>
                      </div>
                      <p className="text-xs text-muted">
                        {template.description} <code className="font-mono">{template.condition}</code>
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
            )
          }
        </QueryState>
        {chosen.length > 0 && (
          <>
            <fieldset>
              <legend className="mb-1 text-xs font-medium text-muted">{text.metrics}</legend>
              <div className="grid gap-3 sm:grid-cols-2">
                {metrics.map((metric) => (
                  <Field
                    key={metric}
                    label={metric}
                    hint={unsent(renamed[metric]?.trim() || metric) ?? text.metricHint(metric)}
                  >
                    <Input
                      className="font-mono"
                      placeholder={metric}
                      value={renamed[metric] ?? ""}
                      onChange={(event) => setRenamed({ ...renamed, [metric]: event.target.value })}
                    />
                  </Field>
                ))}
              </div>
            </fieldset>
            <ScopePicker scope={scope} onChange={setScope} error={scope === null ? scopeProblem : undefined} />
          </>
        )}
        <FormProblem message={apply.error ? sentenceOf(apply.error) : undefined} />
      </div>
    </Dialog>
  );
}
