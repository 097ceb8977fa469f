/** The NOC on a screen that nobody is signed in at: read with a key that opens nothing else. */
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { ErrorBoundary } from "@/components/ErrorBoundary";
import { EmptyState, Skeleton } from "@/components/States";
import { lazily } from "@/lib/lazily";
import { ProblemError } from "@/lib/problem";
import { makeQueryClient } from "./queryClient";
import { text } from "./text";

const NocPage = lazily(() => import("@/features/operator/noc/NocPage"));

/** What the API says to a key that does not open the NOC, or no more. */
const CLOSED: readonly number[] = [401, 403];

export function Wall(): ReactNode {
  const [isClosed, setIsClosed] = useState(false);
  const [queries] = useState(() => {
    const made = makeQueryClient();
    made.getQueryCache().subscribe(({ query }) => {
      const error: unknown = query.state.error;
      if (error instanceof ProblemError && CLOSED.includes(error.status)) setIsClosed(true);
    });
    return made;
  });
  // The page keeps its state in an address; the browser's own is the screen's.
  const [router] = useState(() =>
    createMemoryRouter([{ path: "*", element: <NocPage onWall /> }], { initialEntries: ["/"] }),
  );
  if (isClosed) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <EmptyState title={text.wallClosed}>{text.wallClosedDetail}</EmptyState>
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
