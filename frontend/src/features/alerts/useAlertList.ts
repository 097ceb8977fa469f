import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Alert } from "@/api/types";
import { rowsUnder, stillOf } from "./merge";
import { alertHead, alertPages, type AlertPage } from "./queries";
import type { AlertFilters } from "./useAlertFilters";

/** What TanStack Query knows of the list, for AsOf, QueryState and LoadMore. */
interface AlertListQuery {
  /** The first page, with what it counts. */
  data: AlertPage | undefined;
  error: unknown;
  dataUpdatedAt: number;
  isFetching: boolean;
  isError: boolean;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/**
 * A list of alerts, as far as somebody has asked for it. After an event its first page alone is read again, whatever was
 * loaded below; rows further down hear of their changes themselves (live/alerts.ts).
 */
export function useAlertList(filters: AlertFilters, groupId?: string): { query: AlertListQuery; rows: Alert[] } {
  const list = useInfiniteQuery(alertPages(filters, groupId));
  const first = list.isPlaceholderData ? undefined : list.data?.pages[0];
  const head = useQuery({
    ...alertHead(filters, groupId),
    enabled: first !== undefined,
    initialData: first,
    initialDataUpdatedAt: list.dataUpdatedAt,
  });
  const isNewer = first !== undefined && head.dataUpdatedAt > list.dataUpdatedAt;
  const top = isNewer ? head.data : list.data?.pages[0];
  const rows = useMemo(() => {
    const pages = list.data?.pages ?? [];
    const all = isNewer && top !== undefined ? rowsUnder(top, pages) : pages.flatMap(({ items }) => items);
    return list.isPlaceholderData ? all : stillOf(filters.status, all);
  }, [list.data, list.isPlaceholderData, isNewer, top, filters.status]);
  return {
    rows,
    query: {
      data: top,
      error: list.error,
      dataUpdatedAt: Math.max(list.dataUpdatedAt, isNewer ? head.dataUpdatedAt : 0),
      isFetching: list.isFetching || head.isFetching,
      isError: list.isError || head.isError,
      refetch: list.refetch,
      hasNextPage: list.hasNextPage && top?.next_cursor !== null,
      isFetchingNextPage: list.isFetchingNextPage,
      fetchNextPage: list.fetchNextPage,
    },
  };
}
