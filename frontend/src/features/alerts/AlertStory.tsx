import { useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { Field, TextArea } from "@/components/Form";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { Timeline } from "@/components/Timeline";
import { AlertActions } from "./AlertActions";
import { AlertFacts } from "./AlertFacts";
import { LONGEST_REMARK } from "./HandlingParts";
import { alertDetail, useHandleAlerts } from "./queries";
import { storyOf } from "./story";
import { text } from "./text";

/** Everything that is known of one alert, and what can be done with it. */
export function AlertStory({ alertId }: { alertId: string }): ReactNode {
  const query = useQuery(alertDetail(alertId));
  return (
    <QueryState query={query} skeletonRows={3}>
      {(alert) => (
        <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
          <div className="min-w-0 space-y-3">
            <AlertFacts alert={alert} />
            <Details details={alert.details} />
            <Can permission="alerts:handle">
              <AlertActions alert={alert} />
            </Can>
          </div>
          <section aria-label={text.story} className="min-w-0">
            <h2 className="mb-2 text-xs font-medium text-muted">{text.story}</h2>
            <Can permission="alerts:handle">
              <Comment alertId={alert.alert_id} />
            </Can>
            <Story alert={alert} />
          </section>
        </div>
      )}
    </QueryState>
  );
}

function Story({ alert }: { alert: Schemas["AlertDetail"] }): ReactNode {
  const [unfolded, setUnfolded] = useState(false);
  const story = storyOf(alert, unfolded);
  const folds = story.length < alert.timeline.length;
  return (
    <>
      <Timeline
        label={text.story}
        entries={story.map(({ key, time, title, words, until }) => ({
          key,
          time,
          title,
          ...(words.length + Number(until !== undefined) === 0
            ? {}
            : {
                detail: (
                  <span className="wrap-anywhere">
                    {words.join(" · ")}
                    {until !== undefined && (
                      <>
                        {words.length > 0 && ", "}
                        {text.until} <Moment time={until} />
                      </>
                    )}
                  </span>
                ),
              }),
        }))}
      />
      {(folds || unfolded) && (
        <Button size="small" kind="quiet" className="mt-2" onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? text.fold : text.unfold(alert.timeline.length)}
        </Button>
      )}
    </>
  );
}

function Details({ details }: { details: Record<string, unknown> }): ReactNode {
  const entries = Object.entries(details);
  if (entries.length === 0) return null;
  return (
    <details className="text-xs">
      <summary className="cursor-pointer font-medium text-muted">{text.details}</summary>
      <pre className="mt-1 max-h-60 overflow-auto rounded border bg-surface p-2 font-mono">
        {JSON.stringify(details, null, 2)}
      </pre>
    </details>
  );
}

function Comment({ alertId }: { alertId: string }): ReactNode {
  const handle = useHandleAlerts();
  const [remark, setRemark] = useState("");
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const typed = remark.trim();
    if (typed === "") return;
    handle.mutate({ action: "comment", alertIds: [alertId], remark: typed }, { onSuccess: () => setRemark("") });
  };
  return (
    <form onSubmit={send} className="mb-3 flex items-end gap-2">
      <Field label={text.commentLabel} hideLabel className="flex-1">
        <TextArea
          rows={2}
          value={remark}
          maxLength={LONGEST_REMARK}
          placeholder={text.commentPlaceholder}
          onChange={(event) => setRemark(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
          }}
        />
      </Field>
      <Button type="submit" busy={handle.isPending} disabled={remark.trim() === ""}>
        {text.comment}
      </Button>
    </form>
  );
}
