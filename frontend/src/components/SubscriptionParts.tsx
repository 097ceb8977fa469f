/** What tenants and operators see alike of a subscription: its cells in a table, and its history below. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { sentenceCase } from "@/lib/words";
import { LoadMore } from "./LoadMore";
import { StackedBar } from "./Meter";
import { Unfold } from "./Row";
import { QueryState } from "./States";
import { Badge } from "./Status";
import { Timeline } from "./Timeline";
import { Moment } from "./Time";
import { renewalWords, subscriptionKindWords, subscriptionStatusWords, subscriptionText as text } from "./text";

type Subscription = Schemas["Subscription"];
type History = ReturnType<typeof pagesOf<{ items: Schemas["SubscriptionEvent"][]; next_cursor: string | null }>>;

const TONES = { TRIAL: "accent", ACTIVE: "good", GRACE: "warn", SUSPENDED: "bad", EXPIRED: "neutral" } as const;
const RENEWAL_TONES = { REQUESTED: "accent", GRANTED: "good", REFUSED: "bad", WITHDRAWN: "neutral" } as const;

interface NameProps {
  subscription: Subscription;
  open: boolean;
  onChange: (open: boolean) => void;
}

/** Its name, which unfolds its history, with what it is. */
export function SubscriptionName({ subscription: { name, kind, plan }, open, onChange }: NameProps): ReactNode {
  return (
    <>
      <Unfold open={open} label={text.history(name)} onChange={onChange}>
        {name}
      </Unfold>
      <span className="block pl-5 text-xs text-muted">
        {[subscriptionKindWords[kind], plan].filter(Boolean).join(", ")}
      </span>
    </>
  );
}

export function SubscriptionState({ subscription }: { subscription: Subscription }): ReactNode {
  return (
    <>
      <Badge tone={TONES[subscription.status]}>{subscriptionStatusWords[subscription.status]}</Badge>
      <span className="block text-xs text-muted">{subscription.status_reason}</span>
    </>
  );
}

export function RenewalState({ status }: { status: Schemas["RenewalStatus"] }): ReactNode {
  return <Badge tone={RENEWAL_TONES[status]}>{renewalWords[status]}</Badge>;
}

/** How many of its seats are taken; an additional one has its seats counted with its main one's. */
export function SubscriptionSeats({ subscription }: { subscription: Subscription }): ReactNode {
  const { kind, device_limit, devices, seat_limit } = subscription;
  if (kind === "ADDON") return <span className="text-xs text-muted">{text.ownSeats(device_limit)}</span>;
  const told = text.seats(devices, seat_limit);
  return (
    <div className="grid gap-1">
      <StackedBar
        label={told}
        parts={[
          { name: "taken", value: devices, colour: devices >= seat_limit ? "var(--stale)" : "var(--accent)" },
          { name: "free", value: Math.max(0, seat_limit - devices), colour: "var(--raised)" },
        ]}
      />
      <span className="text-xs text-muted">{told}</span>
    </div>
  );
}

export function SubscriptionTerm({ subscription }: { subscription: Subscription }): ReactNode {
  return (
    <>
      <Moment time={subscription.term_end} />
      <span className="block text-xs text-muted">{text.left(subscription.days_left)}</span>
    </>
  );
}

/** What happened to it, newest first; `events` reads it as whoever looks may. */
export function SubscriptionHistory({ name, events }: { name: string; events: History }): ReactNode {
  const query = useInfiniteQuery(events);
  return (
    <QueryState query={query} skeletonRows={3}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <p className="text-sm text-muted">{text.noHistory}</p>;
        return (
          <>
            <Timeline
              label={text.history(name)}
              entries={items.map((event) => ({
                key: String(event.event_id),
                time: event.time,
                title: `${sentenceCase(event.event)}: ${subscriptionStatusWords[event.to_status]}`,
                detail: text.by(event.actor),
              }))}
            />
            {query.hasNextPage && <LoadMore query={query} shown={items.length} />}
          </>
        );
      }}
    </QueryState>
  );
}
