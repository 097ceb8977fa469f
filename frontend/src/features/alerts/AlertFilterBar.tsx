import { useQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { allSites } from "@/api/queries";
import { ALERT_TYPES, SEVERITIES } from "@/api/types";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { FilterMenu } from "@/components/Menu";
import { SearchInput } from "@/components/SearchInput";
import { SeverityLabel } from "@/components/Severity";
import { alertTypeWords } from "@/components/text";
import { text } from "./text";
import type { AlertFilters, useAlertFilters } from "./useAlertFilters";

interface FilterBarProps {
  filters: AlertFilters;
  onChange: ReturnType<typeof useAlertFilters>["change"];
  onClear: (() => void) | undefined;
}

export function AlertFilterBar({ filters, onChange, onClear }: FilterBarProps): ReactNode {
  const sites = useQuery(allSites);
  const search = useCallback((q: string) => onChange({ q }, { replace: true }), [onChange]);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput value={filters.q} onChange={search} label={text.search} />
      <FilterMenu
        label={text.severity}
        chosen={filters.severity}
        onChange={(severity) => onChange({ severity })}
        options={SEVERITIES.map((severity) => ({ value: severity, label: <SeverityLabel severity={severity} /> }))}
      />
      <FilterMenu
        label={text.type}
        chosen={filters.type}
        onChange={(type) => onChange({ type })}
        options={ALERT_TYPES.map((type) => ({ value: type, label: alertTypeWords[type] ?? type }))}
      />
      <Select
        aria-label={text.site}
        className="w-44"
        value={filters.site ?? ""}
        onChange={(event) => onChange({ site: event.target.value })}
      >
        <option value="">{text.site}</option>
        {sites.data?.map((site) => (
          <option key={site.site_id} value={site.site_id}>
            {site.name}
          </option>
        ))}
      </Select>
      {filters.device !== undefined && (
        <Button onClick={() => onChange({ device: null })} className="border-accent text-accent">
          {filters.device} ✕
        </Button>
      )}
      {onClear && (
        <Button kind="quiet" onClick={onClear}>
          {text.clearFilters}
        </Button>
      )}
    </div>
  );
}
