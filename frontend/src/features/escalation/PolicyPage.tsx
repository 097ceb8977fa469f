import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Controller, FormProvider, useFieldArray, useForm, useWatch } from "react-hook-form";
import { Link, useNavigate, useParams } from "react-router";
import { keptWhileEdited } from "@/api/queries";
import { usePermission } from "@/auth/permissions";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { Field, Input, Select, Switch } from "@/components/Form";
import { FormRefusal, showProblem } from "@/components/FormProblem";
import { LeaveGuard } from "@/components/LeaveGuard";
import { LengthField } from "@/components/LengthField";
import { PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import {
  definitionOf,
  DELAY,
  formOf,
  MAX_LEVELS,
  MOST_REPEATS,
  newLevel,
  policySchema,
  type PolicyForm,
} from "./definition";
import { LevelFields } from "./LevelFields";
import { onePolicy, useSavePolicy, type Policy } from "./queries";
import { text } from "./text";

/** The level builder: of a policy that exists, or of a new one. */
export default function PolicyPage(): ReactNode {
  const { policyId } = useParams();
  const query = useQuery({ ...onePolicy(policyId ?? ""), enabled: policyId !== undefined, ...keptWhileEdited });
  return (
    <>
      <BackLink to="/escalation-policies">{text.back}</BackLink>
      {policyId === undefined ? (
        <Builder policy={undefined} />
      ) : (
        <QueryState query={query} skeletonRows={10} isPage>
          {(policy) => <Builder key={policy.version} policy={policy} />}
        </QueryState>
      )}
    </>
  );
}

function Builder({ policy }: { policy: Policy | undefined }): ReactNode {
  const mayManage = usePermission("escalation-policies:manage");
  const navigate = useNavigate();
  const save = useSavePolicy(policy);
  const form = useForm<PolicyForm>({ resolver: zodResolver(policySchema), defaultValues: formOf(policy) });
  const { register, control, handleSubmit, formState } = form;
  const { fields, append, remove, move } = useFieldArray({ control, name: "levels" });
  const levels = useWatch({ control, name: "levels" });
  const { errors } = formState;
  const submit = handleSubmit(async (values) => {
    try {
      await save.mutateAsync(definitionOf(values));
      await navigate("/escalation-policies");
    } catch (error) {
      showProblem(form, error);
    }
  });
  const reachedAfter = (index: number): number =>
    levels.slice(0, index + 1).reduce((sum, level) => sum + (level.delay_minutes || 0), 0);
  return (
    <FormProvider {...form}>
      <LeaveGuard when={formState.isDirty && !formState.isSubmitting} />
      <PageHeader title={policy?.name ?? text.newTitle} description={text.builderDescription} />
      <form onSubmit={(event) => void submit(event)} noValidate className="max-w-3xl">
        <fieldset disabled={!mayManage} className="space-y-4">
          <Panel>
            <div className="space-y-3">
              <Field label={text.name} error={errors.name?.message}>
                <Input {...register("name")} maxLength={100} />
              </Field>
              <Field label={text.policyDescription} error={errors.description?.message}>
                <Input {...register("description")} maxLength={1000} />
              </Field>
              <Controller
                control={control}
                name="is_default"
                render={({ field }) => (
                  <Switch
                    label={text.isDefaultLabel}
                    checked={field.value}
                    onChange={field.onChange}
                    disabled={!mayManage}
                  />
                )}
              />
              <p className="text-xs text-muted">{text.isDefaultHint}</p>
            </div>
          </Panel>
          {fields.map((field, index) => (
            <LevelFields
              key={field.id}
              index={index}
              last={fields.length - 1}
              reachedAfter={reachedAfter(index)}
              onMove={(to) => move(index, to)}
              onRemove={() => remove(index)}
            />
          ))}
          {fields.length < MAX_LEVELS && mayManage && (
            <Button onClick={() => append(newLevel())}>
              <Plus aria-hidden className="size-4" />
              {text.addLevel}
            </Button>
          )}
          <Panel title={text.afterwards}>
            <div className="grid gap-3 sm:grid-cols-2">
              <Field label={text.repeat} error={errors.repeat?.message}>
                <Select {...register("repeat", { valueAsNumber: true })}>
                  {Array.from({ length: MOST_REPEATS + 1 }, (_, times) => (
                    <option key={times} value={times}>
                      {text.repeatTimes(times)}
                    </option>
                  ))}
                </Select>
              </Field>
              <LengthField
                control={control}
                name="acknowledgement_timeout_minutes"
                label={text.timeout}
                hint={text.timeoutHint}
                limits={DELAY}
                optional
              />
            </div>
          </Panel>
          <FormRefusal form={form} />
          {mayManage && (
            <div className="flex gap-2">
              <Button type="submit" kind="primary" busy={formState.isSubmitting}>
                {text.save}
              </Button>
              <Button asChild>
                <Link to="/escalation-policies">{text.cancel}</Link>
              </Button>
            </div>
          )}
        </fieldset>
      </form>
    </FormProvider>
  );
}
