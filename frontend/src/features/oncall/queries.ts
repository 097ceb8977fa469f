import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keptWhileEdited } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type Schedule = Schemas["OncallSchedule"];
export type Override = Schemas["OncallOverride"];

const key = "oncall";
const PAGE = 50;
const DAYS = 14;

const path = (schedule_id: string) => ({ path: { schedule_id } });

export const schedulePages = (q: string) =>
  pagesOf([key, "list", q], (cursor, signal) => {
    const query = { q: q === "" ? undefined : q, limit: PAGE, cursor };
    return ask(api.GET("/customer/oncall-schedules", { params: { query }, signal }));
  });

export const oneSchedule = (scheduleId: string) =>
  queryOptions({
    queryKey: [key, "one", scheduleId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/oncall-schedules/{schedule_id}", { params: path(scheduleId), signal })),
  });

/** For its form: what its page shows of it goes on being read. */
export const editedSchedule = (scheduleId: string) =>
  queryOptions({ ...oneSchedule(scheduleId), queryKey: [key, "edited", scheduleId], ...keptWhileEdited });

export const currentOncall = (scheduleId: string) =>
  queryOptions({
    queryKey: [key, "current", scheduleId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/oncall-schedules/{schedule_id}/current", { params: path(scheduleId), signal })),
  });

/** Two weeks from an instant. */
export const oncallTimeline = (scheduleId: string, from: string) =>
  queryOptions({
    queryKey: [key, "timeline", scheduleId, from],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/oncall-schedules/{schedule_id}/timeline", {
          params: { ...path(scheduleId), query: { from, days: DAYS } },
          signal,
        }),
      ),
  });

export const oncallCoverage = (scheduleId: string) =>
  queryOptions({
    queryKey: [key, "gaps", scheduleId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/oncall-schedules/{schedule_id}/gaps", { params: path(scheduleId), signal })),
  });

/** Overrides that last or come. */
export const comingOverrides = (scheduleId: string, start: string) =>
  pagesOf([key, "overrides", scheduleId, start], (cursor, signal) =>
    ask(
      api.GET("/customer/oncall-schedules/{schedule_id}/overrides", {
        params: { ...path(scheduleId), query: { start, limit: PAGE, cursor } },
        signal,
      }),
    ),
  );

export const calendarFeeds = (scheduleId: string) =>
  queryOptions({
    queryKey: [key, "feeds", scheduleId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/oncall-schedules/{schedule_id}/calendar-feeds", { params: path(scheduleId), signal })),
  });

export const myShifts = queryOptions({
  queryKey: [key, "my-shifts"],
  queryFn: ({ signal }) => ask(api.GET("/customer/oncall/my-shifts", { params: { query: { days: 30 } }, signal })),
});

export function useSaveSchedule(
  existing: Schedule | undefined,
): UseMutationResult<Schedule, Error, Schemas["DescribeSchedule"]> {
  return useChange({
    silent: true,
    changes: [key],
    done: ({ name }) => text.saved(name),
    send: (body: Schemas["DescribeSchedule"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/oncall-schedules", { body })
          : api.PUT("/customer/oncall-schedules/{schedule_id}", {
              params: { ...path(existing.schedule_id), header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

export function useDeleteSchedule(): UseMutationResult<unknown, Error, Schedule> {
  return useChange({
    silent: true,
    changes: [key],
    done: (_, { name }: Schedule) => text.removed(name),
    send: ({ schedule_id, version }: Schedule) =>
      ask(
        api.DELETE("/customer/oncall-schedules/{schedule_id}", {
          params: { ...path(schedule_id), header: ifMatch(version) },
        }),
      ),
  });
}

export function useSaveOverride(
  scheduleId: string,
  existing: Override | undefined,
): UseMutationResult<Override, Error, Schemas["DescribeOverride"]> {
  return useChange({
    silent: true,
    changes: [key],
    done: ({ responder }) => text.overrideSaved(responder.name),
    send: (body: Schemas["DescribeOverride"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/oncall-schedules/{schedule_id}/overrides", { params: path(scheduleId), body })
          : api.PUT("/customer/oncall-schedules/{schedule_id}/overrides/{override_id}", {
              params: {
                path: { schedule_id: scheduleId, override_id: existing.override_id },
                header: ifMatch(existing.version),
              },
              body,
            }),
      ),
  });
}

export function useEndOverride(): UseMutationResult<unknown, Error, Override> {
  return useChange({
    changes: [key],
    done: (_, { responder }: Override) => text.overrideEnded(responder.name),
    send: ({ schedule_id, override_id, version }: Override) =>
      ask(
        api.DELETE("/customer/oncall-schedules/{schedule_id}/overrides/{override_id}", {
          params: { path: { schedule_id, override_id }, header: ifMatch(version) },
        }),
      ),
  });
}

export function useMakeFeed(
  scheduleId: string,
): UseMutationResult<Schemas["NewCalendarFeed"], Error, Schemas["CreateCalendarFeed"]> {
  return useChange({
    silent: true,
    changes: [key],
    send: (body: Schemas["CreateCalendarFeed"]) =>
      ask(api.POST("/customer/oncall-schedules/{schedule_id}/calendar-feeds", { params: path(scheduleId), body })),
  });
}

export function useRevokeFeed(): UseMutationResult<unknown, Error, Schemas["CalendarFeed"]> {
  return useChange({
    silent: true,
    changes: [key],
    done: (_, { label }: Schemas["CalendarFeed"]) => text.feedRevoked(label),
    send: ({ schedule_id, feed_id }: Schemas["CalendarFeed"]) =>
      ask(
        api.DELETE("/customer/oncall-schedules/{schedule_id}/calendar-feeds/{feed_id}", {
          params: { path: { schedule_id, feed_id } },
        }),
      ),
  });
}
