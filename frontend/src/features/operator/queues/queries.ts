import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { REFRESH_MILLISECONDS } from "../queries";
import { text } from "./text";

export type Queue = Schemas["QueueFigures"];
export type OutboxHealth = Schemas["OutboxHealth"];

const QUEUES = "operator-queues";

/** So many messages of a queue are looked at. */
const SAMPLE = 10;

export const queueList = queryOptions({
  queryKey: [QUEUES, "list"],
  refetchInterval: REFRESH_MILLISECONDS,
  queryFn: ({ signal }) => ask(api.GET("/operator/queues", { signal })),
});

/** Read when somebody looks, and not by itself: each look counts as a reception of the messages. */
export const queueSample = (queue: string) =>
  queryOptions({
    queryKey: [QUEUES, "sample", queue],
    refetchInterval: false,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/operator/queues/{queue_name}/messages", {
          params: { path: { queue_name: queue }, query: { limit: SAMPLE } },
          signal,
        }),
      ),
  });

export const outbox = queryOptions({
  queryKey: [QUEUES, "outbox"],
  refetchInterval: REFRESH_MILLISECONDS,
  queryFn: ({ signal }) => ask(api.GET("/operator/outbox", { signal })),
});

export function useRedrive({ queue }: Queue): UseMutationResult<Schemas["Redriven"], Error, Schemas["RedriveQueue"]> {
  return useChange({
    silent: true,
    changes: [QUEUES],
    done: ({ messages, redriven_to, left }) => text.redriven(messages, redriven_to, left),
    send: (body: Schemas["RedriveQueue"]) =>
      ask(api.POST("/operator/queues/{queue_name}/redrive", { params: { path: { queue_name: queue } }, body })),
  });
}

export function usePurge({ queue }: Queue): UseMutationResult<unknown, Error, void> {
  return useChange({
    silent: true,
    changes: [QUEUES],
    done: () => text.purged(queue),
    send: () => ask(api.POST("/operator/queues/{queue_name}/purge", { params: { path: { queue_name: queue } } })),
  });
}
