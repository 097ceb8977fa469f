import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { allDeviceGroups, devicesLike } from "@/api/choices";
import { allSites, deviceTypes } from "@/api/queries";
import { useDebounced } from "@/lib/useDebounced";
import { Field } from "./Form";
import { FilterMenu } from "./Menu";
import { TokenInput } from "./TokenInput";
import { scopeText as text } from "./text";
import { isEverything, tagsOf, tagTokens, type Scope } from "./scope";

interface ScopePickerProps {
  /** null: nobody has chosen yet, or nothing of what devices must fit (scope.ts, chosenScope). */
  scope: Scope | null;
  onChange: (scope: Scope | null) => void;
  error?: string | undefined;
  disabled?: boolean;
}

const EVERYTHING: Scope = { site_ids: [], device_types: [], group_ids: [], tags: {}, device_ids: [] };

/** Which devices something is for: every one, or those that fit all that is chosen. */
export function ScopePicker({ scope, onChange, error, disabled = false }: ScopePickerProps): ReactNode {
  const isNarrow = scope !== null && !isEverything(scope);
  const [narrowed, setNarrowed] = useState(isNarrow);
  const some = narrowed || isNarrow;
  return (
    <fieldset className="space-y-2" disabled={disabled}>
      <legend className="mb-1 text-xs font-medium text-muted">{text.legend}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {[false, true].map((value) => (
          <label key={String(value)} className="inline-flex items-center gap-2">
            <input
              type="radio"
              className="accent-accent"
              checked={value ? some : scope !== null && !some}
              onChange={() => {
                setNarrowed(value);
                if (!value) onChange(EVERYTHING);
                else if (!isNarrow) onChange(null);
              }}
            />
            {value ? text.some : text.all}
          </label>
        ))}
      </div>
      {some && (
        <Narrowing
          scope={scope ?? EVERYTHING}
          onChange={(next) => onChange(isEverything(next) ? null : next)}
          disabled={disabled}
        />
      )}
      {error !== undefined && (
        <p role="alert" className="text-xs text-offline">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface NarrowingProps {
  scope: Scope;
  onChange: (scope: Scope) => void;
  disabled: boolean;
}

function Narrowing({ scope, onChange, disabled }: NarrowingProps): ReactNode {
  const [typed, setTyped] = useState("");
  const sites = useQuery(allSites);
  const types = useQuery(deviceTypes);
  const groups = useQuery(allDeviceGroups);
  const devices = useQuery(devicesLike(useDebounced(typed)));
  return (
    <div className="space-y-3 rounded-md border p-3">
      <div className="flex flex-wrap gap-2">
        <FilterMenu
          label={text.sites}
          chosen={scope.site_ids}
          onChange={(site_ids) => onChange({ ...scope, site_ids })}
          options={(sites.data ?? []).map((site) => ({ value: site.site_id, label: site.name }))}
        />
        <FilterMenu
          label={text.types}
          chosen={scope.device_types}
          onChange={(device_types) => onChange({ ...scope, device_types })}
          options={(types.data?.items ?? []).map((type) => ({ value: type.device_type, label: type.device_type }))}
        />
        <FilterMenu
          label={text.groups}
          chosen={scope.group_ids}
          onChange={(group_ids) => onChange({ ...scope, group_ids })}
          options={(groups.data ?? []).map((group) => ({ value: group.group_id, label: group.name }))}
        />
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={text.tags} hint={text.tagsHint}>
          <TokenInput
            tokens={tagTokens(scope.tags)}
            disabled={disabled}
            placeholder={text.add}
            onChange={(tokens) => onChange({ ...scope, tags: tagsOf(tokens) })}
          />
        </Field>
        <Field label={text.devices}>
          <TokenInput
            tokens={scope.device_ids}
            disabled={disabled}
            placeholder={text.add}
            suggestions={(devices.data?.items ?? []).map((device) => device.device_id)}
            onType={setTyped}
            onChange={(device_ids) => onChange({ ...scope, device_ids })}
          />
        </Field>
      </div>
    </div>
  );
}
