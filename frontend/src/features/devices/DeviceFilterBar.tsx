import { useQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { allSites, deviceTypes } from "@/api/queries";
import { DEVICE_STATUSES, type Lifecycle } from "@/api/types";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { FilterMenu } from "@/components/Menu";
import { SearchInput } from "@/components/SearchInput";
import { StatusLabel } from "@/components/Status";
import { lifecycleWords } from "@/components/text";
import { text } from "./text";
import { SORTS, type DeviceFilters, type useDeviceFilters } from "./useDeviceFilters";

interface FilterBarProps {
  filters: DeviceFilters;
  onChange: ReturnType<typeof useDeviceFilters>["change"];
  onClear: (() => void) | undefined;
}

const OUT_OF_SERVICE: readonly Lifecycle[] = ["SUSPENDED", "DECOMMISSIONED"];

export function DeviceFilterBar({ filters, onChange, onClear }: FilterBarProps): ReactNode {
  const sites = useQuery(allSites);
  const types = useQuery(deviceTypes);
  const search = useCallback((q: string) => onChange({ q }, { replace: true }), [onChange]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput value={filters.q} onChange={search} label={text.search} />
      <Select
        aria-label={text.sort}
        className="w-32"
        value={filters.sort}
        onChange={(event) => onChange({ sort: event.target.value })}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {text.sorts[sort]}
          </option>
        ))}
      </Select>
      <FilterMenu
        label={text.status}
        chosen={filters.status}
        onChange={(status) => onChange({ status })}
        options={DEVICE_STATUSES.map((status) => ({ value: status, label: <StatusLabel status={status} /> }))}
      />
      <FilterMenu
        label={text.site}
        chosen={filters.site}
        onChange={(site) => onChange({ site })}
        options={(sites.data ?? []).map((site) => ({ value: site.site_id, label: site.name }))}
      />
      <FilterMenu
        label={text.type}
        chosen={filters.type}
        onChange={(type) => onChange({ type })}
        options={(types.data?.items ?? []).map(({ device_type }) => ({ value: device_type, label: device_type }))}
      />
      <Select
        aria-label={text.lifecycle}
        className="w-36"
        value={filters.lifecycle ?? ""}
        onChange={(event) => onChange({ lifecycle: event.target.value })}
      >
        <option value="">{text.lifecycle}</option>
        {OUT_OF_SERVICE.map((lifecycle) => (
          <option key={lifecycle} value={lifecycle}>
            {lifecycleWords[lifecycle]}
          </option>
        ))}
      </Select>
      {onClear && (
        <Button kind="quiet" onClick={onClear}>
          {text.clearFilters}
        </Button>
      )}
    </div>
  );
}
