import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { LoadMore } from "@/components/LoadMore";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { RenewalState } from "@/components/SubscriptionParts";
import { Moment } from "@/components/Time";
import { renewalPages, useWithdraw } from "./queries";
import { text } from "./text";

/** What was asked for, and what the operator decided. */
export function Renewals(): ReactNode {
  const query = useInfiniteQuery(renewalPages);
  const withdraw = useWithdraw();
  return (
    <Panel flush title={text.renewals} className="mt-4" aside={<AsOf query={query} />}>
      <QueryState query={query} skeletonRows={2}>
        {({ pages }) => {
          const renewals = pages.flatMap((page) => page.items);
          if (renewals.length === 0) return <p className="p-3 text-sm text-muted">{text.noRenewals}</p>;
          return (
            <>
              <ul className="divide-y text-sm" aria-label={text.renewals}>
                {renewals.map((renewal) => (
                  <li key={renewal.renewal_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                    <RenewalState status={renewal.status} />
                    <span className="font-medium">{renewal.subscription_name}</span>
                    <span>
                      {text.wanted(renewal.term_days, renewal.device_limit)}
                      {renewal.granted_term_days !== null && (
                        <span className="block text-xs">
                          {text.granted(renewal.granted_term_days, renewal.granted_device_limit)}
                        </span>
                      )}
                    </span>
                    <span className="flex-1 text-xs text-muted">{renewal.decision || renewal.note}</span>
                    <span className="text-xs text-muted">
                      <Moment time={renewal.decided_at ?? renewal.requested_at} />
                    </span>
                    {renewal.status === "REQUESTED" && (
                      <Can permission="subscriptions:manage">
                        <Button
                          size="small"
                          busy={withdraw.isPending}
                          onClick={() => withdraw.mutate(renewal.renewal_id)}
                        >
                          {text.withdraw}
                        </Button>
                      </Can>
                    )}
                  </li>
                ))}
              </ul>
              {query.hasNextPage && <LoadMore query={query} shown={renewals.length} />}
            </>
          );
        }}
      </QueryState>
    </Panel>
  );
}
