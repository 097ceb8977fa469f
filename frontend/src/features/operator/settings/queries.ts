import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { limitWords } from "@/components/text";
import { useChange } from "@/components/useChange";
import { keyText, text } from "./text";

export type PlatformSettings = Schemas["PlatformSettings"];
export type DefaultLimit = Schemas["DefaultLimit"];
export type OperatorKey = Schemas["OperatorKey"];
export type NewOperatorKey = Schemas["NewOperatorKey"];
export type OperatorScope = Schemas["OperatorScope"];

const SETTINGS = "operator-settings";
const KEYS = "operator-keys";

export const platformSettings = queryOptions({
  queryKey: [SETTINGS],
  queryFn: ({ signal }) => ask(api.GET("/operator/settings", { signal })),
});

export function useSetLimit({
  name,
  version,
}: DefaultLimit): UseMutationResult<DefaultLimit, Error, Schemas["SetDefaultLimit"]> {
  return useChange({
    silent: true,
    changes: [SETTINGS],
    done: () => text.limitSet(limitWords[name]),
    send: (body: Schemas["SetDefaultLimit"]) =>
      ask(
        api.PUT("/operator/settings/limits/{limit_name}", {
          params: { path: { limit_name: name }, header: ifMatch(version) },
          body,
        }),
      ),
  });
}

export const keyPages = pagesOf([KEYS, "list"], (cursor, signal) =>
  ask(api.GET("/operator/keys", { params: { query: { limit: 50, cursor } }, signal })),
);

export const useCreateKey = (): UseMutationResult<NewOperatorKey, Error, Schemas["CreateOperatorKey"]> =>
  useChange({
    silent: true,
    changes: [KEYS],
    send: (body: Schemas["CreateOperatorKey"]) => ask(api.POST("/operator/keys", { body })),
  });

export const useRevokeKey = (): UseMutationResult<unknown, Error, OperatorKey> =>
  useChange({
    silent: true,
    changes: [KEYS],
    done: (_result, { name }) => keyText.revoked(name),
    send: ({ key_id }: OperatorKey) =>
      ask(api.DELETE("/operator/keys/{operator_key_id}", { params: { path: { operator_key_id: key_id } } })),
  });
