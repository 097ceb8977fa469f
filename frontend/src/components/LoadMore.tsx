import type { ReactNode } from "react";
import { Button } from "./Button";
import { text } from "./text";

interface LoadMoreProps {
  /** An infinite query of TanStack Query. */
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  shown: number;
  total?: number | undefined;
}

/** How many of how many are in sight, and a button for the next page. */
export function LoadMore({ query, shown, total }: LoadMoreProps): ReactNode {
  const told = query.hasNextPage ? text.shownOf(shown, total) : text.inAll(shown);
  return (
    <div className="flex items-center justify-between gap-3 px-3 py-2 text-xs text-muted">
      <span className="tabular">{told}</span>
      {query.hasNextPage && (
        <Button
          size="small"
          busy={query.isFetchingNextPage}
          onClick={() => {
            query.fetchNextPage();
          }}
        >
          {text.loadMore}
        </Button>
      )}
    </div>
  );
}
