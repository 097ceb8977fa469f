import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { concernedIn } from "@/components/external";
import { NoOpenAlerts } from "@/components/NoOpenAlerts";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { TimeAgo } from "@/components/Time";
import { toast } from "@/components/toast";
import type { AlertOverview } from "./queries";
import { text } from "./text";

export function GravestAlerts({ gravest: alerts, counts }: Pick<AlertOverview, "gravest" | "counts">): ReactNode {
  return (
    <Panel
      flush
      title={text.gravest}
      aside={
        <Link to="/alerts" className="text-xs text-accent hover:underline">
          {text.allAlerts}
        </Link>
      }
    >
      {alerts.length === 0 ? (
        <NoOpenAlerts counts={counts} />
      ) : (
        <ul className="divide-y">
          {alerts.map((alert) => (
            <li key={alert.alert_id} className="flex items-center gap-3 px-3 py-2 max-sm:flex-wrap max-sm:gap-y-1">
              <span className="w-20 shrink-0 max-sm:w-auto">
                <SeverityLabel severity={alert.severity} />
              </span>
              <span className="min-w-0 flex-1 max-sm:order-last max-sm:basis-full">
                <Link
                  to={`/alerts?alert=${alert.alert_id}`}
                  className="block truncate text-sm hover:underline max-sm:whitespace-normal"
                >
                  {alert.together > 1 ? text.together(alert.together, alert.site_id ?? alert.summary) : alert.summary}
                </Link>
                {alert.together === 1 && concernedIn(alert).length > 0 && (
                  <span className="block truncate text-xs text-muted">
                    {[...concernedIn(alert), alert.site_id].filter(Boolean).join(" · ")}
                  </span>
                )}
              </span>
              <span className="text-xs text-muted max-sm:mr-auto">
                <TimeAgo time={alert.opened_at} />
              </span>
              {alert.together === 1 && (
                <Can permission="alerts:handle">
                  <Acknowledge alertId={alert.alert_id} summary={alert.summary} />
                </Can>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Acknowledge({ alertId, summary }: { alertId: string; summary: string }): ReactNode {
  const queries = useQueryClient();
  const path = { params: { path: { alert_id: alertId } } };
  const refresh = async (): Promise<void> => {
    await Promise.all([keys.alerts, keys.overview].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  const acknowledge = useMutation({
    mutationFn: () => ask(api.POST("/customer/alerts/{alert_id}/acknowledge", path)),
    onSuccess: async () => {
      toast.done(`${text.acknowledgedToast}: ${summary}`, {
        undo: async () => {
          await ask(api.POST("/customer/alerts/{alert_id}/unacknowledge", path));
          await refresh();
        },
      });
      await refresh();
    },
  });
  return (
    <Button
      size="small"
      busy={acknowledge.isPending}
      aria-label={`${text.acknowledge}: ${summary}`}
      onClick={() => acknowledge.mutate()}
    >
      {text.acknowledge}
    </Button>
  );
}
