/** The NOC on a screen that nobody is signed in at: read with a key that opens nothing else. */
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { ErrorBoundary } from "@/components/ErrorBoundary";
import { EmptyState, Skeleton } from "@/components/States";
import { ProblemError } from "@/lib/problem";
import { makeQueryClient } from "./queryClient";
import { text } from "./text";

const NocPage = lazy(() => import("@/features/operator/noc/NocPage"));

/** What the API says to a key that opens the NOC no more. */
const ENDED: readonly number[] = [401, 403];

export function Wall(): ReactNode {
  const [hasEnded, setHasEnded] = useState(false);
  const [queries] = useState(() => {
    const made = makeQueryClient();
    made.getQueryCache().subscribe(({ query }) => {
      const error: unknown = query.state.error;
      if (error instanceof ProblemError && ENDED.includes(error.status)) setHasEnded(true);
    });
    return made;
  });
  // The page keeps its state in an address; the browser's own is the screen's.
  const [router] = useState(() =>
    createMemoryRouter([{ path: "*", element: <NocPage onWall /> }], { initialEntries: ["/"] }),
  );
  if (hasEnded) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <EmptyState title={text.wallEnded}>{text.wallEndedDetail}</EmptyState>
      </main>
    );
  }
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queries}>
        <main className="min-h-dvh p-4">
          <Suspense fallback={<Skeleton rows={8} className="max-w-xl" />}>
            <RouterProvider router={router} />
          </Suspense>
        </main>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
