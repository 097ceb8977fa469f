import { useState, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { Field, TextArea } from "@/components/Form";
import { FormProblem } from "@/components/FormProblem";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { Badge } from "@/components/Status";
import { alertTypeName } from "@/components/text";
import { sentenceOf } from "@/lib/problem";
import { useTrial, type Trial } from "./queries";
import { text } from "./text";

/** Paste what a sender sends, and see the alerts that it would make. */
export function TestBench({ addonId }: { addonId: string }): ReactNode {
  const [payload, setPayload] = useState("");
  const trial = useTrial();
  const wrong = trial.error ? sentenceOf(trial.error) : trial.data?.error;
  return (
    <Panel title={text.bench}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          trial.mutate({ addon_id: addonId, manifest: null, payload });
        }}
      >
        <p className="text-sm text-muted">{text.benchDetail}</p>
        <Field label={text.payload} hint={text.payloadHint}>
          <TextArea
            rows={8}
            spellCheck={false}
            className="font-mono text-xs"
            value={payload}
            onChange={(event) => setPayload(event.target.value)}
          />
        </Field>
        <div>
          <Button type="submit" kind="primary" busy={trial.isPending} disabled={payload.trim() === ""}>
            {text.run}
          </Button>
        </div>
      </form>
      <div aria-live="polite" className="mt-3 empty:hidden">
        <FormProblem message={wrong ?? undefined} />
        {trial.data?.ok && <Outcome trial={trial.data} />}
      </div>
    </Panel>
  );
}

function Outcome({ trial }: { trial: Trial }): ReactNode {
  return (
    <div className="grid gap-2 text-sm">
      <p>{trial.events.length === 0 ? text.nothing : text.would(trial.events.length)}</p>
      <ul className="divide-y rounded-md border empty:hidden">
        {trial.events.map((event, index) => (
          <li key={`${event.fingerprint}-${index}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <Badge tone={event.kind === "CLEAR" ? "good" : "bad"}>
              {event.kind === "CLEAR" ? text.clear : text.raise}
            </Badge>
            {event.severity && <SeverityLabel severity={event.severity} />}
            <span className="font-medium">{event.summary ?? alertTypeName(event.type)}</span>
            <span className="text-xs text-muted">
              {[event.device.name ?? event.device.id, event.device.address].filter(Boolean).join(" · ")}
            </span>
            <code className="ml-auto font-mono text-xs text-muted">{event.fingerprint}</code>
          </li>
        ))}
      </ul>
      {trial.ignored.map(({ reason }, index) => (
        <p key={index} className="text-muted">
          {text.ignored}: {reason}
        </p>
      ))}
    </div>
  );
}
