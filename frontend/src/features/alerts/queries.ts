import { queryOptions, useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf, readAll } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Alert, AlertAction, Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { text } from "./text";
import type { AlertFilters } from "./useAlertFilters";

const PAGE = 50;
/** Alerts that one request reads or handles. */
const MOST_AT_ONCE = 200;

function readAlerts(
  { status, severity, type, source, site, device, q, sort, order }: AlertFilters,
  {
    groupId,
    cursor,
    limit,
    signal,
  }: { groupId?: string; cursor: string | undefined; limit: number; signal?: AbortSignal },
): Promise<Schemas["AlertPage"]> {
  return ask(
    api.GET("/customer/alerts", {
      ...(signal === undefined ? {} : { signal }),
      params: {
        query: {
          status: [status],
          severity: severity.length > 0 ? severity : undefined,
          type: type.length > 0 ? type : undefined,
          source: source && [source],
          group_id: groupId,
          grouped: groupId === undefined,
          site_id: site,
          device_id: device,
          q: q === "" ? undefined : q,
          sort,
          order,
          limit,
          cursor,
        },
      },
    }),
  );
}

/** The inbox, in which one of a group stands for all; or the alerts of one group. */
export function alertPages(filters: AlertFilters, groupId?: string) {
  return pagesOf([...keys.alerts, "list", filters, groupId], (cursor, signal) =>
    readAlerts(filters, { ...(groupId === undefined ? {} : { groupId }), cursor, limit: PAGE, signal }),
  );
}

/** Those that selected rows stand for: themselves, and everything that fits of their groups. */
export async function alertsBehind(rows: readonly Alert[], filters: AlertFilters): Promise<string[]> {
  const groups = rows.filter(({ together, group_id }) => together > 1 && group_id !== null);
  const members = await Promise.all(
    groups.map(({ group_id }) =>
      readAll((cursor) => readAlerts(filters, { groupId: group_id ?? "", cursor, limit: MOST_AT_ONCE })),
    ),
  );
  return [...new Set([...rows, ...members.flat()].map(({ alert_id }) => alert_id))];
}

export const alertDetail = (alertId: string) =>
  queryOptions({
    queryKey: [...keys.alerts, "one", alertId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/alerts/{alert_id}", { params: { path: { alert_id: alertId } }, signal })),
  });

export interface Handling {
  action: AlertAction;
  alertIds: string[];
  minutes?: number;
  remark?: string;
}

/** What takes an action back, where something does. */
const OPPOSITES: Partial<Record<AlertAction, AlertAction>> = { acknowledge: "unacknowledge", silence: "unsilence" };

/** In as many requests as it takes, one after the other. */
async function handle({ action, alertIds, minutes, remark }: Handling): Promise<Schemas["HandledAlert"][]> {
  const results = [];
  for (let done = 0; done < alertIds.length; done += MOST_AT_ONCE) {
    const alert_ids = alertIds.slice(done, done + MOST_AT_ONCE);
    const body = { action, alert_ids, minutes: minutes ?? null, remark: remark ?? null };
    results.push(...(await ask(api.POST("/customer/alerts/bulk", { body }))).results);
  }
  return results;
}

/** One action on one alert or on many; what was refused is told with its reason. */
export function useHandleAlerts(): UseMutationResult<Schemas["HandledAlert"][], Error, Handling> {
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.alerts });
  return useMutation({
    mutationFn: handle,
    onSuccess: async (results, { action }) => {
      const changed = results.filter((one) => one.changed).map((one) => one.alert_id);
      const refused = results.filter((one) => one.refusal);
      const opposite = OPPOSITES[action];
      if (changed.length > 0) {
        toast.done(
          text.done[action](changed.length),
          opposite && {
            undo: async () => {
              await handle({ action: opposite, alertIds: changed });
              await refresh();
            },
          },
        );
      }
      const [first] = refused;
      if (first?.refusal) toast.failed(new Error(text.refused(refused.length, first.refusal.detail)));
      await refresh();
    },
  });
}
