import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { EmptyState, QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { toast } from "@/components/toast";
import { text } from "./text";

const SHOWN = 6;

export function GravestAlerts(): ReactNode {
  const query = useQuery({
    queryKey: [...keys.alerts, "gravest"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/alerts", { params: { query: { sort: "severity", order: "desc", limit: SHOWN } }, signal }),
      ),
  });
  return (
    <Panel
      flush
      title={text.gravest}
      aside={
        <span className="flex items-center gap-3">
          <AsOf query={query} />
          <Link to="/alerts" className="text-xs text-accent hover:underline">
            {text.allAlerts}
          </Link>
        </span>
      }
    >
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={text.noAlerts}>{text.noAlertsDetail}</EmptyState>
          ) : (
            <ul className="divide-y">
              {items.map((alert) => (
                <li key={alert.alert_id} className="flex items-center gap-3 px-3 py-2">
                  <span className="w-20 shrink-0">
                    <SeverityLabel severity={alert.severity} />
                  </span>
                  <Link
                    to={`/alerts?alert=${alert.alert_id}`}
                    className="min-w-0 flex-1 truncate text-sm hover:underline"
                  >
                    {alert.summary}
                  </Link>
                  <span className="text-xs text-muted">
                    <TimeAgo time={alert.opened_at} />
                  </span>
                  <Can permission="alerts:handle">
                    <Acknowledge alertId={alert.alert_id} summary={alert.summary} />
                  </Can>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}

function Acknowledge({ alertId, summary }: { alertId: string; summary: string }): ReactNode {
  const queries = useQueryClient();
  const path = { params: { path: { alert_id: alertId } } };
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.alerts });
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
