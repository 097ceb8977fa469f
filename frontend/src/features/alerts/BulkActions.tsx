import { useState, type ReactNode } from "react";
import type { Alert, AlertAction } from "@/api/types";
import { Button } from "@/components/Button";
import { toast } from "@/components/toast";
import { CloseDialog, SilenceMenu } from "./HandlingParts";
import { alertsBehind, useHandleAlerts, type Handling } from "./queries";
import { text } from "./text";
import { isAll, type AlertFilters } from "./useAlertFilters";

interface BulkActionsProps {
  /** The rows that are selected; one may stand for a group. */
  selected: readonly Alert[];
  filters: AlertFilters;
  onDone: () => void;
}

export function BulkActions({ selected, filters, onDone }: BulkActionsProps): ReactNode {
  const handle = useHandleAlerts();
  const [gathering, setGathering] = useState(false);
  const [closing, setClosing] = useState(false);
  const busy = gathering || handle.isPending;
  const allTaken = selected.every((alert) => isAll("ACKNOWLEDGED", alert, filters.status));
  const alerts = selected.reduce((sum, { together }) => sum + together, 0);
  const run = async (action: AlertAction, more: Pick<Handling, "minutes" | "remark"> = {}): Promise<void> => {
    setGathering(true);
    try {
      const alertIds = await alertsBehind(selected, filters);
      handle.mutate({ action, alertIds, ...more }, { onSuccess: onDone });
    } catch (error) {
      toast.failed(error);
    } finally {
      setGathering(false);
    }
  };
  return (
    <div
      role="toolbar"
      aria-label={text.selected(alerts)}
      className="mb-3 flex flex-wrap items-center gap-2 rounded-md border border-accent/40 bg-accent-soft px-3 py-1.5"
    >
      <span className="tabular mr-2 text-sm font-medium">{text.selected(alerts)}</span>
      <Button
        size="small"
        busy={busy}
        disabled={allTaken}
        title={allTaken ? text.acknowledgedAlready : undefined}
        onClick={() => void run("acknowledge")}
      >
        {text.acknowledge}
      </Button>
      <SilenceMenu disabled={busy} onChoose={(minutes) => void run("silence", { minutes })} />
      <Button size="small" busy={busy} onClick={() => setClosing(true)}>
        {text.close}
      </Button>
      <Button size="small" kind="quiet" onClick={onDone}>
        {text.clearSelection}
      </Button>
      {closing && (
        <CloseDialog
          alerts={alerts}
          onConfirm={(remark) => run("close", { remark })}
          onClose={() => setClosing(false)}
        />
      )}
    </div>
  );
}
