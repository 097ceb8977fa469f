import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { SessionList } from "@/components/SessionList";
import { QueryState } from "@/components/States";
import { useChange } from "@/components/useChange";
import { usePlane } from "./plane";
import { sessionsOf, USERS, type User } from "./queries";
import { text } from "./text";

/** Where a user is signed in; a session that looks odd can be ended. */
export function UserSessions({ user }: { user: User }): ReactNode {
  const plane = usePlane();
  const query = useQuery(sessionsOf(plane, user.user_id));
  const end = useChange({
    send: (sessionId: string) => plane.endSession(user, sessionId),
    changes: [USERS],
    done: () => text.done.end,
  });
  return (
    <QueryState query={query} skeletonRows={2}>
      {({ items }) => (
        <SessionList
          sessions={items}
          action={({ session_id }) => (
            <Can permission={plane.manage}>
              <Button
                size="small"
                busy={end.isPending && end.variables === session_id}
                onClick={() => end.mutate(session_id)}
              >
                {text.end}
              </Button>
            </Can>
          )}
        />
      )}
    </QueryState>
  );
}
