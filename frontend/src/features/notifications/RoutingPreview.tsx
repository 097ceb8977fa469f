import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleMinus, CircleX } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Alert, Schemas } from "@/api/types";
import { concerned } from "@/components/external";
import { Field, Select } from "@/components/Form";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { severityWords } from "@/components/text";
import { useTimeZone } from "@/lib/preferences";
import { shortTime } from "@/lib/time";
import { recentAlerts, routingPreview, type PreviewedEvent } from "./queries";
import { eventWords, routingText as text } from "./text";

const EVENTS: readonly PreviewedEvent[] = ["opened", "escalated", "acknowledged", "closed"];

/** What an event of an alert would send by the rules as they are, and why. */
export function RoutingPreview(): ReactNode {
  const [alertId, setAlertId] = useState("");
  const [event, setEvent] = useState<PreviewedEvent>("opened");
  const open = useQuery(recentAlerts("OPEN", "ACKNOWLEDGED"));
  const closed = useQuery(recentAlerts("CLOSED"));
  const query = useQuery({ ...routingPreview(alertId, event), enabled: alertId !== "" });
  const timeZone = useTimeZone();
  return (
    <Panel title={text.preview}>
      <div className="mb-3 grid gap-3 sm:grid-cols-[1fr_12rem]">
        <Field label={text.previewAlert}>
          <Select value={alertId} onChange={(change) => setAlertId(change.target.value)}>
            <option value="">{text.chooseAlert}</option>
            <AlertOptions label={text.openAlerts} alerts={open.data?.items} />
            <AlertOptions label={text.closedAlerts} alerts={closed.data?.items} />
          </Select>
        </Field>
        <Field label={text.previewEvent}>
          <Select
            value={event}
            onChange={(change) => setEvent(EVENTS.find((each) => each === change.target.value) ?? "opened")}
          >
            {EVENTS.map((each) => (
              <option key={each} value={each}>
                {eventWords[each]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {alertId === "" ? (
        <p className="text-sm text-muted">{text.previewDetail}</p>
      ) : (
        <QueryState query={query} skeletonRows={3}>
          {({ maintenance, silent_because, verdicts }) => (
            <div className="space-y-2 text-sm">
              {maintenance !== null && (
                <p className="text-muted">{text.held(maintenance.name, shortTime(maintenance.until, timeZone))}</p>
              )}
              {silent_because !== null && (
                <p className="text-stale">
                  {text.silent} {silent_because}
                </p>
              )}
              {verdicts.length === 0 && <p className="text-muted">{text.noRules}</p>}
              <ol className="divide-y">
                {verdicts.map((verdict) => (
                  <Verdict key={verdict.rule_id} verdict={verdict} />
                ))}
              </ol>
            </div>
          )}
        </QueryState>
      )}
    </Panel>
  );
}

function AlertOptions({ label, alerts = [] }: { label: string; alerts: readonly Alert[] | undefined }): ReactNode {
  const timeZone = useTimeZone();
  if (alerts.length === 0) return null;
  return (
    <optgroup label={label}>
      {alerts.map((alert) => (
        <option key={alert.alert_id} value={alert.alert_id}>
          {[concerned(alert), severityWords[alert.severity], shortTime(alert.opened_at, timeZone), alert.summary]
            .filter((word) => word !== undefined)
            .join(" · ")}
        </option>
      ))}
    </optgroup>
  );
}

function Verdict({ verdict }: { verdict: Schemas["RuleVerdict"] }): ReactNode {
  const [Icon, colour, words] = verdict.sends
    ? ([CircleCheck, "text-online", text.sends] as const)
    : verdict.matches
      ? ([CircleMinus, "text-muted", verdict.spared_because === null ? text.fits : text.spares] as const)
      : ([CircleX, "text-muted", text.fitsNot] as const);
  const reasons = verdict.spared_because === null ? verdict.objections : [verdict.spared_because];
  return (
    <li className="flex items-start gap-2 py-1.5">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${colour}`} />
      <span>
        <span className="font-medium">{verdict.name}</span> → {verdict.channel_name}
        <span className="block text-xs text-muted">{[words, ...reasons].join(": ")}</span>
      </span>
    </li>
  );
}
