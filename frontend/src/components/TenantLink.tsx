import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { allTenants } from "@/api/choices";

/** The tenant that the platform's own alerts belong to (docs/decisions/0030); nobody administers it. */
const PLATFORM = "platform";

/** Whose something is, what they are called if that is known, and the way to them. */
export function TenantLink({ tenantId, name }: { tenantId: string; name?: string }): ReactNode {
  if (tenantId === PLATFORM) return <span className="text-xs text-muted">the platform</span>;
  const link = (
    <Link to={`/operator/tenants/${encodeURIComponent(tenantId)}`} className="font-mono text-xs hover:underline">
      {tenantId}
    </Link>
  );
  if (name === undefined || name === tenantId) return link;
  return (
    <>
      <span className="block">{name}</span>
      {link}
    </>
  );
}

/** Of what the server tells the tenant's id alone: by the name that it has in the list of tenants. */
export function TenantLinkById({ tenantId }: { tenantId: string }): ReactNode {
  const { data: tenants } = useQuery(allTenants);
  const name = tenants?.find((tenant) => tenant.tenant_id === tenantId)?.name;
  return <TenantLink tenantId={tenantId} {...(name === undefined ? {} : { name })} />;
}
