import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Controller, FormProvider, useController, useForm, useFormContext } from "react-hook-form";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { allPolicies } from "@/api/choices";
import { keptWhileEdited } from "@/api/queries";
import { SEVERITIES } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { Field, Input, Select, Switch, TextArea } from "@/components/Form";
import { FormRefusal, showProblem } from "@/components/FormProblem";
import { LeaveGuard } from "@/components/LeaveGuard";
import { PageHeader, Panel } from "@/components/Panel";
import { ScopePicker } from "@/components/ScopePicker";
import { QueryState } from "@/components/States";
import { severityWords } from "@/components/text";
import { firstMessage } from "@/lib/forms";
import { BacktestPanel } from "./BacktestPanel";
import { CriterionFields } from "./CriterionFields";
import { definitionOf, formOf, nameInForm, ruleSchema, type RuleForm } from "./definition";
import { MessageField } from "./MessageField";
import { oneRule, useSaveRule, type AlertRule } from "./queries";
import { text } from "./text";

/** The builder: of a rule that exists, of a copy of one, or of a new one. */
export default function RulePage(): ReactNode {
  const { ruleId } = useParams();
  const [search] = useSearchParams();
  const source = ruleId ?? search.get("copy") ?? undefined;
  const query = useQuery({ ...oneRule(source ?? ""), enabled: source !== undefined, ...keptWhileEdited });
  return (
    <>
      <BackLink to="/alert-rules">{text.back}</BackLink>
      {source === undefined ? (
        <Builder rule={undefined} start={formOf(undefined)} />
      ) : (
        <QueryState query={query} skeletonRows={10} isPage>
          {(rule) =>
            ruleId === undefined ? (
              <Builder key={source} rule={undefined} start={{ ...formOf(rule), name: text.copyOf(rule.name) }} />
            ) : (
              <Builder key={`${rule.rule_id}-${rule.version}`} rule={rule} start={formOf(rule)} />
            )
          }
        </QueryState>
      )}
    </>
  );
}

function Builder({ rule, start }: { rule: AlertRule | undefined; start: RuleForm }): ReactNode {
  const mayManage = usePermission("alert-rules:manage");
  const navigate = useNavigate();
  const save = useSaveRule(rule);
  const form = useForm<RuleForm>({ resolver: zodResolver(ruleSchema), defaultValues: start });
  const { control, register, handleSubmit, formState } = form;
  const submit = handleSubmit(async (values) => {
    try {
      await save.mutateAsync(definitionOf(values));
      await navigate("/alert-rules");
    } catch (error) {
      showProblem(form, error, (field) => nameInForm(field, values.criterion.kind));
    }
  });
  return (
    <FormProvider {...form}>
      <LeaveGuard when={formState.isDirty && !formState.isSubmitting} />
      <PageHeader title={rule?.name ?? text.newTitle} description={mayManage ? text.builderDescription : undefined} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <form onSubmit={(event) => void submit(event)} noValidate>
          <fieldset disabled={!mayManage} className="space-y-4">
            <Panel title={text.what}>
              <div className="space-y-3">
                <Field label={text.name} error={formState.errors.name?.message}>
                  <Input {...register("name")} maxLength={100} />
                </Field>
                <CriterionFields />
              </div>
            </Panel>
            <Panel title={text.where}>
              <Controller
                control={control}
                name="scope"
                render={({ field, fieldState }) => (
                  <ScopePicker
                    scope={field.value}
                    onChange={field.onChange}
                    disabled={!mayManage}
                    error={firstMessage(fieldState.error)}
                  />
                )}
              />
            </Panel>
            <Panel title={text.telling}>
              <div className="space-y-3">
                <div className="grid gap-3 sm:grid-cols-2">
                  <Field label={text.severity} error={formState.errors.severity?.message}>
                    <Select {...register("severity")}>
                      {SEVERITIES.map((severity) => (
                        <option key={severity} value={severity}>
                          {severityWords[severity]}
                        </option>
                      ))}
                    </Select>
                  </Field>
                  <PolicyField />
                </div>
                <MessageField />
                <Field
                  label={text.ruleDescription}
                  hint={text.ruleDescriptionHint}
                  error={formState.errors.description?.message}
                >
                  <TextArea {...register("description")} maxLength={1000} rows={2} />
                </Field>
                <Controller
                  control={control}
                  name="enabled"
                  render={({ field }) => (
                    <Switch
                      label={text.enabled}
                      checked={field.value}
                      onChange={field.onChange}
                      disabled={!mayManage}
                    />
                  )}
                />
              </div>
            </Panel>
            <FormRefusal form={form} />
            {mayManage && (
              <div className="flex gap-2">
                <Button type="submit" kind="primary" busy={formState.isSubmitting}>
                  {rule === undefined ? text.create : text.save}
                </Button>
                <Button asChild>
                  <Link to="/alert-rules">{text.cancel}</Link>
                </Button>
              </div>
            )}
          </fieldset>
        </form>
        {mayManage && <BacktestPanel />}
      </div>
    </FormProvider>
  );
}

function PolicyField(): ReactNode {
  const { control } = useFormContext<RuleForm>();
  const { field, fieldState } = useController({ control, name: "escalation_policy_id" });
  const policies = useQuery({ ...allPolicies, enabled: usePermission("escalation-policies:read") });
  return (
    <Field label={text.policy} error={fieldState.error?.message}>
      <Select {...field}>
        <option value="">{text.defaultPolicy}</option>
        {policies.data?.map((policy) => (
          <option key={policy.policy_id} value={policy.policy_id}>
            {policy.name}
          </option>
        ))}
        {!policies.data && field.value !== "" && <option value={field.value}>{field.value}</option>}
      </Select>
    </Field>
  );
}
