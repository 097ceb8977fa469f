import { keepPreviousData, useQueries, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/types";
import { countDevices, devicePage, isListed, PAGE } from "./queries";
import type { DeviceFilters } from "./useDeviceFilters";

type DevicePage = Schemas["DevicePage"];

/** A page is read while so many rows are still to come before it. */
const AHEAD = 100;

/** First and last page of which rows are in view, and the one that soon will be. */
interface View {
  first: number;
  last: number;
  next: number;
}

const AT_THE_TOP: View = { first: 0, last: 0, next: 0 };
const pageOf = (row: number): number => Math.floor(row / PAGE);

/** The rows of a list of any length, as far as they have been read. */
export interface DeviceRows {
  /** How many there are, read or not. */
  total: number;
  pages: readonly (DevicePage | undefined)[];
  /** Say which rows are in view. */
  show: (first: number, last: number) => void;
  /** The device that is sought: its row, counted from 0, "ahead" while pages are read on to it, "absent" if it is in none. */
  sought: number | "ahead" | "absent" | undefined;
}

/** Counted from 0; -1 of what has not been read. */
export function placeOf(deviceId: string, pages: DeviceRows["pages"]): number {
  for (const [number, page] of pages.entries()) {
    const place = page?.items.findIndex(({ device_id }) => device_id === deviceId) ?? -1;
    if (place >= 0) return number * PAGE + place;
  }
  return -1;
}

/** What TanStack Query knows of the reads of what is in view. */
interface Freshness {
  data: DevicePage | undefined;
  error: unknown;
  dataUpdatedAt: number;
  isFetching: boolean;
  isError: boolean;
  refetch: () => unknown;
}

/**
 * A list of devices of which only what is in view is read again: by the clock, after an event, or because it comes back
 * into view. However far somebody has scrolled, that is a page or two. To a device that is sought, and that the list has,
 * the pages on the way are read, each once.
 */
export function useDevicePages(
  filters: DeviceFilters,
  sought?: string,
): { rows: DeviceRows | undefined; query: Freshness } {
  const queries = useQueryClient();
  const list = JSON.stringify(filters);
  const [shown, setShown] = useState({ list, view: AT_THE_TOP });
  const { first, last, next } = shown.list === list ? shown.view : AT_THE_TOP;
  const { pagesBefore, read, isWhole } = pagesRead(queries, filters);
  const place = sought === undefined ? -1 : placeOf(sought, pagesBefore);
  const isAhead = sought !== undefined && read > 0 && place === -1 && !isWhole;
  const listed = useQuery({ ...isListed(filters, sought ?? ""), enabled: isAhead });

  const opening = useQuery({
    ...devicePage(filters, 0),
    placeholderData: keepPreviousData,
    enabled: first === 0 || read === 0,
  });
  const others = useQueries({
    queries: Array.from({ length: read === 0 ? 0 : isWhole ? read - 1 : read }, (_, before) => {
      const index = before + 1;
      const isNext = index === read && (index <= next || (isAhead && listed.data === true));
      return { ...devicePage(filters, index), enabled: isNext || (index >= first && index <= last) };
    }),
  });
  // The first page knows how many there are; who is further down asks for the number alone.
  const counted = useQuery({ ...countDevices(filters), enabled: first > 0 });

  const results = [opening, ...others];
  const inView = results.slice(first, last + 1);
  const readAt = inView.map(({ dataUpdatedAt }) => dataUpdatedAt).filter((time) => time > 0);
  const pages = results.map(({ data }) => data);
  const rowsRead = pages.reduce((sum, page) => sum + (page?.items.length ?? 0), 0);
  const total = (first > 0 ? counted.data?.total : undefined) ?? opening.data?.total;
  return {
    rows:
      total === undefined
        ? undefined
        : {
            total: isWhole ? rowsRead : Math.max(total, rowsRead),
            pages,
            sought:
              sought === undefined
                ? undefined
                : place >= 0
                  ? place
                  : isAhead && listed.data !== false
                    ? "ahead"
                    : "absent",
            show: (firstRow, lastRow) => {
              const view = { first: pageOf(firstRow), last: pageOf(lastRow), next: pageOf(lastRow + AHEAD) };
              if (view.first !== first || view.last !== last || view.next !== next) setShown({ list, view });
            },
          },
    query: {
      data: opening.data,
      error: opening.error,
      dataUpdatedAt: readAt.length > 0 ? Math.min(...readAt) : 0,
      isFetching: inView.some(({ isFetching }) => isFetching),
      isError: inView.some(({ isError }) => isError),
      refetch: () => Promise.all(inView.map(({ refetch }) => refetch())),
    },
  };
}

/** The pages, from the first one on, that have been read, and whether the last of them is the list's end. */
function pagesRead(
  queries: QueryClient,
  filters: DeviceFilters,
): { pagesBefore: DevicePage[]; read: number; isWhole: boolean } {
  const pagesBefore: DevicePage[] = [];
  for (;;) {
    const page = queries.getQueryData(devicePage(filters, pagesBefore.length).queryKey);
    if (page !== undefined) pagesBefore.push(page);
    const isWhole = page?.next_cursor === null;
    if (page === undefined || isWhole) return { pagesBefore, read: pagesBefore.length, isWhole };
  }
}
