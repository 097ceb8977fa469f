import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "@/components/Button";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { AlertStatusBadge } from "@/components/Status";
import { AlertStory } from "./AlertStory";
import { Concerned } from "./Concerned";
import { alertDetail } from "./queries";
import { text } from "./text";

/** The alert that a link leads to, where it is not among those that the list shows. */
export function LinkedAlert({ alertId, onClose }: { alertId: string; onClose: () => void }): ReactNode {
  const { data: alert } = useQuery(alertDetail(alertId));
  return (
    <Panel
      className="mb-3"
      title={
        <span className="flex flex-wrap items-center gap-3 font-normal">
          {alert ? (
            <>
              <SeverityLabel severity={alert.severity} />
              <span className="font-semibold">{alert.summary}</span>
              <AlertStatusBadge status={alert.status} />
              <Concerned alert={alert} />
            </>
          ) : (
            text.linked
          )}
        </span>
      }
      aside={
        <IconButton label={text.leaveLinked} size="small" className="w-7" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      }
    >
      <AlertStory alertId={alertId} />
    </Panel>
  );
}
