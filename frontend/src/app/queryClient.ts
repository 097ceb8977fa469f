import { MutationCache, QueryClient } from "@tanstack/react-query";
import { toast } from "@/components/toast";
import { ProblemError } from "@/lib/problem";
import { useLive } from "@/live/store";

/** While nothing is heard live, what is on the page is read again this often. */
const WITHOUT_LIVE_MILLISECONDS = 30_000;
/** And while it is: relative numbers such as uptime change without an event. */
const WITH_LIVE_MILLISECONDS = 120_000;
const MOST_RETRIES = 2;

/** What was refused stays refused; a server or network that failed, or asked for patience, may answer the next time. */
export function mayWorkNextTime(error: unknown): boolean {
  return !(error instanceof ProblemError && error.status >= 400 && error.status < 500 && error.status !== 429);
}

declare module "@tanstack/react-query" {
  interface Register {
    /** `silent`: the mutation's own form shows what went wrong. */
    mutationMeta: { silent?: boolean };
  }
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5000,
        // Without a network a read fails, which a page can say, instead of waiting; once it is back it is tried again.
        networkMode: "always",
        refetchOnReconnect: true,
        refetchInterval: () =>
          useLive.getState().connection === "live" ? WITH_LIVE_MILLISECONDS : WITHOUT_LIVE_MILLISECONDS,
        retry: (failures, error) => failures < MOST_RETRIES && mayWorkNextTime(error),
        retryDelay: (failures, error) =>
          1000 *
          (error instanceof ProblemError && error.retryAfterSeconds !== null ? error.retryAfterSeconds : 2 ** failures),
      },
      // A change that waited for the network would be made minutes later, when it may be wrong.
      mutations: { networkMode: "always" },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.silent !== true) toast.failed(error);
      },
    }),
  });
}
