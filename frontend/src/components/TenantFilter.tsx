import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { allTenants } from "@/api/choices";
import { SelectFilter } from "./SelectFilter";
import { text } from "./text";

interface TenantFilterProps {
  tenantId: string | undefined;
  /** Null takes the filter away. */
  onChange: (tenantId: string | null) => void;
}

/** One tenant or all of them, for operators: by name. One that an address tells of is there before the list has come. */
export function TenantFilter({ tenantId, onChange }: TenantFilterProps): ReactNode {
  const { data: tenants = [] } = useQuery(allTenants);
  const options = tenants.map(({ tenant_id, name }): [string, string] => [tenant_id, name]);
  if (tenantId !== undefined && options.every(([known]) => known !== tenantId)) options.unshift([tenantId, tenantId]);
  return (
    <SelectFilter
      label={text.tenant}
      any={text.anyTenant}
      options={options.sort(([, name], [, other]) => name.localeCompare(other))}
      value={tenantId}
      onChange={onChange}
    />
  );
}
