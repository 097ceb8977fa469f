import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { FormProblem } from "@/components/FormProblem";
import { Facts } from "@/components/Panel";
import { Skeleton } from "@/components/States";
import { sentenceOf } from "@/lib/problem";
import { trialOf, useTryTarget, type Target, type TargetTrial } from "./queries";
import { outcomeWords, trialText as text } from "./text";

/** Asks a target now, and shows what it really answered and what its addon makes of that. */
export function TargetTest({ target, onClose }: { target: Target; onClose: () => void }): ReactNode {
  const { mutate, data: first, error: refusal, isPending } = useTryTarget();
  const toldAt = first?.state === "WAITING" ? first.tested_at : undefined;
  const later = useQuery(trialOf(target.target_id, toldAt));
  const data = toldAt === undefined ? first : (later.data ?? first);
  const error = refusal ?? later.error;
  const isWaiting = data?.state === "WAITING";
  const begun = useRef(false);
  useEffect(() => {
    // Once, however often the dialog is rendered: it is a stranger's system that is asked.
    if (begun.current) return;
    begun.current = true;
    mutate(target.target_id);
  }, [mutate, target.target_id]);
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      title={text.title(target.name)}
      description={text.kept}
      footer={
        <Button busy={isPending || isWaiting} onClick={() => mutate(target.target_id)}>
          {text.again}
        </Button>
      }
    >
      {error ? (
        <FormProblem message={sentenceOf(error)} />
      ) : data === undefined || isWaiting ? (
        <div className="space-y-2" role="status">
          <p className="text-sm text-muted">{data === undefined ? text.asking : text.waiting(data.reason)}</p>
          <Skeleton rows={3} />
        </div>
      ) : (
        <Result trial={data} />
      )}
    </Dialog>
  );
}

function Result({ trial }: { trial: TargetTrial }): ReactNode {
  const isFine = trial.outcome === "ok";
  const Icon = isFine ? CircleCheck : CircleAlert;
  const facts: [string, ReactNode][] = [];
  if (trial.seconds !== null) facts.push([text.took, text.seconds(trial.seconds)]);
  if (trial.reason !== "") facts.push([text.why, trial.reason]);
  if (!trial.complete && trial.outcome !== null) facts.push([text.complete, text.notComplete]);
  if (trial.host_key !== null) {
    facts.push([
      text.hostKey,
      <code key="key" className="font-mono text-xs break-all">
        {trial.host_key}
      </code>,
    ]);
  }
  return (
    <div className="space-y-3" role="status">
      <p className={`flex items-center gap-2 font-medium ${isFine ? "text-online" : "text-offline"}`}>
        <Icon aria-hidden className="size-5" />
        {trial.outcome === null ? text.silent : outcomeWords[trial.outcome]}
      </p>
      <Facts facts={facts} />
      {trial.answers.map((answer) => (
        <figure key={answer.question} className="space-y-1 text-sm">
          <figcaption className="font-mono text-xs text-muted">{answer.question}</figcaption>
          <pre
            tabIndex={0}
            role="region"
            aria-label={answer.question}
            className="max-h-40 overflow-auto rounded border bg-raised p-2 font-mono text-xs"
          >
            {answer.excerpt}
          </pre>
          {answer.error !== null ? (
            <p className="text-offline">
              {text.unreadable} {answer.error}
            </p>
          ) : answer.raises.length === 0 ? (
            <p className="text-muted">{text.nothing}</p>
          ) : (
            <>
              <p>{text.raises}</p>
              <ul className="list-disc pl-5">
                {answer.raises.map((summary, index) => (
                  <li key={index}>{summary}</li>
                ))}
              </ul>
            </>
          )}
        </figure>
      ))}
    </div>
  );
}
