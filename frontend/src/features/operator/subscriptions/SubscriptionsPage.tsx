import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { PageHeader } from "@/components/Panel";
import { Tabs } from "@/components/Tabs";
import { useSearchState } from "@/lib/useSearchState";
import { NewSubscriptionDialog } from "./NewSubscriptionDialog";
import { renewalPages } from "./queries";
import { Renewals } from "./Renewals";
import { SubscriptionList } from "./SubscriptionList";
import { text } from "./text";

export default function SubscriptionsPage(): ReactNode {
  const { one, change } = useSearchState();
  const tab = one("tab") === "renewals" ? "renewals" : "subscriptions";
  const waiting = useInfiniteQuery(renewalPages({ tenant_id: one("tenant"), status: "REQUESTED" }));
  const first = waiting.data?.pages[0];
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <AddButton permission="operator.subscriptions:manage" onClick={() => change({ new: "1" })}>
            {text.add}
          </AddButton>
        }
      />
      <Tabs
        label={text.tabsLabel}
        value={tab}
        onChange={(value) => change({ tab: value, status: null, subscription: null }, { replace: true })}
        tabs={[
          { value: "subscriptions", label: text.tabs.subscriptions },
          // More than a page of them is not counted: nobody is told a number that is too low.
          {
            value: "renewals",
            label: text.tabs.renewals,
            count: first?.next_cursor === null ? first.items.length : undefined,
          },
        ]}
      >
        {tab === "subscriptions" ? <SubscriptionList /> : <Renewals />}
      </Tabs>
      {one("new") !== undefined && (
        <Can permission="operator.subscriptions:manage">
          <NewSubscriptionDialog tenantId={one("tenant")} onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
    </>
  );
}
