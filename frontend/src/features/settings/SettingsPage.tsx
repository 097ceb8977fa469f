import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ownTenant } from "@/api/queries";
import { Can } from "@/auth/Can";
import { InTenantZone } from "@/components/InTenantZone";
import { AsOf } from "@/components/AsOf";
import { PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { AccessForm } from "./AccessForm";
import { AlertLimitForm } from "./AlertLimitForm";
import { DigestForm } from "./DigestForm";
import { ProfileForm } from "./ProfileForm";
import { alertLimit, digest, type Digest } from "./queries";
import { Rates } from "./Rates";
import { accessText, digestText, limitText, profileText, ratesText, text } from "./text";

export default function SettingsPage(): ReactNode {
  const query = useQuery(ownTenant);
  return (
    <>
      <PageHeader title={text.title} description={text.description} actions={<AsOf query={query} />} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid gap-4">
          <Panel title={profileText.title}>
            <QueryState query={query}>{(tenant) => <ProfileForm tenant={tenant} />}</QueryState>
          </Panel>
          <Panel title={accessText.title}>
            <QueryState query={query}>{(tenant) => <AccessForm tenant={tenant} />}</QueryState>
          </Panel>
          <Panel title={ratesText.title}>
            <QueryState query={query}>{(tenant) => <Rates limits={tenant.limits} />}</QueryState>
          </Panel>
        </div>
        <div className="grid gap-4">
          <Can permission="notifications:read">
            <DigestPanel />
          </Can>
          <Can permission="alerts:read">
            <LimitPanel />
          </Can>
        </div>
      </div>
    </>
  );
}

function DigestPanel(): ReactNode {
  const query = useQuery(digest);
  return (
    <Panel title={digestText.title} aside={<AsOf query={query} />}>
      <QueryState query={query}>
        {(wish) => <InTenantZone>{(timeZone) => <DigestForm digest={begun(wish, timeZone)} />}</InTenantZone>}
      </QueryState>
    </Panel>
  );
}

/** One that was never set goes by the organisation's clocks. */
function begun(wish: Digest, timeZone: string): Digest {
  return !wish.enabled && wish.recipients.length === 0 ? { ...wish, timezone: timeZone } : wish;
}

function LimitPanel(): ReactNode {
  const query = useQuery(alertLimit);
  return (
    <Panel title={limitText.title} aside={<AsOf query={query} />}>
      <QueryState query={query}>{(limit) => <AlertLimitForm limit={limit} />}</QueryState>
    </Panel>
  );
}
