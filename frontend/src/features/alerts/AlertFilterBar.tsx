import { useQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { allSites } from "@/api/queries";
import { ALERT_TYPES, SEVERITIES, type Alert } from "@/api/types";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { FilterMenu } from "@/components/Menu";
import { SearchInput } from "@/components/SearchInput";
import { SeverityLabel } from "@/components/Severity";
import { SelectFilter } from "@/components/SelectFilter";
import { alertSourceWords, alertTypeName } from "@/components/text";
import { text } from "./text";
import { SOURCES, type AlertFilters, type useAlertFilters } from "./useAlertFilters";

interface FilterBarProps {
  filters: AlertFilters;
  /** Those in sight: their types can be chosen as well as Pulse's own. */
  alerts: readonly Alert[];
  onChange: ReturnType<typeof useAlertFilters>["change"];
  onClear: (() => void) | undefined;
}

export function AlertFilterBar({ filters, alerts, onChange, onClear }: FilterBarProps): ReactNode {
  const sites = useQuery(allSites);
  const types = [...new Set([...ALERT_TYPES, ...filters.type, ...alerts.map(({ type }) => type)])];
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
        options={types.map((type) => ({ value: type, label: alertTypeName(type) }))}
      />
      <SelectFilter
        label={text.source}
        any={text.anySource}
        options={SOURCES.map((source) => [source, alertSourceWords[source]])}
        value={filters.source}
        onChange={(source) => onChange({ source })}
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
