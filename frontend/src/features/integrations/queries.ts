import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf, readAll } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { useChange } from "@/components/useChange";
import { routeText, text } from "./text";

export type Integration = Schemas["Integration"];
export type IntegrationType = Schemas["IntegrationType"];
export type Route = Schemas["IntegrationRoute"];

/** Integrations are channels, and their routes routing rules: what changes one changes the other. */
const CHANGES = ["integrations", "channels", "routing"];

export const integrationPages = (type: IntegrationType | undefined) =>
  pagesOf(["integrations", "list", { type }], (cursor, signal) =>
    ask(api.GET("/customer/integrations", { params: { query: { type, limit: 50, cursor } }, signal })),
  );

export const routesTo = (integrationId: string) =>
  queryOptions({
    queryKey: ["integrations", "routes", integrationId],
    queryFn: ({ signal }) =>
      readAll((cursor) =>
        ask(
          api.GET("/customer/integration-routes", {
            params: { query: { integration_id: integrationId, limit: 200, cursor } },
            signal,
          }),
        ),
      ),
  });

export function useSwitchIntegration(): UseMutationResult<Integration, Error, Integration> {
  return useChange({
    changes: CHANGES,
    done: ({ name, enabled }: Integration) => text.switched(name, enabled),
    send: ({ integration_id, version, enabled }: Integration) =>
      ask(
        api.PATCH("/customer/integrations/{integration_id}", {
          params: { path: { integration_id }, header: ifMatch(version) },
          body: { enabled: !enabled },
        }),
      ),
  });
}

export function useDeleteIntegration(): UseMutationResult<unknown, Error, Integration> {
  return useChange({
    silent: true,
    changes: CHANGES,
    done: (_, { name }: Integration) => text.removed(name),
    send: ({ integration_id, version }: Integration) =>
      ask(
        api.DELETE("/customer/integrations/{integration_id}", {
          params: { path: { integration_id }, header: ifMatch(version) },
        }),
      ),
  });
}

/** Sends a sample, and says what the other side made of it. */
export function useTryIntegration(): UseMutationResult<void, Error, Integration> {
  return useChange({
    changes: [],
    send: async ({ integration_id, name }: Integration) => {
      const params = { path: { integration_id } };
      const result = await ask(api.POST("/customer/integrations/{integration_id}/test", { params }));
      if (result.ok) toast.done(text.testOk(name));
      else toast.failed(new Error(text.testFailed(name, result.error ?? text.noAnswer)));
    },
  });
}

export function useSaveRoute(
  existing: Route | undefined,
): UseMutationResult<Route, Error, Schemas["SetIntegrationRoute"]> {
  return useChange({
    silent: true,
    changes: CHANGES,
    done: ({ name }: Route) => routeText.saved(name),
    send: (body: Schemas["SetIntegrationRoute"]) =>
      ask(
        existing === undefined
          ? api.POST("/customer/integration-routes", { body })
          : api.PUT("/customer/integration-routes/{integration_route_id}", {
              params: { path: { integration_route_id: existing.route_id }, header: ifMatch(existing.version) },
              body,
            }),
      ),
  });
}

export function useDeleteRoute(): UseMutationResult<unknown, Error, Route> {
  return useChange({
    changes: CHANGES,
    done: (_, { name }: Route) => routeText.removed(name),
    send: ({ route_id, version }: Route) =>
      ask(
        api.DELETE("/customer/integration-routes/{integration_route_id}", {
          params: { path: { integration_route_id: route_id }, header: ifMatch(version) },
        }),
      ),
  });
}
