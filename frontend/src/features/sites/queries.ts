import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keys } from "@/api/queries";

export const sitePages = (q: string) =>
  pagesOf([...keys.siteNumbers, "list", { q }], (cursor, signal) =>
    ask(
      api.GET("/customer/sites", {
        params: { query: { q: q === "" ? undefined : q, limit: 50, cursor } },
        signal,
      }),
    ),
  );

export const siteSummary = (siteId: string) =>
  queryOptions({
    queryKey: [...keys.siteNumbers, "summary", siteId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/sites/{site_id}/summary", { params: { path: { site_id: siteId } }, signal })),
  });
