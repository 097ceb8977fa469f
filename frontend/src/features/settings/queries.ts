import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { digestText, limitText } from "./text";

export type Tenant = Schemas["OwnTenant"];
export type Digest = Schemas["Digest"];
export type AlertLimit = Schemas["AlertLimit"];

const DIGEST = "digest";

export const digest = queryOptions({
  queryKey: [DIGEST],
  queryFn: ({ signal }) => ask(api.GET("/customer/digest", { signal })),
});

export const digestPreview = queryOptions({
  queryKey: [DIGEST, "preview"],
  queryFn: ({ signal }) => ask(api.GET("/customer/digest/preview", { signal })),
});

/** Under the alerts' key: each alert that opens uses it up. */
export const alertLimit = queryOptions({
  queryKey: [...keys.alerts, "limit"],
  queryFn: ({ signal }) => ask(api.GET("/customer/alert-limit", { signal })),
});

export function useSaveTenant(
  version: number,
  saved: string,
): UseMutationResult<Tenant, Error, Schemas["ChangeOwnTenant"]> {
  return useChange({
    silent: true,
    changes: keys.tenant,
    done: () => saved,
    send: (body: Schemas["ChangeOwnTenant"]) =>
      ask(api.PATCH("/customer/tenant", { params: { header: ifMatch(version) }, body })),
  });
}

export function useSaveDigest(version: number): UseMutationResult<Digest, Error, Schemas["ChangeDigest"]> {
  return useChange({
    silent: true,
    changes: [DIGEST],
    done: () => digestText.saved,
    send: (body: Schemas["ChangeDigest"]) =>
      ask(api.PUT("/customer/digest", { params: { header: ifMatch(version) }, body })),
  });
}

export function useSaveAlertLimit(version: number): UseMutationResult<AlertLimit, Error, Schemas["SetAlertLimit"]> {
  return useChange({
    silent: true,
    changes: keys.alerts,
    done: () => limitText.saved,
    send: (body: Schemas["SetAlertLimit"]) =>
      ask(api.PUT("/customer/alert-limit", { params: { header: ifMatch(version) }, body })),
  });
}
