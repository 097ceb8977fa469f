import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Site } from "@/api/types";
import { Button } from "@/components/Button";
import { FormRefusal, showProblem } from "@/components/FormProblem";
import { LeaveGuard } from "@/components/LeaveGuard";
import { Panel } from "@/components/Panel";
import { TagsEditor, useTagInput } from "@/components/TagsEditor";
import { toast } from "@/components/toast";
import { sentenceOf } from "@/lib/problem";
import { Identity, NOT_ASKED, NOTHING_TYPED, scopeOf } from "./identity";
import { IdentityStep } from "./IdentityStep";
import { isTaken } from "./queries";
import { NO_RULES, RulesStep, type ChosenRules } from "./RulesStep";
import { Steps } from "./Steps";
import { text } from "./text";

const [IDENTITY, TAGS, RULES] = [0, 1, 2];

/** The steps before the device is there: nothing is sent until the last of them. */
export function RegistrationForm({
  sites,
  onAdded,
}: {
  sites: readonly Site[];
  onAdded: (deviceId: string) => void;
}): ReactNode {
  const queries = useQueryClient();
  const [step, setStep] = useState(IDENTITY);
  const [tags, setTags] = useState<Record<string, string>>({});
  const tagInput = useTagInput(tags, setTags);
  const [rules, setRules] = useState<ChosenRules>(NO_RULES);
  const form = useForm<Identity>({
    resolver: zodResolver(Identity),
    defaultValues: { ...NOTHING_TYPED, site_id: sites.length === 1 ? (sites[0]?.site_id ?? "") : "" },
  });

  const add = useMutation({
    meta: { silent: true },
    mutationFn: async (identity: Identity) => {
      const { parent_device_id, ...registration } = identity;
      const body = { ...NOT_ASKED, ...registration, tags, parent_device_id: parent_device_id || null };
      await ask(api.POST("/customer/devices", { body }));
      return identity;
    },
    onError: (error) => {
      // What is wrong is almost always about the identity: another device has the id, a gateway isn't there.
      setStep(IDENTITY);
      showProblem(form, error);
    },
    onSuccess: async (identity) => {
      await applyTemplates(rules, identity);
      await queries.invalidateQueries({ queryKey: keys.devices });
      await queries.invalidateQueries({ queryKey: keys.rules });
      onAdded(identity.device_id);
    },
  });

  const identity = form.getValues();
  const goOn = form.handleSubmit(async ({ device_id }) => {
    if (await isTaken(device_id)) form.setError("device_id", { message: text.identity.taken }, { shouldFocus: true });
    else setStep(TAGS);
  });
  return (
    <>
      <LeaveGuard when={form.formState.isDirty && add.isIdle} />
      <Steps current={step} onGo={setStep} />
      <Panel className="max-w-3xl">
        <div className="grid gap-4">
          <FormRefusal form={form} />
          {step === IDENTITY && (
            <form
              noValidate
              className="grid gap-4"
              onSubmit={(event) => {
                void goOn(event);
              }}
            >
              <IdentityStep form={form} sites={sites} />
              <Foot>
                <Button asChild>
                  <Link to="/devices">{text.cancel}</Link>
                </Button>
                <Button kind="primary" type="submit" busy={form.formState.isSubmitting}>
                  {text.next}
                </Button>
              </Foot>
            </form>
          )}
          {step === TAGS && (
            <>
              <h2 className="text-sm font-semibold">{text.tags.title}</h2>
              <p className="text-sm text-muted">{text.tags.detail}</p>
              <TagsEditor input={tagInput} />
              <Foot>
                <Button onClick={() => setStep(IDENTITY)}>{text.back}</Button>
                <Button kind="primary" onClick={() => tagInput.add() && setStep(RULES)}>
                  {text.next}
                </Button>
              </Foot>
            </>
          )}
          {step === RULES && (
            <>
              <RulesStep device={{ ...identity, tags }} chosen={rules} onChange={setRules} />
              <Foot>
                <Button onClick={() => setStep(TAGS)}>{text.back}</Button>
                <Button kind="primary" busy={add.isPending} onClick={() => add.mutate(identity)}>
                  {text.add}
                </Button>
              </Foot>
            </>
          )}
        </div>
      </Panel>
    </>
  );
}

function Foot({ children }: { children: ReactNode }): ReactNode {
  return <div className="flex justify-end gap-2 border-t pt-3">{children}</div>;
}

/** The device is there by now: rules that fail are told of, and stop nothing. */
async function applyTemplates(rules: ChosenRules, identity: Identity): Promise<void> {
  if (rules.templateIds.length === 0) return;
  const metrics = Object.fromEntries(Object.entries(rules.metrics).filter(([, own]) => own !== ""));
  try {
    const body = { template_ids: [...rules.templateIds], metrics, scope: scopeOf(rules.scope, identity) };
    const { skipped } = await ask(api.POST("/customer/alert-rule-templates/apply", { body }));
    if (skipped.length > 0) toast.done(text.rules.skipped(skipped.join(", ")));
  } catch (error) {
    toast.failed(new Error(`${text.rules.failed} ${sentenceOf(error)}`));
  }
}
