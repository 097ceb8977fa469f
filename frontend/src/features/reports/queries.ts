import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { fetchOrRequest } from "./exportQueries";
import { text } from "./text";

export type ReportRun = Schemas["ReportRun"];
export type ReportRunDetail = Schemas["ReportRunDetail"];
export type ReportStatus = Schemas["ReportStatus"];
export type ReportSchedule = Schemas["ReportSchedule"];
export type SlaSummary = Schemas["SlaSummary"];
export type AvailabilityFigures = Schemas["AvailabilityFigures"];
export type DeviceAvailability = Schemas["DeviceAvailability"];

const REPORTS = "reports";

/** A time that is asked about; the end is not part of it. */
export interface Period {
  start: string;
  end: string;
}

export const reportPages = (status: ReportStatus | undefined) =>
  pagesOf([REPORTS, "list", { status }], (cursor, signal) =>
    ask(api.GET("/customer/reports", { params: { query: { status, limit: 50, cursor } }, signal })),
  );

export const oneReport = (reportId: string) =>
  queryOptions({
    queryKey: [REPORTS, "one", reportId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/reports/{report_id}", { params: { path: { report_id: reportId } }, signal })),
  });

const devicesIn = (
  { start, end }: Period,
  query: { site_id: string | undefined; limit: number; cursor: string | undefined },
  signal?: AbortSignal,
) =>
  ask(
    api.GET("/customer/reports/availability", {
      params: { query: { ...query, start, end } },
      ...(signal ? { signal } : {}),
    }),
  );

/** What was is worked out once: it is not read again by itself. */
export const devicePages = (period: Period, siteId: string | undefined) => ({
  ...pagesOf([REPORTS, "devices", period, siteId], (cursor, signal) =>
    devicesIn(period, { site_id: siteId, limit: 50, cursor }, signal),
  ),
  refetchInterval: false as const,
});

/** Every device of a period, for a file; null when they are too many to come at once, and are made into an export. */
export async function readDevices({ start, end }: Period): Promise<DeviceAvailability[] | null> {
  const file = await fetchOrRequest({ dataset: "availability", format: "json", start, end });
  return file === null ? null : (JSON.parse(file.content) as DeviceAvailability[]);
}

export const reportSchedule = queryOptions({
  queryKey: [REPORTS, "schedule"],
  queryFn: ({ signal }) => ask(api.GET("/customer/report-schedule", { signal })),
});

export const useMakeReport = (): UseMutationResult<ReportRunDetail, Error, Period> =>
  useChange({
    silent: true,
    changes: [REPORTS],
    done: () => text.made,
    send: ({ start, end }: Period) =>
      ask(api.POST("/customer/reports/sla-summary", { params: { query: { start, end } } })),
  });

export const useSaveSchedule = ({
  version,
}: ReportSchedule): UseMutationResult<ReportSchedule, Error, Schemas["ChangeReportSchedule"]> =>
  useChange({
    silent: true,
    changes: [REPORTS],
    done: () => text.schedule.saved,
    send: (body: Schemas["ChangeReportSchedule"]) =>
      ask(api.PUT("/customer/report-schedule", { params: { header: ifMatch(version) }, body })),
  });
