import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { useForm, useWatch, type UseFormReturn } from "react-hook-form";
import { Link } from "react-router";
import { allAddons, devicesLike } from "@/api/choices";
import { allSites } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { Field, Input, Select } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { LengthField } from "@/components/LengthField";
import { QueryState } from "@/components/States";
import { useDebounced } from "@/lib/useDebounced";
import { kindOf, valuesOf, type AccessKind } from "./access";
import { AccessFields } from "./AccessFields";
import { initialOf, INTERVAL, TIMEOUT, wantedOf, wishOf, type Wanted } from "./form";
import { useSaveTarget, type Target } from "./queries";
import { formText as words, text } from "./text";

interface TargetDialogProps {
  /** The one that is edited; without it a new one is made. */
  target?: Target;
  /** The addon of a new one, if it is known already. */
  addonId?: string | undefined;
  onClose: () => void;
}

/** A form of a target: it can't be filled in before it is known what addons ask over. */
export function TargetDialog(props: TargetDialogProps): ReactNode {
  const addons = useQuery(allAddons);
  const asking = addons.data?.filter(
    ({ method, enabled, addon_id }) => kindOf(method) && (enabled || addon_id === props.target?.addon_id),
  );
  if (asking !== undefined && asking.length > 0) return <TargetForm {...props} addons={asking} />;
  return (
    <Dialog open onClose={props.onClose} title={titleOf(props.target)}>
      <QueryState query={addons}>
        {() => (
          <p className="text-sm">
            {words.noAddon}{" "}
            <Link to="/addons" className="text-accent hover:underline">
              {words.toAddons}
            </Link>
          </p>
        )}
      </QueryState>
    </Dialog>
  );
}

function titleOf(target: Target | undefined): string {
  return target ? text.editTitle(target.name) : text.add;
}

interface TargetFormProps extends TargetDialogProps {
  addons: readonly Schemas["AddonSummary"][];
}

function TargetForm({ target, addonId, addons, onClose }: TargetFormProps): ReactNode {
  const sites = useQuery(allSites);
  const save = useSaveTarget(target);
  const kindOfAddon = (id: string): AccessKind | undefined =>
    kindOf(addons.find(({ addon_id }) => addon_id === id)?.method ?? "");
  const first = addonId !== undefined && kindOfAddon(addonId) ? addonId : "";
  const form = useForm<Wanted>({
    resolver: zodResolver(wantedOf(kindOfAddon)),
    defaultValues: initialOf(target, first, kindOfAddon(target?.addon_id ?? first)),
  });
  const [chosen, by] = useWatch({ control: form.control, name: ["addon_id", "by"] });
  const kind = kindOfAddon(chosen);
  const choose = (id: string): void => {
    const next = kindOfAddon(id);
    if (next !== undefined && next !== kind) form.setValue("access", valuesOf(next));
    form.setValue("addon_id", id, { shouldValidate: form.formState.isSubmitted });
  };
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      size="wide"
      title={titleOf(target)}
      submit={target ? text.save : text.add}
      onClose={onClose}
      onSubmit={async (wanted) => {
        const wantedKind = kindOfAddon(wanted.addon_id);
        if (wantedKind) await save.mutateAsync(wishOf(wanted, wantedKind, target?.enabled ?? true));
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.name} hint={words.nameHint} error={errors.name?.message}>
          <Input autoComplete="off" {...form.register("name")} />
        </Field>
        <Field label={words.host} hint={words.hostHint} error={errors.host?.message}>
          <Input autoComplete="off" {...form.register("host")} />
        </Field>
        <Field label={words.addon} hint={words.addonHint} error={errors.addon_id?.message}>
          <Select value={chosen} onChange={(event) => choose(event.target.value)}>
            <option value="" disabled>
              {words.chooseAddon}
            </option>
            {addons.map(({ addon_id, name, method }) => (
              <option key={addon_id} value={addon_id}>
                {name} ({(kindOf(method) ?? "").toUpperCase()})
              </option>
            ))}
          </Select>
        </Field>
        {/* A choice is drawn when it is there to be chosen from: the form's value would be lost before. */}
        {sites.data && (
          <Field label={words.site} hint={words.siteHint} error={errors.site_id?.message}>
            <Select {...form.register("site_id")}>
              <option value="">{words.noSite}</option>
              {sites.data.map(({ site_id, name }) => (
                <option key={site_id} value={site_id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label={words.by} hint={words.byHint}>
          <Select {...form.register("by")}>
            <option value="cloud">{words.byCloud}</option>
            <option value="gateway">{words.byGateway}</option>
          </Select>
        </Field>
        {by === "gateway" && <GatewayField form={form} />}
      </div>
      {kind && <AccessFields form={form} kind={kind} />}
      <div className="grid gap-3 sm:grid-cols-3">
        <LengthField
          control={form.control}
          name="interval_seconds"
          label={words.interval}
          hint={words.intervalHint}
          limits={INTERVAL}
          optional
        />
        <LengthField
          control={form.control}
          name="timeout_seconds"
          label={words.timeout}
          hint={words.timeoutHint}
          limits={TIMEOUT}
        />
        <Field label={words.failures} hint={words.failuresHint} error={errors.failures_before_alert?.message}>
          <Input type="number" {...form.register("failures_before_alert", { valueAsNumber: true })} />
        </Field>
      </div>
    </FormDialog>
  );
}

/** A device of the registry; those that fit what is typed are suggested. */
function GatewayField({ form }: { form: UseFormReturn<Wanted> }): ReactNode {
  const listId = useId();
  const typed = useWatch({ control: form.control, name: "gateway_device_id" });
  const devices = useQuery(devicesLike(useDebounced(typed)));
  return (
    <Field label={words.gateway} error={form.formState.errors.gateway_device_id?.message}>
      <Input autoComplete="off" list={listId} {...form.register("gateway_device_id")} />
      <datalist id={listId}>
        {(devices.data?.items ?? []).map(({ device_id, name }) => (
          <option key={device_id} value={device_id}>
            {name}
          </option>
        ))}
      </datalist>
    </Field>
  );
}
