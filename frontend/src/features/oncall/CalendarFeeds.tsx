import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { CodeBlock } from "@/components/Copy";
import { ConfirmDialog, Dialog } from "@/components/Dialog";
import { Field, Input, Select } from "@/components/Form";
import { FormProblem } from "@/components/FormProblem";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { sentenceOf } from "@/lib/problem";
import { peopleOf } from "./people";
import { calendarFeeds, useMakeFeed, useRevokeFeed, type Schedule } from "./queries";
import { text } from "./text";

/** Secret addresses at which calendar programs read a schedule. */
export function CalendarFeeds({ schedule }: { schedule: Schedule }): ReactNode {
  const query = useQuery(calendarFeeds(schedule.schedule_id));
  const revoke = useRevokeFeed();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Schemas["CalendarFeed"]>();
  return (
    <Panel
      title={text.feeds}
      aside={
        <Can permission="oncall:manage">
          <Button size="small" onClick={() => setMaking(true)}>
            {text.addFeed}
          </Button>
        </Can>
      }
    >
      <p className="mb-2 text-xs text-muted">{text.feedsDetail}</p>
      <QueryState query={query} skeletonRows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-muted">{text.noFeeds}</p>
          ) : (
            <ul className="divide-y text-sm">
              {items.map((feed) => (
                <li key={feed.feed_id} className="flex items-center justify-between gap-2 py-1.5">
                  <span className="min-w-0">
                    {feed.label} <span className="text-muted">({feed.email ?? text.everybody})</span>
                    <span className="block text-xs text-muted">
                      {text.feedRead} <TimeAgo time={feed.last_read_at} />
                    </span>
                  </span>
                  <Can permission="oncall:manage">
                    <Button size="small" onClick={() => setLeaving(feed)}>
                      {text.feedRevoke}
                    </Button>
                  </Can>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
      {making && <MakeFeed schedule={schedule} onClose={() => setMaking(false)} />}
      {leaving && (
        <ConfirmDialog
          open
          onClose={() => setLeaving(undefined)}
          title={text.feedRevokeTitle(leaving.label)}
          description={text.feedRevokeDescription}
          confirm={text.feedRevoke}
          onConfirm={() => revoke.mutateAsync(leaving)}
        />
      )}
    </Panel>
  );
}

function MakeFeed({ schedule, onClose }: { schedule: Schedule; onClose: () => void }): ReactNode {
  const make = useMakeFeed(schedule.schedule_id);
  const [label, setLabel] = useState("");
  const [email, setEmail] = useState("");
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    make.mutate({ label: label.trim(), email: email === "" ? null : email });
  };
  return (
    <Dialog open onClose={onClose} title={text.addFeed} description={text.feedsDetail}>
      {make.data ? (
        <div className="space-y-3">
          <p className="text-sm">{text.feedMade}</p>
          <CodeBlock label={text.feedAddress} code={location.origin + make.data.path} />
        </div>
      ) : (
        <form onSubmit={submit} className="space-y-3">
          <Field label={text.feedLabel}>
            <Input value={label} maxLength={100} required onChange={(event) => setLabel(event.target.value)} />
          </Field>
          <Field label={text.feedWhose}>
            <Select value={email} onChange={(event) => setEmail(event.target.value)}>
              <option value="">{text.everybody}</option>
              {peopleOf(schedule).map((person) => (
                <option key={person.email} value={person.email}>
                  {person.name}
                </option>
              ))}
            </Select>
          </Field>
          <FormProblem message={make.error ? sentenceOf(make.error) : undefined} />
          <Button type="submit" kind="primary" busy={make.isPending} disabled={label.trim() === ""}>
            {text.addFeed}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
