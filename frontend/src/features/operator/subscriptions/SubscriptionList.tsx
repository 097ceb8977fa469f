import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { Filters, ListPanel } from "@/components/ListPage";
import { SelectFilter } from "@/components/SelectFilter";
import { TenantFilter } from "@/components/TenantFilter";
import { subscriptionKindWords as kindWords, subscriptionStatusWords as statusWords } from "@/components/text";
import { useSearchState } from "@/lib/useSearchState";
import { useSortChoice } from "../useSortChoice";
import {
  SORTS,
  subscriptionPages,
  useResume,
  type Subscription,
  type SubscriptionFilters,
  type SubscriptionKind,
  type SubscriptionStatus,
} from "./queries";
import { ChangeDialog, MoveDialog, SuspendDialog } from "./SubscriptionDialogs";
import { SubscriptionTable, type Act } from "./SubscriptionTable";
import { text } from "./text";

const KINDS = Object.keys(kindWords) as SubscriptionKind[];
const STATUSES = Object.keys(statusWords) as SubscriptionStatus[];
const ENDINGS = Object.entries(text.endings);
const NOTHING = { tenant: null, kind: null, status: null, ending: null };

export function SubscriptionList(): ReactNode {
  const { one, change } = useSearchState();
  const ending = ENDINGS.map(([days]) => days).find((days) => days === one("ending"));
  const filters: SubscriptionFilters = {
    tenant_id: one("tenant"),
    kind: KINDS.find((known) => known === one("kind")),
    status: STATUSES.find((known) => known === one("status")),
    ending_within_days: ending === undefined ? undefined : Number(ending),
  };
  const { sorting, onSort } = useSortChoice(SORTS, { sort: "term_end", order: "asc" });
  const query = useInfiniteQuery(subscriptionPages(filters, sorting));
  const resume = useResume();
  const [asked, setAsked] = useState<{ act: Act; subscription: Subscription }>();
  const expand = useCallback((id: string | null) => change({ subscription: id }, { replace: true }), [change]);
  const { mutate: endSuspension } = resume;
  const act = useCallback(
    (act: Act, subscription: Subscription) =>
      act === "resume" ? endSuspension(subscription) : setAsked({ act, subscription }),
    [endSuspension],
  );
  const close = (): void => setAsked(undefined);
  const clear = Object.values(filters).some((value) => value !== undefined) ? () => change(NOTHING) : undefined;
  return (
    <>
      <Filters onClear={clear}>
        <TenantFilter tenantId={filters.tenant_id} onChange={(tenant) => change({ tenant })} />
        <SelectFilter
          label={text.kind}
          any={text.anyKind}
          options={KINDS.map((kind) => [kind, kindWords[kind]])}
          value={filters.kind}
          onChange={(kind) => change({ kind })}
        />
        <SelectFilter
          label={text.status}
          any={text.anyStatus}
          options={STATUSES.map((status) => [status, statusWords[status]])}
          value={filters.status}
          onChange={(status) => change({ status })}
        />
        <SelectFilter
          label={text.ending}
          any={text.anyEnding}
          options={ENDINGS}
          value={ending}
          onChange={(days) => change({ ending: days })}
        />
        <AsOf query={query} />
      </Filters>
      <ListPanel query={query} words={text} onClear={clear}>
        {(subscriptions) => (
          <SubscriptionTable
            subscriptions={subscriptions}
            expanded={one("subscription")}
            onExpand={expand}
            onAct={act}
            sorting={sorting}
            onSort={onSort}
          />
        )}
      </ListPanel>
      {asked?.act === "change" && <ChangeDialog subscription={asked.subscription} onClose={close} />}
      {asked?.act === "suspend" && <SuspendDialog subscription={asked.subscription} onClose={close} />}
      {asked?.act === "move" && <MoveDialog subscription={asked.subscription} onClose={close} />}
    </>
  );
}
