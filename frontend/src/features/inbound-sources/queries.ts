import type { UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type Source = Schemas["InboundSource"];
export type NewSource = Schemas["NewInboundSource"];
export type SourceWish = Schemas["SetInboundSource"];
export type Authentication = Source["authentication"];

const SOURCES = "inbound-sources";
const CHANGES = [SOURCES];

export const sourcePages = (q: string) =>
  pagesOf([SOURCES, "list", q], (cursor, signal) =>
    ask(
      api.GET("/customer/inbound-sources", {
        params: { query: { q: q === "" ? undefined : q, limit: 50, cursor } },
        signal,
      }),
    ),
  );

const at = ({ source_id, version }: Source) => ({ path: { source_id }, header: ifMatch(version) });

export function useMakeSource(): UseMutationResult<NewSource, Error, SourceWish> {
  return useChange({
    changes: CHANGES,
    silent: true,
    send: (body: SourceWish) => ask(api.POST("/customer/inbound-sources", { body })),
  });
}

export function useChangeSource(source: Source): UseMutationResult<Source, Error, SourceWish> {
  return useChange({
    changes: CHANGES,
    silent: true,
    done: ({ name }: Source) => text.changed(name),
    send: (body: SourceWish) => ask(api.PUT("/customer/inbound-sources/{source_id}", { params: at(source), body })),
  });
}

export function useSwitchSource(): UseMutationResult<Source, Error, Source> {
  return useChange({
    changes: CHANGES,
    done: ({ name, enabled }: Source) => text.switched(name, enabled),
    send: (source: Source) => {
      const { name, addon_id, site_id, authentication, enabled } = source;
      const body = { name, addon_id, site_id, authentication, enabled: !enabled };
      return ask(api.PUT("/customer/inbound-sources/{source_id}", { params: at(source), body }));
    },
  });
}

export function useRotateSecret(source: Source): UseMutationResult<NewSource, Error, number> {
  return useChange({
    changes: CHANGES,
    silent: true,
    send: (overlap_seconds: number) =>
      ask(api.POST("/customer/inbound-sources/{source_id}/rotate", { params: at(source), body: { overlap_seconds } })),
  });
}

export function useDeleteSource(): UseMutationResult<unknown, Error, Source> {
  return useChange({
    changes: [SOURCES, "alerts", "overview"],
    silent: true,
    done: (_result: unknown, { name }: Source) => text.removed(name),
    send: (source: Source) => ask(api.DELETE("/customer/inbound-sources/{source_id}", { params: at(source) })),
  });
}
