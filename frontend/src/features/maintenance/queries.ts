import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type Window = Schemas["MaintenanceWindow"];
export type WindowState = Schemas["WindowState"];

/** What has taken place of it stays, whatever is done with the rest. */
export const hasBegun = ({ starts_at }: Window): boolean => new Date(starts_at).getTime() < Date.now();

export const windowPages = (state: WindowState | undefined) =>
  pagesOf([...keys.maintenance, "list", state], (cursor, signal) =>
    ask(api.GET("/customer/maintenance-windows", { params: { query: { state, limit: 50, cursor } }, signal })),
  );

export const plannedTimes = (start: string, end: string) =>
  queryOptions({
    queryKey: [...keys.maintenance, "calendar", start, end],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/maintenance-windows/calendar", { params: { query: { start, end } }, signal })),
  });

export function useSaveWindow(existing: Window | undefined): UseMutationResult<Window, Error, Schemas["PlanWindow"]> {
  return useChange({
    silent: true,
    changes: ["maintenance"],
    done: ({ name }) => text.saved(name),
    send: (body: Schemas["PlanWindow"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/maintenance-windows", { body })
          : api.PUT("/customer/maintenance-windows/{window_id}", {
              params: { path: { window_id: existing.window_id }, header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

export function useEndWindow(): UseMutationResult<Window, Error, Window> {
  return useChange({
    silent: true,
    changes: ["maintenance", "alerts"],
    done: ({ name }) => text.ended(name),
    send: ({ window_id, version }: Window) =>
      ask(
        api.POST("/customer/maintenance-windows/{window_id}/end", {
          params: { path: { window_id }, header: ifMatch(version) },
        }),
      ),
  });
}

/** Delete what has not begun, end the rest for good. */
export function useDeleteWindow(): UseMutationResult<unknown, Error, Window> {
  return useChange({
    silent: true,
    changes: ["maintenance", "alerts"],
    done: (_, window: Window) => (hasBegun(window) ? text.ended(window.name) : text.removed(window.name)),
    send: ({ window_id, version }: Window) =>
      ask(
        api.DELETE("/customer/maintenance-windows/{window_id}", {
          params: { path: { window_id }, header: ifMatch(version) },
        }),
      ),
  });
}
