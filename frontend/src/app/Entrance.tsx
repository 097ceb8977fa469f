import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { profileQuery, useSession } from "@/auth/permissions";
import { Button } from "@/components/Button";
import { useIsSlow } from "@/components/slowness";
import { ErrorState, Skeleton } from "@/components/States";
import { text } from "./text";

/** What is seen until it is known who is there. Whoever waits for too long, or in vain, may leave. */
export function Entrance(): ReactNode {
  const [tries, setTries] = useState(0);
  // What is tried again begins anew: it doesn't take longer than usual yet.
  return <Waiting key={tries} onRetry={() => setTries(tries + 1)} />;
}

function Waiting({ onRetry }: { onRetry: () => void }): ReactNode {
  const queries = useQueryClient();
  const session = useSession();
  const { error, failureReason } = useQuery(profileQuery);
  const isSlow = useIsSlow();
  const problem = error ?? failureReason;
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-4 p-6">
      {problem && <ErrorState error={problem} isPage />}
      {!error && <Skeleton rows={6} className="w-full max-w-md" />}
      {(problem !== null || isSlow) && (
        <p className="flex gap-2">
          {/* What is on its way is given up: it may never be answered. */}
          <Button
            kind="primary"
            onClick={() => {
              void queries.resetQueries({ queryKey: profileQuery.queryKey });
              onRetry();
            }}
          >
            {text.retry}
          </Button>
          <Button onClick={() => void session.signOut()}>{text.signOut}</Button>
        </p>
      )}
    </main>
  );
}
