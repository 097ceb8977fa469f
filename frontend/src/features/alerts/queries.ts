import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
  type UseMutationResult,
} from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { AlertAction, Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { text } from "./text";
import type { AlertFilters } from "./useAlertFilters";

const PAGE = 50;

export function alertPages({ status, severity, type, site, device, q, sort, order }: AlertFilters) {
  return infiniteQueryOptions({
    queryKey: [...keys.alerts, "list", { status, severity, type, site, device, q, sort, order }],
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Schemas["AlertPage"]) => page.next_cursor ?? undefined,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/customer/alerts", {
          signal,
          params: {
            query: {
              status: [status],
              severity: severity.length > 0 ? severity : undefined,
              type: type.length > 0 ? type : undefined,
              site_id: site,
              device_id: device,
              q: q === "" ? undefined : q,
              sort,
              order,
              limit: PAGE,
              cursor: pageParam,
            },
          },
        }),
      ),
  });
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

async function handle({ action, alertIds, minutes, remark }: Handling): Promise<Schemas["HandledAlerts"]> {
  const body = { action, alert_ids: alertIds, minutes: minutes ?? null, remark: remark ?? null };
  return ask(api.POST("/customer/alerts/bulk", { body }));
}

/** One action on one alert or on many; what was refused is told with its reason. */
export function useHandleAlerts(): UseMutationResult<Schemas["HandledAlerts"], Error, Handling> {
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.alerts });
  return useMutation({
    mutationFn: handle,
    onSuccess: async (result, { action }) => {
      const changed = result.results.filter((one) => one.changed).map((one) => one.alert_id);
      const refusal = result.results.find((one) => one.refusal)?.refusal;
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
      if (refusal) toast.failed(new Error(text.refused(result.refused, refusal.detail)));
      await refresh();
    },
  });
}
