import { QueryClientProvider, useQuery, type QueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { RouterProvider } from "react-router";
import { profileQuery, SessionContext } from "@/auth/permissions";
import type { Session } from "@/auth/session";
import { ErrorBoundary } from "@/components/ErrorBoundary";
import { Toaster } from "@/components/Toaster";
import { LiveProvider } from "@/live/LiveProvider";
import { Entrance } from "./Entrance";
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
  return <Entrance />;
}
