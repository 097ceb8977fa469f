import type { UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { catalogText, mappingText } from "./text";

export type Metric = Schemas["CatalogMetric"];
export type Mapping = Schemas["MetricMapping"];

/** As the choices of forms have it (api/choices.ts). */
export const METRICS = "metrics";

export const catalogPages = (q: string) =>
  pagesOf([METRICS, "catalog", { q }], (cursor, signal) =>
    ask(
      api.GET("/customer/metrics/catalog", {
        params: { query: { q: q === "" ? undefined : q, limit: 50, cursor } },
        signal,
      }),
    ),
  );

export const mappingPages = (normalized_metric: string | undefined) =>
  pagesOf([METRICS, "mappings", { normalized_metric }], (cursor, signal) =>
    ask(api.GET("/customer/metrics/mappings", { params: { query: { normalized_metric, limit: 50, cursor } }, signal })),
  );

export function useSaveMetric(existing: Metric | undefined): UseMutationResult<Metric, Error, Schemas["AddMetric"]> {
  return useChange({
    silent: true,
    changes: [METRICS],
    done: ({ metric }: Metric) => catalogText.saved(metric),
    send: ({ metric, ...description }: Schemas["AddMetric"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/metrics/catalog", { body: { metric, ...description } })
          : api.PUT("/customer/metrics/catalog/{metric_id}", {
              params: { path: { metric_id: existing.metric_id }, header: ifMatch(existing.version) },
              body: description,
            }),
      ),
  });
}

export function useDeleteMetric(): UseMutationResult<unknown, Error, Metric> {
  return useChange({
    silent: true,
    changes: [METRICS],
    done: (_, { metric }: Metric) => catalogText.removed(metric),
    send: ({ metric_id, version }: Metric) =>
      ask(
        api.DELETE("/customer/metrics/catalog/{metric_id}", {
          params: { path: { metric_id }, header: ifMatch(version) },
        }),
      ),
  });
}

export function useSaveMapping(
  existing: Mapping | undefined,
): UseMutationResult<Mapping, Error, Schemas["AddMapping"]> {
  return useChange({
    silent: true,
    changes: [METRICS],
    done: ({ raw_metric }: Mapping) => mappingText.saved(raw_metric),
    send: ({ raw_metric, ...meaning }: Schemas["AddMapping"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/metrics/mappings", { body: { raw_metric, ...meaning } })
          : api.PUT("/customer/metrics/mappings/{mapping_id}", {
              params: { path: { mapping_id: existing.mapping_id }, header: ifMatch(existing.version) },
              body: meaning,
            }),
      ),
  });
}

export function useDeleteMapping(): UseMutationResult<unknown, Error, Mapping> {
  return useChange({
    silent: true,
    changes: [METRICS],
    done: (_, { raw_metric }: Mapping) => mappingText.removed(raw_metric),
    send: ({ mapping_id, version }: Mapping) =>
      ask(
        api.DELETE("/customer/metrics/mappings/{mapping_id}", {
          params: { path: { mapping_id }, header: ifMatch(version) },
        }),
      ),
  });
}
