import type { UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { useChange } from "@/components/useChange";
import { USERS, type User } from "./queries";
import { text } from "./text";

/** What is done to a user with one word; all but `enable` is asked about before. */
export type UserAction = "disable" | "enable" | "delete" | "reset" | "signOut";

export interface UserChange {
  action: UserAction;
  user: User;
}

export function nameOf(user: User): string {
  return user.name || user.email;
}

async function carryOut({ action, user }: UserChange): Promise<unknown> {
  const path = { user_id: user.user_id };
  const versioned = { params: { path, header: ifMatch(user.version) } };
  switch (action) {
    case "disable":
      return ask(api.POST("/customer/users/{user_id}/disable", versioned));
    case "enable":
      return ask(api.POST("/customer/users/{user_id}/enable", versioned));
    case "delete":
      return ask(api.DELETE("/customer/users/{user_id}", versioned));
    case "reset":
      return ask(api.POST("/customer/users/{user_id}/reset-password", { params: { path } }));
    case "signOut":
      return ask(api.POST("/customer/users/{user_id}/sign-out", { params: { path } }));
  }
}

export function useUserAction({ silent }: { silent: boolean }): UseMutationResult<unknown, Error, UserChange> {
  return useChange({
    send: carryOut,
    changes: [USERS],
    done: (_result: unknown, { action, user }: UserChange) => text.done[action](nameOf(user)),
    silent,
  });
}
