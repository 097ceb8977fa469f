import {
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
} from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf, readAll } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Alert, AlertAction, Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { text } from "./text";
import type { AlertFilters } from "./useAlertFilters";

export type AlertPage = Schemas["AlertPage"];

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
): Promise<AlertPage> {
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

type Reader = (cursor: string | undefined, signal: AbortSignal) => Promise<AlertPage>;

/** The inbox, in which one of a group stands for all; or the alerts of one group. */
const readerOf =
  (filters: AlertFilters, groupId: string | undefined): Reader =>
  (cursor, signal) =>
    readAlerts(filters, { ...(groupId === undefined ? {} : { groupId }), cursor, limit: PAGE, signal });

export const alertPages = (filters: AlertFilters, groupId: string | undefined) =>
  pagesOf([...keys.alertLists, filters, groupId], readerOf(filters, groupId));

/** The first page alone, which every event makes be read again. */
export const alertHead = (filters: AlertFilters, groupId: string | undefined) =>
  queryOptions({
    queryKey: [...keys.alerts, "head", filters, groupId],
    queryFn: ({ signal }) => readerOf(filters, groupId)(undefined, signal),
    // The list itself is read by the clock.
    refetchInterval: false,
    refetchOnMount: false,
    refetchOnWindowFocus: false,
  });

/** Those that selected rows stand for: themselves, and everything that fits of their groups; nothing that is over. */
export async function alertsBehind(rows: readonly Alert[], filters: AlertFilters): Promise<string[]> {
  const groups = rows.filter(({ together, group_id }) => together > 1 && group_id !== null);
  const members = await Promise.all(
    groups.map(({ group_id }) =>
      readAll((cursor) => readAlerts(filters, { groupId: group_id ?? "", cursor, limit: MOST_AT_ONCE })),
    ),
  );
  const live = [...rows, ...members.flat()].filter(({ status }) => status !== "CLOSED");
  return [...new Set(live.map(({ alert_id }) => alert_id))];
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
  /** Of a silence; without it, until the alert is closed. */
  minutes?: number | undefined;
  /** The comment, or the reason of a close. */
  remark?: string | undefined;
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
  const refresh = async (): Promise<void> => {
    await Promise.all([keys.alertLists, keys.alerts].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return useMutation({
    mutationFn: handle,
    onSuccess: (results, { action }) => {
      for (const { alert } of results) if (alert !== null) showAsItIs(queries, alert);
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
      // Not waited for: what was asked for is done, and a list may take its time.
      void refresh();
    },
  });
}

/** At once, in what is open of it; its story follows with the next read. */
function showAsItIs(queries: QueryClient, alert: NonNullable<Schemas["HandledAlert"]["alert"]>): void {
  queries.setQueryData(alertDetail(alert.alert_id).queryKey, (known) => known && { ...known, ...alert });
}
