import type { ReactNode } from "react";
import { Link } from "react-router";

/** The tenant that the platform's own alerts belong to (docs/decisions/0030); nobody administers it. */
const PLATFORM = "platform";

/** Whose something is, and the way to them. */
export function TenantLink({ tenantId }: { tenantId: string }): ReactNode {
  if (tenantId === PLATFORM) return <span className="text-xs text-muted">the platform</span>;
  return (
    <Link to={`/operator/tenants/${encodeURIComponent(tenantId)}`} className="font-mono text-xs hover:underline">
      {tenantId}
    </Link>
  );
}
