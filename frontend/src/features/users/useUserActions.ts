import type { UseMutationResult } from "@tanstack/react-query";
import { useChange } from "@/components/useChange";
import { usePlane } from "./plane";
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

export function useUserAction({ silent }: { silent: boolean }): UseMutationResult<unknown, Error, UserChange> {
  const plane = usePlane();
  return useChange({
    send: ({ action, user }: UserChange) => plane[action](user),
    changes: [USERS],
    done: (_result: unknown, { action, user }: UserChange) => text.done[action](nameOf(user)),
    silent,
  });
}
