import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { allSites, deviceTypes } from "@/api/queries";
import { DEVICE_STATUSES } from "@/api/types";
import { Field, Input, Select } from "@/components/Form";
import { FilterMenu } from "@/components/Menu";
import { QueryState } from "@/components/States";
import { StatusLabel, StatusShape } from "@/components/Status";
import { lifecycleWords } from "@/components/text";
import { TokenInput } from "@/components/TokenInput";
import { useDebounced } from "@/lib/useDebounced";
import { LIFECYCLES, type FilterForm } from "./filter";
import { filterPreview } from "./queries";
import { text } from "./text";

const words = text.filter;

interface FilterFieldsProps {
  filter: FilterForm;
  onChange: (filter: FilterForm) => void;
  error: string | undefined;
}

/** What devices of a dynamic group have to fit, and which ones do at the moment. */
export function FilterFields({ filter, onChange, error }: FilterFieldsProps): ReactNode {
  const sites = useQuery(allSites);
  const types = useQuery(deviceTypes);
  const set = (part: Partial<FilterForm>): void => onChange({ ...filter, ...part });
  return (
    <fieldset className="grid gap-3 rounded-md border p-3">
      <legend className="px-1 text-xs font-medium text-muted">{words.legend}</legend>
      <div className="flex flex-wrap gap-2">
        <FilterMenu
          label={words.status}
          chosen={filter.statuses}
          onChange={(chosen) => set({ statuses: DEVICE_STATUSES.filter((status) => chosen.includes(status)) })}
          options={DEVICE_STATUSES.map((status) => ({ value: status, label: <StatusLabel status={status} /> }))}
        />
        <FilterMenu
          label={words.sites}
          chosen={filter.site_ids}
          onChange={(site_ids) => set({ site_ids })}
          options={(sites.data ?? []).map((site) => ({ value: site.site_id, label: site.name }))}
        />
        <FilterMenu
          label={words.types}
          chosen={filter.device_types}
          onChange={(device_types) => set({ device_types })}
          options={(types.data?.items ?? []).map(({ device_type }) => ({ value: device_type, label: device_type }))}
        />
        <Select
          aria-label={words.lifecycle}
          className="w-56"
          value={filter.lifecycle}
          onChange={(event) => set({ lifecycle: LIFECYCLES.find((known) => known === event.target.value) ?? "" })}
        >
          <option value="">
            {words.lifecycle}: {words.anyLifecycle}
          </option>
          {LIFECYCLES.map((lifecycle) => (
            <option key={lifecycle} value={lifecycle}>
              {words.lifecycle}: {lifecycleWords[lifecycle].toLowerCase()}
            </option>
          ))}
        </Select>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.q}>
          <Input value={filter.q} maxLength={100} onChange={(event) => set({ q: event.target.value })} />
        </Field>
        <Field label={words.tags} hint={words.tagsHint}>
          <TokenInput tokens={filter.tags} placeholder={words.add} onChange={(tags) => set({ tags })} />
        </Field>
      </div>
      {error !== undefined && (
        <p role="alert" className="text-xs text-offline">
          {error}
        </p>
      )}
      <Preview filter={filter} />
    </fieldset>
  );
}

function Preview({ filter }: { filter: FilterForm }): ReactNode {
  const query = useQuery(filterPreview(useDebounced(filter)));
  return (
    <div aria-live="polite" className="rounded-md bg-raised px-3 py-2 text-sm">
      <QueryState query={query} skeletonRows={2}>
        {({ items, total }) => (
          <>
            <p className="font-medium">{words.preview(total)}</p>
            <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-muted">
              {items.map((device) => (
                <li key={device.device_id} className="inline-flex items-center gap-1.5">
                  <StatusShape status={device.status} />
                  {device.name || device.device_id}
                </li>
              ))}
              {total > items.length && <li>{words.more(total - items.length)}</li>}
            </ul>
          </>
        )}
      </QueryState>
    </div>
  );
}
