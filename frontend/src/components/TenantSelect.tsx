import { useQuery } from "@tanstack/react-query";
import type { ComponentProps, ReactNode } from "react";
import { allTenants } from "@/api/choices";
import { Select } from "./Form";
import { text } from "./text";

/** One tenant, found by its name; two of one name are told apart by their ids. For operators. */
export function TenantSelect(others: Omit<ComponentProps<"select">, "children">): ReactNode {
  const { data: tenants } = useQuery(allTenants);
  const names = (tenants ?? []).map(({ name }) => name);
  const isTwice = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name);
  return (
    // What a form says from the start has an option only once they have come.
    <Select key={tenants === undefined ? "on their way" : "there"} {...others}>
      <option value="">{tenants === undefined ? text.loading : text.chooseTenant}</option>
      {[...(tenants ?? [])]
        .sort((one, other) => one.name.localeCompare(other.name))
        .map(({ tenant_id, name }) => (
          <option key={tenant_id} value={tenant_id}>
            {isTwice(name) ? `${name} (${tenant_id})` : name}
          </option>
        ))}
    </Select>
  );
}
