import { useState, type ReactNode } from "react";
import type { AlertAction, Schemas } from "@/api/types";
import { Button } from "@/components/Button";
import { CloseDialog, SilenceMenu } from "./HandlingParts";
import { useHandleAlerts } from "./queries";
import { text } from "./text";

/** What can be done with one alert as it is now. */
export function AlertActions({ alert }: { alert: Schemas["AlertDetail"] }): ReactNode {
  const handle = useHandleAlerts();
  const [closing, setClosing] = useState(false);
  if (alert.status === "CLOSED") return null;
  const run = (action: AlertAction, minutes?: number): void => {
    handle.mutate({ action, alertIds: [alert.alert_id], ...(minutes === undefined ? {} : { minutes }) });
  };
  const busy = handle.isPending;
  return (
    <div className="flex flex-wrap gap-2">
      {alert.status === "OPEN" ? (
        <Button size="small" kind="primary" busy={busy} onClick={() => run("acknowledge")}>
          {text.acknowledge}
        </Button>
      ) : (
        <Button size="small" busy={busy} onClick={() => run("unacknowledge")}>
          {text.unacknowledge}
        </Button>
      )}
      {alert.silenced_at === null ? (
        <SilenceMenu disabled={busy} onChoose={(minutes) => run("silence", minutes)} />
      ) : (
        <Button size="small" busy={busy} onClick={() => run("unsilence")}>
          {text.unsilence}
        </Button>
      )}
      <Button size="small" busy={busy} onClick={() => setClosing(true)}>
        {text.close}
      </Button>
      {closing && (
        <CloseDialog
          alerts={1}
          onConfirm={(remark) => handle.mutateAsync({ action: "close", alertIds: [alert.alert_id], remark })}
          onClose={() => setClosing(false)}
        />
      )}
    </div>
  );
}
