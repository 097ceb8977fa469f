import { QueryClientProvider, useQuery, type QueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { RouterProvider } from "react-router";
import { profileQuery, SessionContext } from "@/auth/permissions";
import type { Session } from "@/auth/session";
import { ErrorBoundary } from "@/components/ErrorBoundary";
import { ErrorState, Skeleton } from "@/components/States";
import { Toaster } from "@/components/Toaster";
import { LiveProvider } from "@/live/LiveProvider";
import { makeRouter } from "./router";

export function App({ session, queries }: { session: Session; queries: QueryClient }): ReactNode {
  return (
    <ErrorBoundary>
      <SessionContext value={session}>
        <QueryClientProvider client={queries}>
          <SignedIn />
          <Toaster />
        </QueryClientProvider>
      </SessionContext>
    </ErrorBoundary>
  );
}

/** Everything else needs to know who is there. */
function SignedIn(): ReactNode {
  const profile = useQuery(profileQuery);
  const [router] = useState(makeRouter);
  if (profile.data !== undefined) {
    return (
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    );
  }
  if (profile.error) return <ErrorState error={profile.error} onRetry={profile.refetch} />;
  return <Skeleton rows={6} className="max-w-md p-6" />;
}
