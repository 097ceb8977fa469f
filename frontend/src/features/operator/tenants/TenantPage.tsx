import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { Permission } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { StackedBar } from "@/components/Meter";
import { LimitFacts } from "@/components/LimitFacts";
import { Facts, PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { deviceLimit, hasSubscriptions, useDeleteTenant, useResumeTenant, type Tenant } from "./queries";
import { oneTenant } from "../queries";
import { DeviceLimitDialog, EditTenantDialog, SuspendDialog } from "./TenantDialogs";
import { TenantStatusBadge } from "./TenantStatusBadge";
import { text } from "./text";

export default function TenantPage(): ReactNode {
  const { tenantId = "" } = useParams();
  const query = useQuery(oneTenant(tenantId));
  return (
    <>
      <BackLink to="/operator/tenants">{text.back}</BackLink>
      <QueryState query={query} skeletonRows={8} isPage>
        {(tenant) => <TenantView tenant={tenant} freshness={<AsOf query={query} />} />}
      </QueryState>
    </>
  );
}

/** What else there is of a tenant, and where. */
const RELATED: readonly (readonly [permission: Permission, words: string, address: (tenantId: string) => string])[] = [
  ["operator.devices:read", text.devices, (tenantId) => `/operator/devices?tenant=${tenantId}`],
  ["operator.alerts:read", text.alerts, (tenantId) => `/operator/alerts?tenant=${tenantId}`],
  ["operator.subscriptions:read", text.subscriptions, (tenantId) => `/operator/subscriptions?tenant=${tenantId}`],
  ["operator.usage:read", text.usage, (tenantId) => `/operator/usage/${tenantId}`],
  ["operator.users:read", text.users, (tenantId) => `/operator/users?tenant=${tenantId}`],
  ["operator.audit-log:read", text.auditLog, (tenantId) => `/operator/audit-log?tenant=${tenantId}`],
  ["operator.quarantine:read", text.quarantine, (tenantId) => `/operator/quarantine?tenant=${tenantId}`],
];

type Asked = "edit" | "suspend" | "delete";

function TenantView({ tenant, freshness }: { tenant: Tenant; freshness: ReactNode }): ReactNode {
  const navigate = useNavigate();
  const resume = useResumeTenant(tenant);
  const remove = useDeleteTenant(tenant);
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  return (
    <>
      <PageHeader
        title={tenant.name}
        description={<TenantStatusBadge status={tenant.status} />}
        actions={
          <>
            {freshness}
            {tenant.status !== "DELETED" && (
              <Can permission="operator.tenants:manage">
                <Button onClick={() => setAsked("edit")}>{text.edit}</Button>
                {tenant.status === "SUSPENDED" ? (
                  <Button busy={resume.isPending} onClick={() => resume.mutate()}>
                    {text.resume}
                  </Button>
                ) : (
                  <Button onClick={() => setAsked("suspend")}>{text.suspend}</Button>
                )}
                <Button onClick={() => setAsked("delete")}>{text.delete}</Button>
              </Can>
            )}
          </>
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title={text.facts}>
          <Facts
            facts={[
              [text.id, <code key="id">{tenant.tenant_id}</code>],
              [text.timezone, tenant.timezone],
              [text.created, <Moment key="created" time={tenant.created_at} long />],
              ...(tenant.suspended_at === null
                ? []
                : [
                    [text.suspended, <Moment key="suspended" time={tenant.suspended_at} long />] as const,
                    [text.why, tenant.suspended_reason] as const,
                  ]),
              ...(tenant.deleted_at === null
                ? []
                : [[text.deleted, <Moment key="deleted" time={tenant.deleted_at} long />] as const]),
              [text.allowlist, tenant.ip_allowlist.join(", ") || text.anywhere],
            ]}
          />
        </Panel>
        <div className="space-y-4">
          <Seats tenant={tenant} />
          <Panel title={text.limits}>
            {Object.keys(tenant.limits).length === 0 ? (
              <p className="text-sm text-muted">{text.noLimits}</p>
            ) : (
              <LimitFacts limits={tenant.limits} />
            )}
          </Panel>
          <nav aria-label={tenant.name} className="flex flex-wrap gap-2">
            {RELATED.map(([permission, words, address]) => (
              <Can key={words} permission={permission}>
                <Button asChild>
                  <Link to={address(encodeURIComponent(tenant.tenant_id))}>{words}</Link>
                </Button>
              </Can>
            ))}
          </nav>
        </div>
      </div>
      {asked === "edit" && <EditTenantDialog tenant={tenant} onClose={close} />}
      {asked === "suspend" && <SuspendDialog tenant={tenant} onClose={close} />}
      <ConfirmDialog
        open={asked === "delete"}
        onClose={close}
        title={text.confirmDelete(tenant.name)}
        description={text.confirmDeleteDetail}
        confirm={text.delete}
        onConfirm={async () => {
          await remove.mutateAsync();
          await navigate("/operator/tenants");
        }}
      />
    </>
  );
}

/** How many of its devices a tenant has. */
function Seats({ tenant }: { tenant: Tenant }): ReactNode {
  const query = useQuery(deviceLimit(tenant.tenant_id));
  const subscribed = useQuery(hasSubscriptions(tenant.tenant_id));
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title={text.seats}
      aside={
        tenant.status !== "DELETED" &&
        subscribed.data === false && (
          <Can permission="operator.tenants:manage">
            <Button size="small" disabled={!query.data} onClick={() => setChanging(true)}>
              {text.changeLimit}
            </Button>
          </Can>
        )
      }
    >
      <QueryState query={query} skeletonRows={2}>
        {({ device_limit, taken, free }) => (
          <div className="space-y-2 text-sm">
            <p>{text.seatsTaken(taken, device_limit)}</p>
            <StackedBar
              label=""
              parts={[
                { name: "taken", value: taken, colour: "var(--accent)" },
                { name: "free", value: Math.max(0, device_limit - taken), colour: "transparent" },
              ]}
            />
            {subscribed.data === true && <p className="text-xs text-muted">{text.seatsOfSubscriptions}</p>}
            {free <= 0 && <p className="text-stale">{text.seatsFull}</p>}
            {changing && <DeviceLimitDialog tenant={tenant} limit={device_limit} onClose={() => setChanging(false)} />}
          </div>
        )}
      </QueryState>
    </Panel>
  );
}
