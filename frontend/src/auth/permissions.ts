import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, ask, currentToken } from "@/api/client";
import { keys } from "@/api/queries";
import type { Permission, Profile } from "@/api/types";
import { isOfOperators } from "./claims";
import type { Session } from "./session";

/** Who is signed in. An operator has no tenant and is asked for on the operators' side. */
export const profileQuery = queryOptions({
  queryKey: keys.profile,
  staleTime: 5 * 60_000,
  refetchInterval: false,
  queryFn: ({ signal }): Promise<Profile> =>
    isOfOperators(currentToken()) ? ask(api.GET("/operator/me", { signal })) : ask(api.GET("/customer/me", { signal })),
});

/** The profile of who is signed in. Pages are shown after it is known. */
export function useProfile(): Profile {
  const { data } = useQuery(profileQuery);
  if (data === undefined) throw new Error("nobody is signed in yet");
  return data;
}

/** Whether the person may do that. What they may not is not offered; the API refuses it all the same. */
export function usePermission(permission: Permission): boolean {
  const { data } = useQuery(profileQuery);
  return data?.permissions.includes(permission) ?? false;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("there is no session around this component");
  return session;
}
