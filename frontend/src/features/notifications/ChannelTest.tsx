import { CircleAlert, CircleCheck } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Dialog } from "@/components/Dialog";
import { FormProblem } from "@/components/FormProblem";
import { Facts } from "@/components/Panel";
import { Skeleton } from "@/components/States";
import { sentenceOf } from "@/lib/problem";
import { useTestChannel, type Channel } from "./queries";
import { channelText as text } from "./text";

/** Sends a sample through a channel and shows what the other side really answered. */
export function ChannelTest({ channel, onClose }: { channel: Channel; onClose: () => void }): ReactNode {
  const { mutate, data, error } = useTestChannel();
  const begun = useRef(false);
  useEffect(() => {
    // Once, however often the dialog is rendered: a sample reaches people.
    if (begun.current) return;
    begun.current = true;
    mutate(channel.channel_id);
  }, [mutate, channel.channel_id]);
  const Icon = data?.ok === true ? CircleCheck : CircleAlert;
  return (
    <Dialog open onClose={onClose} title={text.testTitle(channel.name)}>
      {error ? (
        <FormProblem message={sentenceOf(error)} />
      ) : data === undefined ? (
        <div className="space-y-2">
          <p className="text-sm text-muted">{text.testing}</p>
          <Skeleton rows={2} />
        </div>
      ) : (
        <div className="space-y-3" role="status">
          <p className={`flex items-center gap-2 font-medium ${data.ok ? "text-online" : "text-offline"}`}>
            <Icon aria-hidden className="size-5" />
            {data.ok ? text.testOk : text.testFailed}
          </p>
          <Facts
            facts={[
              [text.testCode, data.status_code ?? null],
              [text.testTook, text.milliseconds(data.latency_milliseconds)],
              [text.testError, data.error],
            ]}
          />
          {data.answer !== "" && (
            <figure>
              <figcaption className="mb-1 text-xs text-muted">{text.testAnswer}</figcaption>
              <pre className="max-h-60 overflow-auto rounded border bg-raised p-2 font-mono text-xs">{data.answer}</pre>
            </figure>
          )}
        </div>
      )}
    </Dialog>
  );
}
