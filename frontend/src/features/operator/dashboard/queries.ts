import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { REFRESH_MILLISECONDS } from "../queries";

export const platformSummary = queryOptions({
  queryKey: ["operator-noc", "summary"],
  refetchInterval: REFRESH_MILLISECONDS,
  queryFn: ({ signal }) => ask(api.GET("/operator/noc/summary", { signal })),
});
