import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";

export type Overview = Schemas["Overview"];
export type AlertOverview = Schemas["AlertOverview"];

/** Everything on the page in one request. */
export const overview = queryOptions({
  queryKey: keys.overview,
  queryFn: ({ signal }) => ask(api.GET("/customer/overview", { signal })),
});
