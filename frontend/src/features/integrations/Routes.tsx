import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { routeWith, type RouteValues } from "@/components/route";
import { RouteDialog } from "@/components/RouteDialog";
import { QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { alertTypeName, severityWords } from "@/components/text";
import { routesTo, useDeleteRoute, useSaveRoute, type Integration, type Route } from "./queries";
import { routeText as text, stateWords } from "./text";

/** Which alerts an integration is told of. */
export function Routes({ integration }: { integration: Integration }): ReactNode {
  const query = useQuery(routesTo(integration.integration_id));
  const mayManage = usePermission("notifications:manage");
  const remove = useDeleteRoute();
  const [edited, setEdited] = useState<Route | "new">();
  return (
    <div className="space-y-2 text-sm">
      <QueryState query={query} skeletonRows={2}>
        {(routes) =>
          routes.length === 0 ? (
            <p className="text-stale">{text.none}</p>
          ) : (
            <ul className="divide-y">
              {routes.map((route) => (
                <li key={route.route_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1">
                  {mayManage ? (
                    <button type="button" className="font-medium hover:underline" onClick={() => setEdited(route)}>
                      {route.name}
                    </button>
                  ) : (
                    <span className="font-medium">{route.name}</span>
                  )}
                  {!route.enabled && <Badge>{text.off}</Badge>}
                  <span className="flex-1 text-xs text-muted">{inWords(route)}</span>
                  {mayManage && (
                    <IconButton
                      label={text.remove(route.name)}
                      size="small"
                      className="w-7"
                      onClick={() => remove.mutate(route)}
                    >
                      <Trash2 aria-hidden className="size-3.5" />
                    </IconButton>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
      <Can permission="notifications:manage">
        <Button size="small" onClick={() => setEdited("new")}>
          {text.add}
        </Button>
      </Can>
      {edited && (
        <EditRoute
          integration={integration}
          route={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </div>
  );
}

const STATES: readonly Schemas["DeliverOn"][] = ["OPEN", "ACKNOWLEDGED", "CLOSED"];

interface EditRouteProps {
  integration: Integration;
  route: Route | undefined;
  onClose: () => void;
}

function EditRoute({ integration, route, onClose }: EditRouteProps): ReactNode {
  const save = useSaveRoute(route);
  const { integration_id } = integration;
  return (
    <RouteDialog
      extent="route"
      title={route === undefined ? text.title(integration.name) : text.editTitle(route.name)}
      moments={STATES.map((state) => [state, stateWords[state]])}
      initial={routeWith({
        channel_id: integration_id,
        moments: STATES.filter((state) => route === undefined || route.deliver_on.includes(state)),
        ...(route && sharedOf(route)),
      })}
      onClose={onClose}
      onSave={(values) =>
        save.mutateAsync({
          ...sharedOf(values),
          integration_id,
          deliver_on: STATES.filter((state) => values.moments.includes(state)),
        })
      }
    />
  );
}

type Shared = Pick<RouteValues, "name" | "min_severity" | "priority" | "alert_types" | "site_ids" | "enabled">;

/** What a route and the form have under the same names. */
function sharedOf({ name, min_severity, priority, alert_types, site_ids, enabled }: Shared): Shared {
  return { name, min_severity, priority, alert_types, site_ids, enabled };
}

/** "Medium or graver; opened, closed; threshold; at oslo-1". */
function inWords(route: Route): string {
  const states = route.deliver_on.map((state) => stateWords[state].toLowerCase()).join(", ");
  const parts = [
    text.when(severityWords[route.min_severity], states),
    route.alert_types.map(alertTypeName).join(", "),
    route.site_ids.length > 0 ? text.at(route.site_ids.join(", ")) : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
