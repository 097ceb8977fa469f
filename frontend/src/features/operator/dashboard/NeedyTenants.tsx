import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/types";
import { Badge } from "@/components/Status";
import { percent } from "@/lib/numbers";
import { attentionWords } from "../attention";
import { text } from "./text";

const MOST = 8;

/** Customers whose fleets are not well, those who need somebody now before the others. */
export function NeedyTenants({ tenants }: { tenants: readonly Schemas["TenantHealth"][] }): ReactNode {
  const needy = [
    ...tenants.filter(({ attention }) => attention === "RED"),
    ...tenants.filter(({ attention }) => attention === "AMBER"),
  ];
  if (needy.length === 0) return <p className="p-3 text-sm text-online">{text.noAttention}</p>;
  return (
    <ul className="divide-y">
      {needy.slice(0, MOST).map((tenant) => (
        <li key={tenant.tenant_id} className="flex items-center gap-3 px-3 py-2 text-sm">
          <Badge tone={tenant.attention === "RED" ? "bad" : "warn"}>{attentionWords[tenant.attention]}</Badge>
          <Link
            to={`/operator/tenants/${tenant.tenant_id}`}
            className="min-w-0 flex-1 truncate font-medium hover:underline"
          >
            {tenant.name}
          </Link>
          <span className="tabular shrink-0 text-xs text-muted">
            {text.online(tenant.counts.ONLINE ?? 0)}, {percent(tenant.online_percent)} ·{" "}
            {text.alertsOf(tenant.live_alerts)}
            {tenant.critical_alerts > 0 && `, ${text.critical(tenant.critical_alerts)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
